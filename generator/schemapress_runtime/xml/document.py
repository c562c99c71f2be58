"""Parses bytes to an lxml tree, and refuses content that a message from outside may not have."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import IO, Any, NoReturn
from xml.parsers import expat

from lxml import etree

from ..limits import DEFAULT_DOCUMENT_LIMITS, MAX_DEPTH, MAX_NAME, MAX_TEXT, DocumentLimits
from ..report.display import cut
from ..report.problem import Problem
from ..versions import require_lxml

require_lxml()

Element = etree._Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TAG = f"{{{XSI}}}"
"""The beginning of the names of the attributes that every element may have (XSD 1.0 Part 1 §2.6)."""
XSI_TYPE = f"{XSI_TAG}type"
XSI_NIL = f"{XSI_TAG}nil"
XSI_LOCATIONS = frozenset((f"{XSI_TAG}schemaLocation", f"{XSI_TAG}noNamespaceSchemaLocation"))

XML_SPACE = " \t\n\r"
"""The white space of XML 1.0 §2.3."""

_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


class _NothingOutside(etree.Resolver):
    """Answers every reference to another file with an empty one: external entities, parameter entities and subsets."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # stubs lack it
        return self.resolve_string("", context)  # type: ignore[call-arg,unused-ignore]  # a base is not needed


def xml_parser(*, doctype: bool, recover: bool = False, resolver: etree.Resolver | None = None) -> etree.XMLParser:
    """Return a parser that reads only its input and the answers of a resolver.

    With `doctype` it expands the entities of the internal subset, up to libxml2's own bound, and takes the default
    values of attributes from there; what is outside of the document, it takes for empty.
    """
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
    parser.resolvers.add(_NothingOutside() if resolver is None else resolver)
    return parser


_PARSER = xml_parser(doctype=False)


