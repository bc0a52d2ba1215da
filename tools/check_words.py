#!/usr/bin/env python3
"""Checks the words of all files: no absolute paths of one machine, no notes of unfinished work, no stray bytes.

Exit code 1 when something is found, with file:line of each place.
"""

import argparse
import re
import sys
from pathlib import Path

from source_files import ROOT, project_files, report

# Written in pieces, so that this file passes its own check.
MACHINE_FOLDERS = ["wo" "rk", "ho" "me", "ro" "ot", "Us" "ers"]
UNFINISHED = ["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]
PATH = re.compile(r"(?<![\w.~}:/-])/(?:" + "|".join(MACHINE_FOLDERS) + r")/")
WORD = re.compile(r"\b(?:" + "|".join(UNFINISHED) + r")\b")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ")
BINARY = {".png", ".jpg", ".h5", ".gz", ".zip", ".woff2", ".ico", ".fcs", ".pdf"}
LEGAL_TEXT = {"LICENSE"}
MEASURED = (".csv", ".tsv")  # tables of others stay byte for byte as they were published, blanks and line ends too


def check_text(name, text):
    """The problems of one file's text."""
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if PATH.search(line):
            problems.append(f"{name}:{number}: an absolute path of one machine")
        if WORD.search(line):
            problems.append(f"{name}:{number}: a note of unfinished work: `{WORD.search(line).group(0)}`")
        if CONFLICT.match(line):
            problems.append(f"{name}:{number}: the mark of an unresolved merge")
        if line != line.rstrip(" \t\r") and not name.endswith(MEASURED):
            problems.append(f"{name}:{number}: blanks at the end of the line")
    if text and not text.endswith("\n") and not name.endswith(MEASURED):
        problems.append(f"{name}:{text.count(chr(10)) + 1}: no line end at the end of the file")
    return problems


def check_tree(root):
    """All problems of the project at root. Fuzz seeds are exempt: odd bytes are their purpose."""
    problems = []
    for path in project_files(root):
        relative = path.relative_to(root)
        if path.suffix in BINARY or relative.name in LEGAL_TEXT or relative.parts[:3] == ("tests", "fuzz", "corpus"):
            continue
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            problems.append(f"{relative}:1: not UTF-8 text, and no known binary kind")
            continue
        problems += check_text(str(relative), text)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="the project's root")
    return report("check_words", check_tree(parser.parse_args().root.resolve()))


if __name__ == "__main__":
    sys.exit(main())
