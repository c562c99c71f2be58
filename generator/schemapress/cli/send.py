"""`schemapress send`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION, print_error
from schemapress.errors import SchemapressError, printable
from schemapress.project import project_here
from schemapress_runtime.report.amount import counted

if TYPE_CHECKING:
    from schemapress.sending.sender import Sender, Sent


@click.command("send")
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help="The receiver: https://partner.example, or a URL with the path that stands before those of the endpoints.",
)
@click.option(
    "--package",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The generated package whose endpoints take the documents. Default: the packages of the project.",
)
@click.option(
    "--endpoint", metavar="NAME", help="Send to this endpoint. Default: the one that takes the root element of a FILE."
)
@click.option("--cert", type=click.Path(path_type=Path), help="Your client certificate, a file in PEM.")
@click.option("--key", type=click.Path(path_type=Path), help="The key of --cert, a file in PEM. Default: in --cert.")
@click.option(
    "--key-password-file",
    type=click.Path(path_type=Path),
    help="A file with the password of --key. Default: the key has none.",
)
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    help="Trust the certificates in this file (PEM), and no others. Default: those that the system trusts.",
)
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help="Sign each message with the secret in this file (whsec_…), as Standard Webhooks describes.",
)
@click.option(
    "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Send this header field. Repeat for several."
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of a parameter of the endpoint, in its path, query or header fields. Repeat for several.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    help="Seconds until an attempt is given up. Default: 60.",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=0,
    help="Further attempts, where the message can't have arrived, or has an idempotency key. Default: 0.",
)
@click.option("--dry-run", is_flag=True, help="Validate, and say where each document would go; send nothing.")
@PROJECT_OPTION
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def command(
    url: str,
    package: Path | None,
    endpoint: str | None,
    cert: Path | None,
    key: Path | None,
    key_password_file: Path | None,
    ca: Path | None,
    secret_file: Path | None,
    headers: tuple[str, ...],
    parameters: tuple[str, ...],
    timeout: float,
    retries: int,
    dry_run: bool,
    start: str,
    files: tuple[str, ...],
) -> None:
    """Send documents to the endpoints of a generated package.

    FILE is a document, a folder (every .xml file in it and its subfolders), or - for standard input. Each is validated,
    and sent as it is if it is valid. One that gets no answer is the last that is sent.

    Exits with 1 if a document is not valid or refused, and with 2 if one can't be read or gets no answer.
    """
    from schemapress.sending.sender import ClientOptions, Sender, load_targets

    if key is not None and cert is None:
        raise click.UsageError("--key is the key of a --cert, which is missing.")
    if key_password_file is not None and cert is None:
        raise click.UsageError("--key-password-file has the password of the key of a --cert, which is missing.")
    folders = [package] if package is not None else _find_packages(start)
    options = ClientOptions(
        url,
        cert,
        key,
        ca,
        timeout,
        retries,
        _parse_pairs(headers, ":", "--header"),
        _parse_pairs(parameters, "=", "--parameter"),
        _read_line(key_password_file),
        _read_line(secret_file),
    )
    sender = Sender(load_targets(folders, endpoint), options)
    try:
        sys.exit(_send_all(sender, files, dry_run=dry_run))
    finally:
        sender.close()


def _read_line(path: Path | None) -> str | None:
    """Return the only line of a file with a secret.

    Raises:
        SchemapressError: it can't be read, or has no line, or several.
    """
    from schemapress.documents.named import describe_unreadable

    if path is None:
        return None
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise SchemapressError(describe_unreadable(error), place=str(path)) from None
    except UnicodeDecodeError:
        raise SchemapressError("This file is not UTF-8; expected one line of text.", place=str(path)) from None
    if len(lines) != 1:
        message = f"This file has {counted(len(lines), 'line')}; expected one."
        raise SchemapressError(message, place=str(path))
    return lines[0]


def _send_all(sender: Sender, files: tuple[str, ...], *, dry_run: bool) -> int:
    """Send documents, and print the outcome of each; return the exit code."""
    from schemapress.documents.named import describe_unreadable, find_named
    from schemapress.sending.sender import NoEndpoint, NotDelivered

    code = 0
    for document in find_named(files):
        place = printable(document.name)
        if document.error is not None:
            print_error(SchemapressError(document.error, place=place))
            code = 2
            continue
        try:
            sent = sender.send(document.read(), dry_run=dry_run)
        except OSError as error:
            print_error(SchemapressError(describe_unreadable(error), place=place))
            code = 2
        except (NoEndpoint, NotDelivered) as error:
            print_error(SchemapressError(error.message, place=place, hint=error.hint))
            if isinstance(error, NotDelivered):
                return 2
            code = 2
        else:
            _print(document.name, sent)
            code = max(code, 0 if sent.is_accepted else 1)
    return code


def _print(name: str, sent: Sent) -> None:
    from schemapress.documents.report.text import show_problem

    click.echo(f"{printable(name)}: {printable(sent.line)}")
    for problem in sent.problems:
        click.echo(show_problem(name, problem), nl=False)


def _find_packages(start: str) -> list[Path]:
    """Return the packages of the project that have endpoints.

    Raises:
        SchemapressError: there is no project, or it has none.
    """
    project = project_here(Path(start))
    if project is None:
        hint = "Name the folder of a generated package by --package, or a project by --project."
        raise SchemapressError("There is no pyproject.toml here or above.", place=str(start), hint=hint)
    packages = [project.output / api.package for api in project.apis()]
    with_client = [package for package in packages if (package / "client.py").is_file()]
    return with_client or packages[:1]


def _parse_pairs(texts: tuple[str, ...], separator: str, option: str) -> dict[str, str]:
    """Return the values of an option by their names.

    Raises:
        click.BadParameter: one has no separator.
    """
    pairs = {}
    for text in texts:
        name, found, value = text.partition(separator)
        if not found:
            expected = "NAME: VALUE" if separator == ":" else "NAME=VALUE"
            raise click.BadParameter(f"expected {expected!r}, not {text!r}", param_hint=option)
        pairs[name.strip()] = value.strip() if separator == ":" else value
    return pairs
