"""The general decoder, for documents that the emitted scanner does not take."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

from ..binding.class_kinds import is_derived
from ..binding.document_prefixes import prefixes_in_values, remember_prefixes
from ..binding.fallback import parser
from ..report.display import cut
from ..report.problem import InvalidDocument, Problem, Report
from ..validation.validator import Validator, WalkedDocument
from ..verdict import Unbindable
from ..xml.document import XML_SPACE, XSI_NIL, XSI_TYPE, Element
from ..xsd.components import ANY_TYPE
from .messages import Message, Messages
from .root_element import remember_root

_LOG = logging.getLogger(__name__)


def decode_document(
    data: bytes,
    text: str | None,
    validator: Validator,
    scan: Callable[[str], Message | None],
    messages: Messages[Message],
) -> Message:
    """Return the bound object of a document that the scanner did not take; `text` is its admitted text.

    Raises:
        InvalidDocument: with every problem of the document.
    """

    def read(text: str) -> Message:
        message: Message = validator.tag_reader.bind(text, messages.binders, messages.classes)
        return message

    def read_parts(parts: Iterator[str]) -> Message:
        message: Message = validator.tag_reader.bind_parts(parts, messages.binders.document(messages.classes))
        return message

    document = validator.source(data)
    decided = validator.climb(document, text, scan, read, read_parts)
    if isinstance(decided, WalkedDocument):
        root = decided.root
        if root is None or not decided.report.valid:
            raise InvalidDocument(decided.report)
        message = bind_tree(root, messages.classes[str(root.tag)], messages)
    else:
        message = decided
    if messages.keeps_prefixes:
        remember_prefixes(message, prefixes_in_values(document.root()))
    return message


def bind_tree(root: Element, class_: type[Message], messages: Messages[Any]) -> Message:  # a part has any class
    """Return the object of a valid tree, as xsdata's parser would return it.

    Raises:
        InvalidDocument: the classes can't hold the document, valid as it is.
    """
    try:
        value = messages.binders.bind(root, class_)
    except (Unbindable, ValueError, TypeError) as reason:  # the others where a class refuses a value
        _LOG.debug("the table decoder gave up: %s", reason)
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
        value: Any = parse(root, _find_named_class(root, messages) or class_)
    except Exception as error:  # the parser fails in as many ways as documents and classes can differ
        message = f"The document is valid, but {class_.__name__} can't hold it: {cut(str(error))}."
        raise InvalidDocument(Report((Problem("/", None, None, "decode-value", None, None, message),))) from error
    finally:
        root.tail = tail
    made: Message = cast(Message, value.value if is_derived(value) else value)
    if type(made) is not class_:
        remember_root(made, str(root.tag))
    return made


def _find_named_class(root: Element, messages: Messages[Any]) -> type | None:  # as above
    """Return the class of the type that xsi:type names on an element of any type, whose own would lose the content."""
    declaration = messages.declarations.elements.get(str(root.tag))
    if declaration is None or declaration.type is not ANY_TYPE or root.get(XSI_TYPE) is None:
        return None
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    name = ParserUtils.xsi_type({XSI_TYPE: str(root.get(XSI_TYPE)).strip(XML_SPACE)}, dict(root.nsmap))
    class_: type | None = messages.context.find_type(name)
    return class_
