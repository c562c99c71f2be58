"""The tables of an inbox. The newest migration in `migrations/versions` gives the same ones.

All times are microseconds since 1970 in UTC: both databases sort them, and no driver converts them. The body is the
last column of a table, so that SQLite reads a row without its body.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

COUNTER = sa.Table(
    "counter",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)
"""The last number that each table gave to a row. Whoever stores takes the lock of its row first, so that numbers are in
the order of commits, and a message is looked up and stored in one step."""

LEADER = sa.Table(
    "leader",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
)
"""Who delivers the messages of a table, or did so last and did not give the right away; empty where nobody did."""

CERTIFICATE = sa.Table(
    "certificate",
    METADATA,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("first_seen_at", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""Each client certificate that came with a message, in DER, by its SHA-256 fingerprint."""

MESSAGE = sa.Table(
    "message",
    METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("identity", sa.LargeBinary, unique=True),  # of a message that is the same when it is sent again
    sa.Column("endpoint", sa.Text, nullable=False),  # method and path template: POST /notifyInProgress
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
    sa.Column("answer_headers", sa.Text),  # JSON: [[name, value], …]
    sa.Column("answer_body", sa.LargeBinary),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),  # JSON: {name: value}
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

QUARANTINE = sa.Table(
    "quarantine",
    METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("message_key", sa.Text),
    sa.Column("fingerprint", sa.Text),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("report", sa.Text, nullable=False),  # JSON: the problems, as `validate --format json` lists them
    sa.Column("conflicts_with", sa.BigInteger),  # the number of the message that came before with the same key
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("identity", sa.LargeBinary, unique=True),
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
)

WAITING, DONE, DEAD, STORED, HANDLING = "waiting", "done", "dead", "stored", "handling"
"""The states of a message: it waits for its handler, was handled, was given up, is kept without a handler, or is
handled inside its request, or its handler failed there."""


def is_in_state(table: sa.Table, state: str) -> sa.ColumnElement[bool]:
    """Return a condition with the state written into it, for only then does SQLite see that a partial index fits."""
    return table.c.state == sa.literal(state, literal_execute=True)


def _index(table: sa.Table, name: str, state: str, *columns: str) -> None:
    """Add a partial index, which has the messages in one state."""
    where = table.c.state == state
    names = [table.c[column] for column in columns]
    sa.Index(f"ix_{table.name}_{name}", *names, sqlite_where=where, postgresql_where=where)


for _table in (MESSAGE, OUTBOX):
    _index(_table, WAITING, WAITING, "id")  # what is delivered next
    _index(_table, DEAD, DEAD, "id")  # what is counted
    _index(_table, DONE, DONE, "finished_at")  # what is purged
_index(MESSAGE, "line", WAITING, "sender", "ordering_key", "id")  # what is delivered next of one line
_index(OUTBOX, "line", WAITING, "ordering_key", "id")
_index(MESSAGE, HANDLING, HANDLING, "id")
_index(MESSAGE, STORED, STORED, "received_at")
