"""The general ways of decoding and encoding, for what the scanner and the straight-line encoder do not take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Any, TypeVar

from .bind import Binders, Unbindable
from .declaration import Declarations
from .document import Element, UnacceptableXML, parse
from .problem import InvalidDocument, Problem, Report
from .validator import Validator, canonical_text
from .write import ILLEGAL, NotPlainValue
from .writer import Writers

Message = TypeVar("Message")


def decode_document(
    data: bytes,
    text: str | None,
    validator: Validator,
    scan: Callable[[str], Message | None],
    classes: Mapping[str, type[Message]],
) -> Message:
    """Return the bound object of a document that the scanner did not take; `text` is what was admitted of it.

    Raises:
        InvalidDocument: with every problem of the document.
    """
    if text is not None:
        message = validator.reader.bind(text, partial(parse, data), binders(), classes)
        if message is not None:
            return message  # type: ignore[no-any-return]  # an object of the classes
    try:
        root = parse(data)
    except UnacceptableXML as error:
        raise InvalidDocument(Report((error.problem,))) from None
    if text is None and (text := canonical_text(root)) is not None:
        message = scan(text) or validator.reader.bind(text, lambda: root, binders(), classes)
        if message is not None:
            return message
    if text is None or not validator.reader.accepts(text, lambda: root):
        report = validator.validate_tree(data, root)
        if not report.valid:
            raise InvalidDocument(report)
    return bind_tree(root, classes[str(root.tag)])


def bind_tree(root: Element, class_: type[Message]) -> Message:
    """Return the object of a valid tree, as xsdata's parser would return it."""
    try:
        value = binders().bind(root, class_)
    except Unbindable:
        from xsdata.formats.dataclass.parsers import XmlParser
        from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

        return XmlParser(context=context(), handler=LxmlEventHandler).parse(root, class_)
    return value  # type: ignore[return-value]  # an object of the class


@cache
def binders() -> Binders:
    """Return the binders of the classes, which are made once."""
    return Binders(context())


def encode_object(
    value: Message,
    declarations: Declarations,
    classes: Mapping[str, type[Message]],
    decode: Callable[[bytes], Message],
) -> bytes:
    """Return the document of an object that the straight-line encoder did not write.

    Raises:
        InvalidDocument: with every problem of the object.
        TypeError: the object is of none of the classes.
    """
    tag = next((tag for tag, class_ in classes.items() if class_ is type(value)), None)
    if tag is None:
        names = ", ".join(sorted(clazz.__name__ for clazz in classes.values()))
        raise TypeError(f"expected an object of {names}, not of {type(value).__name__}")
    with suppress(NotPlainValue, InvalidDocument, AttributeError, TypeError):  # xsdata may know better
        data = _writers(tuple(declarations.prefixes.items())).document(value, tag)
        if decode(data) == value:
            return data
    return _encode_by_xsdata(value, declarations, decode)


def _encode_by_xsdata(value: Message, declarations: Declarations, decode: Callable[[bytes], Message]) -> bytes:
    """Return the document that xsdata makes of an object, if it is valid and is read back as the same object."""
    from xsdata.formats.dataclass.serializers import XmlSerializer

    unwritable = list(_unwritable(value, type(value).__name__))
    if unwritable:
        raise InvalidDocument(Report(tuple(unwritable)))
    prefixes: dict[str | None, str] = {prefix: namespace for namespace, prefix in declarations.prefixes.items()}
    try:
        data = XmlSerializer(context=context()).render(value, ns_map=prefixes).encode()
        read = decode(data)
    except InvalidDocument as error:
        raise InvalidDocument(_of_object(error.report)) from None
    except Exception as error:  # a wrong value in a field makes the serializer fail in as many ways as there are types
        raise InvalidDocument(Report((_problem("/", f"The object can't be written as XML: {error}."),))) from error
    differences = list(_differences(value, read, type(value).__name__))
    if differences:
        raise InvalidDocument(Report(tuple(differences)))
    return data


@cache
def _writers(prefixes: tuple[tuple[str, str], ...]) -> Writers:
    return Writers(context(), dict(prefixes))


@cache
def context() -> Any:  # XmlContext, which is imported only when it is needed
    """Return xsdata's knowledge of the classes, which is gathered once."""
    from xsdata.formats.dataclass.context import XmlContext

    return XmlContext()


def _of_object(report: Report) -> Report:
    """Return a report without lines and columns, which an object has not."""
    return Report(tuple(Problem(p.path, None, None, p.code, p.value, p.expected, p.message) for p in report.problems))


def _problem(path: str, message: str, value: object = None, expected: str | None = None) -> Problem:
    return Problem(path, None, None, "encode-value", None if value is None else repr(value), expected, message)


def _unwritable(value: object, path: str) -> Iterator[Problem]:
    """Yield a problem for each text that has a character which no XML document can hold (XML 1.0 §2.2)."""
    if isinstance(value, str) and ILLEGAL.search(value):
        expected = "a text without control characters"
        yield _problem(path, f"{path} has a character that XML can't hold: {value!r}.", value, expected)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _unwritable(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unwritable(item, f"{path}[{index}]")


def _differences(value: object, read: object, path: str) -> list[Problem]:
    """Return where an object differs from what its document is read back as."""
    if is_dataclass(value) and type(value) is type(read):
        found = []
        for field in fields(value):
            found += _differences(getattr(value, field.name), getattr(read, field.name), f"{path}.{field.name}")
        return found
    if isinstance(value, list) and isinstance(read, list) and len(value) == len(read):
        return [
            problem
            for index, (one, other) in enumerate(zip(value, read, strict=True))
            for problem in _differences(one, other, f"{path}[{index}]")
        ]
    if type(value) is type(read) and (value == read or (value != value and read != read)):
        return []
    expected = f"a value that is read back as it was written, not as {read!r}"
    return [_problem(path, f"{path} is {value!r}; expected {expected}.", value, expected)]
