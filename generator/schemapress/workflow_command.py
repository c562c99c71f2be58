"""GitHub's workflow commands, which become annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

AnnotationLevel = Literal["error", "warning", "notice"]


def workflow_command(level: AnnotationLevel, properties: Iterable[tuple[str, str]], text: str) -> str:
    """Return a command on one line; line breaks in the text are escaped."""
    listed = ",".join(f"{name}={_escape(value, ':,')}" for name, value in properties)
    return f"::{level} {listed}::{_escape(text)}"


def _escape(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
