"""What `schemapress inbox` and `schemapress outbox` do with the messages of a database."""

from __future__ import annotations

import json
import os
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
from schemapress_runtime.report.amount import counted

if TYPE_CHECKING:
    import sqlalchemy as sa

    from schemapress.receiver.inbox.query import Entry, Selection

Command = Callable[..., None]

_PURGED = {
    "message": "{} that were handled or only stored",
    "quarantine": "refused {}",
    "outbox": "{} that were sent",
}
_PLACES = {"message": "the inbox", "quarantine": "the quarantine", "outbox": "the outbox"}
_LISTS = {
    "message": "schemapress inbox list",
    "quarantine": "schemapress inbox list --table quarantine",
    "outbox": "schemapress outbox list",
}
_DATABASES = {"message": "an inbox", "outbox": "an outbox"}
_LABELS = {"message_key": "key", "ordering_key": "reference"}
"""The labels of columns that are not their names, as the options that select by them have them."""

_MOST_VALUES = 20
"""Known values that are listed where none of them was asked for."""
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

STATE = click.option("--state", help="Only those in this state; in the quarantine, those with this reason.")
KEY = click.option("--key", help="Only the one with this message key.")
REFERENCE = click.option(
    "--reference", "ordering_key", help="Only those with this ordering key, such as a fault reference."
)
NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a message, as both databases can have it."""

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
PURGED_STATE = click.option(
    "--state", help="Only those in this state. Default: all that are over, but no dead ones: name them with dead."
)
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
    """A database of messages: its name, its URL, and what to do where there is none."""

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
        from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

        from schemapress.receiver.inbox.database import connect, hint_for, reason_of, show_url

        engine = connect(self.url)
        place = show_url(engine)
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            raise SchemapressError(f"There is no {self.name} here.", place=place, hint=self.hint)
        try:
            yield engine
        except SQLAlchemyError as error:
            reason = reason_of(error)
            has_no_tables = isinstance(error, ProgrammingError) or reason.startswith("no such")
            hint = self.hint if has_no_tables else hint_for(engine.url, str(getattr(error, "orig", error)))
            raise SchemapressError(f"The {self.name} can't be used: {reason}.", place=place, hint=hint) from None
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
        click.echo(_count(connection, table, selection, options))


def show_message(store: MessageStore, table: str, number: int, *, only_body: bool) -> None:
    """Print one message. SchemapressError: there is none with this number."""
    from schemapress.receiver.inbox.query import TABLES, find_conflicting, get, report_of

    with store.read() as connection:
        row = get(connection, TABLES[table], number)
        first = None if row is None else find_conflicting(connection, row[0])
    if row is None:
        raise SchemapressError(
            f"There is no message {number} in {_PLACES[table]}.", hint=f"`{_LISTS[table]}` has their numbers."
        )
    entry, body = row
    if not only_body:
        for line in _describe(table, entry):
            click.echo(line)
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
    again = f"will be {'sent' if table == 'outbox' else 'delivered'} again"
    if all_:
        click.echo(f"{counted(len(waiting), 'dead message')} {again}" if waiting else "No message is dead.")
    for number in dict.fromkeys(numbers):
        if number in waiting:
            click.echo(f"message {number} {again}")
        elif number in states:
            click.echo(f"message {number} is {states[number]}", err=True)
        else:
            click.echo(f"There is no message {number} in {_PLACES[table]}.", err=True)
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
        folder.mkdir(0o700, parents=True, exist_ok=True)  # messages are for their owner only
        for entry in list(find(connection, TABLES[table], selection, None)):
            row = get(connection, TABLES[table], entry.id)
            if row is not None:
                _write(folder / f"{entry.id}.xml", row[1])
                _write(folder / f"{entry.id}.json", json.dumps(_facts(entry), indent=2).encode() + b"\n")
                certificate = get_certificate(connection, entry.details.get("fingerprint") or "")
                if certificate is not None:
                    _write(folder / f"{entry.id}.pem", ssl.DER_cert_to_PEM_cert(certificate).encode())
                amount += 1
        if not amount:
            click.echo(_count(connection, table, selection, options))
    click.echo(f"{amount} in {folder}")


def purge_messages(store: MessageStore, table: str, older_than: str, state: str | None, *, yes: bool) -> None:
    """Delete messages for good, unless the user does not want it.

    Without a state, they are those that are over; dead ones are not among them.
    """
    from schemapress.receiver.inbox.query import TABLES
    from schemapress.receiver.inbox.retention import ROWS_PER_PURGE, count_purgeable, purge, purgeable_states

    states = purgeable_states(TABLES[table])
    if state is not None and not states:
        raise click.UsageError("A message of the quarantine has no state; leave --state out.")
    if state is not None and state not in states:
        raise click.UsageError(f"The state is {state!r}; those that can be deleted are {', '.join(states)}.")
    before = _time_before(older_than)
    if not yes:
        with store.read() as connection:
            amount = count_purgeable(connection, before, TABLES[table], state)
        which = (_PURGED[table] if state is None else f"{{}} in the state {state}").format(
            "message" if amount == 1 else "messages"
        )
        click.confirm(f"Delete {amount:,} {which}, older than {older_than}, for good?", abort=True)
    deleted = 0
    while True:
        with store.write() as connection:
            part = purge(connection, before, TABLES[table], state)
        deleted += part
        if part < ROWS_PER_PURGE:
            break
    click.echo(f"{deleted} deleted")


def _write(file: Path, content: bytes) -> None:
    """Write a file that its owner alone can read."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        os.fchmod(opened.fileno(), 0o600)  # it may have been here
        opened.write(content)


