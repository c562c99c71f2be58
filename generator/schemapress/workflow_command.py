"""GitHub's workflow commands, which become annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Level = Literal["error", "warning", "notice"]


def workflow_command(level: Level, properties: Iterable[tuple[str, str]], text: str) -> str:
    """Return a command on one line; a text of several lines is escaped into it."""
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties)
    return f"::{level} {listed}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
