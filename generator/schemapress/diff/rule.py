"""A rule: one kind of change, with its name, its severity and its documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["documents", "endpoint", "documentation", "python"]
"""The subject of a rule: valid documents, HTTP, texts for people, or the generated classes."""

Severity = Literal["breaking", "undecided", "compatible", "informative", "off"]
"""The effect of a change on existing users: it breaks them, may break them, does not, or only informs them.

A finding of a rule that is off is not reported.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change.

    `severity` applies to those whom the change concerns; `suggestion` is a way to make the change without
    breaking anybody, if one is known.
    """

    name: str
    kind: Kind
    severity: Severity
    documentation: str
    suggestion: str = ""


def document_rule(name: str, documentation: str, suggestion: str = "", severity: Severity = "breaking") -> Rule:
    """Return a rule about valid documents, which usually breaks those whom it concerns."""
    return Rule(name, "documents", severity, documentation, suggestion)
