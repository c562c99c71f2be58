"""Bytes to an lxml tree, refusing what a message from outside must not bring along."""

from __future__ import annotations

import re

from lxml import etree

from .problem import Problem

Element = etree._Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"

XML_SPACE = " \t\n\r"
"""The white space of XML 1.0 §2.3."""

MAX_DEPTH = 256
"""Levels of elements that a document may have; libxml2's own bound."""

MAX_TEXT = 10_000_000
"""Bytes of one text; libxml2's own bound."""

_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


def _parser(*, doctype: bool, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=doctype,
        no_network=True,
        load_dtd=False,
        attribute_defaults=doctype,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_PARSER = _parser(doctype=False)


class UnacceptableXML(Exception):
    """The bytes are not XML, or are XML of a kind that is refused unread; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def parse(data: bytes, *, doctype: bool = False) -> Element:
    """Return the root element, without comments and processing instructions.

    A document type declaration is refused unless `doctype` allows its internal subset: messages have no
    use for one, and entities are the classic way to make a parser read files or run out of memory.

    Raises:
        UnacceptableXML: not well-formed, a DTD, nested deeper than `MAX_DEPTH` levels, or a single
            text longer than `MAX_TEXT` bytes.
    """
    if not doctype and b"<!DOCTYPE" in data and _DOCTYPE.match(data):
        raise _refused(data)
    try:
        root = etree.fromstring(data, _parser(doctype=True) if doctype else _PARSER)
    except etree.XMLSyntaxError as error:
        odd = despite_odd_namespaces(data, doctype=doctype)
        if odd is None:
            raise _malformed(error) from None
        root = odd
    except (ValueError, LookupError) as error:
        raise UnacceptableXML(_problem(1, 1, "xml-not-well-formed", f"This is not XML: {error}.")) from None
    if not doctype and has_doctype(root):
        raise _refused(data)
    return root


def has_doctype(root: Element) -> bool:
    """Whether a document declares a document type."""
    return bool(root.getroottree().docinfo.doctype)  # type: ignore[attr-defined,union-attr,unused-ignore]  # stubs lack it


def despite_odd_namespaces(data: bytes, *, doctype: bool = False) -> Element | None:
    """Return the root of a document whose only fault is a namespace name that is no URI, which XML does not demand.

    The parser takes that for an error; for a document with any other one, None is returned.
    """
    parser = _parser(doctype=doctype, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    messages = [entry.message for entry in parser.error_log]
    odd = all("is not a valid URI" in message or "is not absolute" in message for message in messages)
    return root if messages and odd else None


_UNPARSED = re.compile(rb"<!ENTITY\s+(\S+)\s+(?:SYSTEM|PUBLIC)[^>]*?\sNDATA\s")


def unparsed_entities(data: bytes) -> frozenset[str]:
    """Return the names of the unparsed entities that the internal subset of a document declares."""
    return frozenset(name.decode("utf-8", "replace") for name in _UNPARSED.findall(data))


def canonical(root: Element) -> bytes:
    """Return a document in Canonical XML 1.0: UTF-8, no CDATA sections, no empty-element tags.

    Canonical XML has no form for a document with a relative namespace URI; such a one gives nothing.
    """
    try:
        return etree.tostring(root, method="c14n")
    except etree.C14NError:
        return b""


def _problem(line: int | None, column: int | None, code: str, message: str) -> Problem:
    return Problem("/", line, column, code, None, None, message)


def _refused(data: bytes) -> UnacceptableXML:
    before = data[: max(data.find(b"<!DOCTYPE"), 0)]
    line = before.count(b"\n") + 1
    column = len(before) - before.rfind(b"\n")
    message = "The document declares a document type (<!DOCTYPE …>), which is refused, as are the entities in it."
    return UnacceptableXML(_problem(line, column, "xml-doctype", message))


_LIMITS = (
    ("Excessive depth", "xml-too-deep", f"The document is nested more than {MAX_DEPTH} levels deep."),
    ("Text node too long", "xml-too-long", f"The document has a single text of more than {MAX_TEXT:,} bytes."),
    ("Buffer size limit exceeded", "xml-too-long", f"The document has a single text of more than {MAX_TEXT:,} bytes."),
)


def _malformed(error: etree.XMLSyntaxError) -> UnacceptableXML:
    line, column = error.position
    said = error.msg or "no element was found"
    for mark, code, message in _LIMITS:
        if mark in said:
            return UnacceptableXML(_problem(line, column, code, message))
    said = re.sub(r", line \d+, column \d+$", "", said)
    return UnacceptableXML(
        _problem(line, column, "xml-not-well-formed", f"The document is not well-formed XML: {said}.")
    )
