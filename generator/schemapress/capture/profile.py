"""Answers for a whole family of pages: `[tool.schemapress.capture]`, or a file of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from schemapress.errors import SchemapressError


def read_profile(project: Path | None, file: Path | None) -> dict[str, str]:
    """Return the answers of a profile: those of a project's pyproject.toml, overridden by those of a file.

    A key is that of a question, such as `array:updates`, or of a kind of questions, such as `array`.

    Raises:
        SchemapressError: a file is not TOML, or an answer is not a text.
    """
    answers: dict[str, str] = {}
    if project is not None and project.is_file():
        table = _load(project).get("tool", {}).get("schemapress", {}).get("capture", {})
        answers |= _answers(table, project)
    if file is not None:
        answers |= _answers(_load(file), file)
    return answers


def _load(path: Path) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This profile can't be read: {error}.", place=str(path)) from None


def _answers(table: Mapping[str, object], path: Path) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str):
            hint = 'For example: namespace = "urn:partner:api".'
            raise SchemapressError(
                f"The profile answers {key!r} with {value!r}, not with a text.", place=str(path), hint=hint
            )
    return {key: str(value) for key, value in table.items()}
