"""Objects to JSON and back, by what xsdata knows of their classes, and with its conversions of values.

A property has the local name of its element or attribute, as in xsdata's own JSON. That loses what this one keeps: its
reader guesses the class of an object by the names of its properties. Where a class does not follow from the place of an
object, the JSON says which element or type it is; where an object remembers an order of its elements, it says that.
The names of such properties begin as no XML name does: `@element`, `@type`, `@value`, `@order`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import Any, NoReturn, TypeVar
from xml.etree.ElementTree import QName

from xsdata.exceptions import ConverterError
from xsdata.formats.converter import converter
from xsdata.formats.dataclass.models.generics import AnyElement, DerivedElement
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlDuration, XmlPeriod, XmlTime
from xsdata.models.enums import DataType

from .codec import are_equal, context, room_for_depth
from .element_order import order_of, remember
from .limits import MAX_DEPTH, MAX_PROBLEMS
from .parts import choice_of, differing_parts, needed_fields
from .primitive import NCNAME, PRIMITIVES, NotInLexicalSpace
from .problem import InvalidDocument, Problem, Report, cut
from .wording import class_names, listed, shown

Message = TypeVar("Message")

ELEMENT = "@element"
"""The name of an element, with its namespace in braces."""
TYPE = "@type"
"""The name of a type, with its namespace in braces."""
VALUE = "@value"
"""The content of the element, or the value of the type."""
XSI_TYPE = "@xsiType"
"""The type that an element of a wildcard named itself."""

ORDER = "@order"
"""The properties of an object, one for each element, in an order of elements that its fields do not keep."""

MOST_LEVELS = 4 * MAX_DEPTH
"""Objects and arrays of JSON, each inside of the next: up to four are one level of elements."""


def to_json_text(
    value: Message, indent: int | None, encode: Callable[[Message], bytes], classes: Mapping[str, type[Message]]
) -> str:
    """Return a message as JSON, which `from_json_text` makes an equal object of.

    Raises:
        InvalidDocument: with every problem of the object; or it has what no JSON describes.
        TypeError: the object is no message.
    """
    encode(value)
    known = JsonClasses(context(), classes)
    with room_for_depth():
        try:
            text = json.dumps(_Writer(known).document(value), indent=indent, ensure_ascii=False, allow_nan=False)
            read = _Reader(known).document(_read(text), type(value))
        except _Unfitting as error:
            raise InvalidDocument(Report((error.problem,))) from None
        except Exception as error:  # a valid object has none such that is known
            message = f"{type(value).__name__} can't be written as JSON: {cut(str(error))}."
            raise _invalid(type(value).__name__, "json-value", message) from error
    if not are_equal(read, value):
        differences = tuple(islice(differing_parts(value, read), MAX_PROBLEMS))
        if differences:
            raise InvalidDocument(Report(differences))
    return text


def from_json_text(
    text: str | bytes,
    class_: type[Message] | None,
    encode: Callable[[Message], bytes],
    classes: Mapping[str, type[Message]],
) -> Message:
    """Return the message that a JSON describes.

    Raises:
        InvalidDocument: it is no JSON, describes no object of the class, or one that is not valid.
        TypeError: the text is none, or the class is not that of a message.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"expected a JSON text, not a {type(text).__name__}")
    if class_ is None or class_ not in classes.values():
        given = "the JSON does not say of which class it is: give `class_`"
        if class_ is not None:
            given = f"{cut(repr(class_))} is no class of messages"
        raise TypeError(f"{given}; expected one of {class_names(classes.values())}")
    with room_for_depth():
        data = _read(text)
        try:
            value: Message = _Reader(JsonClasses(context(), classes)).document(data, class_)
        except _Unfitting as error:
            raise InvalidDocument(Report((error.problem,))) from None
        except Exception as error:  # classes and conversions fail in as many ways as there are values
            message = f"The JSON describes no {class_.__name__}: {cut(str(error))}."
            raise _invalid(class_.__name__, "json-value", message) from error
    encode(value)
    return value


