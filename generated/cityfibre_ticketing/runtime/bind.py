"""Binding of a validated tree: what xsdata's parser makes of it, from tables that are made once a class.

What xsdata's metadata says of a class is the truth of its shape. A class with wildcards, mixed content,
compound fields or wrappers, and an element with xsi:type or xsi:nil, is left to xsdata itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from . import scan
from .document import Element
from .walk import XSI, XSI_NIL, XSI_TYPE

Convert = Callable[["str | None", Element], object]
"""Makes a value of a text; the element has the prefixes that are in scope."""


class Unbindable(Exception):
    """The tree has what only xsdata itself can bind."""


@dataclass(slots=True)
class _Slot:
    """A field of a class: its name, and what makes its value, a text or an element."""

    name: str
    is_list: bool
    init: bool
    convert: Convert | None
    binder: _Binder | None


@dataclass(slots=True)
class _Binder:
    """The fields of one class, by what they are bound from."""

    class_: type
    elements: dict[str, _Slot] = field(default_factory=dict)
    attributes: dict[str, _Slot] = field(default_factory=dict)
    text: _Slot | None = None
    bindable: bool = True

    def bind(self, element: Element) -> object:
        """Return the object of an element."""
        if not self.bindable:
            raise Unbindable
        values: dict[str, Any] = {}
        for key in element.keys():  # noqa: SIM118  # an lxml element is no dictionary
            slot = self.attributes.get(str(key))
            if slot is None:
                if key in (XSI_TYPE, XSI_NIL) or not str(key).startswith(XSI):
                    raise Unbindable
            elif slot.init and slot.convert is not None:
                values[slot.name] = slot.convert(element.get(key), element)
        elements = self.elements
        for child in element:
            slot = elements.get(child.tag)
            if slot is None:
                raise Unbindable
            if slot.binder is not None:
                value = slot.binder.bind(child)
            elif slot.convert is None or child.keys():
                raise Unbindable
            else:
                value = slot.convert(child.text, child)
            if slot.is_list:
                items = values.get(slot.name)
                if items is None:
                    values[slot.name] = [value]
                else:
                    items.append(value)
            elif slot.name in values:
                raise Unbindable
            elif slot.init:
                values[slot.name] = value
        slot = self.text
        if slot is not None and slot.convert is not None and element.text is not None and slot.init:
            values[slot.name] = slot.convert(element.text, element)
        return self.class_(**values)


class Binders:
    """The binders of the classes that were met."""

    def __init__(self, context: Any) -> None:  # xsdata's XmlContext
        self._context = context
        self._binders: dict[type, _Binder] = {}

    def bind(self, element: Element, class_: type) -> object:
        """Return the object that xsdata's parser would return.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        return self._binder(class_).bind(element)

    def _binder(self, class_: type) -> _Binder:
        known = self._binders.get(class_)
        if known is not None:
            return known
        meta = self._context.build(class_)
        binder = _Binder(class_)
        self._binders[class_] = binder
        binder.bindable = not (meta.choices or meta.wildcards or meta.any_attributes or meta.mixed_content)
        for tag, variables in meta.elements.items():
            (variable, *others) = variables
            if (
                others
                or variable.wrapper
                or variable.is_clazz_union
                or variable.any_type
                or variable.is_wildcard
                or (variable.list_element and variable.factory not in (None, list))
            ):
                binder.bindable = False
            else:
                binder.elements[tag] = self._slot(meta, variable, primitive=True)
        for tag, variable in meta.attributes.items():
            binder.attributes[tag] = self._slot(meta, variable, primitive=False)
        if meta.text is not None:
            binder.text = self._slot(meta, meta.text, primitive=False)
        return binder

    def _slot(self, meta: Any, variable: Any, *, primitive: bool) -> _Slot:  # xsdata's XmlMeta and XmlVar
        binder = None if variable.clazz is None else self._binder(variable.clazz)
        convert = None if binder is not None else _converter(meta, variable, primitive=primitive)
        return _Slot(variable.name, bool(variable.list_element), variable.init, convert, binder)


_DATE_TIME = re.compile(scan.DATE_TIME).fullmatch
_DATE = re.compile(scan.DATE).fullmatch
_TIME = re.compile(scan.TIME).fullmatch
_DECIMAL = re.compile(scan.DECIMAL).fullmatch
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _converter(meta: Any, variable: Any, *, primitive: bool) -> Convert:  # xsdata's XmlMeta and XmlVar
    """Return what makes a value of a text: at once for the usual forms, through xsdata for the others."""
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    config = ParserConfig()

    def general(text: str | None, element: Element) -> object:
        value = ParserUtils.parse_var(meta=meta, var=variable, config=config, value=text, ns_map=dict(element.nsmap))
        if value is None and primitive and not variable.nillable:
            return b"" if bytes in variable.types else ""
        return value

    if len(variable.types) != 1 or variable.tokens_factory or variable.format:
        return general
    quick = _quick(variable.types[0])
    if quick is None:
        return general

    def convert(text: str | None, element: Element) -> object:
        value = None if text is None else quick(text)
        return general(text, element) if value is None else value

    return convert


def _quick(type_: type) -> Callable[[str], object | None] | None:
    """Return what makes a value of a text in its usual form, and None of any other."""
    if type_ is str:
        return str
    if type_ is bool:
        return _BOOLEANS.get
    if type_ is int:
        return lambda text: int(text) if text.isascii() and text.isdigit() else None
    if type_ is Decimal:
        return lambda text: Decimal(text) if _DECIMAL(text) else None
    if type_ is XmlDateTime:
        return lambda text: scan.date_time(*match.groups()) if (match := _DATE_TIME(text)) else None
    if type_ is XmlDate:
        return lambda text: scan.date(*match.groups()) if (match := _DATE(text)) else None
    if type_ is XmlTime:
        return lambda text: scan.time(*match.groups()) if (match := _TIME(text)) else None
    if issubclass(type_, Enum) and all(type(member.value) is str for member in type_):
        return {member.value: member for member in type_}.get
    return None
