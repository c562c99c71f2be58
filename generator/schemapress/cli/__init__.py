"""The command line. Each command is a module of its own, imported only when it is called."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
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
    "capture": "Write an XSD from a page of documentation, and record what the page leaves open.",
    "build": "Write the packages of all APIs, or of those named.",
    "check": "Say whether the packages are what the sources and this version would write.",
    "diff": "Say what a change of a schema breaks, each time with a document that shows it.",
    "git-driver": "Show in `git diff` and `git log -p` what a change of an XSD breaks.",
    "export": "Write an API as an OpenAPI document or a JSON Schema.",
    "validate": "Validate documents against any schema.",
}


class _ReaderIsGone(Exception):
    """Whoever read what is printed has gone; click would turn the system's own error into exit code 1."""


class _Lazy(click.Group):
    """A group that lists its commands without importing them, and turns errors of the user into exit code 2."""

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
            raise _ReaderIsGone from None

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


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="schemapress")
def cli() -> None:
    """One XSD is the source: bindings, validators, codecs and handlers are pressed out of it.

    Exit codes: 0 success; 1 check failed (drift, invalid document, breaking change); 2 bad input or usage;
    130 interrupted; 141 the reader of the output has gone; 143 terminated.
    """


def main() -> None:
    """Run the command line; what the user can fix is printed, never a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = cli.main(prog_name="schemapress", standalone_mode=False)
        sys.stdout.flush()
    except SchemapressError as error:
        tell(error)
        sys.exit(2)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        tell(_ours(error))
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(_INTERRUPTED)
    except (_ReaderIsGone, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_READER_IS_GONE)
    except OSError as error:
        tell(_told(error))
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def project_to_build(start: Path) -> Project:
    """Return the project that a folder belongs to, with the tables of its settings checked that no build reads.

    Raises:
        SchemapressError: there is none, or its settings have what they can't have.
    """
    from schemapress.project import load_project

    project = load_project(start)
    if project.settings.severities:
        from schemapress.diff.severities import severities_of

        severities_of(project)
    if project.settings.capture:
        from schemapress.capture.profile import read_profile

        read_profile(project.root / "pyproject.toml", None)
    return project


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    """End the process as an error would, so that its temporary folders are removed and its processes ended."""
    signal.signal(number, signal.SIG_IGN)  # `timeout` sends it twice, and the second one would cut this short
    sys.exit(128 + number)


_INTERRUPTED = 128 + signal.SIGINT
"""The exit code after an interrupt."""

_READER_IS_GONE = 141
"""The exit code where the reader of the output has gone: 128 and the number of SIGPIPE, which Windows does not have."""


_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EDQUOT)
"""What a write to a stream can fail with; files that a command writes have their own error, with their path."""


def _told(error: OSError) -> SchemapressError:
    """Return an error of the system as it is printed: with the file, or with the stream that refuses."""
    if error.filename is None and error.errno in _FULL:
        return write_error(error, Path("standard output"))
    return SchemapressError(f"{error.strerror or error}.", place=str(error.filename) if error.filename else None)


def _ours(error: click.ClickException) -> SchemapressError:
    """Return an error of the command line as all errors are printed, with the way to the help of the command."""
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = None if context is None else f"See `{context.command_path} --help`."
    return SchemapressError(message if message.endswith((".", "?")) else f"{message}.", hint=hint)


def tell(error: SchemapressError) -> None:
    """Print an error of the user."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)


def warn(text: str) -> None:
    """Print what the user should look at, though the command goes on."""
    click.echo(f"{click.style('warning:', fg='yellow')} {text}", err=True)


PROJECT_OPTION = click.option(
    "--project",
    "start",
    type=click.Path(exists=True, file_okay=False),
    default=".",
    help="A folder of the project; the current one by default.",
)
