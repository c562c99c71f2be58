"""Answers for a whole family of pages: `[tool.schemapress.capture]`, or a file of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from schemapress.errors import SchemapressError, nearest_of

from .question import Decision
from .questions import GROUP, NAMES


def read_profile(project: Path | None, file: Path | None) -> dict[str, str]:
    """Return the answers of a profile: those of a project's pyproject.toml, overridden by those of a file.

    A key is that of a question, such as `array:updates`, or of a kind of questions, such as `array`.

    Raises:
        SchemapressError: a file is not TOML, an answer is not a text, or a key is of no kind of questions.
    """
    answers: dict[str, str] = {}
    if project is not None and project.is_file():
        table = _load(project).get("tool", {}).get("schemapress", {}).get("capture", {})
        answers |= _answers(table, project)
    if file is not None:
        document = _load(file)
        if isinstance(document.get("tool"), dict):
            message = "The profile has its answers in a table, [tool.schemapress.capture]."
            hint = "Leave out the table header: in a file of its own, the keys stand at the top."
            raise SchemapressError(message, place=str(file), hint=hint)
        answers |= _answers(document, file)
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
        if key.partition(":")[0] not in NAMES and not entry_points(group=GROUP):
            hint = nearest_of(key.partition(":")[0], NAMES)
            raise SchemapressError(f"The profile answers {key!r}, which is no question.", place=str(path), hint=hint)
    return {key: str(value) for key, value in table.items()}


def refuse_unused(profile: Mapping[str, str], decisions: Iterable[Decision]) -> None:
    """Refuse an answer to a kind of questions that is an answer to none of those that are asked.

    Raises:
        SchemapressError: there is such an answer; with what could be answered.
    """
    asked: dict[str, list[Decision]] = {}
    for decision in decisions:
        asked.setdefault(decision.question.key.partition(":")[0], []).append(decision)
    for kind, answer in profile.items():
        of_kind = asked.get(kind, [])
        open_ = [decision for decision in of_kind if decision.answered_by == "default"]
        if open_ and all(decision.answered_by != "profile" for decision in of_kind):
            message = f"The profile answers {kind!r} with {answer!r}, which is no candidate."
            raise SchemapressError(message, hint=f"Expected is {open_[0].question.expected}.")