class UnacceptableXML(Exception):
    """The bytes are not XML, or are XML of a kind that is refused unread; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def parse(data: bytes, *, doctype: bool = False, limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS) -> Element:
    """Return the root element, without comments and processing instructions.

    A document type declaration is refused unless `doctype` allows its internal subset: messages have no
    use for one, and entities are the classic way to make a parser read files or run out of memory. Nothing
    outside of the document is ever read.

    Raises:
        UnacceptableXML: not well-formed, a DTD, or over a bound: one of `limits`, or `MAX_TEXT`.
    """
    if not doctype and b"<!DOCTYPE" in data and _DOCTYPE.match(data):
        raise UnacceptableXML(word_doctype(data))
    try:
        root = etree.fromstring(data, xml_parser(doctype=True) if doctype else _PARSER)
    except etree.XMLSyntaxError as error:
        odd = despite_odd_namespaces(data, doctype=doctype) if is_odd_namespace(error.msg or "") else None
        if odd is None or isinstance(odd, Problem):
            raise UnacceptableXML(odd or word_syntax_error(error)) from None
        root = odd
    except (ValueError, LookupError) as error:
        raise UnacceptableXML(word_no_xml(error)) from None
    if not doctype and has_doctype(root):
        raise UnacceptableXML(word_doctype(data))
    _check_bounds(data, root, limits)
    return root


_PLAIN_ENCODING = re.compile("(?:utf-?8|us-ascii|ascii|iso-8859-\\d+|windows-125\\d)", re.IGNORECASE)


_BY_FIRST_BYTES = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
)
"""The first bytes of documents that need not declare their encoding (XML 1.0 appendix F); longer marks come first."""


def encoding_of(data: bytes, root: Element) -> str:
    """Return the encoding of a document; the parser tells the declared one, not the one detected by the first bytes."""
    by_mark = (encoding for mark, encoding in _BY_FIRST_BYTES if data.startswith(mark))
    return next(by_mark, root.getroottree().docinfo.encoding or "utf-8")


def _is_written_plainly(data: bytes, root: Element) -> bool:
    """Whether a name in ASCII stands in the bytes of a document as it is: by its encoding, and by no entity."""
    return _PLAIN_ENCODING.fullmatch(encoding_of(data, root)) is not None and not has_doctype(root)


_MOST_REPEATED = 2**31
"""Characters that an expression can count, and more than a document can have."""


@lru_cache(maxsize=16)
def _long_namespace(most: int) -> re.Pattern[bytes]:
    """Return an expression for a declaration with a namespace name of as many bytes, or more.

    It is searched for where there are few declarations, for each of them may go through all of the document.
    """
    most = min(most, _MOST_REPEATED)
    return re.compile(rb"""xmlns[^=<>"']*+=\s*+(?:"[^"]{%d}|'[^']{%d})""" % (most, most))


@lru_cache(maxsize=16)
def _many_attributes(most: int) -> re.Pattern[bytes]:
    """Return an expression for a tag with more attributes, as every tag with more equals signs may be."""
    return re.compile(rb"<(?:[^<=]*+=){%d}" % min(most + 1, _MOST_REPEATED))


def may_have_doctype(start: bytes) -> bool:
    """Whether a document may begin with a document type declaration."""
    return b"<!DOCTYPE" in start and _DOCTYPE.match(start) is not None


def _check_bounds(data: bytes, root: Element, limits: DocumentLimits) -> None:
    """Refuse a document that is over a bound. Those of the parser itself need a look only where a lower one is set.

    Raises:
        UnacceptableXML: it is.
    """
    if (
        limits.is_usual
        and _is_written_plainly(data, root)
        and data.count(b"xmlns") <= limits.namespace_declarations
        and not _long_namespace(limits.namespace_length).search(data)
        and (data.count(b"=") <= limits.attributes or not _many_attributes(limits.attributes).search(data))
    ):
        return
    tags = Tags(limits)
    for event, item in etree.iterwalk(root, events=_TAG_EVENTS):
        tags.take(event, item)


_TAG_EVENTS = ("start", "end", "start-ns", "end-ns")
"""The events of a parser that `Tags` takes."""


def iterate_tags(file: IO[bytes], limits: DocumentLimits) -> Iterator[tuple[str, Element]]:
    """Yield `start` and `end` with each element of a document while it is parsed.

    Raises:
        UnacceptableXML: over a bound.
        lxml.etree.XMLSyntaxError: it is not well-formed.
        LookupError: its encoding is not known.
    """
    tags = Tags(limits)
    for event, item in etree.iterparse(
        file,
        events=_TAG_EVENTS,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    ):
        tags.take(event, item)
        if event in ("start", "end"):
            yield event, item


class Tags:
    """The tags of one document as they come, held to the bounds."""

    def __init__(self, limits: DocumentLimits) -> None:
        self._limits = limits
        self._looks_at_names = limits.name_bytes < MAX_NAME
        self._depth = 0
        self._in_scope = 0
        self._longest_namespace = 0
        self._longest_prefix = 0

    def take(self, event: str, item: Any) -> None:  # an element; for a declaration its prefix and its namespace name
        """Take an event.

        Raises:
            UnacceptableXML: an element is over a bound.
        """
        if event == "start":
            self._depth += 1
            self._start(item)
        elif event == "end":
            self._depth -= 1
        elif event == "end-ns":
            self._in_scope -= 1
        else:
            prefix, namespace = item
            self._in_scope += 1
            self._longest_namespace = max(self._longest_namespace, len(namespace or ""))
            self._longest_prefix = max(self._longest_prefix, len((prefix or "").encode()))

    def _start(self, element: Element) -> None:
        limits = self._limits
        if self._depth > limits.depth:
            self._refuse(element, _word_too_deep(limits.depth))
        if self._in_scope > limits.namespace_declarations:
            message = f"More than {limits.namespace_declarations:,} namespace declarations are in scope here."
            self._refuse(element, ("xml-too-many-namespaces", f"{message} Declare only those in use."))
        if self._longest_namespace > limits.namespace_length:
            message = f"A namespace name that is declared here has more than {limits.namespace_length:,} characters."
            self._refuse(element, ("xml-too-long", message))
        if len(element.attrib) > limits.attributes:
            message = f"This element has more than {limits.attributes:,} attributes."
            self._refuse(element, ("xml-too-many-attributes", message))
        if self._looks_at_names:
            names = (str(name).rpartition("}")[2].encode() for name in (element.tag, *element.attrib))
            if max(self._longest_prefix, *map(len, names)) > limits.name_bytes:
                self._refuse(element, _word_too_long_name(limits.name_bytes))

    def _refuse(self, element: Element, code_and_message: tuple[str, str]) -> NoReturn:
        raise UnacceptableXML(_problem(element.sourceline, None, *code_and_message))


def forget(element: Element) -> None:
    """Let go of what is in an element that is being parsed, and of all before it, whose tails have been looked at."""
    tail = element.tail
    element.clear()
    element.tail = tail
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def has_doctype(root: Element) -> bool:
    """Whether a document declares a document type."""
    return bool(root.getroottree().docinfo.doctype)  # type: ignore[attr-defined,union-attr,unused-ignore]  # stubs lack it


_MOST_LOGGED = 100
"""Errors of one document that the parser tells; it is silent on all that follow."""


def despite_odd_namespaces(data: bytes, *, doctype: bool = False) -> Element | Problem | None:
    """Return the root of a document whose only fault is a namespace name that is no URI, which XML does not demand.

    The parser takes that for an error, and goes on when it is told to; but then it does not tell what follows the
    root element, so that expat has to find the document well-formed too. For a document with any other fault, the
    problem is returned that this one is; None for one that the parser can't read at all.
    """
    parser = xml_parser(doctype=doctype, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    entries = list(parser.error_log)
    if len(entries) >= _MOST_LOGGED:
        return None
    other = next((entry for entry in entries if not is_odd_namespace(entry.message)), None)
    if other is not None:
        return _word_fault(other.line, other.column, other.message)
    try:
        text = data.decode(encoding_of(data, root))
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as error:
        return _word_fault(error.lineno, error.offset + 1, expat.ErrorString(error.code))
    except (UnicodeError, LookupError):
        return None
    return root if entries else None


def is_odd_namespace(message: str) -> bool:
    """Whether the parser refuses a namespace name alone."""
    return "is not a valid URI" in message or "is not absolute" in message


_ATTRIBUTES = etree.XPath("@*")
_MANY_ATTRIBUTES = 100
"""Attributes of one element beyond which XPath visits each once, where the tree would go through all before it."""


def attributes_of(element: Element) -> dict[str, str]:
    """Return the attributes of an element by their names.

    The tree finds each attribute by going through all before it; where there are many, XPath visits each once.
    """
    if len(element.attrib) <= _MANY_ATTRIBUTES:
        return {str(name): str(value) for name, value in element.items()}
    values: Any = _ATTRIBUTES(element)  # texts that know the names of their attributes
    return {str(value.attrname): str(value) for value in values}


def unparsed_entities(data: bytes, root: Element) -> frozenset[str]:
    """Return the names of the unparsed entities that the internal subset of a document declares."""
    names: set[str] = set()
    if has_doctype(root):
        parser = expat.ParserCreate()
        parser.UnparsedEntityDeclHandler = lambda name, *_: names.add(name)
        with suppress(expat.ExpatError):  # what libxml2 could read and expat can't has none
            parser.Parse(data, True)
    return frozenset(names)


def canonicalize(root: Element) -> bytes:
    """Return a document in Canonical XML 1.0: UTF-8, no CDATA sections, no empty-element tags.

    Canonical XML has no form for a document with a relative namespace URI; such a one gives nothing.
    """
    try:
        return etree.tostring(root, method="c14n")
    except etree.C14NError:
        return b""


def _problem(line: object, column: int | None, code: str, message: str) -> Problem:
    return Problem("/", line if isinstance(line, int) else None, column, code, None, None, message)


def word_doctype(data: bytes = b"") -> Problem:
    """Return the problem of a document with a document type declaration, at its place if the bytes are given."""
    before = data[: max(data.find(b"<!DOCTYPE"), 0)]
    line = before.count(b"\n") + 1
    column = len(before) - before.rfind(b"\n")
    message = "The document declares a document type (<!DOCTYPE …>), which is refused, as are the entities in it."
    return _problem(line, column, "xml-doctype", message)


_TEXT_TOO_LONG = f"A text, comment, processing instruction or tag of the document has more than {MAX_TEXT:,} bytes."


def _word_too_deep(most: int) -> tuple[str, str]:
    return "xml-too-deep", f"The document is nested more than {most} levels deep."


def _word_too_long_name(most: int) -> tuple[str, str]:
    return "xml-too-long", f"A name in the document has more than {most:,} bytes."


_LIMITS = (
    ("Excessive depth", *_word_too_deep(MAX_DEPTH)),
    ("Name too long", *_word_too_long_name(MAX_NAME)),
    *((said, "xml-too-long", _TEXT_TOO_LONG) for said in ("too long", "too big", "size limit exceeded")),
)
"""The error of libxml2 for a document over a bound, the code of the problem, and its message."""


def word_syntax_error(error: etree.XMLSyntaxError) -> Problem:
    """Return the problem of a document that the parser refuses."""
    line, column = error.position
    return _word_fault(line, column, error.msg or "no element was found")


def _word_fault(line: int, column: int, said: str) -> Problem:
    """Return the problem of a document of which a parser said something."""
    for mark, code, message in _LIMITS:
        if mark in said:
            return _problem(line, column, code, message)
    said = re.sub(r", line \d+, column \d+$", "", said).strip()
    return _problem(line, column, "xml-not-well-formed", f"The document is not well-formed XML: {cut(said)}.")


def word_no_xml(error: Exception) -> Problem:
    """Return the problem of bytes that the parser does not even begin to read."""
    return _problem(1, 1, "xml-not-well-formed", f"This is not XML: {cut(str(error))}.")
