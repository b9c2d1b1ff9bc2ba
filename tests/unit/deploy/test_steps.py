"""What set-up's steps lean on: digests of content, stamps, and silence unless something fails."""

import subprocess
from pathlib import Path

STEPS = Path("deploy/setup/steps.sh").resolve()


def run_steps(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a few lines of shell that use the steps' functions, stamps kept in `folder`."""
    text = f". {STEPS}\nset -euo pipefail\nSTAMPS={folder}/.setup\n{script}"
    return subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, text=True, check=False)


def digest_of(folder: Path) -> str:
    """Return the digest of a folder named `sources` below the one given."""
    answer = run_steps("digest_of sources", folder)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_digest_follows_names_and_contents_alone(tmp_path: Path) -> None:
    """A changed byte or name changes the digest; times and what tools leave behind do not."""
    sources = tmp_path / "sources"
    sources.mkdir()
    file = sources / "a b.txt"
    file.write_text("one")
    first = digest_of(tmp_path)
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "x.js").write_text("x")
    (sources / "a.pyc").write_text("x")
    file.touch()
    assert digest_of(tmp_path) == first
    file.write_text("two")
    changed = digest_of(tmp_path)
    assert changed != first
    file.rename(sources / "b.txt")
    assert digest_of(tmp_path) not in (first, changed)


def test_step_is_done_for_the_digest_it_was_done_with(tmp_path: Path) -> None:
    """A stamp counts for its own digest and for no other."""
    script = (
        "mark_done web abc; is_done web abc && echo same; is_done web abd || echo other; is_done x abc || echo none"
    )
    assert run_steps(script, tmp_path).stdout.split() == ["same", "other", "none"]


def test_command_is_silent_until_it_fails(tmp_path: Path) -> None:
    """What a command says is shown where it fails, with its exit code, and nowhere else."""
    assert run_steps("quietly echo fine", tmp_path).stdout == ""
    answer = run_steps("quietly sh -c 'echo broken; exit 3'", tmp_path)
    assert answer.returncode == 3
    assert "broken" in answer.stderr
    assert "exit code 3" in answer.stderr


def test_digest_of_a_missing_folder_ends_the_step(tmp_path: Path) -> None:
    """A folder that is not there is no digest: the step ends instead of believing itself done."""
    assert run_steps("value=$(digest_of nowhere); echo $value", tmp_path).returncode != 0
