"""Whether a string that holds a date or a time is an xs:dateTime (key `timestamp`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..read.page import PageField
from .captured import CapturedEndpoint, evidence_of, is_text
from .question import Answers, Question

KEY = "timestamp"

_ISO_8601 = re.compile(r"ISO[ -]?8601|RFC[ -]?3339", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z](Date|Time|DateTime|Timestamp|At|On)|^(date|time|timestamp))$")
_TYPES = ("xs:string", "xs:dateTime", "xs:date", "xs:time")


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield one question for all fields that the page calls ISO 8601, and one for each whose name alone suggests it."""
    iso: dict[str, PageField] = {}
    by_name: dict[str, PageField] = {}
    for message, element in captured.elements():
        if is_text(element.field) and not element.children:
            label = captured.label(message, element)
            if _is_iso_8601(element.field):
                iso[label] = element.field
            elif _NAME.search(element.name):
                by_name[label] = element.field
    if iso:
        yield Question(
            KEY,
            "What are the strings in ISO 8601 format?",
            ("xs:dateTime", "xs:date", "xs:string"),
            "xs:dateTime",
            "Each is described as a time at which something happened; a date alone would not say it.",
            tuple(iso),
            tuple(map(evidence_of, iso.values())),
        )
    for label, field in by_name.items():
        yield Question(
            f"{KEY}:{label}",
            f"What is `{label}`, a string without a format?",
            _TYPES,
            "xs:string",
            "The page says no more than that it is a string.",
            (label,),
            (evidence_of(field),),
        )


def type_of(answers: Answers, label: str, field: PageField) -> str | None:
    """Return the built-in type of a text field, with the prefix xs:, or None if the question was not asked."""
    return answers.get(KEY if _is_iso_8601(field) else f"{KEY}:{label}")


def _is_iso_8601(field: PageField) -> bool:
    """Whether the page says that a string is in ISO 8601 format."""
    return is_text(field) and _ISO_8601.search(field.description) is not None
