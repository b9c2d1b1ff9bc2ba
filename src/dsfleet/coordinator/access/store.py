"""The SQL of secrets that open something; only their digests are kept, so a copied database opens nothing."""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select

from dsfleet.coordinator.access.model import Actor, TokenKind
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.tables import TOKENS


def find_actor(connection: Connection, digest: str, kind: TokenKind, now: datetime) -> Actor | None:
    """Return whom the secret with this digest stands for; None when unknown, of another kind, or too old."""
    query = select(TOKENS.c.name).where(
        TOKENS.c.digest == digest,
        TOKENS.c.kind == kind,
        or_(TOKENS.c.expires_at.is_(None), TOKENS.c.expires_at > now),
    )
    name = connection.execute(query).scalar_one_or_none()
    return None if name is None else Actor(name)


def add_token(
    connection: Connection, digest: str, kind: TokenKind, name: str, now: datetime, expires_at: datetime | None
) -> None:
    """The secret opens what its kind says until it expires (None: never)."""
    connection.execute(
        insert(TOKENS).values(digest=digest, kind=kind, name=name, created_at=now, expires_at=expires_at)
    )


def remove_token(connection: Connection, digest: str) -> bool:
    """The secret opens nothing any more. Return whether it was there: of two takers one alone gets True."""
    return connection.execute(delete(TOKENS).where(TOKENS.c.digest == digest)).rowcount == 1


def remove_expired(connection: Connection, now: datetime) -> None:
    """Secrets past their time are gone."""
    connection.execute(delete(TOKENS).where(TOKENS.c.expires_at <= now))
