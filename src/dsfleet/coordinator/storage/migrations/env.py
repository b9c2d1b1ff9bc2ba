"""What Alembic runs to bring the database up to date; the connection is the caller's, with its open transaction."""

from alembic import context

from dsfleet.coordinator.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
