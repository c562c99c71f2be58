"""Indexes of dead messages, by which they are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the indexes."""
    for table in ("message", "outbox"):
        where = sa.text("state = 'dead'")
        op.create_index(f"ix_{table}_dead", table, ["id"], sqlite_where=where, postgresql_where=where)
