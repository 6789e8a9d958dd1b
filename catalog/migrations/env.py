"""Alembic's entry. The connection is handed over by :func:`catalog.database.migrate`; there is no other way in."""

from alembic import context

from catalog.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
