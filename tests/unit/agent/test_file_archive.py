"""Configuration files as tar archives."""

import io
import tarfile

import pytest

from dsfleet.agent.file_archive import pack_files, unpack_file
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import RefusedError


def a_file(path: str, content: str = "x", mode: int = 0o600) -> ConfigurationFile:
    return ConfigurationFile(path=path, content=content, mode=mode)


def members(archive: bytes) -> list[tuple[str, bool, int, int]]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return [(one.name, one.isdir(), one.mode, one.uid) for one in opened]


def test_files_and_their_folders_belong_to_root():
    """Each folder under /config comes once and before its files; every file has its own permission bits."""
    archive = pack_files([a_file("/config/app.txt"), a_file("/config/m/labels.txt", mode=0o644)])
    assert members(archive) == [
        ("config", True, 0o755, 0),
        ("config/app.txt", False, 0o600, 0),
        ("config/m", True, 0o755, 0),
        ("config/m/labels.txt", False, 0o644, 0),
    ]


def test_folders_of_the_image_are_not_changed():
    """Outside /config only the file itself is put in, so the image's folders keep their permissions."""
    assert members(pack_files([a_file("/etc/app.txt")])) == [("etc/app.txt", False, 0o600, 0)]


@pytest.mark.parametrize("path", ["config/app.txt", "/config/../etc/passwd", "/", ""])
def test_paths_that_lead_elsewhere_are_refused(path: str):
    """A path that is not absolute or that climbs upwards is refused."""
    with pytest.raises(RefusedError) as error:
        pack_files([a_file(path)])
    assert error.value.problem.code == "file-path-refused"


def test_what_is_packed_is_unpacked():
    """A file comes back with content and mode, whatever the pieces it comes in."""
    file = a_file("/etc/app.txt", "grüße\n" * 1000, 0o640)
    archive = pack_files([file])
    pieces = [archive[start : start + 700] for start in range(0, len(archive), 700)]
    assert unpack_file("/etc/app.txt", pieces, 100_000) == file


@pytest.mark.parametrize("limit", [10, 20_000])
def test_too_large_a_file_is_refused(limit: int):
    """A file beyond the limit is refused, without reading it all."""

    def endless() -> object:
        yield from [pack_files([a_file("/etc/app.txt", "x" * 30_000)])]
        raise AssertionError("read on")

    with pytest.raises(RefusedError) as error:
        unpack_file("/etc/app.txt", endless() if limit > 10 else [pack_files([a_file("/e", "x" * 50)])], limit)  # type: ignore[arg-type]
    assert error.value.problem.code == "file-too-large"


def test_a_folder_is_no_file():
    """What is no plain file is not read."""
    assert unpack_file("/config", [pack_files([a_file("/config/app.txt")])], 1000) is None
