"""Answers for a whole family of pages: `[tool.schemapress.capture]`, or a file of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from schemapress.errors import SchemapressError, nearest_of

from ..ask import GROUP, KEYS
from ..ask.question import Decision


def read_profile(project: Path | None, file: Path | None) -> dict[str, str]:
    """Return the answers of a profile: those in the pyproject.toml of a project, overridden by those in a file.

    A key is the key of a question, such as `array:updates`, or of a kind, such as `array`.

    Raises:
        SchemapressError: a file is not TOML, an answer is not a string, or a key belongs to no kind of question.
    """
    answers: dict[str, str] = {}
    if project is not None and project.is_file():
        table = _load(project).get("tool", {}).get("schemapress", {}).get("capture", {})
        answers |= _check_answers(table, project)
    if file is not None:
        document = _load(file)
        if isinstance(document.get("tool"), dict):
            message = "The profile has its answers in the table [tool.schemapress.capture]."
            hint = "Remove the table header: in a separate file, the keys are at the top level."
            raise SchemapressError(message, place=str(file), hint=hint)
        answers |= _check_answers(document, file)
    return answers


def _load(path: Path) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This profile can't be read: {error}.", place=str(path)) from None


def _check_answers(table: Mapping[str, object], path: Path) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str):
            hint = 'For example: namespace = "urn:partner:api".'
            raise SchemapressError(
                f"The profile answers {key!r} with {value!r}, which is not a string.", place=str(path), hint=hint
            )
        if key.partition(":")[0] not in KEYS and not entry_points(group=GROUP):
            hint = nearest_of(key.partition(":")[0], KEYS)
            raise SchemapressError(f"The profile answers {key!r}, which is not a question.", place=str(path), hint=hint)
    return {key: str(value) for key, value in table.items()}


def refuse_unused(profile: Mapping[str, str], decisions: Iterable[Decision]) -> None:
    """Refuse an answer for a kind that no asked question of the kind accepts.

    Raises:
        SchemapressError: there is such an answer; with the accepted ones.
    """
    asked: dict[str, list[Decision]] = {}
    for decision in decisions:
        asked.setdefault(decision.question.kind, []).append(decision)
    for kind, answer in profile.items():
        of_kind = asked.get(kind, [])
        open_ = [decision for decision in of_kind if decision.answered_by == "default"]
        if open_ and all(decision.answered_by != "profile" for decision in of_kind):
            message = f"The profile answers {kind!r} with {answer!r}, which is not a candidate."
            raise SchemapressError(message, hint=f"Expected: {open_[0].question.expected}.")
