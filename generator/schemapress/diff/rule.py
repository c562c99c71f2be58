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


Concerned = Literal["receivers", "senders", "both"]
"""Those on one side of a message, or on both."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change.

    `severity` applies to those whom the change concerns, and `concerns` says who they are: the receivers of a message,
    its senders, or both. `suggestion` is a way to make the change without breaking anybody, if one is known.
    """

    name: str
    kind: Kind
    severity: Severity
    documentation: str
    suggestion: str = ""
    concerns: Concerned = "both"

    @property
    def breaks(self) -> Concerned | Literal["nobody"]:
        """Whom a change of this kind breaks."""
        return "nobody" if self.severity in ("compatible", "informative") else self.concerns


def document_rule(name: str, documentation: str, suggestion: str = "", severity: Severity = "breaking") -> Rule:
    """Return a rule about valid documents, which usually breaks both sides."""
    return Rule(name, "documents", severity, documentation, suggestion)


def narrowing_rule(name: str, documentation: str, suggestion: str = "", severity: Severity = "breaking") -> Rule:
    """Return a rule about documents that are no longer valid, which usually breaks those who receive them."""
    return Rule(name, "documents", severity, documentation, suggestion, "receivers")


def widening_rule(name: str, documentation: str, suggestion: str = "", severity: Severity = "breaking") -> Rule:
    """Return a rule about documents that were not valid before, which usually breaks those who send messages."""
    return Rule(name, "documents", severity, documentation, suggestion, "senders")
