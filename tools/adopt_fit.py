#!/usr/bin/env python3
"""Writes the first set of a table made by `nk fit` into data/*.toml: value, range where it must grow, and a note.

usage: tools/adopt_fit.py data/ensemble.csv
"""
import csv
import pathlib
import re
import sys
import tomllib

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
NOTE = "calibrated on V01, V02, V05 and V07 (validation/calibration.toml)"


def places():
    """Every `[table] key =` line of data/: full name -> (file, number of the line, key)."""
    found = {}
    for path in sorted(DATA.glob("*.toml")):
        table = ""
        for number, line in enumerate(path.read_text().splitlines()):
            if heading := re.match(r"\[([^\]]+)\]", line):
                table = heading.group(1).replace('"', "")
            elif key := re.match(r"([\w.\"-]+)\s*=\s*\{", line):
                found[f"{table}.{key.group(1)}".replace('"', "")] = (path, number, key.group(1))
    return found


def changed(line, key, value):
    entry = tomllib.loads("entry =" + line.split("=", 1)[1])["entry"]
    unit = entry["value"].partition(" ")[2] if isinstance(entry["value"], str) else ""
    text = f"{value:.4g}"
    parts = [f'value = "{text} {unit}"' if unit else f"value = {text}"]
    parts.append(f'low = {min(entry["low"], float(text)):.4g}')
    parts.append(f'high = {max(entry["high"], float(text)):.4g}')
    note = entry.get("note", "")
    if NOTE not in note:
        note = f"{note}; {NOTE}" if note else NOTE
    parts += [f'source = "{entry["source"]}"', 'confidence = "estimate"', f'note = "{note}"']
    return f"{key} = {{ {', '.join(parts)} }}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows = list(csv.reader(open(sys.argv[1])))
    known = places()
    unknown = [name for name in rows[0] if name not in known]
    if unknown:
        sys.exit(f"adopt_fit: not in data/: {', '.join(unknown)}")
    for name, value in zip(rows[0], rows[2]):
        path, number, key = known[name]
        lines = path.read_text().splitlines()
        lines[number] = changed(lines[number], key, float(value))
        path.write_text("\n".join(lines) + "\n")
    print(f"adopt_fit: {len(rows[0])} values written")


if __name__ == "__main__":
    main()
