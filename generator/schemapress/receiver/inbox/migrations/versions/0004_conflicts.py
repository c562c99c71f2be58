"""The message that a refused one conflicts with."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; SQLite makes the table anew, so that the body stays the last column."""
    column = sa.Column("conflicts_with", sa.BigInteger)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("quarantine", recreate="always") as table:
            table.add_column(column, insert_after="report")
    else:
        op.add_column("quarantine", column)
