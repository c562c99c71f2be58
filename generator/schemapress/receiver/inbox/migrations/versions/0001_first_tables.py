"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "counter",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    counter = sa.table("counter", sa.column("name", sa.Text), sa.column("last", sa.BigInteger))
    op.bulk_insert(counter, [{"name": name, "last": 0} for name in ("message", "quarantine", "outbox")])
    op.create_table(
        "certificate",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_certificate"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("identity", sa.LargeBinary),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("message_key", sa.Text),
        sa.Column("ordering_key", sa.Text),
        sa.Column("fingerprint", sa.Text),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("answer_status", sa.Integer),
        sa.Column("answer_headers", sa.Text),
        sa.Column("answer_body", sa.LargeBinary),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("identity", name="uq_message_identity"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("message_key", sa.Text),
        sa.Column("fingerprint", sa.Text),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("identity", sa.LargeBinary),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("message_key", sa.Text),
        sa.Column("ordering_key", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("identity", name="uq_outbox_identity"),
    )
    for table in ("message", "outbox"):
        where = sa.text("state = 'waiting'")
        op.create_index(f"ix_{table}_waiting", table, ["id"], sqlite_where=where, postgresql_where=where)
