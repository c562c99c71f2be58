"""An element whose start tag is valid: the check for its text, and the converter to its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..binding.class_binder import NO_FACTS, Binder, InstanceFacts
from ..binding.slot import InScope, Slot, Values
from ..verdict import GiveUp, QuickCheck, Unbindable
from ..xml.document import XML_SPACE, XSI_NIL, XSI_TAG, XSI_TYPE
from ..xsd.components import BasicTerm, ComplexType, ElementDeclaration
from ..xsd.content_model import ContentModel
from ..xsd.primitive import expand_name
from ..xsd.quick_checks import accept_any, unsure
from ..xsd.simple_type import Identifier, SimpleType, derives_simply

Identified = Iterable[tuple[Identifier, str]]
"""Identifiers and references, each with its kind."""

Make = Callable[[str], Any]  # a value of any type
"""Takes the text of an element that is valid; makes the value of its field."""


class Rare(NamedTuple):
    """The general way for a text that is not in its usual form."""

    accepts: QuickCheck
    """Decides whether the text is valid."""

    make: Make | None = None
    """Makes the value of the text; None where the function for usual texts makes it as well."""


class OpenedElement(NamedTuple):
    """An element whose start tag is valid: its declaration and type, and the facts in its tag.

    `identified` are the identifiers and references in its attributes.
    """

    scope: InScope
    type: SimpleType | ComplexType
    attributes: Mapping[str, str]
    declaration: ElementDeclaration
    nil: bool = False
    identified: tuple[tuple[Identifier, str], ...] = ()

    def slot(self, binder: Binder, tag: str) -> Slot | None:
        """Return the field of a class that the element is bound to; None where it is only validated.

        Raises:
            Unbindable: only xsdata itself can tell which.
        """
        return binder.find_slot(tag, self._facts())

    def _facts(self) -> InstanceFacts:
        """Return what the start tag says of the element's type."""
        name = self.attributes.get(XSI_TYPE)
        if name is None:
            return InstanceFacts(None, nil=True) if self.nil else NO_FACTS
        namespace, local = expand_name(name.strip(XML_SPACE), self.scope.nsmap)
        return InstanceFacts(f"{{{namespace}}}{local}" if namespace else local, self.nil)

    @property
    def model(self) -> ContentModel[BasicTerm] | None:
        """The content model for the children of the element; None where it has none, but a text."""
        return None if self.nil or isinstance(self.type, SimpleType) else self.type.model

    @property
    def simple(self) -> SimpleType | None:
        """The simple type of the element's text, if it has one."""
        return self.type if isinstance(self.type, SimpleType) else self.type.simple

    def text_rules(self, slot: Slot | None) -> tuple[QuickCheck, Make, Rare | None]:
        """Return the check of the element's text, what makes the field's value, and the way for texts that fail it.

        Raises:
            GiveUp: the text has to be compared with a fixed value in a way that only the walk knows.
            Unbindable: only xsdata itself can bind it.
        """
        check, accepts = self._checks()
        if slot is None:
            return check, make_nothing, None if accepts is None else Rare(accepts)
        make = self._find_maker(slot)
        direct = self._direct(slot)
        if direct is not None and accepts is not None:
            return check, direct, Rare(accepts, make)
        if self._is_checked_by(slot) and accepts is not None:
            return accept_any, _check_first(slot, accepts, make), None
        return check, make, None if accepts is None else Rare(accepts)

    def _checks(self) -> tuple[QuickCheck, QuickCheck | None]:
        """Return the check of the element's text, and the general one; None where the first decides alone."""
        simple = self.simple
        fixed, default = self.declaration.fixed, self.declaration.default
        if fixed is not None and (simple is None or self.nil):
            raise GiveUp("a fixed value of mixed content, or of an element that is nil")
        if self.nil or (simple is None and isinstance(self.type, ComplexType) and not self.type.mixed):
            return "".__eq__, None
        if simple is None:
            return accept_any, None
        namespaces = self.scope.nsmap if simple.needs_namespaces else {}
        if fixed is None and default is None:
            return simple.quick, None if simple.quick is accept_any else lambda text: simple.accepts(text, namespaces)
        if fixed is None:
            return unsure, lambda text: simple.accepts(text or default or "", namespaces)
        if not simple.accepts(fixed, namespaces):
            raise GiveUp("a fixed value that the type of the element does not have")
        constant = simple.parse(fixed, namespaces)
        return (
            fixed.__eq__,
            lambda text: (
                simple.accepts(text or fixed, namespaces) and (simple.parse(text or fixed, namespaces) == constant)
            ),
        )

    def _direct(self, slot: Slot) -> Make | None:
        """Return what makes the value of each usual text of the element, and nothing else; None if nothing does."""
        simple, quick = self.simple, slot.quick
        if quick is None or simple is None or self.nil or self.declaration.default is not None:
            return None
        if slot.binder is not None or not self._has_bare_value():
            return None
        texts = simple.usual.texts
        if texts is not None:
            # of an empty element, xsdata has no text, whatever its type would make of an empty one
            is_direct = quick is not str and "" not in texts and None not in map(quick, texts)
            return quick if is_direct else None
        if slot.direct is not None and any(derives_simply(simple, proven) for proven in slot.proves):
            return slot.direct
        return None

    def _has_bare_value(self) -> bool:
        """Whether the element has no attributes that its value would lose."""
        return all(name.startswith(XSI_TAG) for name in self.attributes)

    def identify(self) -> Callable[[str], Identified] | None:
        """Return the function that lists the identifiers in the attributes and a text; None if there can be none."""
        simple = self.simple
        if simple is None or not simple.has_identifiers or self.nil:
            return (lambda _: self.identified) if self.identified else None
        constraint = self.declaration.default if self.declaration.fixed is None else self.declaration.fixed
        namespaces = self.scope.nsmap if simple.needs_namespaces else {}
        return lambda text: (*self.identified, *simple.identifiers(text or constraint or "", namespaces))

    def _is_checked_by(self, slot: Slot) -> bool:
        """Whether the text of the element is valid where the field's quick way makes a value of it."""
        declaration, simple = self.declaration, self.simple
        return (
            slot.quick is not None
            and simple is not None
            and simple in slot.proves
            and not self.nil
            and declaration.fixed is None
            and declaration.default is None
        )

    def _find_maker(self, slot: Slot) -> Make:
        """Return the function from the element's text to its value."""
        binder, convert, scope = slot.binder, slot.convert, self.scope
        if binder is not None:
            return self.content_maker(binder, self.attribute_values(binder))
        if convert is None or not self._has_bare_value():
            raise Unbindable("attributes of an element whose field has a bare value")
        quick = slot.quick
        if quick is None:
            return lambda text: convert(text or None, scope)
        if quick is str:
            absent = convert(None, scope)
            return str if absent == "" else lambda text: text or absent
        # of an empty element, xsdata has no text, whatever its type would make of an empty one
        return lambda text: convert(text or None, scope) if not text or (value := quick(text)) is None else value

    def content_maker(self, binder: Binder, values: Callable[[], Values]) -> Make:
        """Return the function that makes an object from a text and the values of the attributes."""
        make_object, scope, slot = binder.make, self.scope, binder.text
        if self.nil:
            return self._nil_maker(binder, values)
        if binder.content is not None:
            return _make_of_mixed(binder, values)
        if slot is None or slot.convert is None or not slot.init:
            return lambda _: make_object(**values())
        name, convert, is_needed = slot.name, slot.convert, slot.is_needed
        quick = self._direct_text(slot) or slot.quick or make_nothing

        def make(text: str) -> Any:  # an object of the class
            made = values()
            if text or is_needed:
                value = quick(text)
                made[name] = convert(text, scope) if value is None else value
            return make_object(**made)

        return make

    def _direct_text(self, slot: Slot) -> Make | None:
        """Return what makes the value of each valid text, for the field of the text of an object."""
        simple = self.simple
        if slot.direct is None or simple is None:
            return None
        return slot.direct if any(derives_simply(simple, proven) for proven in slot.proves) else None

    def _nil_maker(self, binder: Binder, values: Callable[[], Values]) -> Make:
        """Return the function that makes the object of an element that is nil, or None where it would have nothing."""
        has_attributes = any(not name.startswith(XSI_TAG) for name in self.attributes)
        if binder.meta is None or binder.meta.nillable or has_attributes:
            return lambda _: binder.make_nil(values())
        return make_nothing

    def attribute_values(self, binder: Binder) -> Callable[[], Values]:
        """Return the function that gives the values of the attributes, in a new dictionary each time.

        xsi:nil is `true`, or is not there: so it is among any attributes.
        """
        given = dict(self.attributes)
        if XSI_NIL in given and given[XSI_NIL].strip(XML_SPACE) in ("true", "1"):
            given[XSI_NIL] = "true"
        else:
            given.pop(XSI_NIL, None)
        attributes, scope = tuple(given.items()), self.scope
        values = binder.attribute_values(attributes, scope)
        if any(isinstance(value, list | dict) for value in values.values()):
            return lambda: binder.attribute_values(attributes, scope)
        return values.copy


def _make_of_mixed(binder: Binder, values: Callable[[], Values]) -> Make:
    """Return the function that makes an object of mixed content from its only text."""

    def make(text: str) -> Any:  # an object of the class
        made = values()
        binder.put_text(made, text)
        return binder.make(**made)

    return make


def _check_first(slot: Slot, check: QuickCheck, make: Make) -> Make:
    """Return a function that converts a text in its usual form directly, and checks any other text first."""
    quick = slot.quick
    assert quick is not None

    def make_checked(text: str) -> Any:  # a value of any type
        value = quick(text)
        if value is None:
            if not check(text):
                raise GiveUp("a text is not valid")
            value = make(text)
        return value

    return make if quick is str else make_checked


def make_nothing(_: str) -> None:
    """Return None for any text: there is nothing to bind, or no quick way."""
