"""`schemapress serve`."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemapress.cli import needs_extra
from schemapress.receiver.settings import CHOICES, SETTINGS, default_of
from schemapress.receiver.settings_reader import find_misspelt, read_settings

_LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from schemapress.receiver.serving import Serving

_NOBODY = "no handlers; messages are only stored"

_TYPES: dict[str, Any] = {  # Any: click's types have no common one
    "number": int,
    "seconds": float,
    "days": float,
    "file": click.Path(path_type=Path, dir_okay=False),
    "files": click.Path(path_type=Path, dir_okay=False),
    **{kind: click.Choice(choices) for kind, choices in CHOICES.items()},
}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add an option per setting."""
    for name, setting in reversed(SETTINGS.items()):
        kind, help_ = setting.metadata["kind"], setting.metadata["help"]
        default = default_of(name)
        if default not in (None, (), False):
            help_ = f"{help_} Default: {default}."
        flag = f"--{name.replace('_', '-')}"
        if kind == "flag":
            command = click.option(flag, name, is_flag=True, default=None, help=help_)(command)
        elif kind == "files":
            help_ = f"{help_} Repeat the option for several."
            command = click.option(flag, name, type=_TYPES[kind], multiple=True, help=help_)(command)
        else:
            command = click.option(flag, name, type=_TYPES.get(kind, str), default=None, help=help_)(command)
    return command


@click.command("serve")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of settings (TOML). Default: the table [tool.schemapress.serve] of pyproject.toml. Environment "
    "variables such as SCHEMAPRESS_SERVE_PORT override it, and options override both.",
)
@_options
@click.argument("package", type=click.Path(path_type=Path))
def command(package: Path, config: Path | None, **options: Any) -> None:  # Any: the values of the settings
    """Receive the messages of PACKAGE, the folder of a generated package, and keep them in an inbox.

    A message is stored durably before it is acknowledged. Its sender proves who it is with a client certificate;
    without certificates, the server listens on 127.0.0.1 only. Stop it with Ctrl-C: what is in flight is finished.
    """
    with needs_extra("receiver"):
        from schemapress.receiver.log import configure_log
        from schemapress.receiver.serving import prepare, serve

    options["crl"] = options["crl"] or None
    project = Path("pyproject.toml") if Path("pyproject.toml").exists() else None
    settings = read_settings(config, os.environ, options, project)
    configure_log(settings.log_format)
    for variable, meant in find_misspelt(os.environ):
        event = {"event": "misspelt-variable"}
        _LOG.warning("%s is not a variable of this command. Did you mean %s?", variable, meant, extra=event)
    serving = prepare(package, settings)
    is_finished = serve(serving, lambda: _describe(serving))
    rest = (
        "what was in flight is finished" if is_finished else "handlers were ended, and their messages will come again"
    )
    click.echo(f"Stopped: {rest}.")


def _describe(serving: Serving) -> None:
    """Print where the server listens, how to send to it, and what becomes of messages."""
    endpoints = serving.package.exchange(1).endpoints
    click.echo(f"{serving.package.name} at {serving.listener.url}")
    for endpoint in endpoints:
        click.echo(f"  {endpoint.method} {endpoint.path}{f'  <{endpoint.element}>' if endpoint.element else ''}")
    if serving.certificates is not None:
        first = next((each for each in endpoints if each.message is not None), endpoints[0])
        url = f"https://localhost:{serving.listener.port}{first.path}"
        media_type = next(iter(first.media_types), None)
        click.echo(f"  {serving.certificates.curl(url, media_type=media_type, method=first.method)}")
    who = serving.handlers if serving.handlers is not None and serving.mode != "store" else _NOBODY
    sources = f"; settings of {' and '.join(serving.sources)}" if serving.sources else ""
    click.echo(f"  {serving.mode}: {who}{sources}")
    if serving.page is not None:
        click.echo(f"  {serving.page.url}: the page, /metrics, /live and /ready")
    if serving.health is not None:
        click.echo(f"  {serving.health.url}: /metrics, /live and /ready")
    click.echo(f"  Messages are stored in {serving.inbox}")
