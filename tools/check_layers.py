#!/usr/bin/env python3
"""Checks that the house keeps its shape: layers, no preprocessor branches, no printing libraries, no global state, small files.

The rows of the layers are read from src/nk/layers.txt. Exit code 1 when something is broken, with file:line of each place.
"""

import argparse
import re
import sys
from pathlib import Path

from source_files import ROOT, code_only, project_files, report

LONGEST_FILE = 500
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]nk/([^">]+)[">]', re.MULTILINE)
BRANCH = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef)\b", re.MULTILINE)
USING_NAMESPACE = re.compile(r"\busing\s+namespace\b")
PRINTS = re.compile(
    r"\bstd::(?:cout|cerr|clog|wcout|wcerr)\b"
    r"|(?<![\w.>])(?:std::|::)?(?:printf|fprintf|vprintf|puts|fputs|putchar|perror)\s*\("
    r"|\bfmt::print\s*\(|\bstd::print(?:ln)?\s*\(")
EXITS = re.compile(r"(?<![\w.>:])(?:std::|::)?(?:exit|_exit|_Exit|quick_exit|abort|terminate)\s*\(")
NOT_A_VARIABLE = re.compile(
    r"^(?:using|typedef|template|friend|static_assert|concept|namespace|public|private|protected|asm|extern\s+template)\b|\boperator\b")
TYPE_DEFINITION = re.compile(r"^(?:typedef\s+)?(?:struct|class|union|enum)\b")
LOCK = re.compile(r"\bstd::(?:\w*mutex|once_flag)\b")
LOCK_OR_SIGNAL = re.compile(LOCK.pattern + r"|\bsig_atomic_t\b|\bstd::atomic\b|\bstd::atomic_\w+\b")
MUTABLE_STATIC = re.compile(r"\b(?:static|thread_local)\b(?!_)[^;{}()=]*(?=[;{=(])")


def read_rows(path):
    """The rows of layers.txt: folder -> set of folders (or single headers) that it may include."""
    rows = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            rows[folder.strip()] = set(allowed.split())
    return rows


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_templates(text):
    """Removes <...> argument lists, so that a const inside them is not taken for the variable's own."""
    previous = None
    while previous != text:
        previous = text
        text = re.sub(r"<[^<>;]*>", "", text)
    return text


def is_mutable_declaration(declaration):
    """True for the declaration of a variable that can change (declaration without its initialiser)."""
    plain = without_templates(declaration).strip()
    if re.search(r"\bconstexpr\b", plain):
        return False
    after_star = re.split(r"\*", plain)[-1]
    if "*" in plain:
        return not re.search(r"\bconst\b", after_star)
    return not re.search(r"\bconst\b", plain)


def namespace_statements(code):
    """Yields (position, text) of each statement at namespace scope; bodies of functions and types are skipped."""
    statement_start, position, depth = 0, 0, 0
    head = ""
    while position < len(code):
        character = code[position]
        if character == "{" and depth == 0:
            text = code[statement_start:position].strip()
            if re.search(r'(?:\bnamespace\b[^;=]*|\bextern\s*"")$', text):
                statement_start, position = position + 1, position + 1
                continue
            head = code[statement_start:position]
            depth = 1
        elif character in "({[":
            depth += 1
        elif character in ")}]":
            if depth == 0:
                statement_start = position + 1  # closes a namespace
            else:
                depth -= 1
                ends_body = character == "}" and depth == 0 and head and "(" in head.split("=")[0] \
                    and not TYPE_DEFINITION.match(without_templates(head).strip())
                if ends_body:
                    statement_start, head = position + 1, ""
        elif character == ";" and depth == 0:
            text = code[statement_start:position]
            lead = len(text) - len(text.lstrip())
            yield statement_start + lead, text.strip()
            statement_start, head = position + 1, ""
        position += 1


def is_mutable_variable(statement):
    """True when a statement at namespace scope declares a variable that can change."""
    statement = re.sub(r"\[\[.*?\]\]\s*|\balignas\s*\([^)]*\)\s*", "", statement)
    if not statement or NOT_A_VARIABLE.search(statement):
        return False
    if TYPE_DEFINITION.match(statement):
        statement = statement[statement.rfind("}") + 1:] if "}" in statement else ""
        if not statement.strip():
            return False
        return not re.search(r"\b(?:const|constexpr)\b", statement)
    declaration = re.split(r"[={]", without_templates(statement))[0]
    if "(" in declaration:
        return False  # a function
    if len(declaration.split()) < 2 and "::" not in declaration:
        return False  # a macro or an empty statement
    return is_mutable_declaration(re.split(r"[={]", statement)[0] if "<" not in statement else declaration)


