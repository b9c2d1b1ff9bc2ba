"""Configuration files as tar archives, the form in which the container engine takes and gives files."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import Problem, RefusedError

CONFIGURATION_FOLDER = PurePosixPath("/config")
FOLDER_MODE = 0o755
TAR_OVERHEAD_BYTES = 10240
"""Header, padding and end mark of a tar archive with one member (POSIX.1-2001: records of 10240 bytes)."""


def pack_files(files: Iterable[ConfigurationFile]) -> bytes:
    """Return a tar archive to be unpacked at `/`: the files, owned by root, and their folders under /config.

    Raises RefusedError `file-path-refused` for a path that is not absolute or that climbs upwards.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        folders: set[PurePosixPath] = set()
        for file in files:
            path = _checked(file.path)
            for folder in reversed(path.parents):
                if folder.is_relative_to(CONFIGURATION_FOLDER) and folder not in folders:
                    folders.add(folder)
                    archive.addfile(_folder(folder))
            content = file.content.encode()
            archive.addfile(_file(path, len(content), file.mode), io.BytesIO(content))
    return packed.getvalue()


def unpack_file(path: str, chunks: Iterable[bytes], limit_bytes: int) -> ConfigurationFile | None:
    """Return the one file in the engine's archive, None when it is no plain file.

    Bytes that are no UTF-8 are replaced. Raises RefusedError `file-too-large` beyond the limit.
    """
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > limit_bytes + TAR_OVERHEAD_BYTES:
            raise _too_large(path, limit_bytes)
    with tarfile.open(fileobj=io.BytesIO(bytes(content)), mode="r:") as archive:
        member = archive.next()
        opened = archive.extractfile(member) if member is not None and member.isfile() else None
        if member is None or opened is None:
            return None
        if member.size > limit_bytes:
            raise _too_large(path, limit_bytes)
        return ConfigurationFile(path=path, content=opened.read().decode(errors="replace"), mode=member.mode & 0o777)


def _too_large(path: str, limit_bytes: int) -> RefusedError:
    message = f"{path} in the container is larger than {limit_bytes} bytes."
    return RefusedError(Problem(code="file-too-large", message=message, field="path", value=path))


def _checked(path: str) -> PurePosixPath:
    parsed = PurePosixPath(path)
    if not parsed.is_absolute() or ".." in parsed.parts or parsed == PurePosixPath("/"):
        raise RefusedError(
            Problem(
                code="file-path-refused",
                message=f"The configuration file's path {path!r} is not absolute, or climbs upwards.",
                field="path",
                value=path,
                mend="Give a path such as /config/app.txt.",
            )
        )
    return parsed


def _folder(path: PurePosixPath) -> tarfile.TarInfo:
    info = tarfile.TarInfo(str(path).lstrip("/"))
    info.type, info.mode = tarfile.DIRTYPE, FOLDER_MODE
    return info


def _file(path: PurePosixPath, size: int, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(str(path).lstrip("/"))
    info.size, info.mode = size, mode & 0o777
    return info
