"""The layer check finds each thing it is there to find, and lets sound code pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_layers
from source_files import code_only

ROWS = {"base": set(), "backend": {"base"}, "biology": {"base"}, "scenario": {"base", "tissue/parameters.hpp"}, "tissue": {"base"}}


def problems_of(text, path="src/nk/biology/killing.cpp"):
    return check_layers.check_file(Path(path), text, ROWS)


class Layers(unittest.TestCase):
    def test_an_include_of_a_lower_folder_passes(self):
        self.assertEqual(problems_of('#include "nk/base/field.hpp"\n#include "nk/biology/typing.hpp"\n'), [])

    def test_an_include_that_breaks_the_row_is_found_with_its_line(self):
        problems = problems_of('#include <vector>\n#include "nk/scenario/well.hpp"\n')
        self.assertEqual(len(problems), 1)
        self.assertTrue(problems[0].startswith("src/nk/biology/killing.cpp:2: "))

    def test_a_row_may_open_a_single_header(self):
        self.assertEqual(problems_of('#include "nk/tissue/parameters.hpp"\n', "src/nk/scenario/read.cpp"), [])
        self.assertEqual(len(problems_of('#include "nk/tissue/step.hpp"\n', "src/nk/scenario/read.cpp")), 1)

    def test_a_folder_without_a_row_is_found(self):
        self.assertEqual(len(problems_of("int f();\n", "src/nk/eleventh/idea.cpp")), 1)

    def test_a_row_that_names_a_later_folder_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "src/nk").mkdir(parents=True)
            (root / "src/nk/layers.txt").write_text("base: biology\nbiology: base\n")

            problems = check_layers.check_tree(root)

            self.assertEqual(len(problems), 1)
            self.assertIn("comes later", problems[0])


class Preprocessor(unittest.TestCase):
    def test_a_branch_outside_backend_is_found(self):
        self.assertEqual(len(problems_of("#ifdef _OPENMP\n#endif\n")), 1)
        self.assertEqual(len(problems_of("#  if 0\n#endif\n", "tests/biology/killing.cpp")), 1)

    def test_a_branch_in_backend_passes(self):
        self.assertEqual(problems_of("#ifdef _OPENMP\n#endif\n", "src/nk/backend/threads.cpp"), [])


class Talk(unittest.TestCase):
    def test_a_library_that_prints_or_exits_is_found(self):
        for line in ('std::cout << 1;', 'printf("x");', 'std::fprintf(stderr, "x");', 'fmt::print("x");', 'std::exit(1);', 'abort();'):
            with self.subTest(line=line):
                self.assertEqual(len(problems_of(f"void f() {{ {line} }}\n")), 1)

    def test_the_program_may_print(self):
        self.assertEqual(problems_of("void f() { std::cout << 1; std::exit(2); }\n", "apps/cli/main.cpp"), [])

    def test_formatting_into_memory_and_members_of_that_name_pass(self):
        self.assertEqual(problems_of("void f() { std::snprintf(text, 9, format); door.exit(); ode->abort(); }\n"), [])

    def test_words_in_comments_and_texts_pass(self):
        text = '// std::cout << 1\n/* abort();\n#if 0 */ auto f() { return R"(printf("x"))" + std::string("exit(1)"); }\n'
        self.assertEqual(problems_of(text), [])


class Headers(unittest.TestCase):
    def test_using_namespace_in_a_header_is_found(self):
        text = "#pragma once\nusing namespace std;\n"
        self.assertEqual(len(problems_of(text, "src/nk/biology/killing.hpp")), 1)
        self.assertEqual(problems_of("using namespace nk;\n"), [])

    def test_a_header_without_pragma_once_is_found(self):
        self.assertEqual(len(problems_of("struct A {};\n", "src/nk/biology/killing.hpp")), 1)


class State(unittest.TestCase):
    def test_mutable_variables_are_found(self):
        for line in ("int counter;", "static int counter = 0;", "inline double scale = 1.0;", "std::vector<int> cache{1, 2};",
                     "std::map<int const, double> table;", "char const* names[] = {\"a\", \"b\"};", "thread_local int depth = 0;",
                     "struct Global { int a; } instance;", "namespace { std::unique_ptr<int> p = make(); }",
                     "void f() { static int calls = 0; ++calls; }", "struct A { static int count; };"):
            with self.subTest(line=line):
                self.assertEqual(len(problems_of(f"namespace nk {{\n{line}\n}}\n")), 1)

    def test_constants_functions_and_types_pass(self):
        for line in ("constexpr int a = 1;", "inline constexpr Range any{};", "static const std::string s = f();",
                     "std::array<int, 2> const b{1, 2};", "char const* const name = \"a\";", "struct A { int x = 0; std::string y; };",
                     "enum class E { a, b };", "using B = int;", "static int f(int x = 3);", "inline int g() { int x = 1; return x; }",
                     "template <class T>\nT h(T x) { T y = x; return y; }", "class C;", "static_assert(sizeof(int) == 4);",
                     "std::vector<int> f(std::map<int, int> const& m = {}) { return {}; }", "A::A() : x(1), y{2} { x = 3; }",
                     "struct S { static constexpr auto fields() { return std::tuple{F{\"a\", &S::a}}; } static S make(); };",
                     "auto const law = [](double x) { double y = x; return y; };", "extern template class V<int>;",
                     "bool operator==(A const& a, A const& b) = default;", "void f() { static std::mutex lock; }",
                     "void f() { static auto const table = read(); }", "void g() { auto x = static_cast<int>(y); }"):
            with self.subTest(line=line):
                self.assertEqual(problems_of(f"namespace nk {{\n{line}\n}}\n"), [])

    def test_an_extern_or_signal_variable_is_judged_by_its_place(self):
        line = "volatile std::sig_atomic_t interrupted = 0;\n"
        self.assertEqual(len(problems_of(line)), 1)
        self.assertEqual(problems_of(line, "apps/cli/signals.cpp"), [])


class Size(unittest.TestCase):
    def test_a_file_of_501_lines_is_found_and_one_of_500_passes(self):
        self.assertEqual(len(problems_of("//\n" * 501)), 1)
        self.assertEqual(problems_of("//\n" * 500), [])


class Code(unittest.TestCase):
    def test_blanking_keeps_line_numbers_and_digit_separators(self):
        text = 'a /* 1\n2 */ b // c\nR"(x\ny)" 1\'000\'000 \'"\' "\\"" d\n'
        self.assertEqual(code_only(text).count("\n"), text.count("\n"))
        self.assertIn("1'000'000", code_only(text))
        self.assertTrue(code_only(text).rstrip().endswith("d"))


if __name__ == "__main__":
    unittest.main()
