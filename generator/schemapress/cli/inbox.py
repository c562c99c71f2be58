"""`schemapress inbox`."""

from __future__ import annotations

import json
import os
import re
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemapress.cli import needs_extra
from schemapress.errors import SchemapressError, printable
from schemapress.receiver.settings import read_settings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from schemapress.receiver.inbox.query import Entry, Selection

_TABLE = click.option(
    "--table",
    type=click.Choice(["message", "quarantine", "outbox"]),
    default="message",
    help="The messages that were taken, those that were refused, or those that are to be sent. Default: message.",
)
_SELECTION = (
    click.option("--state", help="Only those in this state; in the quarantine, those with this reason."),
    click.option("--endpoint", help="Only those of this endpoint, such as 'POST /notifyInProgress'."),
    click.option("--sender", help="Only those of this sender."),
    click.option("--key", help="Only the one with this message key."),
    click.option("--reference", "ordering_key", help="Only those with this ordering key, such as a fault reference."),
    click.option("--older-than", metavar="AGE", help="Only those older than this, such as 30d, 12h or 5m."),
)
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def _selects(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_SELECTION):
        command = option(command)
    return command


def _opens(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command the URL of the database as its first argument, by the options and settings that name it."""

    @click.option("--database", metavar="URL", help="The database. Default: that of `schemapress serve`.")
    @click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The file of settings (TOML). Default: the table [tool.schemapress.serve] of pyproject.toml.",
    )
    @wraps(command)
    def opening(database: str | None, config: Path | None, **options: Any) -> None:  # Any: of the command's own
        with needs_extra("receiver"):
            from schemapress.receiver.inbox.query import UnknownColumn
        project = Path("pyproject.toml") if Path("pyproject.toml").exists() else None
        try:
            command(read_settings(config, os.environ, {"database": database}, project).database, **options)
        except UnknownColumn as unknown:
            raise click.UsageError(f"The table {unknown}; leave that option out.") from None

    return opening


@click.group("inbox")
def command() -> None:
    """Show, retry, export and delete the messages of an inbox, while the server runs or not."""


@command.command("list")
@_TABLE
@_selects
@click.option("--limit", type=click.IntRange(1), default=50, help="How many are listed. Default: 50.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@_opens
def list_(url: str, table: str, limit: int, style: str, **options: str | None) -> None:
    """List messages, the newest first, with their states."""
    from schemapress.receiver.inbox.query import TABLES, count, find

    with _reading(url) as connection:
        entries = list(find(connection, TABLES[table], _selection(options), limit))
        if style == "json":
            click.echo(json.dumps([_facts(entry) for entry in entries], indent=2))
            return
        for entry in entries:
            click.echo(_line(entry))
        amounts = count(connection, TABLES[table])
        if not entries and amounts:
            click.echo(f"None of the {sum(amounts.values()):,} match.")
        click.echo(", ".join(f"{amount:,} {state}" for state, amount in amounts.items()) or "There are none.")


@command.command()
@_TABLE
@click.argument("number", type=int)
@click.option("--body", "only_body", is_flag=True, help="Print the message alone, as it came.")
@_opens
def show(url: str, table: str, number: int, only_body: bool) -> None:
    """Show one message: what is known of it, the problems if it was refused, and the message."""
    from schemapress.receiver.inbox.query import TABLES, get, report_of

    with _reading(url) as connection:
        found = get(connection, TABLES[table], number)
    if found is None:
        raise SchemapressError(
            f"There is no {table} with the number {number}.", hint="`schemapress inbox list` has them."
        )
    entry, body = found
    if not only_body:
        for name, value in _facts(entry).items():
            if value is not None and name != "report":
                click.echo(f"{name.replace('_', '-')}: {printable(str(value))}")
        for problem in report_of(entry):
            place = f"line {problem['line']}, " if problem.get("line") else ""
            said = f"{problem.get('path')}: {problem.get('message')} [{problem.get('code')}]"
            click.echo(f"problem: {place}{printable(said)}")
        click.echo()
    sys.stdout.buffer.write(body if only_body else _readable(body))
    sys.stdout.buffer.flush()


@command.command()
@click.option("--outbox", is_flag=True, help="Messages that are to be sent, instead of those that were received.")
@click.option("--all", "all_", is_flag=True, help="All messages that are dead.")
@click.argument("numbers", type=int, nargs=-1)
@_opens
def retry(url: str, outbox: bool, all_: bool, numbers: tuple[int, ...]) -> None:
    """Let dead messages be delivered again: those with these NUMBERS, or all.

    Their handlers run as soon as the server looks, even if later messages of the same reference were handled before.
    """
    from schemapress.receiver.inbox.deliveries import wait_again
    from schemapress.receiver.inbox.query import get
    from schemapress.receiver.inbox.tables import MESSAGE, OUTBOX

    if all_ == bool(numbers):
        raise click.UsageError("Give the numbers of messages, or --all.")
    table = OUTBOX if outbox else MESSAGE
    with _writing(url) as connection:
        waiting = wait_again(connection, table, None if all_ else numbers)
    with _reading(url) as connection:
        for number in sorted(set(numbers) - set(waiting)):
            found = get(connection, table, number)
            click.echo(f"{number} does not exist" if found is None else f"{number} is {found[0].state}", err=True)
    click.echo(f"{len(waiting)} will be delivered again")
    if set(numbers) - set(waiting):
        sys.exit(1)


@command.command()
@_TABLE
@_selects
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the files.",
)
@_opens
def export(url: str, table: str, folder: Path, **options: str | None) -> None:
    """Write messages to files: NUMBER.xml with the message, NUMBER.json with what is known of it.

    NUMBER.pem is the certificate of the sender, if there was one.
    """
    from schemapress.receiver.inbox.query import TABLES, find, get, get_certificate

    amount = 0
    with _reading(url) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        for entry in list(find(connection, TABLES[table], _selection(options), None)):
            found = get(connection, TABLES[table], entry.id)
            if found is not None:
                (folder / f"{entry.id}.xml").write_bytes(found[1])
                (folder / f"{entry.id}.json").write_text(json.dumps(_facts(entry), indent=2) + "\n", "utf-8")
                certificate = get_certificate(connection, entry.details.get("fingerprint") or "")
                if certificate is not None:
                    (folder / f"{entry.id}.pem").write_text(ssl.DER_cert_to_PEM_cert(certificate), "ascii")
                amount += 1
    click.echo(f"{amount} in {folder}")


@command.command()
@_TABLE
@click.option("--older-than", metavar="AGE", required=True, help="Those older than this, such as 30d, 12h or 5m.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_opens
def purge(url: str, table: str, older_than: str, yes: bool) -> None:
    """Delete messages for good: those that are done or only stored, or those of the quarantine.

    A message that was deleted is no longer recognised when it is sent again.
    """
    from schemapress.receiver.inbox.query import TABLES
    from schemapress.receiver.inbox.retention import ROWS_AT_ONCE, purge_quarantine
    from schemapress.receiver.inbox.retention import purge as delete

    before = _time_before(older_than)
    if not yes:
        click.confirm(f"Delete what is older than {older_than}?", abort=True)
    amount = 0
    while True:
        with _writing(url) as connection:
            if table == "quarantine":
                deleted = purge_quarantine(connection, before)
            else:
                deleted = delete(connection, before, TABLES[table])
        amount += deleted
        if deleted < ROWS_AT_ONCE:
            break
    click.echo(f"{amount} deleted")


@contextmanager
def _reading(url: str) -> Iterator[sa.Connection]:
    """Give a connection to a database that has the tables."""
    from schemapress.receiver.inbox.database import read

    with _opened(url) as engine, read(engine) as connection:
        yield connection


@contextmanager
def _writing(url: str) -> Iterator[sa.Connection]:
    with _opened(url) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def _opened(url: str) -> Iterator[sa.Engine]:
    """Give the engine of a database, and turn what it refuses into an error.

    Raises:
        SchemapressError: there is no such database, it has no inbox, or it can't be reached.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from schemapress.receiver.inbox.database import connect, reason_of

    engine = connect(url)
    place = engine.url.render_as_string(hide_password=True)
    hint = "`schemapress serve` makes it when it starts. Name another one with --database."
    database = engine.url.database or ""
    if engine.dialect.name == "sqlite" and not Path(database).exists():
        raise SchemapressError("There is no inbox here.", place=place, hint=hint)
    try:
        yield engine
    except SQLAlchemyError as error:
        raise SchemapressError(f"The inbox can't be used: {reason_of(error)}.", place=place, hint=hint) from None
    finally:
        engine.dispose()


def _selection(options: dict[str, str | None]) -> Selection:
    from schemapress.receiver.inbox.query import Selection

    age = options.pop("older_than")
    return Selection(**options, received_before=None if age is None else _time_before(age))  # type: ignore[arg-type]  # the options have the names of the fields


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
