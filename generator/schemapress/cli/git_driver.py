"""`schemapress git-driver`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("git-driver")
@click.argument("path")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("_old_hash", metavar="OLD-HEX")
@click.argument("_old_mode", metavar="OLD-MODE")
@click.argument("new", type=click.Path(path_type=Path))
@click.argument("_rest", nargs=-1, metavar="NEW-HEX NEW-MODE")
def command(path: str, old: Path, new: Path, **_: object) -> None:
    """Print the review of a changed XSD for `git diff`.

    To use it, set `diff.schemapress.command` in git's configuration, and `*.xsd diff=schemapress` in .gitattributes.
    Takes the arguments that git passes to a diff command (git(1), GIT_EXTERNAL_DIFF).
    """
    from schemapress.diff.git_driver import render_git_diff

    click.echo(render_git_diff(path, old, new), nl=False)
