"""Start tags that differ in the values of their attributes alone.

An element such as `<task id="t7" name="Pay">` comes with other values each time. All but those are the same: the
declaration, the type, the state behind it, the fields of its attributes. A `TagShape` has all that, worked out from the
first tag of its kind; of each further one only the values are checked and converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..binding.class_binder import Binder
from ..binding.slot import Values
from ..verdict import QuickCheck
from ..xml.document import XSI_NIL, XSI_TAG
from ..xsd.components import UNCHECKED, AttributeUse, ComplexType, Declarations
from ..xsd.quick_checks import accept_any
from ..xsd.simple_type import Identifier
from .noted_element import NotedElement
from .opened_element import Make, OpenedElement, make_nothing
from .step import Step

_NAME = r"[^ \t\n<>/=\"'&:?!]++"
_FIRST = re.compile(rf"{_NAME}(?::{_NAME})?[ \t\n]++({_NAME}(?::{_NAME})?)[ \t\n]*+=[ \t\n]*+")
_NEXT = re.compile(rf"[ \t\n]++({_NAME}(?::{_NAME})?)[ \t\n]*+=[ \t\n]*+")
_LAST = re.compile(r"[ \t\n]*+/?")

FindNoted = Callable[[OpenedElement, Mapping[str, str]], "NotedElement | None"]
"""Takes an element and its attributes; returns it as the whole document has to know of it, if it has to."""


def attribute_names(parts: Sequence[str]) -> list[str] | None:
    """Return the names of a tag's attributes as they are written; `parts` are those between the values.

    None where the tag is not in the usual form, or has an attribute twice.
    """
    first, *rest = parts
    if not rest or _LAST.fullmatch(rest.pop()) is None:
        return None
    matches = [_FIRST.fullmatch(first), *map(_NEXT.fullmatch, rest)]
    names = [match[1] for match in matches if match is not None]
    return names if len(names) == len(matches) == len(set(names)) else None


class TagShape:
    """The meaning of the start tags of one element that have the same attributes in one order."""

    __slots__ = (
        "_binder",
        "_checks",
        "_fields",
        "_identified",
        "_identify",
        "_names",
        "_note",
        "_opened",
        "_step",
        "_watched",
    )

    def __init__(
        self,
        opened: OpenedElement,
        step: Step,
        names: Sequence[str],
        checks: Sequence[tuple[int, QuickCheck, QuickCheck]],
        identified: Sequence[tuple[int, AttributeUse]],
        note: FindNoted,
        *,
        is_watched: bool,
    ) -> None:
        """Take the first element of the shape with its step, the checks of attributes, and those that identify it.

        `is_watched` says whether its attributes may be those that an identity constraint selects.
        """
        self._opened = opened
        self._step = step
        self._names = names
        self._checks = checks
        self._identified = identified
        self._note = note
        self._watched = is_watched
        self._identify = opened.identify()
        self._binder = None if step.slot is None else step.slot.binder
        self._fields = None if self._binder is None else _fields_of(self._binder, names)

    def step(self, texts: Sequence[str]) -> Step | None:
        """Return the step of a tag with other values; None where it has to be looked at by itself."""
        joined = "".join(texts)
        if "&" in joined or "\n" in joined or "\t" in joined:  # which attribute-value normalization changes
            return None
        for number, check, accepts in self._checks:
            if not check(texts[number]) and not accepts(texts[number]):
                return None
        inside, is_empty, check_text, after, end, slot, name, make, rare, noted = self._step
        binder = self._binder
        if binder is not None:
            make = self._maker(binder, self._values(binder, texts))
        if self._identified:
            opened = self._opened._replace(identified=self._identifiers(texts))
            noted = self._note(opened, dict(zip(self._names, texts, strict=True)))
        elif self._watched:
            noted = NotedElement(self._opened, dict(zip(self._names, texts, strict=True)), self._identify)
        return Step(inside, is_empty, check_text, after, end, slot, name, make, rare, noted)

    def _values(self, binder: Binder, texts: Sequence[str]) -> Callable[[], Values]:
        """Return the function that gives the values of the attributes, in a new dictionary each time."""
        scope, fields = self._opened.scope, self._fields
        if fields is None:
            given = list(zip(self._names, texts, strict=True))
            return lambda: binder.attribute_values(given, scope)
        values: Values = {}
        for number, field, quick, convert in fields:
            text = texts[number]
            value = quick(text)
            values[field] = convert(text, scope) if value is None else value
        if any(type(value) is list for value in values.values()):
            return lambda: {field: list(item) if type(item) is list else item for field, item in values.items()}
        return values.copy

    def _maker(self, binder: Binder, values: Callable[[], Values]) -> Make:
        if self._opened.model is None:
            return self._opened.content_maker(binder, values)
        if self._step.is_empty:
            return lambda _: binder.make(**values())
        return lambda _: values()

    def _identifiers(self, texts: Sequence[str]) -> tuple[tuple[Identifier, str], ...]:
        scope = self._opened.scope
        return tuple(
            pair for number, use in self._identified for pair in use.type.identifiers(texts[number], scope.nsmap)
        )


def make_shape(
    opened: OpenedElement,
    step: Step,
    names: Sequence[str],
    selected: Sequence[int],
    declarations: Declarations,
    note: FindNoted,
    *,
    is_watched: bool,
) -> TagShape | None:
    """Return the shape of a valid start tag; None where its values can't be checked one by one.

    `names` are those of its attributes, with their namespaces; the values of those that are `selected` are always the
    same.
    """
    type_ = opened.type
    if XSI_NIL in names or not isinstance(type_, ComplexType) or (step.slot is not None and step.slot.binder is None):
        return None
    if any(type_.attributes[name].type.has_identifiers for name, _ in type_.constrained_attributes):
        return None  # which identify an element that does not even have them
    checks: list[tuple[int, QuickCheck, QuickCheck]] = []
    identified: list[tuple[int, AttributeUse]] = []
    for number, name in enumerate(names):
        if number in selected:
            continue
        use = type_.attributes.get(name)
        if use is None and type_ is not UNCHECKED and type_.wildcard is not None and type_.wildcard.process != "skip":
            use = declarations.attributes.get(name)
            if use is not None and use.type.has_identifiers:
                return None
        if use is None:
            continue
        either = _checks_of(use, opened)
        if either is None:
            return None
        if accept_any not in either:
            checks.append((number, *either))
        if use.type.has_identifiers:
            identified.append((number, use))
    return TagShape(opened, step, names, checks, identified, note, is_watched=is_watched)


def _checks_of(use: AttributeUse, opened: OpenedElement) -> tuple[QuickCheck, QuickCheck] | None:
    """Return the quick and the general check of an attribute's value; None where only the walk has one."""
    type_ = use.type
    namespaces = opened.scope.nsmap if type_.needs_namespaces else {}
    if use.fixed is not None:
        if not type_.accepts(use.fixed, namespaces):
            return None
        fixed, constant = use.fixed, type_.parse(use.fixed, namespaces)
        return fixed.__eq__, lambda text: type_.accepts(text, namespaces) and type_.parse(text, namespaces) == constant
    return type_.quick, lambda text: type_.accepts(text, namespaces)


def _fields_of(binder: Binder, names: Sequence[str]) -> list[tuple[int, str, Any, Any]] | None:
    """Return the fields of attributes: the number, the name, and the quick and the general way from text to value.

    None where the class has any attributes.
    """
    fields: list[tuple[int, str, Any, Any]] = []
    if binder.takes_any_attributes:
        return None
    for number, name in enumerate(names):
        slot = binder.attributes.get(name)
        if slot is None:
            if not name.startswith(XSI_TAG):
                return None
        elif slot.init and slot.convert is not None:
            fields.append((number, slot.name, slot.quick or make_nothing, slot.convert))
    return fields
