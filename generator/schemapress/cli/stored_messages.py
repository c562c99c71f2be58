"""What `schemapress inbox` and `schemapress outbox` do with the messages of a database."""

from __future__ import annotations

import json
import re
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemapress.cli import needs_extra
from schemapress.errors import SchemapressError, printable

if TYPE_CHECKING:
    import sqlalchemy as sa

    from schemapress.receiver.inbox.query import Entry, Selection

Command = Callable[..., None]

_PURGED = {
    "message": "{} that were handled or only stored",
    "quarantine": "refused {}",
    "outbox": "{} that were sent",
}
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

STATE = click.option("--state", help="Only those in this state; in the quarantine, those with this reason.")
KEY = click.option("--key", help="Only the one with this message key.")
REFERENCE = click.option(
    "--reference", "ordering_key", help="Only those with this ordering key, such as a fault reference."
)
OLDER_THAN = click.option("--older-than", metavar="AGE", help="Only those older than this, such as 30d, 12h or 5m.")
LIMIT = click.option("--limit", type=click.IntRange(1), default=50, help="How many are listed. Default: 50.")
STYLE = click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
BODY = click.option("--body", "only_body", is_flag=True, help="Print the message alone, as it was sent.")
INTO = click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the files.",
)
AGE = click.option("--older-than", metavar="AGE", required=True, help="Those older than this, such as 30d, 12h or 5m.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


def chain(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return a decorator that adds options in their order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def explains_columns(command: Command) -> Command:
    """Turn the selection of a column that a table does not have into an error of usage."""

    @wraps(command)
    def explaining(*arguments: Any, **options: Any) -> None:  # Any: of the command's own
        with needs_extra("receiver"):
            from schemapress.receiver.inbox.query import UnknownColumn
        try:
            command(*arguments, **options)
        except UnknownColumn as unknown:
            raise click.UsageError(f"The table {unknown}; leave that option out.") from None

    return explaining


@dataclass(frozen=True, slots=True)
class MessageStore:
    """A database of messages: its name, its URL, and how to come to one where there is none."""

    name: str
    url: str
    hint: str

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that reads. SchemapressError: as with `_open`."""
        from schemapress.receiver.inbox.database import read

        with self._open() as engine, read(engine) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a transaction. SchemapressError: as with `_open`."""
        with self._open() as engine, engine.begin() as connection:
            yield connection

    @contextmanager
    def _open(self) -> Iterator[sa.Engine]:
        """Give the engine of the database, and turn what it refuses into an error.

        Raises:
            SchemapressError: there is no such database, it does not have the tables, or it can't be reached.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from schemapress.receiver.inbox.database import connect, reason_of, show_url

        engine = connect(self.url)
        place = show_url(engine)
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            raise SchemapressError(f"There is no {self.name} here.", place=place, hint=self.hint)
        try:
            yield engine
        except SQLAlchemyError as error:
            message = f"The {self.name} can't be used: {reason_of(error)}."
            raise SchemapressError(message, place=place, hint=self.hint) from None
        finally:
            engine.dispose()


def list_messages(store: MessageStore, table: str, limit: int, style: str, options: Mapping[str, str | None]) -> None:
    """Print messages, the newest first, and how many there are of each state."""
    from schemapress.receiver.inbox.query import TABLES, find

    selection = _select(table, options)
    with store.read() as connection:
        entries = list(find(connection, TABLES[table], selection, limit))
        if style == "json":
            click.echo(json.dumps([_facts(entry) for entry in entries], indent=2))
            return
        for entry in entries:
            click.echo(_line(entry))
        click.echo(_count(connection, table, has_matches=bool(entries)))


def show_message(store: MessageStore, table: str, number: int, *, only_body: bool) -> None:
    """Print one message. SchemapressError: there is none with this number."""
    from schemapress.receiver.inbox.query import TABLES, find_conflicting, get, report_of

    with store.read() as connection:
        row = get(connection, TABLES[table], number)
        first = None if row is None else find_conflicting(connection, row[0])
    if row is None:
        raise SchemapressError(
            f"There is no {table} with the number {number}.", hint=f"`schemapress {store.name} list` has them."
        )
    entry, body = row
    if not only_body:
        for name, value in _facts(entry).items():
            if value is not None and name != "report":
                click.echo(f"{name.replace('_', '-')}: {printable(str(value))}")
        if first is not None:
            click.echo(f"conflicts-with: message {first}")
        for problem in report_of(entry):
            place = f"line {problem['line']}, " if problem.get("line") else ""
            said = f"{problem.get('path')}: {problem.get('message')} [{problem.get('code')}]"
            click.echo(f"problem: {place}{printable(said)}")
        click.echo()
    sys.stdout.buffer.write(body if only_body else _readable(body))
    sys.stdout.buffer.flush()


def retry_messages(store: MessageStore, table: str, numbers: tuple[int, ...], *, all_: bool) -> None:
    """Let messages wait for their delivery again; end with the exit code 1 where one can't."""
    from schemapress.receiver.inbox.deliveries import wait_again
    from schemapress.receiver.inbox.query import TABLES, get
    from schemapress.receiver.inbox.tables import DEAD, HANDLING

    if all_ == bool(numbers):
        raise click.UsageError("Give the numbers of messages, or --all.")
    with store.write() as connection:
        states = {number: row[0].state for number in numbers if (row := get(connection, TABLES[table], number))}
        waiting = wait_again(connection, TABLES[table], None if all_ else numbers, (DEAD, HANDLING))
    for number in sorted(set(numbers) - set(waiting)):
        click.echo(f"{number} is {states[number]}" if number in states else f"{number} does not exist", err=True)
    click.echo(f"{len(waiting)} will be {'sent' if table == 'outbox' else 'delivered'} again")
    if HANDLING in [states.get(number) for number in waiting]:
        click.echo("Messages that were handled inside their requests wait for a server with --mode deliver.")
    if set(numbers) - set(waiting):
        sys.exit(1)


def export_messages(store: MessageStore, table: str, folder: Path, options: Mapping[str, str | None]) -> None:
    """Write messages to files, with what is known of them and the certificates of their senders."""
    from schemapress.receiver.inbox.query import TABLES, find, get, get_certificate

    selection = _select(table, options)
    amount = 0
    with store.read() as connection:
        folder.mkdir(parents=True, exist_ok=True)
        for entry in list(find(connection, TABLES[table], selection, None)):
            row = get(connection, TABLES[table], entry.id)
            if row is not None:
                (folder / f"{entry.id}.xml").write_bytes(row[1])
                (folder / f"{entry.id}.json").write_text(json.dumps(_facts(entry), indent=2) + "\n", "utf-8")
                certificate = get_certificate(connection, entry.details.get("fingerprint") or "")
                if certificate is not None:
                    (folder / f"{entry.id}.pem").write_text(ssl.DER_cert_to_PEM_cert(certificate), "ascii")
                amount += 1
        if not amount:
            click.echo(_count(connection, table, has_matches=False))
    click.echo(f"{amount} in {folder}")


def purge_messages(store: MessageStore, table: str, older_than: str, *, yes: bool) -> None:
    """Delete messages for good, unless the user does not want it."""
    from schemapress.receiver.inbox.query import TABLES
    from schemapress.receiver.inbox.retention import ROWS_PER_PURGE, count_purgeable, purge

    before = _time_before(older_than)
    if not yes:
        with store.read() as connection:
            amount = count_purgeable(connection, before, TABLES[table])
        which = _PURGED[table].format("message" if amount == 1 else "messages")
        click.confirm(f"Delete {amount:,} {which}, older than {older_than}, for good?", abort=True)
    deleted = 0
    while True:
        with store.write() as connection:
            part = purge(connection, before, TABLES[table])
        deleted += part
        if part < ROWS_PER_PURGE:
            break
    click.echo(f"{deleted} deleted")


def _count(connection: sa.Connection, table: str, *, has_matches: bool) -> str:
    """Return how many messages there are of each state, and that none match."""
    from schemapress.receiver.inbox.query import TABLES, count

    amounts = count(connection, TABLES[table])
    listed = ", ".join(f"{amount:,} {state}" for state, amount in amounts.items())
    if not listed:
        return "There are none."
    return listed if has_matches else f"None of the {sum(amounts.values()):,} match.\n{listed}"


def _select(table: str, options: Mapping[str, str | None]) -> Selection:
    """Return the selection of options. click.UsageError: the table has no such state, or an age is none."""
    from schemapress.receiver.inbox.query import STATES, Selection

    state, states = options["state"], STATES[table]
    if state is not None and states and state not in states:
        raise click.UsageError(f"The state is {state!r}; expected one of {', '.join(states)}.")
    columns = {name: value for name, value in options.items() if name != "older_than"}
    age = options["older_than"]
    return Selection(**columns, received_before=None if age is None else _time_before(age))  # type: ignore[arg-type]  # the options have the names of the fields


def _time_before(age: str) -> int:
    """Return the time that was an age ago, in microseconds."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([dhms])", age)
    if match is None:
        raise click.UsageError(f"The age is {age!r}; expected a number and one of d, h, m and s, such as 30d.")
    return int((time.time() - float(match[1]) * _UNITS[match[2]]) * 1e6)


def _line(entry: Entry) -> str:
    parts = [f"{entry.id:>8}", _time(entry.received_at), f"{entry.state:<8}", entry.endpoint, entry.message_key or "-"]
    parts += [entry.ordering_key or "-", entry.sender or "-"]
    if entry.error is not None:
        parts.append(f"after {entry.attempts}: {entry.error.partition(chr(10))[0][:80]}")
    return "  ".join(printable(part) for part in parts)


def _facts(entry: Entry) -> dict[str, Any]:  # Any: each column has a type of its own
    """Return what is known of a message, with its times in ISO 8601."""
    facts = {}
    for name, value in entry.details.items():
        if name.endswith("_at") and value is not None:
            facts[name] = _time(value) if value else None
        elif name in ("headers", "answer_headers", "report") and value is not None:
            facts[name] = json.loads(value)
        elif isinstance(value, bytes | memoryview):
            facts[name] = bytes(value).decode("utf-8", "replace")
        else:
            facts[name] = value
    return facts


def _time(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1e6, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _readable(body: bytes) -> bytes:
    """Return a message for the eyes: nothing in it controls the terminal."""
    text = body.decode("utf-8", "replace")
    return "\n".join(printable(line) for line in text.splitlines()).encode() + b"\n"
