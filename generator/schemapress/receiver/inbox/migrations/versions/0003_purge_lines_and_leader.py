"""Indexes for the purge, for the messages of one line and for those that are being handled; who delivers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_INDEXES = (
    ("message", "done", "done", ("finished_at",)),
    ("message", "stored", "stored", ("received_at",)),
    ("message", "handling", "handling", ("id",)),
    ("message", "line", "waiting", ("sender", "ordering_key", "id")),
    ("outbox", "done", "done", ("finished_at",)),
    ("outbox", "line", "waiting", ("ordering_key", "id")),
)


def upgrade() -> None:
    """Make the indexes and the table."""
    for table, name, state, columns in _INDEXES:
        where = sa.text(f"state = '{state}'")
        op.create_index(f"ix_{table}_{name}", table, list(columns), sqlite_where=where, postgresql_where=where)
    op.create_table(
        "leader",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leader"),
    )
    leader = sa.table("leader", sa.column("name", sa.Text), sa.column("holder", sa.Text))
    op.bulk_insert(leader, [{"name": name, "holder": ""} for name in ("message", "outbox")])
