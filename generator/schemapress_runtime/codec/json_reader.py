"""Converts parsed JSON to objects, using xsdata's class metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any
from xml.etree.ElementTree import QName

from xsdata.exceptions import ConverterError
from xsdata.formats.converter import converter
from xsdata.models.enums import DataType

from ..binding.class_kinds import make_object, needed_fields
from ..binding.compound_choice import add_name
from ..binding.element_order import remember_order
from ..binding.nil_element import remember_nil
from ..binding.object_parts import default_of, is_array
from ..binding.value_types import builtins_of
from ..report.display import cut, join_alternatives
from ..report.problem import Problem
from ..xsd.primitive import EXPANDED_NAME, NCNAME
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
from .json_writer import simple_json


class UnfittingJson(Exception):
    """The JSON describes no object: where, and why."""

    def __init__(self, path: str, message: str, value: object = None) -> None:
        super().__init__(message)
        repeated = None if value is None else cut(str(value))
        self.problem = Problem(path, None, None, "json-value", repeated, None, f"{path} {message}.")


@dataclass(frozen=True)
class JsonReader:
    """Converts parsed JSON to objects."""

    classes: JsonClasses

    def document(self, data: Any, class_: type, *, of_any_type: bool = False) -> Any:
        """Return the message of a class, whose element may be of any type.

        Raises:
            UnfittingJson: a part of the JSON fits no field.
        """
        is_typed = of_any_type and isinstance(data, dict) and TYPE in data
        return self._object(data, None if is_typed else class_, None, class_.__name__)

    def _object(self, data: Any, declared: type | None, namespace: str | None, path: str) -> Any:
        if not isinstance(data, dict):
            raise UnfittingJson(path, f"is {_kind(data)}; expected an object")
        class_ = declared
        if TYPE in data or class_ is None:
            class_ = self.classes.of_type(data.get(TYPE), declared, namespace)
            if class_ is None:
                raise UnfittingJson(f"{path}.{TYPE}", "names no type that can stand here", data.get(TYPE))
        meta = self.classes.meta(class_, namespace)
        properties = self.classes.properties(meta)
        values: dict[str, Any] = {}
        for name, item in data.items():
            if name in (TYPE, ORDER, NIL):
                continue
            variable = properties.get(name)
            where = f"{path}.{cut(name)}"
            if variable is None:
                raise UnfittingJson(where, f"is no property of {class_.__name__}")
            value = self._field(item, variable, meta, where)
            if variable.init:
                values[variable.name] = value
            elif not _is_fixed_value(value, variable):
                raise UnfittingJson(where, "has another value than the fixed one", item)
        missing = [
            name
            for name, variable in properties.items()
            if variable.name not in values and variable.name in needed_fields(class_)
        ]
        if missing:
            raise UnfittingJson(path, f"has no {join_alternatives([cut(name) for name in missing])}")
        value = make_object(class_, values)
        if NIL in data:
            if data[NIL] is not True:
                raise UnfittingJson(f"{path}.{NIL}", "is another value than true")
            remember_nil(value)
        if ORDER in data:
            names = data[ORDER]
            if not isinstance(names, list) or not all(isinstance(name, str) and name in properties for name in names):
                raise UnfittingJson(f"{path}.{ORDER}", f"is no array of properties of {class_.__name__}")
            remember_order(value, (properties[name].name for name in names))
        return value

    def _field(self, data: Any, variable: Any, meta: Any, path: str) -> Any:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
                raise UnfittingJson(path, "is no object of texts; expected the texts of attributes by their names")
            return data
        if variable.list_element:
            if not isinstance(data, list):
                raise UnfittingJson(path, f"is {_kind(data)}; expected an array")
            items = [self._item(item, variable, meta, f"{path}[{index}]") for index, item in enumerate(data)]
            make: Any = list if variable.factory is None or variable.mixed else variable.factory
            return make(items)  # of mixed content xsdata makes a list in any class
        return self._item(data, variable, meta, path)

    def _item(self, data: Any, variable: Any, meta: Any, path: str) -> Any:
        if holds_anything(variable) or (isinstance(data, dict) and (ELEMENT in data or VALUE in data)):
            return self._choice(data, variable, meta, path)
        if data is None:
            return None
        if variable.clazz is not None or (isinstance(data, dict) and variable.any_type):
            return self._object(data, variable.clazz, meta.namespace, path)
        if variable.any_type:
            return self._untyped(data, path)
        return _value(data, variable, path)

    def _choice(self, data: Any, variable: Any, meta: Any, path: str) -> Any:
        if not isinstance(data, dict) or (VALUE in data and ELEMENT not in data):
            return self._untyped(data, path)
        if ELEMENT in data:
            return self._element(data, variable, meta, path)
        if len(data) != 1:
            raise UnfittingJson(path, f"has {len(data)} properties; expected one, with the name of an element")
        ((name, inside),) = data.items()
        where = f"{path}.{cut(name)}"
        choice = choices_by_name(variable).get(name)
        if choice is not None:
            value = self._item(inside, choice, meta, where)
            return (
                add_name(variable, choice.qname, value, self.classes.derived_element) if variable.is_elements else value
            )
        class_ = self.classes.of_element(name)
        if class_ is None:
            raise UnfittingJson(where, "is no element that can stand here")
        return self._object(inside, class_, meta.namespace, where)

    def _element(self, data: dict[str, Any], variable: Any, meta: Any, path: str) -> Any:
        name = data[ELEMENT]
        known = {ELEMENT, XSI_TYPE_PROPERTY, VALUE} if VALUE in data else {ELEMENT, *_OF_ANY_ELEMENT}
        for other in data:
            if other not in known:
                raise UnfittingJson(f"{path}.{cut(other)}", f"is no property of an object with {ELEMENT}")
        if VALUE not in data:
            if not isinstance(name, str | None):
                raise UnfittingJson(f"{path}.{ELEMENT}", "is no name", name)
            for other, type_ in _OF_ANY_ELEMENT.items():
                if not isinstance(data.get(other, type_()), type_):
                    raise UnfittingJson(f"{path}.{other}", f"is {_kind(data[other])}; expected {_KINDS[type_]}")
            children = [
                self._choice(child, variable, meta, f"{path}.children[{index}]")
                for index, child in enumerate(data.get("children", ()))
            ]
            if not all(isinstance(text, str) for text in data.get("attributes", {}).values()):
                raise UnfittingJson(f"{path}.attributes", "has a value that is no text")
            return self.classes.any_element(
                qname=name,
                text=data.get("text"),
                tail=data.get("tail"),
                children=children,
                attributes=data.get("attributes", {}),
            )
        if not isinstance(name, str):
            raise UnfittingJson(f"{path}.{ELEMENT}", "is no name", name)
        inside, where = data[VALUE], f"{path}.{VALUE}"
        choice = variable.find_choice(name) if variable.elements else None
        declared = None if choice is None else choice.clazz
        if isinstance(inside, dict) and VALUE not in inside:
            value = self._object(inside, declared, meta.namespace, where)
        elif choice is None or choice.any_type or choice.is_wildcard or declared is not None:
            value = self._untyped(inside, where)
        else:
            value = _value(inside, choice, where)
        return self.classes.derived_element(qname=name, value=value, type=data.get(XSI_TYPE_PROPERTY))

    def _untyped(self, data: Any, path: str) -> Any:
        if isinstance(data, Decimal):
            return float(data)
        if isinstance(data, list):
            return [self._untyped(item, f"{path}[{index}]") for index, item in enumerate(data)]
        if not isinstance(data, dict):
            return data
        type_ = DataType.from_qname(str(data.get(TYPE)))
        text = data.get(VALUE)
        if type_ is None or not isinstance(text, str) or len(data) != 2:
            raise UnfittingJson(path, f"is no value with a {TYPE} of XML Schema and a text as its {VALUE}")
        if type_ is DataType.QNAME and _is_name(text):
            return QName(text)
        try:
            value = _convert(text, [type_.type], type_.format, is_text=True)
        except ConverterError:
            raise UnfittingJson(f"{path}.{VALUE}", f"is no {type_.code}", text) from None
        return value if type_.wrapper is None else type_.wrapper(value)


_OF_ANY_ELEMENT: Mapping[str, type] = {"text": str, "tail": str, "children": list, "attributes": dict}


def _value(data: Any, variable: Any, path: str) -> Any:  # xsdata's XmlVar
    """Return the value of a text or a number; an invalid one stays a text, for the validator to refuse.

    So does a list of tokens that xsdata has no values for, as it does in a document.
    """
    if data is None:
        return None
    is_list = isinstance(data, list)
    member = _member(data, variable)
    if member is not None:
        return member
    if isinstance(data, dict) or (is_list != bool(variable.tokens) and not (variable.tokens and isinstance(data, str))):
        expected = "an array of texts" if variable.tokens else "a text, a number or a boolean"
        raise UnfittingJson(path, f"is {_kind(data)}; expected {expected}")
    if isinstance(data, list) and any(item is None or isinstance(item, dict | list) for item in data):
        raise UnfittingJson(path, "has an item that is no text and no number")
    text = [_text(item) for item in data] if isinstance(data, list) else _text(data)
    if QName in variable.types and isinstance(data, list):
        return variable.tokens_factory(map(QName, data)) if all(map(_is_name, data)) else text
    if QName in variable.types and isinstance(data, str) and _is_name(data):
        return QName(data)
    if data == "" and variable.is_element and str not in variable.types:  # an empty element has no text for xsdata
        return b"" if bytes in variable.types else ""
    # not by xsdata's `parse_var`, which warns with the text of whoever sent it
    try:
        if variable.tokens_factory is None:
            return _convert(_text(data), variable.types, variable.format, is_text=isinstance(data, str))
        tokens = data if isinstance(data, list) else _TOKEN.findall(data)
        return variable.tokens_factory(
            [
                _convert(_text(token), variable.types, variable.format, is_text=isinstance(token, str))
                for token in tokens
            ]
        )
    except ConverterError:
        return text


def _is_fixed_value(value: Any, variable: Any) -> bool:
    """Whether a value is the one that a field always has; NaN is not equal to itself."""
    fixed = default_of(variable)
    return bool(value == fixed or (value != value and fixed != fixed))


def _member(data: Any, variable: Any) -> Enum | None:
    """Return the member of an enumeration that is a list, which JSON has as an array."""
    if not isinstance(data, list) or variable.tokens:
        return None
    text = " ".join(map(_text, data))
    for type_ in variable.types:
        for member in type_ if issubclass(type_, Enum) else ():
            if is_array(member.value) and text == " ".join(map(_text, simple_json(member.value, variable.format))):
                return member  # type: ignore[no-any-return]  # of the type of the field
    return None


_TOKEN = re.compile(r"[^ \t\r\n]+")


def _convert(text: str, types: Iterable[type], format_: str | None, *, is_text: bool) -> Any:
    """Return the first value that xsdata has for a text; `is_text` says whether it is one in JSON too.

    Python reads more than XML Schema does: `1_0`, digits of every script, `infinity`. A text has a value only where it
    is in the lexical space of a type (XSD 1.0 Part 2 §2.3).

    Raises:
        ConverterError: there is none.
    """
    collapsed = " ".join(_TOKEN.findall(text))
    fitting = [type_ for type_ in types if not is_text or _admits(type_, collapsed, format_)]
    return converter.deserialize(text, fitting, ns_map={}, format=format_)


def _admits(type_: type, text: str, format_: str | None) -> bool:
    """Whether a text is in the lexical space of a type; where Python has no value of its own, each is."""
    if issubclass(type_, Enum):
        values = [item for member in type_ for item in (member.value if is_array(member.value) else (member.value,))]
        kinds = {type(value) for value in values}
        return all(any(_admits(kind, token, format_) for kind in kinds) for token in _TOKEN.findall(text))
    builtins = builtins_of(type_, format_)
    if all(builtin.needs_namespaces for builtin in builtins):
        return True
    return any(builtin.accepts(text, {}) for builtin in builtins)


_is_expanded = re.compile(f"{EXPANDED_NAME}|{NCNAME}").fullmatch


def _is_name(data: object) -> bool:
    """Whether JSON has an expanded name; xsdata's own conversion refuses some namespaces, such as one with a hyphen."""
    return isinstance(data, str) and _is_expanded(data) is not None


def _text(data: Any) -> str:
    """Return a text, a number or a boolean as XML has it."""
    if isinstance(data, bool):
        return "true" if data else "false"
    return str(data)


_KINDS: Mapping[type, str] = {
    str: "a text",
    bool: "a boolean",
    int: "a number",
    Decimal: "a number",
    list: "an array",
    dict: "an object",
}


def _kind(data: object) -> str:
    return _KINDS.get(type(data), "null")
