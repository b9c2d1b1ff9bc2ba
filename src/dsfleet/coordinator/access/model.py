"""Who may use the API, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a secret opens: the API for programs, the page for one browser, the page once."""

    API = "api"
    SESSION = "session"
    LOGIN_LINK = "login-link"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something; the name stands in the audit."""

    name: str