def mutable_variables(code, relative):
    """Line numbers of mutable variables at namespace scope, and of static or thread_local ones elsewhere.

    Let through: locks; in apps what a signal handler needs; in base what a function sets up once (the unit system).
    """
    harmless = LOCK if relative.parts[0] != "apps" else LOCK_OR_SIGNAL
    # A directive may span lines: keep as many line ends as there were.
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda found: "\n" * found.group(0).count("\n"), code, flags=re.MULTILINE)
    places = [(position, text) for position, text in namespace_statements(code) if is_mutable_variable(text)]
    if relative.parts[:3] != ("src", "nk", "base"):
        places += [(found.start(), found.group(0)) for found in MUTABLE_STATIC.finditer(code)
                   if code[found.end()] != "(" and is_mutable_declaration(found.group(0))]
    return sorted({line_of(code, position) for position, text in places if not harmless.search(text)})


def check_includes(relative, text, rows):
    """Problems of the rows: what src/nk/<folder>/ includes beyond its row."""
    folder = relative.parts[2]
    if folder not in rows:
        return [f"{relative}:1: the folder `{folder}` has no row in src/nk/layers.txt"]
    problems = []
    for found in INCLUDE.finditer(text):
        header = found.group(1)
        other = header.split("/")[0]
        if other != folder and other not in rows[folder] and header not in rows[folder]:
            problems.append(f"{relative}:{line_of(text, found.start())}: `{folder}` must not include `nk/{header}` "
                            f"(it may include: {', '.join(sorted(rows[folder])) or 'nothing'})")
    return problems


def check_file(relative, text, rows):
    """All problems of one C++ file; relative is its path from the root."""
    problems = []

    def add(line, what):
        problems.append(f"{relative}:{line}: {what}")

    code = code_only(text)
    in_library = relative.parts[:2] == ("src", "nk") and len(relative.parts) > 3
    if in_library:
        problems += check_includes(relative, text, rows)
        for pattern, what in ((PRINTS, "a library must not print"), (EXITS, "a library must not end the program")):
            for found in pattern.finditer(code):
                add(line_of(code, found.start()), f"{what}: `{found.group(0).strip()}`")
    if relative.parts[:3] != ("src", "nk", "backend"):
        for found in BRANCH.finditer(code):
            add(line_of(code, found.start()), "`#if` belongs into src/nk/backend only")
    if relative.suffix in (".hpp", ".h"):
        for found in USING_NAMESPACE.finditer(code):
            add(line_of(code, found.start()), "a header must not say `using namespace`")
        if in_library and not re.search(r"^[ \t]*#[ \t]*pragma[ \t]+once\b", code, re.MULTILINE):
            add(1, "a header must begin with `#pragma once`")
    if relative.parts[0] in ("src", "apps"):
        for line in mutable_variables(code, relative):
            add(line, "a variable outside objects must be const or constexpr")
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        add(lines, f"the file has {lines} lines; {LONGEST_FILE} is the limit, so it holds more than one idea")
    return problems


def check_tree(root):
    """All problems of the project at root."""
    layers = root / "src/nk/layers.txt"
    rows = read_rows(layers)
    problems = []
    seen = set()
    for folder, allowed in rows.items():
        for other in sorted({name.split("/")[0] for name in allowed} - set(rows)):
            problems.append(f"src/nk/layers.txt:1: `{folder}` may include `{other}`, which has no row")
        for other in sorted(name for name in allowed if "/" not in name and name not in seen and name in rows):
            problems.append(f"src/nk/layers.txt:1: `{folder}` may include `{other}`, which comes later")
        seen.add(folder)
    for path in project_files(root):
        if path.suffix in (".cpp", ".hpp", ".h"):
            problems += check_file(path.relative_to(root), path.read_text(errors="replace"), rows)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="the project's root")
    return report("check_layers", check_tree(parser.parse_args().root.resolve()))


if __name__ == "__main__":
    sys.exit(main())
