"""Every dependency that pyproject.toml names is in its lock: a fresh machine installs nothing else."""

import re
import sys
import tomllib
from pathlib import Path

NAME = re.compile(r"^[A-Za-z0-9._-]+")


def main() -> int:
    """Return 1 when a lock lacks something; each is printed."""
    project = tomllib.loads(Path("pyproject.toml").read_text())
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    missing = [
        f"requirements/{lock}.lock lacks {name}: run deploy/lock-requirements"
        for lock, wanted in (("runtime", runtime), ("dev", [*runtime, *dev]))
        for name in sorted(names_of(wanted) - locked(Path(f"requirements/{lock}.lock")))
    ]
    for line in missing:
        sys.stdout.write(line + "\n")
    return 1 if missing else 0


def names_of(requirements: list[str]) -> set[str]:
    """Return the packages' names as indexes spell them: lower case, with dashes."""
    found = (NAME.match(each) for each in requirements)
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


def locked(lock: Path) -> set[str]:
    """Return the names of what a lock pins."""
    return names_of([line for line in lock.read_text().splitlines() if "==" in line and not line.startswith(" ")])


if __name__ == "__main__":
    sys.exit(main())
