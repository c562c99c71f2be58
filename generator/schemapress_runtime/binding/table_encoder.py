"""Writes objects with tables built once per class, for classes without an emitted straight-line encoder.

What is written is read back by the caller, for validity, and to be the same object; so a table may be plain. A
class with wildcards or mixed content, and a value of another type than the field's, is left to xsdata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import itemgetter
from typing import Any

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..verdict import GiveUp
from .element_order import order_of, put_in_order
from .nil_element import was_nil
from .prefixes import Prefixes, declarations_of
from .to_text import (
    attribute_text,
    boolean_text,
    date_text,
    date_time_text,
    decimal_text,
    escape_text,
    integer_text,
    member_text,
    time_text,
)

ToText = Callable[[object], str]

_TO_TEXT: Mapping[type, ToText] = {
    str: escape_text,
    bool: boolean_text,
    int: integer_text,
    Decimal: decimal_text,
    XmlDate: date_text,
    XmlDateTime: date_time_text,
    XmlTime: time_text,
}


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An attribute: the field, the text before its value, and the function from the value to its text."""

    field: str
    before: str
    to_text: ToText


@dataclass(frozen=True, slots=True)
class _Child:
    """A child element: the field, the name in its tags, and the function that makes its text or writes its content."""

    name: str
    in_tags: str
    is_list: bool
    to_text: ToText | None
    writer: _Writer | None


@dataclass(frozen=True, slots=True)
class _Compound:
    """A compound field, and the child element for each type of its values; None where several have that type."""

    name: str
    children: Mapping[type, _Child | None]


@dataclass(slots=True)
class _Writer:
    """Writes the objects of one class."""

    class_: type
    attributes: list[_Attribute] = field(default_factory=list)
    children: list[_Child | _Compound] = field(default_factory=list)
    text: _Attribute | None = None
    writable: bool = True
    nillable: bool = False

    def write(self, value: object, name: str, write: Callable[[str], None]) -> None:
        """Write an object as an element of a name."""
        if type(value) is not self.class_ or not self.writable or (self.nillable and was_nil(value)):
            raise GiveUp
        start = f"<{name}"
        for attribute in self.attributes:
            item = getattr(value, attribute.field)
            if item is not None:
                start += f'{attribute.before}{attribute.to_text(item)}"'
        write(f"{start}>")
        if self.text is not None:
            item = getattr(value, self.text.field)
            if item is not None:
                write(self.text.to_text(item))
        remembered = order_of(value)
        for child, item in self._items(value) if remembered is None else put_in_order(remembered, self._items(value)):
            if child.to_text is not None:
                write(f"<{child.in_tags}>{child.to_text(item)}</{child.in_tags}>")
            elif child.writer is not None:
                child.writer.write(item, child.in_tags, write)
        write(f"</{name}>")

    def _items(self, value: object) -> Iterator[tuple[_Child, object]]:
        """Yield the item of each child element to write."""
        for child in self.children:
            items = getattr(value, child.name)
            if isinstance(child, _Compound):
                for item in _as_list(items):
                    choice = child.children.get(type(item))
                    if choice is None:
                        raise GiveUp
                    yield choice, item
            elif items is not None:
                for item in _as_list(items) if child.is_list else (items,):
                    yield child, item


def _as_list(items: object) -> Sequence[object]:
    """Return the items of a field; those of any other class than the field's may do anything when they are read."""
    if type(items) is not list and type(items) is not tuple:
        raise GiveUp
    return items


