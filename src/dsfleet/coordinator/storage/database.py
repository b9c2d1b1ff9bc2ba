"""The database: one engine, one transaction at a time, made and closed in main.

Calls are synchronous and short and run on the event loop: nothing else of this process comes between two statements of
a transaction, and SQLite has one writer anyway.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError

from dsfleet.contracts.problems import ConflictError, InputError, Problem, TemporaryError

__all__ = ["Connection", "Database"]


class Database:
    """Transactions over one SQL database. `url` is SQLAlchemy's, such as `sqlite:///data/coordinator.db`.

    Every use raises TemporaryError `database-unavailable` while the database cannot be reached or written, and
    ConflictError `changed-meanwhile` where another coordinator wrote what forbids this, and InputError
    `value-unusable` for text that the database cannot hold.
    """

    def __init__(self, url: str) -> None:
        """Make the engine; nothing is opened yet."""
        self._engine = _make_engine(url)

    @property
    def engine(self) -> Engine:
        """The engine itself, for migrations."""
        return self._engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection whose work is committed at the end, or undone when the block raises."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one moment of the database and changes nothing."""
        with _translated(), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise TemporaryError(
            Problem(
                code="database-unavailable",
                message=f"The database cannot be used: {error.orig}.",
                mend="See that it runs, that its disk has room and that nothing else holds it.",
            )
        ) from error
    except DataError as error:
        raise InputError(
            Problem(
                code="value-unusable",
                message="A value holds what the database cannot keep or look for.",
                mend="Leave out control characters, and keep numbers within their range.",
            )
        ) from error
    except IntegrityError as error:
        raise ConflictError(
            Problem(
                code="changed-meanwhile",
                message="Somebody else changed the same at the same moment.",
                mend="Look again, then repeat what is still wanted.",
            )
        ) from error


def _make_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # errors are logged, and rows hold what logs must not
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # sqlite3's own implicit BEGIN comes too late to be a snapshot
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
