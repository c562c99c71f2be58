"""Envelopes as bytes: where the document in the Body begins and ends, so that it is decoded as if it came alone.

The bytes before that document are read token by token, those behind it by one expression. What is left when it is cut
out is a small document, which the parser of this runtime reads. If both parts are well-formed, the whole is. So the
document itself is read once, by its decoder; an envelope that is wrong is parsed as a whole, to say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NoReturn

from lxml import etree

from ...binding.to_text import escape_attribute
from ...names import local_name, namespace_of
from ...report.problem import InvalidDocument, Problem, Report
from ...xml.document import Element, UnacceptableXML, parse
from .version import SOAP_VERSIONS, VERSION_OF_NAMESPACE, SoapVersion

_OTHER = r"<!--(?:(?!--).)*+-->|<\?(?:(?!\?>).)*+\?>"
_TOKEN = re.compile(
    rf"""{_OTHER}|<!\[CDATA\[(?:(?!\]\]>).)*+\]\]>|[^<]++|</(?P<end>[^\s<>/]++)\s*+>|"""
    rf"""<(?P<start>[^\s<>/!?]++)(?P<attributes>(?:\s++[^\s<>/=]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+)\s*+"""
    rf"""(?P<closed>/?+)>""".encode(),
    re.DOTALL,
)
_END = rf"(?:\s++|{_OTHER})*+</([^\s<>/]++)\s*+>"
_TAIL = re.compile(rf"</([^\s<>/]++)\s*+>{_END}{_END}(?:\s++|{_OTHER})*+\Z".encode(), re.DOTALL)
"""What is behind the content of the document in the Body: its end tag, and those of Body and Envelope."""
_TAIL_OF_EMPTY = re.compile(rf"{_END}{_END}(?:\s++|{_OTHER})*+\Z".encode(), re.DOTALL)
_DECLARED = re.compile(rb"\sxmlns(?::([^\s=]++))?+\s*+=")
_MOST_LOOKED_FOR = 16
"""Prefixes that a document is searched for; of more, all are declared in it."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

_XML_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>\s*+")


class WrongEnvelope(Exception):
    """A message is no envelope that can be read: `code` is the local name of the code of its fault in SOAP 1.1."""

    def __init__(self, message: str, code: str = "Client", problem: Problem | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.problem = problem


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """A header block as it came: its name (`{namespace}local`), and its document, without the attributes of SOAP."""

    name: str
    document: bytes
    must_understand: bool = False
    role: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Body:
    """The document in a Body, with all the namespaces in its scope, and its place in the message.

    `inserted` are the bytes that were inserted behind the first `insertion` bytes, to declare the namespaces.
    """

    name: str
    document: bytes
    line: int
    column: int
    insertion: int = 0
    inserted: int = 0

    def place(self, invalid: InvalidDocument) -> InvalidDocument:
        """Return the error of the document with the places of its problems in the message."""
        problems = tuple(map(self._place, invalid.problems))
        return InvalidDocument(replace(invalid.report, problems=problems))

    def _place(self, problem: Problem) -> Problem:
        line, column = problem.line, problem.column
        if line is None:
            return problem
        if line == 1 and column is not None:
            if column > self.insertion:
                column = max(column - self.inserted, self.insertion + 1)
            column += self.column - 1
        return replace(problem, line=line + self.line - 1, column=column)


@dataclass(frozen=True, slots=True)
class OpenedEnvelope:
    """An envelope: its version, its header blocks, and what is in its Body, if anything is."""

    version: SoapVersion
    blocks: tuple[HeaderBlock, ...]
    body: Body | None


def open_envelope(data: bytes) -> OpenedEnvelope:
    """Open an envelope, in UTF-8.

    Raises:
        WrongEnvelope: it is none, or of no known version, or has several documents in its Body.
    """
    cut = _find_document(data)
    if cut is None:
        return _open_otherwise(data)
    start, end, tag_end, name = cut
    try:
        root = parse(data[:start] + data[end:])
    except UnacceptableXML:
        return _open_otherwise(data)
    version, header, body = _read_parts(root)
    if body.text and not body.text.isspace():
        _refuse("The Body has a text; expected one element.")
    if len(body):
        return _open_otherwise(data)
    if start == end:
        return OpenedEnvelope(version, _read_blocks(version, header), None)
    document, inserted = _declare_namespaces(data[start:end], data[start:tag_end], name, body)
    try:
        tag = parse(_close(document[: tag_end - start + inserted])).tag
    except UnacceptableXML:
        return _open_otherwise(data)
    line = data.count(b"\n", 0, start) + 1
    column = len(data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")) + 1
    opened = Body(str(tag), document, line, column, len(name.decode("utf-8", "replace")) + 1, inserted)
    return OpenedEnvelope(version, _read_blocks(version, header), opened)


def explain(data: bytes) -> None:
    """Do nothing, if the envelope around a document that is not well-formed is in order, so that it is the document's.

    Raises:
        WrongEnvelope: it is not.
    """
    _open_otherwise(data)


def _find_document(data: bytes) -> tuple[int, int, int, bytes] | None:
    """Return where the document in the Body begins and ends, the end of its start tag, and its qualified name.

    Where the Body is empty, all of it is at one place. None where this way of looking finds none.
    """
    depth, position, in_body = 0, 0, False
    while token := _TOKEN.match(data, position):
        if token["end"] is not None:
            if in_body:
                return position, position, position, b""
            depth -= 1
        elif token["start"] is not None:
            if in_body:
                return _find_end(data, token, position)
            if depth == 1 and token["start"].rpartition(b":")[2] == b"Body":
                if token["closed"]:
                    return token.end(), token.end(), token.end(), b""
                in_body = True
            if not token["closed"]:
                depth += 1
        position = token.end()
    return None


def _find_end(data: bytes, tag: re.Match[bytes], start: int) -> tuple[int, int, int, bytes] | None:
    name = tag["start"]
    if tag["closed"]:
        return (start, tag.end(), tag.end(), name) if _TAIL_OF_EMPTY.match(data, tag.end()) else None
    tail = _TAIL.match(data, data.rfind(b"</" + name, tag.end()))
    if tail is None or tail[1] != name:
        return None
    return start, data.index(b">", tail.start()) + 1, tag.end(), name


def _declare_namespaces(document: bytes, tag: bytes, name: bytes, body: Element) -> tuple[bytes, int]:
    """Return a document with the namespaces in scope in the Body that it may use, and the number of inserted bytes."""
    declared = {match[1] for match in _DECLARED.finditer(tag)}
    # Each prefix is looked for in all of the document; one in a value may be written with character references
    any_ = len(body.nsmap) > _MOST_LOOKED_FOR or b"&#" in document
    inserted = b""
    for prefix, namespace in body.nsmap.items():
        encoded = None if prefix is None else prefix.encode()
        if encoded in declared or (encoded is not None and not any_ and encoded + b":" not in document):
            continue
        attribute = "xmlns" if prefix is None else f"xmlns:{prefix}"
        inserted += f' {attribute}="{escape_attribute(namespace)}"'.encode()
    at = len(name) + 1
    return document[:at] + inserted + document[at:], len(inserted)


def _close(tag: bytes) -> bytes:
    """Return a start tag as an empty element."""
    return tag if tag.endswith(b"/>") else tag[:-1] + b"/>"


def _open_otherwise(data: bytes) -> OpenedEnvelope:
    """Open an envelope by parsing all of it: one with a comment or a section that looks like its end, or a wrong one.

    Raises:
        WrongEnvelope: as above.
    """
    try:
        root = parse(data)
    except UnacceptableXML as wrong:
        raise WrongEnvelope(wrong.problem.message, problem=wrong.problem) from None
    version, header, body = _read_parts(root)
    documents = list(body.iterchildren(tag=etree.Element))
    if len(documents) > 1:
        _refuse(f"The Body has {len(documents)} elements; expected one.", documents[1])
    if any(text and not text.isspace() for text in (body.text, *(child.tail for child in body))):
        _refuse("The Body has a text; expected one element.", body)
    blocks = _read_blocks(version, header)
    if not documents:
        return OpenedEnvelope(version, blocks, None)
    document = etree.tostring(documents[0], with_tail=False, encoding="UTF-8", xml_declaration=False)
    return OpenedEnvelope(version, blocks, Body(str(documents[0].tag), document, _line(documents[0]) or 1, 1))


def _read_parts(root: Element) -> tuple[SoapVersion, Element | None, Element]:
    tag = str(root.tag)
    if local_name(tag) != "Envelope":
        _refuse(f"The root of the message is <{local_name(tag)}>; expected the <Envelope> of SOAP.", root)
    version = VERSION_OF_NAMESPACE.get(namespace_of(tag))
    if version is None:
        known = " or ".join(f"{known.namespace} (SOAP {known.label})" for known in SOAP_VERSIONS.values())
        raise WrongEnvelope(
            f"The Envelope is in the namespace {namespace_of(tag)[:200]!r}; expected {known}.", "VersionMismatch"
        )
    parts = list(root.iterchildren(tag=etree.Element))
    header = parts.pop(0) if parts and parts[0].tag == version.name("Header") else None
    if not parts or parts[0].tag != version.name("Body"):
        _refuse("The Envelope has no Body.", root)
    if len(parts) > 1:
        _refuse(f"The Envelope has <{local_name(str(parts[1].tag))}> behind its Body; expected nothing.", parts[1])
    for part in (root,) if header is None else (root, header):
        if any(text and not text.isspace() for text in (part.text, *(child.tail for child in part))):
            _refuse(f"The {local_name(str(part.tag))} has a text; expected elements.", part)
    return version, header, parts[0]


def _read_blocks(version: SoapVersion, header: Element | None) -> tuple[HeaderBlock, ...]:
    return () if header is None else tuple(_read_block(version, block) for block in header.iterchildren(etree.Element))


def _read_block(version: SoapVersion, block: Element) -> HeaderBlock:
    value = block.get(version.name("mustUnderstand"), "false").strip()
    must = _BOOLEANS.get(value)
    if must is None:
        message = f"The header block <{local_name(str(block.tag))}> has mustUnderstand={value[:20]!r}"
        _refuse(f"{message}; expected true, false, 1 or 0.", block)
    role = block.get(version.name(version.role_attribute), "").strip()
    for local in ("mustUnderstand", version.role_attribute, "relay", "encodingStyle"):
        block.attrib.pop(version.name(local), "")  # they are of SOAP, and no schema of a block has them
    name = str(block.tag)
    if not namespace_of(name):
        _refuse(f"The header block <{name}> is in no namespace.", block)
    document = etree.tostring(block, with_tail=False, encoding="UTF-8", xml_declaration=False)
    return HeaderBlock(name, document, must, role, _line(block) or 1)


def _line(element: Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _refuse(message: str, element: Element | None = None) -> NoReturn:
    raise WrongEnvelope(
        message,
        problem=Problem("/", None if element is None else _line(element), None, "soap-envelope", None, None, message),
    )


def write_envelope(version: SoapVersion, body: bytes | None, blocks: Iterable[bytes] = ()) -> bytes:
    """Return the envelope of a document in UTF-8, or of none, with header blocks that are documents as well."""
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{version.namespace}">'.encode()]
    headers = [_strip_declaration(block) for block in blocks]
    if headers:
        parts += [b"<soap:Header>", *headers, b"</soap:Header>"]
    parts += [b"<soap:Body>", b"" if body is None else _strip_declaration(body), b"</soap:Body></soap:Envelope>"]
    return b"".join(parts)


def _strip_declaration(document: bytes) -> bytes:
    declaration = _XML_DECLARATION.match(document)
    return document if declaration is None else document[declaration.end() :]


def report_of(wrong: WrongEnvelope) -> Report:
    """Return the report of a wrong envelope."""
    problem = wrong.problem or Problem("/", 1, None, "soap-envelope", None, None, str(wrong))
    return Report((problem,))
