"""Renders the templates of the page. They escape whatever they print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent / "templates"


def _make_environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=True)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {"time": show_time, "iso": iso_time, "size": show_size}
    return environment


def show_time(microseconds: int) -> str:
    """Return a time for the eyes, in UTC."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S")


def iso_time(microseconds: int) -> str:
    """Return a time in ISO 8601."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def show_age(seconds: float) -> str:
    """Return an age in its largest unit."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def show_size(size: int) -> str:
    """Return a number of bytes."""
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1_000:,.0f} kB"


_ENVIRONMENT = _make_environment()


def render(name: str, **context: object) -> bytes:
    """Return what a template prints."""
    return _ENVIRONMENT.get_template(name).render(context).encode("utf-8", "replace")
