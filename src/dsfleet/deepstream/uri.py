"""Addresses of cameras and files, and the logins inside them.

A login is split off where an address arrives and joined again only where a configuration is written; whatever is logged
or shown goes through `redact_logins`.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from dsfleet.deepstream.errors import MASKED, Place, UriError

CAMERA_SCHEMES = ("rtsp", "rtsps", "file")
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)\Z", re.DOTALL)
_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+(?:%[^\]]+)?\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?\Z")
_ODD = re.compile(r"[\x00-\x20\x7f]")
_HIGHEST_PORT = 65535
_LOGIN_IN_TEXT = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]{0,30}://)[^\s/?#\"'<>]*@")
# A login whose password holds a bare / ? or #: what follows the first colon is not a port, yet an @ comes later.
_BARE_LOGIN_IN_TEXT = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]{0,30}://)(?!\*\*\*:\*\*\*@)"
    r"[^\s/?#:@\"'<>;]+:(?![0-9]*(?:[/?#;\s]|\Z))(?:(?!://)[^\s\"'<>])*@"
)
_SECRET_IN_QUERY = re.compile(
    r"(?P<name>[?&;](?:user|username|usr|login|password|passwd|pass|pwd|token|auth)=)[^&;\s\"'#<>]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CameraAddress:
    """A checked address: `uri` carries no login; `username` and `password` are plain text (not percent-encoded) or
    None.
    """

    scheme: str
    uri: str
    username: str | None
    password: str | None

    def __repr__(self) -> str:
        """The address without its login."""
        return f"CameraAddress({self.uri!r}, login {'set' if self.username is not None else 'none'})"


def read_camera_address(uri: str) -> CameraAddress:
    """The address of a video source, its login split off.

    Raises UriError (whose text holds no login) for another scheme than rtsp, rtsps or file, a missing host, a port that
    is no port, blanks or control characters.
    """
    bare, username, password = split_login(uri)
    match = _ADDRESS.match(bare)
    if match is None or match["scheme"].lower() not in CAMERA_SCHEMES:
        raise _error(bare, "this is no address of a camera", "write rtsp://host:554/path or file:///path")
    if _ODD.search(bare):
        raise _error(bare, "the address holds a blank or control character", "percent-encode it, a blank as %20")
    scheme = match["scheme"].lower()
    if scheme == "file":
        if match["authority"] or not match["rest"].startswith("/"):
            raise _error(bare, "the path of a file address is not absolute", "write file:///path")
        return CameraAddress(scheme, bare, None, None)
    _check_host(bare, match["authority"])
    return CameraAddress(scheme, bare, username, password)


def with_login(uri: str, username: str | None, password: str | None) -> str:
    """The address with the login in it, each odd character percent-encoded; a login already there is replaced.

    Without a user name the address comes back without a login; without a password no colon is written.
    """
    match = _ADDRESS.match(uri)
    if match is None:
        raise _error(uri, "this is no address", "write scheme://host/path")
    host = match["authority"].rpartition("@")[2]
    login = "" if username is None else quote(username, safe="")
    if login and password is not None:
        login += ":" + quote(password, safe="")
    elif username is not None and password is not None:
        login = ":" + quote(password, safe="")
    return f"{match['scheme']}://{login + '@' if login else ''}{host}{match['rest']}"


def split_login(uri: str) -> tuple[str, str | None, str | None]:
    """(address without login, user name, password), the latter two decoded, None where absent.

    The last @ before the path ends the login, so a bare @ or : in a password is understood. Raises UriError for text
    that is no address, and where a bare / ? or # in a password makes the host unreadable.
    """
    match = _ADDRESS.match(uri)
    if match is None:
        raise _error(uri, "this is no address", "write scheme://host/path")
    login, at, host = match["authority"].rpartition("@")
    if "@" in match["rest"] and not _HOST_AND_PORT.match(host):
        raise _error(uri, "the login holds a bare / ? or #", "percent-encode it: %2F, %3F, %23")
    bare = f"{match['scheme']}://{host}{match['rest']}"
    if not at:
        return bare, None, None
    username, colon, password = login.partition(":")
    return bare, unquote(username), unquote(password) if colon else None


def redact_logins(text: str) -> str:
    """The text with every login inside an address, and every secret in an address's query, replaced by `***`."""
    masked = _LOGIN_IN_TEXT.sub(rf"\g<scheme>{MASKED}:{MASKED}@", text)
    masked = _BARE_LOGIN_IN_TEXT.sub(rf"\g<scheme>{MASKED}:{MASKED}@", masked)
    return _SECRET_IN_QUERY.sub(rf"\g<name>{MASKED}", masked)


def _check_host(uri: str, authority: str) -> None:
    match = _HOST_AND_PORT.match(authority)
    if match is None or not match["host"]:
        raise _error(uri, "the address names no host", "write rtsp://host:554/path")
    port = match["port"]
    if port is not None and not (port and 0 < int(port) <= _HIGHEST_PORT):
        raise _error(uri, f"{port or 'nothing'} is no port", "write a number from 1 to 65535 behind the colon")


def _error(uri: str, message: str, mend: str) -> UriError:
    """The error with no login in it, not even in text that is no address (`user:password@host`)."""
    before, at, host = uri.rpartition("@")
    shown = f"{MASKED}@{host}" if at and "://" not in before else redact_logins(uri)
    return UriError(Place(key="uri"), shown, message, mend)
