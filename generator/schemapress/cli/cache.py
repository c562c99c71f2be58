"""`schemapress cache`."""

from __future__ import annotations

import click

from schemapress.errors import SchemapressError, writing


@click.command("cache")
@click.option(
    "--clear", is_flag=True, help="Remove all schemas that are kept. Later commands load them from their files."
)
def command(clear: bool) -> None:
    """Show the folder of the schemas that `validate` keeps for its next run, how many there are, and their size."""
    from schemapress.compilation import default_cache

    folder = default_cache()
    if folder is None:
        raise SchemapressError("There is no cache: you have no home folder.", hint="Set HOME or XDG_CACHE_HOME.")
    if (fault := folder.find_fault()) is not None:
        raise SchemapressError(fault, hint="Remove it, or set XDG_CACHE_HOME to a folder of your own.")
    entries = folder.entries()
    size = sum(status.st_size for _, status in entries)
    if clear:
        with writing(folder.path):
            number = folder.clear()
        click.echo(f"Removed {_count(number)} from {folder.path}.")
    else:
        click.echo(f"{folder.path}: {_count(len(entries))}, {size / 1e6:.1f} MB")


def _count(schemas: int) -> str:
    return f"{schemas:,} schema{'' if schemas == 1 else 's'}"
