"""`schemapress outbox`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from . import stored_messages
from .stored_messages import MessageStore

_HINT = "`schemapress.receiver.outbox.Outbox(URL, client)` makes it. Name another one with --database."
_SELECTION = stored_messages.chain(
    click.option("--state", help="Only those in this state: waiting, done or dead."),
    click.option("--method", "endpoint", help="Only those of this method of the client, such as notify_in_progress."),
    stored_messages.KEY,
    stored_messages.REFERENCE,
    stored_messages.OLDER_THAN,
)


def _opens(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command its outbox as the first argument."""

    @click.option(
        "--database",
        metavar="URL",
        envvar="SCHEMAPRESS_OUTBOX_DATABASE",
        default="sqlite:///outbox.db",
        help="The database. Default: the environment variable SCHEMAPRESS_OUTBOX_DATABASE, else sqlite:///outbox.db.",
    )
    @stored_messages.explains_columns
    @wraps(command)
    def opening(database: str, **options: Any) -> None:  # Any: of the command's own
        command(MessageStore("outbox", database, _HINT), **options)

    return opening


@click.group("outbox")
def command() -> None:
    """Show, retry, export and delete the messages of an outbox, while the program that sends them runs or not."""


@command.command("list")
@_SELECTION
@stored_messages.LIMIT
@stored_messages.STYLE
@_opens
def list_(store: MessageStore, limit: int, style: str, **options: str | None) -> None:
    """List messages, the newest first, with their states."""
    stored_messages.list_messages(store, "outbox", limit, style, options)


@command.command()
@click.argument("number", type=stored_messages.NUMBER)
@stored_messages.BODY
@_opens
def show(store: MessageStore, number: int, only_body: bool) -> None:
    """Show one message: what is known of it, why it was not sent, and the message."""
    stored_messages.show_message(store, "outbox", number, only_body=only_body)


@command.command()
@click.option("--all", "all_", is_flag=True, help="All messages that are dead.")
@click.argument("numbers", type=stored_messages.NUMBER, nargs=-1)
@_opens
def retry(store: MessageStore, all_: bool, numbers: tuple[int, ...]) -> None:
    """Let dead messages be sent again: those with these NUMBERS, or all.

    They are sent as soon as the program that sends looks, even if later messages of the same reference were sent
    before.
    """
    stored_messages.retry_messages(store, "outbox", numbers, all_=all_)


@command.command()
@_SELECTION
@stored_messages.INTO
@_opens
def export(store: MessageStore, folder: Path, **options: str | None) -> None:
    """Write messages to files: NUMBER.xml with the message, NUMBER.json with what is known of it."""
    stored_messages.export_messages(store, "outbox", folder, options)


@command.command()
@stored_messages.PURGED_STATE
@stored_messages.AGE
@stored_messages.YES
@_opens
def purge(store: MessageStore, state: str | None, older_than: str, yes: bool) -> None:
    """Delete messages that were sent, for good; with --state dead, those that are dead.

    One that is put in again is then stored and sent again.
    """
    stored_messages.purge_messages(store, "outbox", older_than, state, yes=yes)
