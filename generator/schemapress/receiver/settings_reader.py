"""Reads the settings of `schemapress serve`: of a file, over them the environment, and over both the command line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from schemapress.errors import SchemapressError, nearest_of

from .settings import CHOICES, SETTINGS, Kind, ReceiverSettings

PREFIX = "SCHEMAPRESS_SERVE_"
"""What the environment variables of the settings begin with: SCHEMAPRESS_SERVE_TLS_CERT is `tls-cert`."""

TABLE = "tool.schemapress.serve"
"""The table of pyproject.toml that has the settings; a file of their own has them at its top."""

_SQLITE = re.compile(r"(sqlite(?:\+pysqlite)?:///)([^:/].*)", re.DOTALL)
"""A URL of SQLite with a relative path; an absolute path begins with a fourth slash."""

_NUMBER = re.compile(r"-?[0-9]+")

_KUBERNETES = re.compile(r"SERVICE_(HOST|PORT(_\w+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_\w+)?")
"""The variables of a Service, after its name."""

_EXPECTED: Mapping[Kind, str] = {
    "text": "a text",
    "secret": "a text in quotes",
    "url path": "a path that begins with a slash",
    "number": "a whole number",
    "seconds": "a number of seconds",
    "days": "a number of days",
    "file": "a path",
    "files": "a list of paths",
    "flag": "true or false",
    "mode": "one of deliver, inline and store",
    "log format": "text or json",
    "trailing slash": "exact or ignore",
    "database": "a URL",
}


def read_settings(
    file: Path | None, environment: Mapping[str, str], options: Mapping[str, object], project: Path | None = None
) -> ReceiverSettings:
    """Return the settings of a file, over them those of the environment, and over them the options.

    Without a file, the table `[tool.schemapress.serve]` of `project`, a pyproject.toml, counts. Paths in a file are
    relative to its folder. An empty variable and an option that is None are not given.

    Raises:
        SchemapressError: a setting is unknown, or its value is wrong; with the file or the variable.
    """
    values: dict[str, object] = {}
    places: dict[str, str] = {}
    sources: list[str] = []
    source = file or project
    if source is not None:
        for name, (value, place) in _read_file(source, file is None).items():
            values[name], places[name] = value, place
        if values or file is not None:
            sources.append(str(source))
    variables = _find_variables(environment)
    for variable, text in variables.items():
        name = _known(variable.removeprefix(PREFIX).lower(), variable, lambda known: f"{PREFIX}{known.upper()}")
        values[name], places[name] = _convert(name, _parse(name, text), variable, Path()), variable
    if variables:
        sources.append("the environment")
    for name, value in options.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            values[name], places[name] = _convert(name, value, option, Path()), option
    settings = ReceiverSettings(**values, sources=tuple(sources))  # type: ignore[arg-type]  # they have their types
    _check(settings, places)
    return settings


def _find_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the environment that are settings, or look like one that is unknown."""
    return {
        variable: text
        for variable, text in environment.items()
        if variable.startswith(PREFIX) and text and not _is_of_kubernetes(variable.removeprefix(PREFIX), text)
    }


def _is_of_kubernetes(name: str, text: str) -> bool:
    """Whether Kubernetes made a variable, for a Service that is named schemapress-serve."""
    return _KUBERNETES.fullmatch(name) is not None or (name == "PORT" and "://" in text)


def _read_file(file: Path, is_project: bool) -> dict[str, tuple[object, str]]:
    """Return the values of a file, each with its place."""
    try:
        text = file.read_text("utf-8")
        table: Any = tomllib.loads(text)
    except OSError as error:
        raise SchemapressError(f"The settings can't be read: {error.strerror}.", place=str(file)) from None
    except UnicodeDecodeError:
        raise SchemapressError("The settings are not UTF-8.", place=str(file), hint="Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        problem = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", str(error))
        line, reason = (None, str(error)) if problem is None else (problem[2], problem[1])
        place = str(file) if line is None else f"{file}:{line}"
        raise SchemapressError(f"The settings are not TOML: {reason}.", place=place) from None
    header = TABLE if is_project else None
    if is_project:
        for key in TABLE.split("."):
            table = table.get(key, {}) if isinstance(table, dict) else {}
    elif TABLE.split(".")[0] in table:  # a pyproject.toml that --config names
        return _read_file(file, is_project=True)
    values = {}
    for key, value in table.items():
        if isinstance(value, dict):
            message = f"The file has the table [{key}]; settings are at its top."
            place = _place_of(rf"\[\s*{re.escape(key)}\b", text, file)
            raise SchemapressError(message, place=place, hint=f"Remove the line [{key}], or write [{TABLE}].")
        place = _place_of(rf"""["']?{re.escape(key)}["']?\s*=""", text, file, header)
        name = _known(key.replace("-", "_"), place)
        values[name] = (_convert(name, value, place, file.parent), place)
    return values


def _place_of(pattern: str, text: str, file: Path, table: str | None = None) -> str:
    """Return the file, and the line that begins with a pattern, in a table if one is given."""
    is_inside = table is None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        if is_inside and re.match(rf"\s*{pattern}", line):
            return f"{file}:{number}"
        if header is not None and table is not None:
            is_inside = header[1] == table
    return str(file)


