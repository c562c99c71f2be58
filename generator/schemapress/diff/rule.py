"""What a rule is: one kind of change, with its name and its documentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from schemapress.diff.inclusion.example import Type
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Declarations, ElementDeclaration
from schemapress_runtime.xsd.simple_type import SimpleType

Kind = Literal["documents", "endpoint", "documentation", "python"]
"""What a rule is about: the documents that are valid, what HTTP adds, texts for people, or the generated classes."""

Severity = Literal["breaking", "undecided", "compatible", "informative"]
"""What a change does to those who were there before it: it breaks them, perhaps, or not; or only tells them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change.

    `severity` is what it is for those whom it concerns; `suggestion` is a way to make the change so that
    it breaks nobody, where one is known.
    """

    name: str
    kind: Kind
    severity: Severity
    documentation: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What one version has at the place of a difference; `subject` is the child or the attribute that it is about."""

    declarations: Declarations
    declaration: ElementDeclaration
    type: Type
    subject: str
    is_of_attribute: bool = False

    @property
    def attribute(self) -> AttributeUse | None:
        """The attribute that the difference is about, where this version declares it."""
        if not self.is_of_attribute or not isinstance(self.type, ComplexType):
            return None
        return self.type.attributes.get(self.subject)

    @property
    def text_type(self) -> SimpleType | None:
        """The type of the text that the difference is about: of the attribute, or of the element."""
        if self.attribute is not None:
            return self.attribute.type
        return self.type if isinstance(self.type, SimpleType) else self.type.simple


@dataclass(frozen=True, slots=True)
class Aspect:
    """What two declarations of an element can differ in, with a rule for each way.

    `narrowed` is for what was accepted and is refused now, `widened` for the other way round; `shown` says in a
    phrase what the version of the first side has, and the other one has not.
    """

    name: str
    narrowed: Rule
    widened: Rule
    shown: Callable[[Side, Side], str]


def aspect(
    name: str, narrowed: tuple[str, str, str], widened: tuple[str, str], shown: Callable[[Side, Side], str]
) -> Aspect:
    """Return an aspect of documents: the name of each rule with its documentation, of the first a suggestion too."""
    first, documentation, suggestion = narrowed
    return Aspect(
        name,
        Rule(first, "documents", "breaking", documentation, suggestion),
        Rule(widened[0], "documents", "breaking", widened[1]),
        shown,
    )
