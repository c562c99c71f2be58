"""Header blocks that are sent: objects of elements that an operation declares, and anything else that is XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from ...xml.document import UnacceptableXML, parse
from .envelope import HeaderBlock


@dataclass(frozen=True, slots=True)
class DeclaredBlock:
    """A header block that an operation declares; `argument` is the name of the handler's argument for it."""

    element: str
    message: type
    argument: str = ""
    required: bool = False


def write_block(block: object, declared: Iterable[DeclaredBlock], encode: Callable[..., bytes] | None) -> bytes:
    """Return the document of a header block: an object of a declared one, or anything that is XML.

    Raises:
        InvalidDocument: the object is not valid.
        TypeError, ValueError: it is neither; see `_parse_block`.
    """
    if encode is not None and any(isinstance(block, known.message) for known in declared):
        return encode(block)
    return _parse_block(block)


def _parse_block(block: object) -> bytes:
    """Return the document of a header block that is not of the schema: an element of lxml, or bytes.

    Raises:
        TypeError: it is neither.
        ValueError: it is not well-formed.
    """
    if isinstance(block, HeaderBlock):
        return block.document
    if isinstance(block, etree._Element):
        return etree.tostring(block, with_tail=False, encoding="UTF-8", xml_declaration=False)
    if isinstance(block, str):
        block = block.encode()
    if not isinstance(block, bytes):
        raise TypeError(f"a header block is an object of a declared one, a document or an element, not {block!r:.100}")
    try:
        return etree.tostring(parse(block), encoding="UTF-8", xml_declaration=False)
    except UnacceptableXML as wrong:
        raise ValueError(f"the header block is not well-formed: {wrong.problem.message}") from None
