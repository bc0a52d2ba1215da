"""The word check finds machine paths and notes of unfinished work, and lets ordinary text pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_words


class Words(unittest.TestCase):
    def test_paths_of_a_machine_are_found(self):
        for line in ("/wo" "rk/main/data", 'path = "/ho' 'me/me/x"', "see /ro" "ot/notes"):
            with self.subTest(line=line):
                self.assertEqual(len(check_words.check_text("a.md", line + "\n")), 1)

    def test_addresses_and_relative_paths_pass(self):
        for line in ("https://example.org/wo" "rk/x", "src/wo" "rk/x", "./ho" "me/x", "/usr/share/doc"):
            with self.subTest(line=line):
                self.assertEqual(check_words.check_text("a.md", line + "\n"), [])

    def test_notes_of_unfinished_work_are_found_with_their_line(self):
        self.assertTrue(check_words.check_text("a.cpp", "fine\n// TO" "DO later\n")[0].startswith("a.cpp:2: "))
        self.assertEqual(len(check_words.check_text("a.cpp", "// FIX" "ME\n")), 1)

    def test_a_missing_line_end_and_trailing_blanks_are_found(self):
        self.assertEqual(len(check_words.check_text("a.md", "text")), 1)
        self.assertEqual(len(check_words.check_text("a.md", "text \n")), 1)

    def test_tables_keep_their_line_ends_but_not_paths(self):
        self.assertEqual(check_words.check_text("data/a.csv", "x,y\r\n1,2 \r\n3,4"), [])
        self.assertEqual(len(check_words.check_text("data/a.csv", "/ho" "me/me/x\r\n")), 1)

    def test_the_tree_is_searched_but_fuzz_seeds_are_exempt(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "tests/fuzz/corpus/typing").mkdir(parents=True)
            (root / "tests/fuzz/corpus/typing/seed").write_bytes(b"\xff\xfe no line end")
            (root / "notes.md").write_bytes(b"\xff\xfe\n")

            problems = check_words.check_tree(root)

            self.assertEqual(len(problems), 1)
            self.assertTrue(problems[0].startswith("notes.md"))


if __name__ == "__main__":
    unittest.main()
