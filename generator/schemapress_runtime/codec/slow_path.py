"""The general ways of decoding and encoding, for what the scanner and the straight-line encoder do not take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any, TypeVar, cast

from lxml import etree

from ..binding.class_kinds import is_derived
from ..binding.document_prefixes import prefixes_in_values, remember_prefixes, remembered_prefixes
from ..binding.fallback import parser, serializer
from ..binding.object_parts import (
    differing_parts,
    mistyped_parts,
    objects_inside,
    problem,
    unwritable_parts,
    without_each,
)
from ..binding.prefixes import NO_PREFIXES, MessagePrefixes, Prefixes
from ..binding.table_decoder import Unbindable
from ..binding.write_events import write_events
from ..limits import MAX_DEPTH
from ..report.problem import InvalidDocument, Problem, Report, cut
from ..validation.tag_reader import Parse
from ..validation.validator import ParsedDocument, Validator
from ..xml.document import XML_SPACE, XSI_NIL, XSI_TYPE, Element, UnacceptableXML
from ..xsd.components import ANY_TYPE
from .messages import Messages
from .root_element import RootElement, remember_root, root_of

Message = TypeVar("Message")

_FRAMES_A_LEVEL = 20
"""Frames that xsdata's serializer takes for one level of elements, and some."""


def decode_document(
    data: bytes,
    text: str | None,
    validator: Validator,
    scan: Callable[[str], Message | None],
    messages: Messages[Message],
) -> Message:
    """Return the bound object of a document that the scanner did not take; `text` is what was admitted of it.

    Raises:
        InvalidDocument: with every problem of the document.
    """
    message = _decoded(data, text, validator, scan, messages)
    if messages.keeps_prefixes:
        remember_prefixes(message, prefixes_in_values(validator.parse(data)))
    return message


def _decoded(
    data: bytes,
    admitted: str | None,
    validator: Validator,
    scan: Callable[[str], Message | None],
    messages: Messages[Message],
) -> Message:
    def bind(text: str, parse: Parse) -> Message | None:
        message = None if text is admitted else scan(text)  # the scanner has had its try at what was admitted
        if message is not None:
            return message
        read: Message | None = validator.reader.bind(text, parse, messages.binders, messages.classes)
        return read

    try:
        found = validator.decide(data, admitted, bind)
    except UnacceptableXML as error:
        raise InvalidDocument(Report((error.problem,))) from None
    if not isinstance(found, ParsedDocument):
        return found
    root = found.root
    if found.text is None or not validator.reader.accepts(found.text, lambda: root):
        report = validator.validate_tree(data, root)
        if not report.valid:
            raise InvalidDocument(report)
    return bind_tree(root, messages.classes[str(root.tag)], messages)


def bind_tree(root: Element, class_: type[Message], messages: Messages[Any]) -> Message:  # a part has any class
    """Return the object of a valid tree, as xsdata's parser would return it.

    Raises:
        InvalidDocument: the classes can't hold the document, valid as it is.
    """
    try:
        value = messages.binders.bind(root, class_)
    except (Unbindable, ValueError):  # the second where a class refuses a value
        return _bind_by_xsdata(root, class_, messages)
    return value  # type: ignore[return-value]  # an object of the class


def _bind_by_xsdata(root: Element, class_: type[Message], messages: Messages[Any]) -> Message:  # as above
    for element in root.iter("*"):
        nil = element.get(XSI_NIL)
        if nil is not None and nil.strip(XML_SPACE) in ("true", "1"):  # the parser knows `true` alone
            element.set(XSI_NIL, "true")
        elif nil is not None:  # which says nothing, and which the parser can't always bind
            del element.attrib[XSI_NIL]
    tail, root.tail = root.tail, None  # the parser would take it for an object
    parse = parser(messages.context).parse
    try:
        value: Any = parse(root, _named_class(root, messages) or class_)
    except Exception as error:  # the parser fails in as many ways as documents and classes can differ
        message = f"The document is valid, but {class_.__name__} can't hold it: {cut(str(error))}."
        raise InvalidDocument(Report((Problem("/", None, None, "decode-value", None, None, message),))) from error
    finally:
        root.tail = tail
    made: Message = cast(Message, value.value if is_derived(value) else value)
    if type(made) is not class_:
        remember_root(made, str(root.tag))
    return made


def _named_class(root: Element, messages: Messages[Any]) -> type | None:  # as above
    """Return the class of the type that xsi:type names on an element of any type, whose own would lose the content."""
    declaration = messages.declarations.elements.get(str(root.tag))
    if declaration is None or declaration.type is not ANY_TYPE or root.get(XSI_TYPE) is None:
        return None
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    name = ParserUtils.xsi_type({XSI_TYPE: str(root.get(XSI_TYPE)).strip(XML_SPACE)}, dict(root.nsmap))
    class_: type | None = messages.context.find_type(name)
    return class_


def encode_object(
    value: Message,
    validator: Validator,
    messages: Messages[Message],
    decode: Callable[[bytes], Message],
    prefixes: MessagePrefixes,
    chosen: Mapping[str, str] | None = None,
) -> bytes:
    """Return the document of an object that the straight-line encoder did not write, with prefixes that were chosen.

    Raises:
        InvalidDocument: with every problem of the object.
        TypeError: the object is no message, or it is not clear of which root element.
        ValueError: a prefix can't be chosen so.
    """
    root = root_of(value, messages)
    value = root.value
    remembered = remembered_prefixes(value)
    taken = prefixes.of(root.tag, _together(chosen, remembered) if remembered else chosen)
    with suppress(Exception):  # whatever the tables do not take, xsdata may
        if not root.is_derived:
            data = messages.writers(taken).document(value, root.tag)
            if are_equal(decode(data), value):
                return data
    try:
        return _encode_by_xsdata(root, validator, messages, decode, taken)
    except InvalidDocument:
        raise
    except Exception as error:  # a field may hold an object of any class, which may do anything when it is looked at
        name = type(value).__name__
        unreadable = problem(name, f"{name} has a value that can't be read: {type(error).__name__}.")
        raise InvalidDocument(Report((unreadable,))) from error


