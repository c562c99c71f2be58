"""Fills pages of the site from the code: mkdocs calls `on_page_markdown` for each page (`hooks` of mkdocs.yml).

A line `<!-- help: COMMAND -->` becomes what `schemapress COMMAND --help` prints.
"""

from __future__ import annotations

import re

import click

from schemapress.cli import cli

_MARK = re.compile(r"^<!-- help: ?([\w-]*) -->$", re.MULTILINE)
_WIDTH = 80


def help_of(name: str) -> str:
    """Return the output of `schemapress NAME --help`; without a name, of `schemapress --help`.

    Raises:
        KeyError: there is no command of that name.
    """
    with click.Context(cli, info_name="schemapress", terminal_width=_WIDTH, **cli.context_settings) as context:
        if not name:
            return cli.get_help(context)
        command = cli.get_command(context, name)
        if command is None:
            raise KeyError(name)
        with click.Context(command, info_name=name, parent=context) as inner:
            return command.get_help(inner)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return a page with the help of each command that it asks for."""
    return _MARK.sub(lambda mark: f"```console\n{help_of(mark[1])}\n```", markdown)