class Writers:
    """The writers of the classes that were met, for one choice of prefixes.

    Threads share them without a lock: a writer is known only when it and all writers below it are complete.
    """

    def __init__(self, context: Any, prefixes: Prefixes) -> None:  # xsdata's XmlContext
        """Take xsdata's knowledge of the classes, and the prefixes."""
        self._context = context
        self._prefixes = prefixes
        self._writers: dict[type, _Writer] = {}
        self._marks: dict[tuple[str, str, bool], re.Pattern[str]] = {}

    def document(self, value: object, tag: str) -> bytes:
        """Return an object as a document whose root is of the given tag; it declares the prefixes that it uses.

        Raises:
            GiveUp: the object or its class is none that tables write.
        """
        parts: list[str] = []
        name = self._name(tag)
        self._of(type(value)).write(value, name, parts.append)
        text = "".join(parts)
        # a copy, for another thread may add marks
        used = {(prefix, uri) for (prefix, uri, _), mark in self._marks.copy().items() if mark.search(text)}
        declarations = declarations_of(used, tag.rpartition("}")[0][1:])
        end = len(name) + 1
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text[:end]}{declarations}{text[end:]}'.encode()

    def _of(self, class_: type) -> _Writer:
        """Return the writer of a class."""
        known = self._writers.get(class_)
        if known is not None:
            return known
        made: dict[type, _Writer] = {}
        self._make(class_, None, made)
        for of_class, writer in made.items():
            self._writers.setdefault(of_class, writer)  # another thread may have made it, too
        return self._writers[class_]

    def _make(self, class_: type, namespace: str | None, made: dict[type, _Writer]) -> _Writer:
        """Return the writer of a class, which is among those that are being `made` where it was not known."""
        known = self._writers.get(class_) or made.get(class_)
        if known is not None:
            return known
        meta = self._context.build(class_, namespace)
        writer = made[class_] = _Writer(class_, nillable=bool(meta.nillable))
        try:
            if meta.wildcards or meta.any_attributes or meta.mixed_content:
                raise GiveUp
            for tag, variable in meta.attributes.items():
                before = f' {self._name(tag, attribute=True)}="'
                writer.attributes.append(_Attribute(variable.name, before, _find_to_text(variable, attribute=True)))
            if meta.text is not None:
                writer.text = _Attribute(meta.text.name, "", _find_to_text(meta.text))
            children: list[tuple[int, _Child | _Compound]] = [
                (variables[0].index, self._child(made, meta.namespace, tag, *variables))
                for tag, variables in meta.elements.items()
            ]
            children += [(compound.index, self._compound(made, meta.namespace, compound)) for compound in meta.choices]
            writer.children += [child for _, child in sorted(children, key=itemgetter(0))]
        except GiveUp:
            writer.writable = False
        return writer

    def _compound(
        self,
        made: dict[type, _Writer],
        namespace: str | None,
        compound: Any,  # xsdata's XmlVar
    ) -> _Compound:
        if compound.wildcards:
            raise GiveUp
        children: dict[type, _Child | None] = {}
        for tag, variable in compound.elements.items():
            child = self._child(made, namespace, tag, variable)
            (type_,) = variable.types
            children[type_] = None if type_ in children else replace(child, name=compound.name)
        return _Compound(compound.name, children)

    def _child(
        self,
        made: dict[type, _Writer],
        namespace: str | None,
        tag: str,
        variable: Any,  # xsdata's XmlVar
        *others: object,
    ) -> _Child:
        if others or variable.wrapper or variable.is_clazz_union or variable.any_type or variable.nillable:
            raise GiveUp
        name, is_list = self._name(tag), bool(variable.list_element)
        if variable.clazz is not None:
            return _Child(variable.name, name, is_list, None, self._make(variable.clazz, namespace, made))
        return _Child(variable.name, name, is_list, _find_to_text(variable), None)

    def _name(self, tag: str, *, attribute: bool = False) -> str:
        """Return a name with its prefix, whose declaration depends on whether a document uses it."""
        namespace, brace, local = tag[1:].partition("}")
        if not brace:
            if self._prefixes.default and not attribute:
                raise GiveUp
            return tag
        prefix = "" if namespace == self._prefixes.default and not attribute else self._prefixes.named.get(namespace)
        if prefix is None:
            raise GiveUp
        if prefix != "xml":
            self._marks.setdefault((prefix, namespace, attribute), _mark(prefix, attribute=attribute))
        return f"{prefix}:{local}" if prefix else local


def _mark(prefix: str, *, attribute: bool) -> re.Pattern[str]:
    """Return a pattern that finds a use of a prefix in a document; without a prefix, of the default namespace.

    `<` and `>` stand in tags alone.
    """
    if attribute:
        return re.compile(rf'<[^<>]* {re.escape(prefix)}:[^\s<>"=:]+="')
    return re.compile(f"<{re.escape(prefix)}:" if prefix else r"<[^\s:/>]+[\s/>]")


def _find_to_text(variable: Any, *, attribute: bool = False) -> ToText:  # xsdata's XmlVar
    """Return the function from a field's values to their text."""
    if len(variable.types) != 1 or variable.tokens_factory or variable.format:
        raise GiveUp
    (type_,) = variable.types
    if attribute and type_ is str:
        return attribute_text
    if issubclass(type_, Enum):
        members = {member.value: member for member in type_}
        if any(type(value) is not str or not value.isalnum() for value in members if attribute):
            raise GiveUp
        return partial(_member_text, members)
    if type_ not in _TO_TEXT:
        raise GiveUp
    return _TO_TEXT[type_]


def _member_text(members: Mapping[str, Enum], value: object) -> str:
    return member_text(value, members)