def _known(name: str, place: str, write: Callable[[str], str] = lambda name: name.replace("_", "-")) -> str:
    """Return the name of a setting. SchemapressError: there is none; with the nearest, as `write` writes it there."""
    if name not in SETTINGS:
        message = f"There is no setting {name.replace('_', '-')}."
        raise SchemapressError(message, place=place, hint=nearest_of(write(name), map(write, SETTINGS)))
    return name


def _parse(name: str, text: str) -> object:
    """Return the value of an environment variable, as a file would have it."""
    kind: Kind = SETTINGS[name].metadata["kind"]
    try:
        if kind == "number" and _NUMBER.fullmatch(text):
            return int(text)
        if kind in ("seconds", "days"):
            return float(text)
    except ValueError:
        return text
    if kind == "flag":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text.split(":") if kind == "files" else text


def _convert(name: str, value: Any, place: str, folder: Path) -> object:
    """Return a value as its field has it. SchemapressError: it is of another kind, too small or too large."""
    metadata = SETTINGS[name].metadata
    kind: Kind = metadata["kind"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "flag": isinstance(value, bool),
        "number": is_number and isinstance(value, int),
        "seconds": is_number,
        "days": is_number,
        "files": isinstance(value, list | tuple) and all(isinstance(item, str | Path) for item in value),
        "file": isinstance(value, str | Path),
        "url path": isinstance(value, str) and value.startswith("/"),
    }.get(kind, isinstance(value, str) and value in CHOICES.get(kind, (value,)))
    shown = f"The setting {name.replace('_', '-')}"
    if not fits:
        is_secret = kind in ("secret", "database")
        message = (
            f"{shown} is not {_EXPECTED[kind]}." if is_secret else f"{shown} is {value!r}; expected {_EXPECTED[kind]}."
        )
        raise SchemapressError(message, place=place)
    if is_number and not value <= metadata["most"]:
        raise SchemapressError(f"{shown} is {value}; expected at most {metadata['most']:,}.", place=place)
    if is_number and value < metadata["least"]:
        raise SchemapressError(f"{shown} is {value}; expected at least {metadata['least']:g}.", place=place)
    if kind == "file":
        return folder / value
    if kind == "database":
        return _resolve(str(value), folder)
    return tuple(folder / item for item in value) if kind == "files" else value


def _resolve(url: str, folder: Path) -> str:
    """Return the URL of a database; a relative path of SQLite is one from the folder."""
    relative = _SQLITE.fullmatch(url)
    return url if relative is None else f"{relative[1]}{folder / relative[2]}"


def _check(settings: ReceiverSettings, places: Mapping[str, str]) -> None:
    """Check that settings fit each other. SchemapressError: they don't, or one has no effect without another."""

    def error(name: str, message: str, hint: str) -> SchemapressError:
        return SchemapressError(message, place=places.get(name.replace("-", "_")), hint=hint)

    ports: dict[int, str] = {}
    for name in ("port", "page-port", "health-port"):
        port = getattr(settings, name.replace("-", "_")) or 0  # 0 takes a free one
        if port and ports.setdefault(port, name) != name:
            raise error(name, f"{ports[port]} and {name} are both {port}.", f"Give {name} another number.")
    has_certificate, has_authority = settings.tls_cert is not None, settings.client_ca is not None
    if settings.tls_key is not None and not has_certificate:
        raise error("tls-key", "There is a tls-key without a tls-cert.", "Give the certificate of the key.")
    if settings.tls_key_password is not None and not has_certificate:
        hint = "Give tls-cert and tls-key, or leave the password out."
        raise error("tls-key-password", "There is a tls-key-password without a key.", hint)
    if has_authority and not has_certificate:
        hint = "Give tls-cert and tls-key: client certificates need TLS."
        raise error("client-ca", "There is a client-ca without a tls-cert.", hint)
    if settings.dev and has_certificate:
        raise error("dev", "dev and tls-cert can't be combined.", "dev makes the certificates itself.")
    if settings.client_certificate_optional and not has_authority and not settings.dev:
        message = "client-certificate-optional has no effect without a client-ca."
        raise error("client-certificate-optional", message, "Give the client-ca, or leave it out.")
    if "health_host" in places and settings.health_port is None:
        message = "health-host has no effect without a health-port."
        raise error("health-host", message, "Give the health-port, or leave it out.")
    if settings.longest_pause < settings.first_pause:
        name = "longest-pause" if "longest_pause" in places else "first-pause"
        pauses = f"{settings.longest_pause:g}, less than the first-pause of {settings.first_pause:g}"
        raise error(
            name, f"The longest-pause is {pauses}.", "Make the first-pause shorter, or the longest-pause longer."
        )
    if settings.mode in ("deliver", "inline") and settings.handlers is None:
        raise error("mode", f"The mode {settings.mode} needs handlers.", "Example: --handlers tickets:Tickets")


def find_misspelt(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield variables that look like those of settings and are none, with the name that was probably meant.

    They are no errors: other programs have variables too, and Kubernetes makes some by the names of services.
    """
    meant = {name.upper() for name in SETTINGS}
    for variable in environment:
        upper = variable.upper().replace("-", "_")
        if variable.startswith(PREFIX):
            continue
        for name in meant:
            prefix = upper.removesuffix(name)
            if prefix != upper and prefix.endswith("_") and SequenceMatcher(None, prefix, PREFIX).ratio() > 0.75:
                yield variable, f"{PREFIX}{name}"
                break