def _invalid(path: str, code: str, message: str, line: int | None = None, column: int | None = None) -> InvalidDocument:
    return InvalidDocument(Report((Problem(path, line, column, code, None, None, message),)))


def _read(text: str | bytes) -> Any:
    """Return what JSON has, with numbers that are no integers as Decimal.

    Raises:
        InvalidDocument: it is no JSON (RFC 8259), names a property twice, or is nested too deep.
    """
    try:
        data = json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object_with_each_name_once
        )
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {cut(error.msg)}."
        raise _invalid("/", "json-not-well-formed", message, error.lineno, error.colno) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # bytes in no encoding of JSON, a number of too many digits, or of the hooks above
        raise _invalid("/", "json-not-well-formed", f"This is not JSON: {cut(str(error))}.") from None
    waiting, levels = [data], 1
    while waiting := [
        one
        for item in waiting
        if isinstance(item, dict | list)
        for one in (item.values() if isinstance(item, dict) else item)
    ]:
        levels += 1
        if levels > MOST_LEVELS:
            raise _too_deep()
    return data


def _too_deep() -> InvalidDocument:
    return _invalid("/", "json-too-deep", f"The JSON is nested more than {MOST_LEVELS:,} levels deep.")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _object_with_each_name_once(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) < len(items):
        twice = next(name for name, count in Counter(name for name, _ in items).items() if count > 1)
        raise ValueError(f"an object has the property {shown(twice)} twice")
    return found


class _Unfitting(Exception):
    """The JSON describes no object: where, and why."""

    def __init__(self, path: str, message: str, value: object = None) -> None:
        super().__init__(message)
        repeated = None if value is None else cut(str(value))
        self.problem = Problem(path, None, None, "json-value", repeated, None, f"{path} {message}.")


class JsonClasses:
    """The classes of a package: what xsdata knows of them, and those of its messages by the names of their elements."""

    def __init__(self, context: Any, messages: Mapping[str, type]) -> None:  # xsdata's XmlContext
        self._context = context
        self._messages = messages
        self._properties: dict[type, Mapping[str, Any]] = {}

    def meta(self, class_: type, namespace: str | None) -> Any:  # xsdata's XmlMeta
        """Return what xsdata knows of a class; one without a namespace of its own has that of the class around it."""
        return self._context.build(class_, namespace)

    def properties(self, meta: Any) -> Mapping[str, Any]:
        """Return the fields of a class, as xsdata's XmlVar, by the names of their properties.

        Where two have one local name, their properties have the names of the fields.
        """
        found = self._properties.get(meta.clazz)
        if found is None:
            found = self._properties[meta.clazz] = _by_name(meta.get_all_vars())
        return found

    def type_name(self, class_: type, namespace: str | None) -> str:
        """Return the name of the type that a class was made of."""
        meta = self.meta(class_, namespace)
        return str(meta.target_qname or meta.qname)

    def of_type(self, name: object, declared: type | None, namespace: str | None) -> type | None:
        """Return the class of a type that can stand for the declared one; without one, any that a message can have."""
        if declared is None:
            return self._by_type.get(name) if isinstance(name, str) else None
        derived = (declared, *self.derived(declared))
        return next((one for one in derived if self.type_name(one, namespace) == name), None)

    def derived(self, class_: type) -> list[type]:
        """Return the classes that are derived from a class, in an order that is always the same."""
        return sorted({*self._context.get_subclasses(class_)}, key=lambda one: (one.__qualname__, one.__module__))

    def of_element(self, name: str) -> type | None:
        """Return the class of a global element."""
        return self._messages.get(name)

    @cached_property
    def _by_type(self) -> Mapping[str, type]:
        found: dict[str, type] = {}
        met: set[type] = set()
        waiting: list[tuple[type, str | None]] = [(one, None) for one in self._messages.values()]
        while waiting:
            class_, namespace = waiting.pop()
            if class_ in met:
                continue
            met.add(class_)
            meta = self.meta(class_, namespace)
            if "." not in class_.__qualname__:  # one inside of another is of an anonymous type
                found.setdefault(self.type_name(class_, namespace), class_)
            variables = [one for variable in meta.get_all_vars() for one in (variable, *variable.elements.values())]
            inside = [variable.clazz for variable in variables if variable.clazz is not None]
            waiting += [(one, meta.namespace) for one in (*inside, *self.derived(class_))]
        return found


