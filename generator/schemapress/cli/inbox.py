"""`schemapress inbox`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from schemapress.receiver.settings_reader import read_settings

from . import stored_messages
from .stored_messages import MessageStore

_HINT = (
    "`schemapress serve` makes it, or brings it to the newest version, when it starts. "
    "Name another one with --database."
)
_TABLE = click.option(
    "--table",
    type=click.Choice(["message", "quarantine"]),
    default="message",
    help="The messages that were taken, or those that were refused. Default: message.",
)
_SELECTION = stored_messages.chain(
    stored_messages.STATE,
    click.option("--endpoint", help="Only those of this endpoint, such as 'POST /notifyInProgress'."),
    click.option("--sender", help="Only those of this sender."),
    stored_messages.KEY,
    stored_messages.REFERENCE,
    stored_messages.OLDER_THAN,
)


def _opens(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command its inbox as the first argument, by the options and settings that name it."""

    @click.option("--database", metavar="URL", help="The database. Default: that of `schemapress serve`.")
    @click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The file of settings (TOML). Default: the table [tool.schemapress.serve] of pyproject.toml.",
    )
    @stored_messages.explains_columns
    @wraps(command)
    def opening(database: str | None, config: Path | None, **options: Any) -> None:  # Any: of the command's own
        project = Path("pyproject.toml") if Path("pyproject.toml").exists() else None
        url = read_settings(config, os.environ, {"database": database}, project).database
        command(MessageStore("inbox", url, _HINT), **options)

    return opening


@click.group("inbox")
def command() -> None:
    """Show, retry, export and delete the messages of an inbox, while the server runs or not."""


@command.command("list")
@_TABLE
@_SELECTION
@stored_messages.LIMIT
@stored_messages.STYLE
@_opens
def list_(store: MessageStore, table: str, limit: int, style: str, **options: str | None) -> None:
    """List messages, the newest first, with their states."""
    stored_messages.list_messages(store, table, limit, style, options)


@command.command()
@_TABLE
@click.argument("number", type=stored_messages.NUMBER)
@stored_messages.BODY
@_opens
def show(store: MessageStore, table: str, number: int, only_body: bool) -> None:
    """Show one message: what is known of it, the problems if it was refused, and the message."""
    stored_messages.show_message(store, table, number, only_body=only_body)


@command.command()
@click.option("--all", "all_", is_flag=True, help="All messages that are dead.")
@click.argument("numbers", type=stored_messages.NUMBER, nargs=-1)
@_opens
def retry(store: MessageStore, all_: bool, numbers: tuple[int, ...]) -> None:
    """Let dead messages be delivered again: those with these NUMBERS, or all.

    Their handlers run as soon as the server looks, even if later messages of the same reference were handled before. A
    message whose handler failed inside its request (state handling) can be named, too; a server with --mode deliver
    then calls the handler.
    """
    stored_messages.retry_messages(store, "message", numbers, all_=all_)


@command.command()
@_TABLE
@_SELECTION
@stored_messages.INTO
@_opens
def export(store: MessageStore, table: str, folder: Path, **options: str | None) -> None:
    """Write messages to files: NUMBER.xml with the message, NUMBER.json with what is known of it.

    NUMBER.pem is the certificate of the sender, if there was one.
    """
    stored_messages.export_messages(store, table, folder, options)


@command.command()
@_TABLE
@stored_messages.PURGED_STATE
@stored_messages.AGE
@stored_messages.YES
@_opens
def purge(store: MessageStore, table: str, state: str | None, older_than: str, yes: bool) -> None:
    """Delete messages for good: those that are done or only stored, or those of the quarantine.

    So are those whose handler failed inside its request. Dead ones are deleted with --state dead alone. A message that
    was deleted is no longer recognised when it is sent again.
    """
    stored_messages.purge_messages(store, table, older_than, state, yes=yes)
