"""The command line: one module per command, imported only when the command is called."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from schemapress import __version__
from schemapress.errors import SchemapressError, nearest_of, write_error

if TYPE_CHECKING:
    from schemapress.project import Project

_COMMANDS = {
    "capture": "Write an XSD from a page of documentation, and record the questions that it leaves open.",
    "endpoints": "Write a first endpoints.toml for an API: what HTTP adds to its XSDs.",
    "build": "Generate the packages of all APIs, or of the named ones.",
    "check": "Check that the packages are up to date with their sources.",
    "diff": "Show what a change of a schema breaks, each time with a document that proves it.",
    "git-driver": "Show in `git diff` and `git log -p` what a change of an XSD breaks.",
    "export": "Write an API as an OpenAPI document or a JSON Schema.",
    "validate": "Validate documents against any schema.",
    "send": "Send documents to the endpoints of a generated package.",
    "serve": "Receive the messages of a package, over mutual TLS, into an inbox that loses nothing.",
    "inbox": "Show, retry, export and delete the messages of an inbox.",
    "outbox": "Show, retry, export and delete the messages of an outbox.",
    "cache": "Show the schemas that are kept for `validate`, or remove them.",
}


@contextmanager
def needs_extra(name: str) -> Iterator[None]:
    """Say which extra to install where a module that is imported in the block is missing.

    Raises:
        SchemapressError: a module of the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] in ("schemapress", "schemapress_runtime"):
            raise
        message = f"This command needs {missing.name}, which is not installed."
        raise SchemapressError(message, hint=f"pip install 'schemapress[{name}]'") from None


class _OutputClosed(Exception):
    """The reader of the output has closed it; click would turn BrokenPipeError into exit code 1."""


class _LazyGroup(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"schemapress.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _OutputClosed from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"There is no command {args[0]!r}. {nearest_of(args[0], _COMMANDS)}", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="schemapress")
def cli() -> None:
    """Generate bindings, validators, codecs and handlers from an XSD.

    Exit codes: 0 success; 1 check failed (drift, invalid document, breaking change); 2 bad input or usage;
    130 interrupted; 141 output closed by its reader; 143 terminated.
    """


def main() -> None:
    """Run the command line. Errors that the user can fix are printed without a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli.main(prog_name="schemapress", standalone_mode=False)
        sys.stdout.flush()
    except SchemapressError as error:
        print_error(error)
        sys.exit(2)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        print_error(_usage_error(error))
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(_INTERRUPTED)
    except (_OutputClosed, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_OUTPUT_CLOSED)
    except OSError as error:
        print_error(_system_error(error))
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def load_project_to_build(start: Path) -> Project:
    """Return the project of a folder, after checking the settings that a build does not read itself.

    Raises:
        SchemapressError: there is no project, or its settings are invalid.
    """
    from schemapress.project import load_project

    project = load_project(start)
    if project.settings.severities:
        from schemapress.diff.severities import severities_of

        severities_of(project)
    if project.settings.capture:
        from schemapress.capture.decide.profile import read_profile

        read_profile(project.root / "pyproject.toml", None)
    return project


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """End the process as an error would, which removes its temporary folders and ends its child processes."""
    signal.signal(number, signal.SIG_IGN)  # `timeout` sends it twice; the second signal would interrupt this
    sys.exit(128 + number)


_INTERRUPTED = 128 + signal.SIGINT
"""The exit code after an interrupt."""

_OUTPUT_CLOSED = 141
"""The exit code after the reader closed the output: 128 plus the number of SIGPIPE, which Windows does not have."""


_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EDQUOT)
"""Errors of a write to a stream. Errors of files that a command writes have a path."""


def _system_error(error: OSError) -> SchemapressError:
    """Return an error of the operating system as it is printed: with the file, or the stream."""
    if error.filename is None and error.errno in _FULL:
        return write_error(error, Path("standard output"))
    return SchemapressError(f"{error.strerror or error}.", place=str(error.filename) if error.filename else None)


def _usage_error(error: click.ClickException) -> SchemapressError:
    """Return a usage error as it is printed, with a hint to the help of the command."""
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = None if context is None else f"See `{context.command_path} --help`."
    return SchemapressError(message if message.endswith((".", "?")) else f"{message}.", hint=hint)


def print_error(error: SchemapressError) -> None:
    """Print an error on standard error."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)


def warn(text: str) -> None:
    """Print a warning on standard error."""
    click.echo(f"{click.style('warning:', fg='yellow')} {text}", err=True)


PROJECT_OPTION = click.option(
    "--project",
    "start",
    type=click.Path(exists=True, file_okay=False),
    default=".",
    help="A folder of the project. Default: the current folder.",
)


def parse_locations(pairs: tuple[str, ...], option: str = "--location") -> dict[str, Path]:
    """Return the files of an option URI=FILE, by their URIs.

    Raises:
        click.BadParameter: a value is not such a pair, or there is no such file.
    """
    named = {}
    for pair in pairs:
        uri, equals, file = pair.rpartition("=")
        if not equals:
            raise click.BadParameter("expected URI=FILE", param_hint=option)
        if not Path(file).is_file():
            raise click.BadParameter(f"there is no file {file!r} for {uri!r}", param_hint=option)
        named[uri] = Path(file)
    return named
