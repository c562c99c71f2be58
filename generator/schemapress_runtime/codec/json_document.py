"""Converts messages to JSON text and back, and validates both ways."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, NoReturn

from ..binding.document_prefixes import recall_prefixes, remember_prefixes
from ..binding.object_parts import are_equal, differing_parts
from ..binding.prefixes import can_be_declared
from ..limits import MAX_DEPTH, MAX_PROBLEMS
from ..report.display import cut, name_classes, show
from ..report.problem import InvalidDocument, Problem, Report
from .json_classes import PREFIXES, JsonClasses
from .json_reader import JsonReader, UnfittingJson
from .json_writer import JsonWriter
from .messages import Message, Messages
from .recursion_limit import room_for_depth
from .root_element import is_of_any_type, remember_root, root_of, roots_of_any_type, roots_of_derived

MOST_JSON_LEVELS = 4 * MAX_DEPTH
"""Objects and arrays of JSON, each inside of the next: up to four are one level of elements."""


def to_json_text(
    value: Message, indent: int | None, encode: Callable[[Message], bytes], messages: Messages[Message]
) -> str:
    """Return a message as JSON, which `from_json_text` makes an equal object of.

    Raises:
        InvalidDocument: with every problem of the object; or it has what no JSON describes.
        TypeError: the object is no message.
    """
    encode(value)
    root = root_of(value, messages)
    value, declared = root.value, messages.classes[root.tag]
    classes = _classes_of(messages)
    with room_for_depth():
        try:
            data = JsonWriter(classes).document(value, declared)
            if prefixes := recall_prefixes(value):
                data[PREFIXES] = prefixes
            text = json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False)
            again = _read(text)
            _take_prefixes(again, declared.__name__)
            read = JsonReader(classes).document(again, declared, of_any_type=is_of_any_type(root.tag, messages))
        except UnfittingJson as error:
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
    messages: Messages[Message],
) -> Message:
    """Return the message that a JSON describes.

    Raises:
        InvalidDocument: it is no JSON, describes no object of the class, or one that is not valid.
        TypeError: `text` is not str or bytes, or the class is not that of a message.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"expected a JSON text, not a {type(text).__name__}")
    tags = [tag for tag, message in messages.classes.items() if message is class_]
    if not tags and isinstance(class_, type):
        tags = roots_of_derived(class_, messages) or roots_of_any_type(class_, messages)
    if class_ is None or len(tags) != 1:
        given = "the JSON does not say of which class it is: give `class_`"
        if class_ is not None:
            given = f"{cut(repr(class_))} is no class of messages"
        raise TypeError(f"{given}; expected one of {name_classes(messages.classes.values())}")
    (tag,) = tags
    with room_for_depth():
        data = _read(text)
        prefixes = _take_prefixes(data, class_.__name__)
        try:
            # of the class of a type, the JSON may name no type but this one, or one derived from it
            of_any_type = class_ is messages.classes[tag] and is_of_any_type(tag, messages)
            value: Message = JsonReader(_classes_of(messages)).document(data, class_, of_any_type=of_any_type)
        except UnfittingJson as error:
            raise InvalidDocument(Report((error.problem,))) from None
        except Exception as error:  # classes and conversions fail in as many ways as there are values
            message = f"The JSON describes no {class_.__name__}: {cut(str(error))}."
            raise _invalid(class_.__name__, "json-value", message) from error
    remember_prefixes(value, prefixes)
    if type(value) is not messages.classes[tag]:
        remember_root(value, tag)
    encode(value)
    return value


@lru_cache(32)  # packages that share the runtime, of which few write JSON
def _classes_of(messages: Messages[Any]) -> JsonClasses:  # messages of any class
    return JsonClasses(messages.context, messages.classes)


def _take_prefixes(data: Any, path: str) -> Mapping[str, str]:  # JSON
    """Take the prefixes out of the JSON of a message, and return their namespaces.

    Raises:
        InvalidDocument: they are no texts by NCNames.
    """
    prefixes = data.pop(PREFIXES, {}) if isinstance(data, dict) else {}
    if isinstance(prefixes, dict) and all(_is_prefix(*item) for item in prefixes.items()):
        return prefixes
    message = f"{path}.{PREFIXES} is no object of namespaces by their prefixes."
    raise _invalid(f"{path}.{PREFIXES}", "json-value", message)


def _is_prefix(prefix: str, namespace: object) -> bool:
    return isinstance(namespace, str) and bool(namespace) and can_be_declared(prefix, namespace)


def _invalid(path: str, code: str, message: str, line: int | None = None, column: int | None = None) -> InvalidDocument:
    return InvalidDocument(Report((Problem(path, line, column, code, None, None, message),)))


def _read(text: str | bytes) -> Any:
    """Parse JSON, with numbers that are not integers as Decimal.

    Raises:
        InvalidDocument: it is no JSON (RFC 8259), names a property twice, or is nested too deep.
    """
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_make_object)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {cut(error.msg)}."
        raise _invalid("/", "json-not-well-formed", message, error.lineno, error.colno) from None
    except RecursionError:
        raise _word_too_deep() from None
    except ValueError as error:  # bytes in no encoding of JSON, a number of too many digits, or of the hooks above
        raise _invalid("/", "json-not-well-formed", f"This is not JSON: {cut(str(error))}.") from None
    waiting, levels = [data], 1
    while waiting := [
        inside
        for item in waiting
        if isinstance(item, dict | list)
        for inside in (item.values() if isinstance(item, dict) else item)
    ]:
        levels += 1
        if levels > MOST_JSON_LEVELS:
            raise _word_too_deep()
    return data


def _word_too_deep() -> InvalidDocument:
    return _invalid("/", "json-too-deep", f"The JSON is nested more than {MOST_JSON_LEVELS:,} levels deep.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _make_object(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, which has each property once.

    Raises:
        ValueError: it has one twice.
    """
    properties = dict(items)
    if len(properties) < len(items):
        twice = next(name for name, count in Counter(name for name, _ in items).items() if count > 1)
        raise ValueError(f"an object has the property {show(twice)} twice")
    return properties
