"""What the checks share: which files belong to the project, and C++ text without comments and strings."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_SOURCES = {".git", "build", "node_modules", "__pycache__"}


def project_files(root):
    """Paths below root, sorted: what git tracks or would track; without git, everything but build folders."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."],
            check=True, capture_output=True).stdout.decode().split("\0")
        paths = {root / name for name in listed if name}
    except (OSError, subprocess.CalledProcessError):
        paths = {path for path in root.rglob("*") if not NOT_SOURCES & set(path.relative_to(root).parts)}
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


TOKENS = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'",
    re.DOTALL)


def code_only(text):
    """The C++ text with comments blanked and the inside of literals removed; lines keep their numbers."""

    def blank(match):
        found = match.group(0)
        lines = "\n" * found.count("\n")
        if found.startswith("/"):
            return " " + lines
        return ("''" if found.startswith("'") else '""') + lines

    return TOKENS.sub(blank, text)


def report(name, problems):
    """Prints the problems ("file:line: text") and returns the exit code of the check."""
    for problem in problems:
        print(problem)
    print(f"{name}: " + (f"{len(problems)} problem(s)" if problems else "nothing to complain about"))
    return 1 if problems else 0