def _encode_by_xsdata(
    root: RootElement,
    validator: Validator,
    messages: Messages[Any],  # of any class
    decode: Callable[[bytes], object],
    prefixes: Prefixes,
) -> bytes:
    """Return the document that xsdata makes of an object, if it is valid and is read back as the same object."""
    value = root.value
    most = validator.limits.problems
    unwritable = tuple(islice(unwritable_parts(value), most))
    if unwritable:
        raise InvalidDocument(Report(unwritable))
    try:
        with room_for_depth():
            data = write_events(partial(serializer(messages.context).document, root), prefixes)
        try:
            read = decode(data)
        except InvalidDocument as refused:
            data = _repaired(data, validator, refused, prefixes)
            read = decode(data)
            if next(differing_parts(value, read), None) is not None:
                raise refused from None
    except InvalidDocument as error:
        raise InvalidDocument(_of_object(error.report, type(value).__name__)) from None
    except Exception as error:  # a wrong value in a field makes the serializer fail in as many ways as there are types
        mistyped = tuple(islice(mistyped_parts(value, messages.context), most))
        raise InvalidDocument(Report(mistyped or (_unwritable(value, error, messages),))) from error
    differences = tuple(islice(differing_parts(value, read), most))
    if differences:
        raise InvalidDocument(Report(differences))
    return data


def _together(chosen: Mapping[str, str] | None, remembered: Mapping[str, str]) -> Mapping[str, str]:
    """Return the prefixes that were chosen, and those of a document that they leave as they are."""
    given = dict(chosen or {})
    return {
        **{prefix: uri for prefix, uri in remembered.items() if prefix != "xml" and uri not in given.values()},
        **given,
    }


def _repaired(data: bytes, validator: Validator, refused: InvalidDocument, prefixes: Prefixes) -> bytes:
    """Return a document that was refused with what only the schema says of it.

    Raises:
        InvalidDocument: the one that is given, where there is nothing to repair.
    """
    from .repair import repair

    try:
        root = validator.parse(data)
    except UnacceptableXML:
        raise refused from None
    namespaces = {prefix: uri for uri, prefix in prefixes.named.items()}
    repaired = repair(root, validator.declarations, validator.limits, namespaces)
    if repaired is None:
        raise refused
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(
        repaired, encoding="UTF-8", xml_declaration=False
    )


_MOST_TRIED = 1_000
"""Parts of an object that are written by themselves to find the one that can't be."""


def _unwritable(value: object, error: Exception, messages: Messages[Any]) -> Problem:  # messages of any class
    """Return the problem of the part of an object that the serializer fails at: the deepest that fails by itself."""
    writing, tried = serializer(messages.context), 0

    def fails(part: object) -> bool:
        nonlocal tried
        tried += 1
        try:
            write_events(partial(writing.generate, part), NO_PREFIXES)
        except Exception:
            return tried < _MOST_TRIED
        return False

    path = type(value).__name__
    while (
        inside := next(((where, one) for where, one in objects_inside(value, path) if fails(one)), None)
    ) is not None:
        path, value = inside
    for name, without in without_each(value):
        if not fails(without):
            path += f".{name}"
            break
    return problem(path, f"{path} can't be written as XML: {cut(str(error))}.")


def are_equal(one: object, other: object) -> bool:
    """Whether two objects are equal, however deep they are."""
    try:
        return one == other
    except RecursionError:
        return next(differing_parts(one, other), None) is None


@dataclass(slots=True)
class _RaisedLimit:
    """The recursion limit of the process, while some threads need a higher one: how many, and what it was before."""

    lock: Lock = field(default_factory=Lock)
    inside: int = 0
    before: int = 0


_RAISED_LIMIT: _RaisedLimit = sys.__dict__.setdefault("_schemapress_raised_limit", _RaisedLimit())
"""The one of the process, which all packages share, though each has a runtime of its own."""


@contextmanager
def room_for_depth() -> Iterator[None]:
    """Let calls nest as deep as xsdata's serializer needs it for `MAX_DEPTH` levels of elements.

    The first thread that comes in raises the limit, and the last that leaves sets it back, unless somebody else has
    set another one meanwhile.
    """
    enough, limit = MAX_DEPTH * _FRAMES_A_LEVEL, _RAISED_LIMIT
    with limit.lock:
        if limit.inside == 0:
            limit.before = sys.getrecursionlimit()
        if sys.getrecursionlimit() < enough:
            sys.setrecursionlimit(enough)
        limit.inside += 1
    try:
        yield
    finally:
        with limit.lock:
            limit.inside -= 1
            if limit.inside == 0 and limit.before < sys.getrecursionlimit() == enough:
                sys.setrecursionlimit(limit.before)


def _of_object(report: Report, name: str) -> Report:
    """Return a report on an object: without lines and columns, and with its class for what is wrong with all of it."""
    problems = (replace(one, path=name if one.path == "/" else one.path, line=None, column=None) for one in report)
    return Report(tuple(problems), report.complete)
