"""Runs the migrations of an inbox in the connection that `schemapress.receiver.inbox.database` gives."""

from alembic import context

from schemapress.receiver.inbox.tables import TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=TABLES)
context.run_migrations()
