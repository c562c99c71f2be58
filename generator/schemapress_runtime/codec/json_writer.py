"""Converts objects to plain data for `json`, using xsdata's class metadata and converters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xsdata.formats.converter import converter
from xsdata.models.enums import DataType

from ..binding.class_kinds import is_any_element, is_derived, is_generic, is_object, needed_fields
from ..binding.compound_choice import add_name, choice_of
from ..binding.element_order import order_of
from ..binding.nil_element import was_nil
from ..binding.object_parts import default_of, is_array
from .json_classes import (
    ELEMENT,
    NIL,
    ORDER,
    TYPE,
    VALUE,
    XSI_TYPE_PROPERTY,
    JsonClasses,
    choices_by_name,
    holds_anything,
)


@dataclass(frozen=True)
class JsonWriter:
    """Converts objects to plain data for `json`."""

    classes: JsonClasses

    def document(self, value: object, class_: type) -> dict[str, Any]:
        """Return a message, with the name of its type where that is not the one of the message's class."""
        return self._object(value, None, class_)

    def _object(self, value: Any, namespace: str | None, declared: type | None) -> dict[str, Any]:
        meta = self.classes.meta(type(value), namespace)
        properties: dict[str, Any] = {}
        if type(value) is not declared:
            properties[TYPE] = self.classes.type_name(type(value), namespace)
        for name, variable in self.classes.properties(meta).items():
            item = getattr(value, variable.name)
            is_default = item in (None, [], (), {}) and item == default_of(variable)
            if is_default and variable.name not in needed_fields(value.__class__):
                continue
            properties[name] = self._field(item, variable, meta)
        if was_nil(value):
            properties[NIL] = True
        order = order_of(value)
        if order is not None:
            names = {variable.name: name for name, variable in self.classes.properties(meta).items()}
            properties[ORDER] = [names[field] for field in order]
        return properties

    def _field(self, value: Any, variable: Any, meta: Any) -> Any:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            return dict(value)
        if variable.list_element and is_array(value):
            return [self._item(item, variable, meta) for item in value]
        return self._item(value, variable, meta)

    def _item(self, value: Any, variable: Any, meta: Any) -> Any:
        if value is None:
            return self._choice(value, variable, meta) if variable.elements else None
        if holds_anything(variable) or is_generic(value):
            return self._choice(value, variable, meta)
        if is_object(value):
            return self._object(value, meta.namespace, variable.clazz)
        return _untyped(value) if variable.any_type else simple_json(value, variable.format)

    def _choice(self, value: Any, variable: Any, meta: Any) -> Any:
        if is_derived(value):
            return self._derived_element(value, variable, meta)
        if is_any_element(value):
            properties = {
                ELEMENT: value.qname,
                "text": value.text,
                "tail": value.tail,
                "children": [self._choice(child, variable, meta) for child in value.children],
                "attributes": value.attributes,
            }
            return {name: item for name, item in properties.items() if name == ELEMENT or item not in (None, [], {})}
        has_fields = is_object(value)
        if variable.elements and (has_fields or not variable.mixed):
            choice = choice_of(variable, value)
            for name, other in choices_by_name(variable).items():
                if other is choice:
                    return {name: self._item(value, choice, meta)}
        if not has_fields:
            return _untyped(value)
        name = self.classes.meta(type(value), meta.namespace).qname
        return {name: self._object(value, meta.namespace, type(value))}

    def _derived_element(self, value: Any, variable: Any, meta: Any) -> dict[str, Any]:
        choice = variable.find_choice(value.qname) if variable.elements else None
        derived = self.classes.derived_element
        if (
            variable.is_elements
            and value.type is None
            and add_name(variable, value.qname, value.value, derived) == value
        ):
            for name, other in choices_by_name(variable).items():
                if other is choice:
                    return {name: self._item(value.value, choice, meta)}
        if is_object(value.value):
            inside: Any = self._object(value.value, meta.namespace, None if choice is None else choice.clazz)
        elif value.value is None or choice is None or choice.any_type or choice.is_wildcard:
            inside = _untyped(value.value)
        else:
            inside = simple_json(value.value, choice.format)
        typed = {} if value.type is None else {XSI_TYPE_PROPERTY: value.type}
        return {ELEMENT: value.qname, **typed, VALUE: inside}


def simple_json(value: Any, format_: str | None) -> Any:
    """Return a value of a type that its field has: text, unless JSON has the value."""
    if isinstance(value, Enum):
        return simple_json(value.value, format_)
    if isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if is_array(value):
        return [simple_json(item, format_) for item in value]
    return converter.serialize(value, format=format_)


def _untyped(value: Any) -> Any:
    """Return a value of any type; with the type where JSON has it not."""
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if is_array(value):
        return [_untyped(item) for item in value]
    return {TYPE: str(DataType.from_value(value)), VALUE: converter.serialize(value)}
