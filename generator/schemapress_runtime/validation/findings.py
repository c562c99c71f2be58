"""What is found wrong in a document, and what identifies and refers to what in it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..limits import DEFAULT, MAX_DIGITS, DocumentLimits
from ..report.problem import cut
from ..report.wording import local_name, name_of, shown
from ..xml.document import Element
from ..xsd.content_model import Budget
from ..xsd.primitive import Namespaces, Value
from ..xsd.simple_type import InvalidValue, SimpleType, longest_number
from .identity import parsed


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that has no place in the text yet, only an element and perhaps one of its attributes."""

    element: Element
    attribute: str | None
    code: str
    value: str | None
    expected: str | None
    message: str
    place: Element


class TooManyProblems(Exception):
    """More is wrong with the document than a report lists."""


class Findings:
    """What is wrong with one document, in document order; values that identify an element are kept with it."""

    def __init__(self, entities: AbstractSet[str] = frozenset(), limits: DocumentLimits = DEFAULT) -> None:
        """Take the unparsed entities that the document declares, and the bounds on the report."""
        self.limits = limits
        self._most = limits.problems
        self.budget = Budget()
        self.findings: list[Finding] = []
        self.identifiers: dict[str, Element] = {}
        self.references: list[tuple[Element, str | None, str]] = []
        self._entities = entities

    def add(
        self,
        element: Element,
        code: str,
        value: str | None,
        expected: str | None,
        message: str,
        attribute: str | None = None,
        place: Element | None = None,
    ) -> None:
        """Note a problem with an element or one of its attributes; `place` is where it shows, if elsewhere.

        Raises:
            TooManyProblems: as many as a report lists have been noted already.
        """
        if len(self.findings) >= self._most:
            raise TooManyProblems
        place = element if place is None else place
        self.findings.append(Finding(element, attribute, code, value, expected, message, place))

    def finish(self) -> None:
        """Check what only the whole document can tell: whether every reference has its identifier."""
        for element, attribute, name in self.references:
            if name not in self.identifiers:
                message = f"{name_of(element)} refers to the identifier {shown(name)}, which no element has."
                self.add(element, "cvc-id.1", name, "an identifier in the document", message, attribute)

    def value(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> Value | None:
        """Return the value of a text, or None where it has none; what is wrong has been noted then."""
        namespaces: Namespaces = element.nsmap if type_.needs_namespaces else {}
        try:
            value = type_.parse(text, namespaces)
        except InvalidValue as error:
            for violation in error.violations:
                what = name_of(element)
                if attribute is not None:
                    what = f"Attribute {cut(local_name(attribute))} of {what}"
                message = f"{what} is {shown(text)}; expected {violation.expected}."
                self.add(element, violation.code, text, violation.expected, message, attribute)
            return None
        if self.limits.digits < MAX_DIGITS and longest_number(text, value) > self.limits.digits:
            expected = f"{type_.description}, of at most {self.limits.digits:,} characters"
            message = f"{name_of(element)} has a number, date or duration of more characters; expected {expected}."
            self.add(element, "cvc-datatype-valid.1.2.1", text, expected, message, attribute)
            return None
        self.note_identifiers(element, attribute, text, type_)
        return value

    def constant(self, element: Element, text: str, type_: SimpleType) -> Value:
        """Return a value that the schema fixes; prefixes in it are taken as the document binds them."""
        return parsed(text, type_, element)

    def note_identifiers(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> None:
        """Keep identifiers and references for the end of the document (§3.15.4)."""
        if not type_.has_identifiers:
            return
        for kind, name in type_.identifiers(text, element.nsmap if type_.needs_namespaces else {}):
            if kind == "IDREF":
                self.references.append((element, attribute, name))
            elif kind == "ENTITY":
                if name not in self._entities:
                    message = f"{name_of(element)} names the entity {shown(name)}, which the document does not declare."
                    self.add(element, "cvc-datatype-valid.1.2.1", name, "a declared entity", message, attribute)
            else:
                parent = element.getparent()
                owner = element if attribute is not None or parent is None else parent
                if self.identifiers.setdefault(name, owner) is not owner:
                    message = f"{name_of(element)} has the identifier {shown(name)}, which another element has too."
                    self.add(element, "cvc-id.2", name, "an identifier of its own", message, attribute)
