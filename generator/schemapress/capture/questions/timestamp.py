"""Is a string that holds a date or a time an xs:dateTime?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..captured import Captured, evidence, is_text
from ..endpoint import Field
from ..question import Question

_ISO_8601 = re.compile(r"ISO[ -]?8601|RFC[ -]?3339", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z](Date|Time|DateTime|Timestamp|At|On)|^(date|time|timestamp))$")
_TYPES = ("xs:string", "xs:dateTime", "xs:date", "xs:time")


def is_iso_8601(field: Field) -> bool:
    """Whether the page says that a string is in ISO 8601 format."""
    return is_text(field) and _ISO_8601.search(field.description) is not None


def ask(captured: Captured) -> Iterator[Question]:
    """Yield one question for all fields that the page calls ISO 8601, and one for each whose name is all it says."""
    iso = []
    unsaid = []
    for message, element in captured.elements():
        if is_text(element.field) and not element.children:
            label = captured.label(message, element)
            if is_iso_8601(element.field):
                iso.append((label, element.field))
            elif _NAME.search(element.name):
                unsaid.append((label, element.field))
    if iso:
        yield Question(
            "timestamp",
            "What are the strings in ISO 8601 format?",
            ("xs:dateTime", "xs:date", "xs:string"),
            "xs:dateTime",
            "Each is described as a time at which something happened; a date alone would not say it.",
            tuple(label for label, _ in iso),
            tuple(evidence(field) for _, field in iso),
        )
    for label, field in unsaid:
        yield Question(
            f"timestamp:{label}",
            f"What is `{label}`, a string without a format?",
            _TYPES,
            "xs:string",
            "The page says no more than that it is a string.",
            (label,),
            (evidence(field),),
        )