def _by_name(variables: Iterable[Any]) -> Mapping[str, Any]:  # xsdata's XmlVar
    """Return fields by their local names, and those that share one by the names of the fields."""
    listed = list(variables)
    counts = Counter(variable.local_name for variable in listed)
    names = [one.local_name if counts[one.local_name] == 1 else one.name for one in listed]
    if len({*names}) < len(names):
        names = [one.name for one in listed]
    return dict(zip(names, listed, strict=True))


def choices_by_name(variable: Any) -> Mapping[str, Any]:  # xsdata's XmlVar
    """Return the choices of a compound field by the names of their elements, with the namespace where it tells them."""
    counts = Counter(choice.local_name for choice in variable.elements.values())
    return {
        choice.local_name if counts[choice.local_name] == 1 else choice.qname: choice
        for choice in variable.elements.values()
    }


def holds_anything(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether the elements of a field are told by their names alone."""
    return bool(variable.elements or variable.is_wildcard or variable.mixed)


# Objects to JSON


@dataclass(frozen=True)
class _Writer:
    """Makes what `json` writes of an object."""

    classes: JsonClasses

    def document(self, value: object) -> dict[str, Any]:
        """Return a message."""
        return self._object(value, None, type(value))

    def _object(self, value: Any, namespace: str | None, declared: type | None) -> dict[str, Any]:
        meta = self.classes.meta(type(value), namespace)
        found: dict[str, Any] = {}
        if type(value) is not declared:
            found[TYPE] = self.classes.type_name(type(value), namespace)
        for name, variable in self.classes.properties(meta).items():
            item = getattr(value, variable.name)
            default = variable.default() if callable(variable.default) else variable.default
            if item in (None, [], {}) and item == default and variable.name not in needed_fields(value.__class__):
                continue
            found[name] = self._field(item, variable, meta)
        order = order_of(value)
        if order is not None:
            names = {variable.name: name for name, variable in self.classes.properties(meta).items()}
            found[ORDER] = [names[field] for field in order]
        return found

    def _field(self, value: Any, variable: Any, meta: Any) -> Any:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            return dict(value)
        if variable.list_element and _is_array(value):
            return [self._one(one, variable, meta) for one in value]
        return self._one(value, variable, meta)

    def _one(self, value: Any, variable: Any, meta: Any) -> Any:
        if value is None:
            return self._choice(value, variable, meta) if variable.elements else None
        if holds_anything(variable) or isinstance(value, AnyElement | DerivedElement):
            return self._choice(value, variable, meta)
        if is_dataclass(value):
            return self._object(value, meta.namespace, variable.clazz)
        return _anything(value) if variable.any_type else simple_json(value, variable.format)

    def _choice(self, value: Any, variable: Any, meta: Any) -> Any:
        if isinstance(value, DerivedElement):
            return self._derived(value, variable, meta)
        if isinstance(value, AnyElement):
            found = {
                ELEMENT: value.qname,
                "text": value.text,
                "tail": value.tail,
                "children": [self._choice(one, variable, meta) for one in value.children],
                "attributes": value.attributes,
            }
            return {name: item for name, item in found.items() if name == ELEMENT or item not in (None, [], {})}
        is_object = is_dataclass(value)
        if variable.elements and (is_object or not variable.mixed):
            choice = choice_of(variable, value)
            for name, one in choices_by_name(variable).items():
                if one is choice:
                    return {name: self._one(value, one, meta)}
        if not is_object:
            return _anything(value)
        name = self.classes.meta(type(value), meta.namespace).qname
        return {name: self._object(value, meta.namespace, type(value))}

    def _derived(self, value: Any, variable: Any, meta: Any) -> dict[str, Any]:
        choice = variable.find_choice(value.qname) if variable.elements else None
        if is_dataclass(value.value):
            inside: Any = self._object(value.value, meta.namespace, None if choice is None else choice.clazz)
        else:
            inside = _anything(value.value) if choice is None else simple_json(value.value, choice.format)
        typed = {} if value.type is None else {XSI_TYPE: value.type}
        return {ELEMENT: value.qname, **typed, VALUE: inside}


def _is_array(value: object) -> bool:
    """Whether a value is a list; a date is a tuple too."""
    return isinstance(value, list) or type(value) is tuple


def simple_json(value: Any, format_: str | None) -> Any:
    """Return a value of a type that its field has: text, unless JSON has the value."""
    if isinstance(value, Enum):
        return simple_json(value.value, format_)
    if isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if _is_array(value):
        return [simple_json(one, format_) for one in value]
    return converter.serialize(value, format=format_)


def _anything(value: Any) -> Any:
    """Return a value of any type; with the type where JSON has it not."""
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if _is_array(value):
        return [_anything(one) for one in value]
    return {TYPE: str(DataType.from_value(value)), VALUE: converter.serialize(value)}


# JSON to objects


@dataclass(frozen=True)
class _Reader:
    """Makes objects of what `json` has read."""

    classes: JsonClasses

    def document(self, data: Any, class_: type) -> Any:
        """Return the message of a class.

        Raises:
            _Unfitting: a part of the JSON fits no field.
        """
        return self._object(data, class_, None, class_.__name__)

    def _object(self, data: Any, declared: type | None, namespace: str | None, path: str) -> Any:
        if not isinstance(data, dict):
            raise _Unfitting(path, f"is {_kind(data)}; expected an object")
        class_ = declared
        if TYPE in data or class_ is None:
            class_ = self.classes.of_type(data.get(TYPE), declared, namespace)
            if class_ is None:
                raise _Unfitting(f"{path}.{TYPE}", "names no type that can stand here", data.get(TYPE))
        meta = self.classes.meta(class_, namespace)
        properties = self.classes.properties(meta)
        values: dict[str, Any] = {}
        for name, item in data.items():
            if name in (TYPE, ORDER):
                continue
            variable = properties.get(name)
            where = f"{path}.{cut(name)}"
            if variable is None:
                raise _Unfitting(where, f"is no property of {class_.__name__}")
            value = self._field(item, variable, meta, where)
            if variable.init:
                values[variable.name] = value
            elif value != variable.default:
                raise _Unfitting(where, "has another value than the fixed one", item)
        missing = [
            name
            for name, variable in properties.items()
            if variable.name not in values and variable.name in needed_fields(class_)
        ]
        if missing:
            raise _Unfitting(path, f"has no {listed([cut(name) for name in missing])}")
        value = class_(**values)
        if ORDER in data:
            names = data[ORDER]
            if not isinstance(names, list) or not all(isinstance(one, str) and one in properties for one in names):
                raise _Unfitting(f"{path}.{ORDER}", f"is no array of properties of {class_.__name__}")
            remember(value, (properties[one].name for one in names))
        return value

    def _field(self, data: Any, variable: Any, meta: Any, path: str) -> Any:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            if not isinstance(data, dict) or not all(isinstance(one, str) for one in data.values()):
                raise _Unfitting(path, "is no object of texts; expected the texts of attributes by their names")
            return data
        if variable.list_element and data is not None:
            if not isinstance(data, list):
                raise _Unfitting(path, f"is {_kind(data)}; expected an array")
            items = [self._one(one, variable, meta, f"{path}[{index}]") for index, one in enumerate(data)]
            is_list = variable.factory in (None, list) or variable.mixed  # of which xsdata makes a list in any class
            return items if is_list else variable.factory(items)
        return self._one(data, variable, meta, path)

    def _one(self, data: Any, variable: Any, meta: Any, path: str) -> Any:
        if holds_anything(variable) or (isinstance(data, dict) and (ELEMENT in data or VALUE in data)):
            return self._choice(data, variable, meta, path)
        if data is None:
            return None
        if variable.clazz is not None or (isinstance(data, dict) and variable.any_type):
            return self._object(data, variable.clazz, meta.namespace, path)
        if variable.any_type:
            return self._anything(data, path)
        return _value(data, variable, path)

    def _choice(self, data: Any, variable: Any, meta: Any, path: str) -> Any:
        if not isinstance(data, dict) or (VALUE in data and ELEMENT not in data):
            return self._anything(data, path)
        if ELEMENT in data:
            return self._element(data, variable, meta, path)
        if len(data) != 1:
            raise _Unfitting(path, f"has {len(data)} properties; expected one, with the name of an element")
        ((name, inside),) = data.items()
        where = f"{path}.{cut(name)}"
        choice = choices_by_name(variable).get(name)
        if choice is not None:
            return self._one(inside, choice, meta, where)
        class_ = self.classes.of_element(name)
        if class_ is None:
            raise _Unfitting(where, "is no element that can stand here")
        return self._object(inside, class_, meta.namespace, where)

    def _element(self, data: dict[str, Any], variable: Any, meta: Any, path: str) -> Any:
        name = data[ELEMENT]
        known = {ELEMENT, XSI_TYPE, VALUE} if VALUE in data else {ELEMENT, *_OF_ANY_ELEMENT}
        for other in data:
            if other not in known:
                raise _Unfitting(f"{path}.{cut(other)}", f"is no property of an object with {ELEMENT}")
        if VALUE not in data:
            if not isinstance(name, str | None):
                raise _Unfitting(f"{path}.{ELEMENT}", "is no name", name)
            for other, type_ in _OF_ANY_ELEMENT.items():
                if not isinstance(data.get(other, type_()), type_):
                    raise _Unfitting(f"{path}.{other}", f"is {_kind(data[other])}; expected {_KINDS[type_]}")
            children = [
                self._choice(one, variable, meta, f"{path}.children[{index}]")
                for index, one in enumerate(data.get("children", ()))
            ]
            if not all(isinstance(text, str) for text in data.get("attributes", {}).values()):
                raise _Unfitting(f"{path}.attributes", "has a value that is no text")
            return AnyElement(name, data.get("text"), data.get("tail"), children, data.get("attributes", {}))
        if not isinstance(name, str):
            raise _Unfitting(f"{path}.{ELEMENT}", "is no name", name)
        inside, where = data[VALUE], f"{path}.{VALUE}"
        choice = variable.find_choice(name) if variable.elements else None
        declared = None if choice is None else choice.clazz
        if isinstance(inside, dict) and VALUE not in inside:
            value = self._object(inside, declared, meta.namespace, where)
        elif choice is None or declared is not None:
            value = self._anything(inside, where)
        else:
            value = _value(inside, choice, where)
        return DerivedElement(name, value, data.get(XSI_TYPE))

    def _anything(self, data: Any, path: str) -> Any:
        if isinstance(data, Decimal):
            return float(data)
        if isinstance(data, list):
            return [self._anything(one, f"{path}[{index}]") for index, one in enumerate(data)]
        if not isinstance(data, dict):
            return data
        type_ = DataType.from_qname(str(data.get(TYPE)))
        text = data.get(VALUE)
        if type_ is None or not isinstance(text, str) or len(data) != 2:
            raise _Unfitting(path, f"is no value with a {TYPE} of XML Schema and a text as its {VALUE}")
        if type_ is DataType.QNAME and _is_name(text):
            return QName(text)
        try:
            return _converted(text, [type_.type], type_.format, is_text=True)
        except ConverterError:
            raise _Unfitting(f"{path}.{VALUE}", f"is no {type_.code}", text) from None


_OF_ANY_ELEMENT: Mapping[str, type] = {"text": str, "tail": str, "children": list, "attributes": dict}


def _value(data: Any, variable: Any, path: str) -> Any:  # xsdata's XmlVar
    """Return the value of a text or a number; what is none of the type stays a text, for the validator to refuse.

    So does a list of tokens that xsdata has no values for, as it does in a document.
    """
    if data is None:
        return None
    is_list = isinstance(data, list)
    if isinstance(data, dict) or (is_list != bool(variable.tokens) and not (variable.tokens and isinstance(data, str))):
        expected = "an array of texts" if variable.tokens else "a text, a number or a boolean"
        raise _Unfitting(path, f"is {_kind(data)}; expected {expected}")
    if isinstance(data, list) and any(one is None or isinstance(one, dict | list) for one in data):
        raise _Unfitting(path, "has an item that is no text and no number")
    text = [_text(one) for one in data] if isinstance(data, list) else _text(data)
    if QName in variable.types and isinstance(data, list):
        return variable.tokens_factory(map(QName, data)) if all(map(_is_name, data)) else text
    if QName in variable.types and _is_name(data):
        return QName(data)
    if data == "" and variable.is_element and str not in variable.types:  # an empty element has no text for xsdata
        return b"" if bytes in variable.types else ""
    # not by xsdata's `parse_var`, which warns with the text of whoever sent it
    try:
        if variable.tokens_factory is None:
            return _converted(_text(data), variable.types, variable.format, is_text=isinstance(data, str))
        given = data if isinstance(data, list) else _TOKEN.findall(data)
        return variable.tokens_factory(
            [_converted(_text(one), variable.types, variable.format, is_text=isinstance(one, str)) for one in given]
        )
    except ConverterError:
        return text


_TOKEN = re.compile(r"[^ \t\r\n]+")

_PRIMITIVES: Mapping[tuple[type, str | None], tuple[str, ...]] = {
    (bool, None): ("boolean",),
    (int, None): ("decimal",),
    (Decimal, None): ("decimal",),
    (float, None): ("double",),
    (XmlDate, None): ("date",),
    (XmlDateTime, None): ("dateTime",),
    (XmlTime, None): ("time",),
    (XmlDuration, None): ("duration",),
    (XmlPeriod, None): ("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    (bytes, "base16"): ("hexBinary",),
    (bytes, "base64"): ("base64Binary",),
}
"""The primitive types whose values are those of a Python type, with xsdata's format."""


def _converted(text: str, types: Iterable[type], format_: str | None, *, is_text: bool) -> Any:
    """Return the first value that xsdata has for a text; `is_text` says whether it is one in JSON too.

    Python reads more than XML Schema does: `1_0`, digits of every script, `infinity`. A text has a value only where it
    is in the lexical space of a type (XSD 1.0 Part 2 §2.3).

    Raises:
        ConverterError: there is none.
    """
    collapsed = " ".join(_TOKEN.findall(text))
    fitting = [one for one in types if not is_text or _admits(one, collapsed, format_)]
    return converter.deserialize(text, fitting, ns_map={}, format=format_)


def _admits(type_: type, text: str, format_: str | None) -> bool:
    """Whether a text is in the lexical space of a type; where Python has no value of its own, each is."""
    if issubclass(type_, Enum):
        values = [one for member in type_ for one in (member.value if _is_array(member.value) else (member.value,))]
        kinds = {type(value) for value in values}
        return all(any(_admits(kind, token, format_) for kind in kinds) for token in _TOKEN.findall(text))
    names = _PRIMITIVES.get((type_, format_ if type_ is bytes else None))
    return names is None or any(_is_lexical(name, text) for name in names)


def _is_lexical(name: str, text: str) -> bool:
    try:
        PRIMITIVES[name].value(text, {})
    except NotInLexicalSpace:
        return False
    return True


_EXPANDED = re.compile(rf"(?:\{{[^{{}}]+\}})?{NCNAME}")


def _is_name(data: object) -> bool:
    """Whether JSON has an expanded name; xsdata's own conversion refuses some namespaces, such as one with a hyphen."""
    return isinstance(data, str) and _EXPANDED.fullmatch(data) is not None


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
