"""The problems of one document before they have a place in its text, and its identifiers and references."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..limits import DEFAULT_DOCUMENT_LIMITS, MAX_DIGITS, DocumentLimits
from ..report import wording
from ..report.wording import Wording
from ..xml.document import Element
from ..xsd.content_model import Budget
from ..xsd.primitive import Namespaces, Value
from ..xsd.simple_type import InvalidValue, SimpleType, longest_number
from .identity import parse_value


@dataclass(frozen=True, slots=True)
class UnlocatedProblem:
    """A problem that has no place in the text yet, only an element and perhaps one of its attributes.

    `place` is the element where it shows in the text, which is another one where something is missing before it.
    """

    element: Element
    attribute: str | None
    wording: Wording
    value: str | None
    place: Element

    @property
    def code(self) -> str:
        """The rule that the document breaks."""
        return self.wording.code


class Problems:
    """The problems of one document, in document order; values that identify an element are kept with them.

    `noted` has as many as a report lists. `total` counts the others, too, so that a document with a million problems
    takes no more memory than one with a thousand.
    """

    def __init__(
        self, entities: AbstractSet[str] = frozenset(), limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS
    ) -> None:
        """Take the unparsed entities that the document declares, and the bounds on the report."""
        self.limits = limits
        self._most = limits.problems
        self.budget = Budget()
        self.noted: list[UnlocatedProblem] = []
        self.total = 0
        self._taken = 0
        self.identifiers: dict[str, Element | None] = {}
        """The owner of each identifier; None where it has been forgotten, as it can't come again."""
        self.references: list[tuple[Element, str | None, str]] = []
        self._entities = entities

    def add(
        self,
        element: Element,
        said: Wording,
        value: str | None = None,
        attribute: str | None = None,
        place: Element | None = None,
    ) -> None:
        """Note a problem with an element or one of its attributes; `place` is where it shows, if elsewhere.

        It is only counted if the report has no room for it.
        """
        self.total += 1
        if self.total <= self._most:
            self.noted.append(UnlocatedProblem(element, attribute, said, value, element if place is None else place))

    def take(self) -> list[UnlocatedProblem]:
        """Return the problems that were noted since the last call, and keep them no longer."""
        noted, self.noted = self.noted, []
        self._taken += len(noted)
        return noted

    def count_listed(self) -> None:
        """Count a problem that the report lists and that was never noted here."""
        self.total += 1
        self._taken += 1

    def only_counts(self, number: int = 1) -> bool:
        """Count problems if the report has no room for them, and say so: then they need no wording."""
        if self.total < self._most:
            return False
        self.total += number
        return True

    @property
    def unlisted(self) -> int:
        """The number of problems that have only been counted."""
        return self.total - self._taken - len(self.noted)

    def check_references(self) -> None:
        """Check that every reference of the whole document has its identifier (§3.15.4)."""
        for element, attribute, name in self.references:
            if name not in self.identifiers:
                self.add(element, wording.unknown_identifier(element, name), name, attribute)

    def parse(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> Value | None:
        """Return the value of a text, or None where it has none; the problem has been noted then."""
        namespaces: Namespaces = element.nsmap if type_.needs_namespaces else {}
        try:
            value = type_.parse(text, namespaces)
        except InvalidValue as error:
            if self.only_counts(len(error.violations)):
                return None
            for violation in error.violations:
                said = wording.wrong_value(element, attribute, text, violation.code, violation.expected)
                self.add(element, said, text, attribute)
            return None
        most = self.limits.digits
        if most < MAX_DIGITS and longest_number(text, value) > most:
            self.add(element, wording.too_long_number(element, type_.description, most), text, attribute)
            return None
        self.note_identifiers(element, attribute, text, type_)
        return value

    def differs_from_fixed(self, element: Element, value: Value | None, fixed: str, type_: SimpleType) -> bool:
        """Whether a text has a value that is not the fixed one, whose prefixes are taken as the document binds them."""
        return value is not None and value != parse_value(fixed, type_, element)

    def note_identifiers(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> None:
        """Keep identifiers and references for the end of the document (§3.15.4)."""
        if not type_.has_identifiers:
            return
        for kind, name in type_.identifiers(text, element.nsmap if type_.needs_namespaces else {}):
            if kind == "IDREF":
                self.references.append((element, attribute, name))
            elif kind == "ENTITY":
                if name not in self._entities:
                    self.add(element, wording.undeclared_entity(element, name), name, attribute)
            else:
                parent = element.getparent()
                owner = element if attribute is not None or parent is None else parent
                if self.identifiers.setdefault(name, owner) is not owner:
                    self.add(element, wording.repeated_identifier(element, name), name, attribute)
