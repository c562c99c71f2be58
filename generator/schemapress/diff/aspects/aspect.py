"""An aspect: one thing in which two declarations can differ, with its rules, its facets and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from schemapress.diff.rule import Rule
from schemapress.inclusion.pair import Pair, text_type_of
from schemapress.inclusion.result import Undecided
from schemapress.inclusion.separation import Cause
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Declarations, ElementDeclaration, Type
from schemapress_runtime.xsd.simple_type import SimpleType


@dataclass(frozen=True, slots=True)
class Side:
    """One version at the place of a difference; `subject` is the child, attribute or type that it is about."""

    declarations: Declarations
    declaration: ElementDeclaration
    type: Type
    subject: str
    is_of_attribute: bool = False

    @property
    def attribute(self) -> AttributeUse | None:
        """The attribute that the difference is about, if this version declares it."""
        if not self.is_of_attribute or not isinstance(self.type, ComplexType):
            return None
        return self.type.attributes.get(self.subject)

    @property
    def text_type(self) -> SimpleType | None:
        """The type of the text that the difference is about: the attribute's, or the element's."""
        return text_type_of(self.type) if self.attribute is None else self.attribute.type


@dataclass(frozen=True, slots=True, eq=False)
class Aspect:
    """One thing in which two declarations can differ; its module has the same name.

    `narrowed` is the rule if a document is no longer accepted, `widened` if one is newly accepted. `describe` returns a
    phrase for the version of the first side, beside that of the second. `facets` are the names of the facets that the
    aspect is about, `cause` is why a content model refuses children; either may be missing. `is_of_declaration` marks
    an aspect of the element itself, not of its type. `step` begins the last step of the path.
    """

    name: str
    narrowed: Rule
    widened: Rule
    describe: Callable[[Side, Side], str]
    facets: tuple[str, ...] = ()
    cause: Cause | None = None
    is_of_declaration: bool = False
    step: str = ""


@dataclass(frozen=True, eq=False)
class Difference:
    """A difference in one aspect, with what makes an element that only `narrow` accepts.

    `subject` is the child, the attribute, or the type that `xsi:type` names; empty for the element itself. `others` are
    the further types that differ as that one does; `other` is the name that the subject has in `wide`, if it has
    another one there. `kept` are the texts in the element that show the difference: elements, and attributes by their
    names.
    """

    aspect: Aspect
    subject: str
    pair: Pair
    make: Callable[[], etree._Element]
    is_of_attribute: bool = False
    others: tuple[str, ...] = ()
    other: str = ""
    kept: tuple[tuple[etree._Element, str | None], ...] = ()

    @cached_property
    def element(self) -> etree._Element:
        """The element, which is made when it is first asked for.

        Raises:
            GiveUp: no example of it was found.
        """
        return self.make()


Outcomes = Iterator[Pair | Difference | Undecided]
"""The outcomes of comparing two declarations: differences, pairs to compare next, and undecided constructs."""
