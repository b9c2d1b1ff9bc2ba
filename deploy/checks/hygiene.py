"""What a commit must not hold, and how long files and functions may be: one line per finding, exit code 1 if any.

Reads the files that git knows or would add; a folder that is no git checkout is walked instead.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 50
FILE_BYTES = 1024 * 1024
SOURCE_SUFFIXES = {".py", ".ts", ".tsx"}
GENERATED = ("web/src/generated/",)
PICTURES = ("docs/pictures/", "docs/screens/")
SKIPPED_FOLDERS = {".git", ".venv", ".setup", "node_modules", "__pycache__"}

REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("pypi", "org/simple"),
            ("files", "pythonhosted", "org"),
            ("repo1", "maven", "org"),
            ("repo", "maven", "apache", "org"),
            ("proxy", "golang", "org"),
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.\-/}])/(?:work/\w|home/\w+/\w|root/\.)")
PRIVATE_KEYS = re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----")


def main() -> int:
    """Return 1 when anything was found."""
    findings = [finding for file in sorted(known_files()) for finding in look_at(file)]
    for finding in findings:
        sys.stdout.write(finding + "\n")
    return 1 if findings else 0


def known_files() -> Iterator[Path]:
    """Yield the files of the present folder that a commit could hold."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, capture_output=True, check=False)
    if answer.returncode == 0:
        names = answer.stdout.decode().split("\0")
        yield from (Path(name) for name in names if name and Path(name).is_file())
        return
    yield from (path for path in Path().rglob("*") if path.is_file() and not SKIPPED_FOLDERS.intersection(path.parts))


def look_at(file: Path) -> Iterator[str]:
    """Yield what is wrong with one file, as `FILE:LINE: what`."""
    content = file.read_bytes()
    name = file.as_posix()
    if b"\0" in content:
        if not name.startswith(PICTURES) or len(content) > FILE_BYTES:
            yield f"{name}:1: a binary file"
        return
    if len(content) > FILE_BYTES:
        yield f"{name}:1: {len(content)} bytes, more than {FILE_BYTES}"
    text = content.decode("utf-8", errors="replace")
    yield from forbidden_words(name, text)
    if file.suffix in SOURCE_SUFFIXES and not name.startswith(GENERATED):
        yield from too_long(name, text)


def forbidden_words(name: str, text: str) -> Iterator[str]:
    """Yield each registry host, machine path and private key."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in (
            ("a registry host", REGISTRY_HOSTS),
            ("a path of one machine", MACHINE_PATHS),
            ("a private key", PRIVATE_KEYS),
        ):
            if pattern.search(line):
                yield f"{name}:{number}: {what}"


def too_long(name: str, text: str) -> Iterator[str]:
    """Yield the file, and each Python function, beyond its ceiling."""
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}:1: {lines} lines, more than {FILE_LINES}"
    if not name.endswith(".py"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - first_line(node) + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, more than {FUNCTION_LINES}"


def first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return where the function's own statements begin: neither its parameters nor its docstring count."""
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    return body[0].lineno


if __name__ == "__main__":
    sys.exit(main())