def _count(connection: sa.Connection, table: str, selection: Selection, options: Mapping[str, str | None]) -> str:
    """Return how many messages there are of each state, and of a selection; where that has none, what there is."""
    from schemapress.receiver.inbox.query import TABLES, Selection, count, count_selected

    amounts = count(connection, TABLES[table])
    listed = ", ".join(f"{amount:,} {state}" for state, amount in amounts.items())
    if not listed:
        other = "message" if table == "outbox" else "outbox"
        if count(connection, TABLES[other]):
            return f"There are none. This database is that of {_DATABASES[other]}: see `{_LISTS[other]} --database …`."
        return "There are none."
    if selection == Selection():
        return listed
    total = sum(amounts.values())
    matching = count_selected(connection, TABLES[table], selection)
    if matching:
        return f"{matching:,} of {total:,}; in all: {listed}"
    return "\n".join([f"None of the {total:,} match.", listed, *_known_values(connection, table, options)])


def _known_values(connection: sa.Connection, table: str, options: Mapping[str, str | None]) -> Iterator[str]:
    """Yield what could have been asked for instead of what was; the states are listed anyway."""
    from schemapress.receiver.inbox.query import TABLES, list_values

    for name in ("endpoint", "sender"):
        value = options.get(name)
        if value is None:
            continue
        values = list_values(connection, TABLES[table].c[name], _MOST_VALUES + 1)
        if value not in values:
            rest = " and others" if len(values) > _MOST_VALUES else ""
            what = "methods" if table == "outbox" else f"{name}s"
            yield f"The {what} are {', '.join(printable(each or '(none)') for each in values[:_MOST_VALUES])}{rest}."


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
    return max(0, int((time.time() - min(float(match[1]) * _UNITS[match[2]], time.time())) * 1e6))


def _line(entry: Entry) -> str:
    parts = [f"{entry.id:>8}", _time(entry.received_at), f"{entry.state:<8}", entry.endpoint, entry.message_key or "-"]
    parts += [entry.ordering_key or "-", entry.sender or "-"]
    if entry.error is not None:
        parts.append(f"after {entry.attempts}: {entry.error.partition(chr(10))[0][:80]}")
    return "  ".join(printable(part) for part in parts)


def _describe(table: str, entry: Entry) -> Iterator[str]:
    """Yield the lines that tell what is known of a message, but for its report."""
    labels = {**_LABELS, "endpoint": "method"} if table == "outbox" else _LABELS
    for name, value in _facts(entry).items():
        if value is None or name in ("report", "conflicts_with"):
            continue
        label = labels.get(name, name.replace("_", "-"))
        if name in ("headers", "answer_headers"):
            fields = value.items() if isinstance(value, dict) else value
            yield f"{label}:"
            yield from (f"  {printable(field)}: {printable(str(content))}" for field, content in fields)
        else:
            yield f"{label}: {printable(str(value))}"


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
