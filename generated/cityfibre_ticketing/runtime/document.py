"""Bytes to an lxml tree, refusing what a message from outside must not bring along."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any
from xml.parsers import expat

from lxml import etree

from .limits import MAX_DEPTH, MAX_NAME, MAX_NAMESPACE, MAX_NAMESPACES, MAX_TEXT
from .problem import Problem, cut

Element = etree._Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"

XML_SPACE = " \t\n\r"
"""The white space of XML 1.0 §2.3."""

_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


class _NothingOutside(etree.Resolver):
    """Answers every reference to another file with an empty one: external entities, parameter entities and subsets."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # stubs lack it
        return self.resolve_string("", context)  # type: ignore[call-arg,unused-ignore]  # a base is not needed


def _parser(*, doctype: bool, recover: bool = False) -> etree.XMLParser:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities="internal" if doctype else False,  # type: ignore[arg-type]  # the stubs know of booleans alone
        no_network=True,
        load_dtd=False,
        attribute_defaults=doctype,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    parser.resolvers.add(_NothingOutside())
    return parser


_PARSER = _parser(doctype=False)


class UnacceptableXML(Exception):
    """The bytes are not XML, or are XML of a kind that is refused unread; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def parse(data: bytes, *, doctype: bool = False) -> Element:
    """Return the root element, without comments and processing instructions.

    A document type declaration is refused unless `doctype` allows its internal subset: messages have no
    use for one, and entities are the classic way to make a parser read files or run out of memory. Nothing
    outside of the document is ever read.

    Raises:
        UnacceptableXML: not well-formed, a DTD, or over a bound: `MAX_DEPTH`, `MAX_TEXT`, `MAX_NAMESPACES`.
    """
    if not doctype and b"<!DOCTYPE" in data and _DOCTYPE.match(data):
        raise _refused(data)
    try:
        root = etree.fromstring(data, _parser(doctype=True) if doctype else _PARSER)
    except etree.XMLSyntaxError as error:
        odd = despite_odd_namespaces(data, doctype=doctype) if _is_odd_namespace(error.msg or "") else None
        if odd is None or isinstance(odd, Problem):
            raise UnacceptableXML(odd or malformed(error)) from None
        root = odd
    except (ValueError, LookupError) as error:
        raise UnacceptableXML(not_xml(error)) from None
    if not doctype and has_doctype(root):
        raise _refused(data)
    _check_namespaces(data, root)
    return root


_LONG_NAMESPACE = re.compile(
    rb"""xmlns[^=<>"']{0,60000}+=\s*+(?:"[^"]{%d}|'[^']{%d})""" % (MAX_NAMESPACE, MAX_NAMESPACE)
)


_PLAIN_ENCODING = re.compile("(?:utf-?8|us-ascii|ascii|iso-8859-\\d+|windows-125\\d)", re.IGNORECASE)


def _is_written_plainly(root: Element) -> bool:
    """Whether a name in ASCII stands in the bytes of a document as it is: by its encoding, and by no entity."""
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    return _PLAIN_ENCODING.fullmatch(encoding) is not None and not has_doctype(root)


def _check_namespaces(data: bytes, root: Element) -> None:
    """Refuse a document with a namespace name that is too long, or too many namespace declarations in scope.

    Raises:
        UnacceptableXML: it has one, or more than `MAX_NAMESPACES`.
    """
    if _is_written_plainly(root) and data.count(b"xmlns") <= MAX_NAMESPACES and not _LONG_NAMESPACE.search(data):
        return
    in_scope, longest = 0, 0
    for event, item in etree.iterwalk(root, events=("start-ns", "end-ns", "start")):
        if event == "start-ns":
            in_scope += 1
            longest = max(longest, len(item[1] or ""))
        elif event == "end-ns":
            in_scope -= 1
        elif in_scope > MAX_NAMESPACES:
            raise UnacceptableXML(too_many_namespaces(item))
        elif longest > MAX_NAMESPACE:
            raise UnacceptableXML(too_long_namespace(item))


def too_many_namespaces(element: Element) -> Problem:
    """Return the problem of an element at which more than `MAX_NAMESPACES` namespace declarations are in scope."""
    message = f"More than {MAX_NAMESPACES} namespace declarations are in scope here. Declare only those in use."
    return _problem(element.sourceline, None, "xml-too-many-namespaces", message)


def too_long_namespace(element: Element) -> Problem:
    """Return the problem of an element that declares a namespace name of more than `MAX_NAMESPACE` characters."""
    message = f"A namespace name that is declared here has more than {MAX_NAMESPACE:,} characters."
    return _problem(element.sourceline, None, "xml-too-long", message)


def has_doctype(root: Element) -> bool:
    """Whether a document declares a document type."""
    return bool(root.getroottree().docinfo.doctype)  # type: ignore[attr-defined,union-attr,unused-ignore]  # stubs lack it


def despite_odd_namespaces(data: bytes, *, doctype: bool = False) -> Element | Problem | None:
    """Return the root of a document whose only fault is a namespace name that is no URI, which XML does not demand.

    The parser takes that for an error, and goes on when it is told to; but then it does not tell what follows the
    root element, so that expat has to find the document well-formed too. For a document with any other fault, the
    problem is returned that this one is; None for one that the parser can't read at all.
    """
    parser = _parser(doctype=doctype, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    entries = list(parser.error_log)
    other = next((entry for entry in entries if not _is_odd_namespace(entry.message)), None)
    if other is not None:
        return _fault(other.line, other.column, other.message)
    try:
        text = data.decode(root.getroottree().docinfo.encoding or "utf-8")
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as error:
        return _fault(error.lineno, error.offset + 1, expat.ErrorString(error.code))
    except (UnicodeError, LookupError):
        return None
    return root if entries else None


def _is_odd_namespace(message: str) -> bool:
    return "is not a valid URI" in message or "is not absolute" in message


_ATTRIBUTES = etree.XPath("@*")
_MANY_ATTRIBUTES = 100


def attributes_of(element: Element) -> dict[str, str]:
    """Return the attributes of an element by their names.

    The tree finds each attribute by going through all before it; where there are many, XPath visits each once.
    """
    if len(element.attrib) <= _MANY_ATTRIBUTES:
        return {str(name): str(value) for name, value in element.items()}
    found: Any = _ATTRIBUTES(element)  # texts that know the names of their attributes
    return {str(value.attrname): str(value) for value in found}


def unparsed_entities(data: bytes, root: Element) -> frozenset[str]:
    """Return the names of the unparsed entities that the internal subset of a document declares."""
    names: set[str] = set()
    if has_doctype(root):
        parser = expat.ParserCreate()
        parser.UnparsedEntityDeclHandler = lambda name, *_: names.add(name)
        with suppress(expat.ExpatError):  # what libxml2 could read and expat can't has none
            parser.Parse(data, True)
    return frozenset(names)


def canonical(root: Element) -> bytes:
    """Return a document in Canonical XML 1.0: UTF-8, no CDATA sections, no empty-element tags.

    Canonical XML has no form for a document with a relative namespace URI; such a one gives nothing.
    """
    try:
        return etree.tostring(root, method="c14n")
    except etree.C14NError:
        return b""


def _problem(line: object, column: int | None, code: str, message: str) -> Problem:
    return Problem("/", line if isinstance(line, int) else None, column, code, None, None, message)


def _refused(data: bytes) -> UnacceptableXML:
    before = data[: max(data.find(b"<!DOCTYPE"), 0)]
    line = before.count(b"\n") + 1
    column = len(before) - before.rfind(b"\n")
    message = "The document declares a document type (<!DOCTYPE …>), which is refused, as are the entities in it."
    return UnacceptableXML(_problem(line, column, "xml-doctype", message))


_TOO_LONG = f"A text, comment, processing instruction or tag of the document has more than {MAX_TEXT:,} bytes."
_LIMITS = (
    ("Excessive depth", "xml-too-deep", f"The document is nested more than {MAX_DEPTH} levels deep."),
    ("Name too long", "xml-too-long", f"A name in the document has more than {MAX_NAME:,} bytes."),
    *((said, "xml-too-long", _TOO_LONG) for said in ("too long", "too big", "size limit exceeded")),
)
"""What libxml2 says of a document that is over a bound, the code of the problem, and its message."""


def malformed(error: etree.XMLSyntaxError) -> Problem:
    """Return what is wrong with a document that the parser refuses."""
    line, column = error.position
    return _fault(line, column, error.msg or "no element was found")


def _fault(line: int, column: int, said: str) -> Problem:
    """Return the problem of a document of which a parser said something."""
    for mark, code, message in _LIMITS:
        if mark in said:
            return _problem(line, column, code, message)
    said = re.sub(r", line \d+, column \d+$", "", said).strip()
    return _problem(line, column, "xml-not-well-formed", f"The document is not well-formed XML: {cut(said)}.")


def not_xml(error: Exception) -> Problem:
    """Return what is wrong with bytes that the parser does not even begin to read."""
    return _problem(1, 1, "xml-not-well-formed", f"This is not XML: {cut(str(error))}.")
