"""Brings the database to this version's tables: all steps that are missing, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dsfleet.contracts.problems import InputError, Problem
from dsfleet.coordinator.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """The database has the tables of this version; doing it again changes nothing.

    Raises InputError `database-newer` for a database that a later version has changed already.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.transaction() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise _newer(current)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _newer(revision: str) -> InputError:
    return InputError(
        Problem(
            code="database-newer",
            message=f"The database is at step {revision}, which this version does not know.",
            field="database_url",
            value=revision,
            mend="Start the version that last used this database, or a later one.",
        )
    )
