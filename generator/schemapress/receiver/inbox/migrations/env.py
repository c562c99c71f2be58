"""Runs the migrations of an inbox in the connection that `schemapress.receiver.inbox.database` gives."""

from alembic import context

from schemapress.receiver.inbox.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
