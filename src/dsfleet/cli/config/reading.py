"""Reads a configuration file or directory as texts, within the size that a bundle may have."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dsfleet.contracts.problems import InputError, Problem
from dsfleet.deepstream.bundle import HIGHEST_SIZE, Bundle

_KIB = 1024
_MOST_ENTRIES = 10_000


class UnreadableFileError(Exception):
    """The file is there and is not read; `str()` says why, as a sentence without its subject."""


def read_bundle(path: Path) -> Bundle:
    """The file alone (under the name given), or the texts of a directory by path inside it, hidden names left out.

    Links that lead out of the directory, links to directories, binaries and files above 256 KiB are named as unread.
    Raises InputError for what is not there or cannot be read, an unreadable single file, a directory without text, or
    with more than 256 KiB of it.
    """
    if not path.is_dir():
        return Bundle({os.fsencode(path).decode(errors="replace"): read_single(path)}, is_whole=False)
    files, unread = _read_directory(path)
    if sum(len(text.encode()) for text in files.values()) > HIGHEST_SIZE:
        message = f"{path} holds more than {HIGHEST_SIZE // _KIB} KiB of text, the most that a bundle may hold."
        raise _input_error("bundle-too-large", message, path, "Leave out what is no configuration, or check files.")
    if not files:
        raise _input_error("nothing-to-check", f"{path} holds no text file.", path, "Name a directory that holds some.")
    return Bundle(files, unread)


def read_single(path: Path) -> str:
    """The text of one file; raises InputError where there is none to read."""
    try:
        return _read_text(path)
    except FileNotFoundError as error:
        raise _input_error("no-such-file", f"{path} is not there.", path, "Correct the path.") from error
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise _input_error("unreadable-file", message, path, "Name a readable file.") from error
    except UnreadableFileError as error:
        raise _input_error("unreadable-file", f"{path} {error}.", path, "Name a configuration file.") from error


def read_beside(path: Path, name: str) -> str | None:
    """The text of a file that `path` names relative to itself, None where it cannot be read."""
    try:
        return _read_text(path.parent / name)
    except (OSError, ValueError, UnreadableFileError):
        return None


def _read_directory(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """(texts, reasons why other files were not read) by path inside the directory, in the order of names."""
    files: dict[str, str] = {}
    unread: dict[str, str] = {}
    for path in _entries(root):
        name = os.fsencode(path.relative_to(root).as_posix()).decode(errors="replace")
        try:
            _refuse_links_out(root, path)
            files[name] = _read_text(path)
        except OSError as error:
            unread[name] = f"the file cannot be read: {error.strerror}"
        except UnreadableFileError as error:
            unread[name] = f"the file {error}"
    return files, unread


def _entries(root: Path) -> Iterator[Path]:
    """Every visible file and link below the directory, in the order of names; links to directories are not entered."""
    count = 0

    def refuse(error: OSError) -> None:
        raise _input_error(
            "unreadable-folder", f"{error.filename} cannot be read: {error.strerror}.", root, ""
        ) from error

    for folder, folders, names in os.walk(root, onerror=refuse):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in linked)
        for name in sorted(name for name in (*names, *linked) if not name.startswith(".")):
            count += 1
            if count > _MOST_ENTRIES:
                message = f"{root} holds more than {_MOST_ENTRIES} files."
                raise _input_error("too-many-files", message, root, "Name the directory of one application.")
            yield Path(folder, name)


def _refuse_links_out(root: Path, path: Path) -> None:
    if not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
    except RuntimeError as error:
        raise UnreadableFileError("is a link to itself") from error
    if not target.is_relative_to(root.resolve()):
        raise UnreadableFileError("is a link that leads out of the directory")
    if target.is_dir():
        raise UnreadableFileError("is a link to a directory")


def _read_text(path: Path) -> str:
    """The text of a regular file of at most 256 KiB; nothing else is opened, so no pipe or device can hold us up."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFileError("is a directory" if stat.S_ISDIR(found.st_mode) else "is no regular file")
    if found.st_size > HIGHEST_SIZE:
        raise UnreadableFileError(f"is larger than {HIGHEST_SIZE // _KIB} KiB")
    with path.open("rb") as stream:
        content = stream.read(HIGHEST_SIZE + 1)
    if b"\0" in content[:8192]:
        raise UnreadableFileError("is no text")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFileError("is no UTF-8 text") from error


def _input_error(code: str, message: str, path: Path, mend: str) -> InputError:
    return InputError(Problem(code=code, message=message, field="path", value=str(path), mend=mend))
