"""The checks of `make check` find what they are for, and leave alone what is fine."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = Path("deploy/checks").resolve()


def run_check(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one check in a folder that is no git checkout."""
    return subprocess.run([sys.executable, CHECKS / name], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("a.md", "see https://registry." + "npmjs.org/x", "a.md:1: a registry host"),
        ("a.md", "first\nread /wor" + "k/shared/notes", "a.md:2: a path of one machine"),
        ("a.pem", "-----BEGIN RSA " + "PRIVATE KEY-----", "a.pem:1: a private key"),
        ("a.bin", "\0", "a.bin:1: a binary file"),
        ("a.txt", "x" * 1_048_577, "a.txt:1: 1048577 bytes, more than 1048576"),
        ("a.tsx", "\n" * 401, "a.tsx:1: 401 lines, more than 400"),
        ("a.py", "def f():\n" + "    x = 1\n" * 51, "a.py:1: f has 51 lines, more than 50"),
    ],
)
def test_hygiene_names_what_a_commit_must_not_hold(name: str, content: str, finding: str, tmp_path: Path) -> None:
    """Each kind of finding is told with its file and line, and fails the check."""
    (tmp_path / name).write_text(content)
    answer = run_check("hygiene.py", tmp_path)
    assert answer.stdout.splitlines() == [finding]
    assert answer.returncode == 1


def test_hygiene_counts_a_functions_own_statements_only(tmp_path: Path) -> None:
    """Parameters and the docstring are no part of a function's length; a folder within a path is no machine's."""
    parameters = "".join(f"    p{number},\n" for number in range(40))
    body = "    x = 1\n" * 50
    (tmp_path / "a.py").write_text(f'def f(\n{parameters}):\n    """Says.\n\n    More.\n    """\n{body}')
    (tmp_path / "b.md").write_text("files under images/work/shared")
    answer = run_check("hygiene.py", tmp_path)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_dependency_without_lock_is_named(tmp_path: Path) -> None:
    """A dependency that the lock lacks fails the check, spelt as an index spells it."""
    project = '[project]\ndependencies = ["Py_YAML>=6", "httpx>=0.28"]\n[dependency-groups]\ndev = ["pytest"]\n'
    (tmp_path / "pyproject.toml").write_text(project)
    locks = tmp_path / "requirements"
    locks.mkdir()
    (locks / "runtime.lock").write_text("httpx==0.28.1 \\\n    --hash=sha256:00\n")
    (locks / "dev.lock").write_text("httpx==0.28.1\npy-yaml==6.0\npytest==9.0\n")
    answer = run_check("locks.py", tmp_path)
    assert answer.stdout.splitlines() == ["requirements/runtime.lock lacks py-yaml: run deploy/lock-requirements"]
    assert answer.returncode == 1
