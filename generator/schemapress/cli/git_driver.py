"""`schemapress git-driver`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("git-driver")
@click.argument("path")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("_old_hash")
@click.argument("_old_mode")
@click.argument("new", type=click.Path(path_type=Path))
@click.argument("_rest", nargs=-1)
def command(path: str, old: Path, new: Path, **_: object) -> None:
    """Say to git what a change of an XSD breaks: set `diff.schemapress.command` to this, and `*.xsd diff=schemapress`.

    Takes the arguments that git gives to a command for diffs (git(1), GIT_EXTERNAL_DIFF).
    """
    from schemapress.diff.driver import shown

    click.echo(shown(path, old, new), nl=False)
