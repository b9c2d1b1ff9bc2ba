"""API tokens, sessions and one-time login links: made here, kept as digests, never shown again."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dsfleet.coordinator.access.model import Actor, TokenKind
from dsfleet.coordinator.access.store import add_token, find_actor, remove_expired, remove_token
from dsfleet.coordinator.storage.database import Connection
from dsfleet.kit.canonical import digest_of_bytes

ADMINISTRATOR = "admin"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret as handed to its owner, once, and how long it opens something."""

    secret: str
    valid_for: timedelta

    def __repr__(self) -> str:
        """Without the secret."""
        return f"NewSecret(valid for {self.valid_for})"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in. Each method is one step inside the caller's transaction."""

    session_valid_for: timedelta = timedelta(hours=24)
    login_link_valid_for: timedelta = timedelta(hours=1)

    def actor_of_token(self, connection: Connection, secret: str, now: datetime) -> Actor | None:
        """Return whom the API token stands for."""
        return find_actor(connection, _digest(secret), TokenKind.API, now)

    def actor_of_session(self, connection: Connection, secret: str, now: datetime) -> Actor | None:
        """Return who is logged in with the session's cookie."""
        return find_actor(connection, _digest(secret), TokenKind.SESSION, now)

    def make_login_link(self, connection: Connection, name: str, now: datetime) -> NewSecret:
        """Return the secret of a link that logs one browser in as `name`, once."""
        remove_expired(connection, now)
        return self._make(connection, TokenKind.LOGIN_LINK, name, now, self.login_link_valid_for)

    def use_login_link(self, connection: Connection, secret: str, now: datetime) -> NewSecret | None:
        """Return a session for the link, which is spent; None for a link that is unknown, spent or too old."""
        actor = find_actor(connection, _digest(secret), TokenKind.LOGIN_LINK, now)
        if actor is None or not remove_token(connection, _digest(secret)):
            return None
        return self._make(connection, TokenKind.SESSION, actor.name, now, self.session_valid_for)

    def end_session(self, connection: Connection, secret: str) -> None:
        """The session opens nothing any more; ending it twice does no harm."""
        remove_token(connection, _digest(secret))

    def ensure_administrator(self, connection: Connection, file: Path, now: datetime) -> None:
        """The file (0600) holds an administrator's API token that works; one already there stays as it is."""
        secret = _read_secret(file) or _write_secret(file)
        if find_actor(connection, _digest(secret), TokenKind.API, now) is None:
            add_token(connection, _digest(secret), TokenKind.API, ADMINISTRATOR, now, None)

    def _make(
        self, connection: Connection, kind: TokenKind, name: str, now: datetime, valid_for: timedelta
    ) -> NewSecret:
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        add_token(connection, _digest(secret), kind, name, now, now + valid_for)
        return NewSecret(secret, valid_for)


def _digest(secret: str) -> str:
    return digest_of_bytes(secret.encode())


def _read_secret(file: Path) -> str | None:
    try:
        text = file.read_text().strip()
    except FileNotFoundError:
        return None
    return text or None


def _write_secret(file: Path) -> str:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(secret + "\n")
    return secret
