"""Faults of SOAP 1.1 and 1.2: written by a receiver, and read by a sender (SOAP 1.1 §4.4; SOAP 1.2 Part 1 §5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from ...binding.to_text import ILLEGAL
from ...names import local_name, namespace_of
from ...xml.document import Element, parse
from .envelope import write_envelope
from .version import SOAP_1_1, SoapVersion

MOST_CHARACTERS = 1_000
"""Characters of the sentence of a fault; an ellipsis ends a cut one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as it came: its most specific code, its sentence, and the documents in its detail.

    `code` is a local name, such as `Client`, `Server.Busy` or that of a subcode of SOAP 1.2.
    """

    code: str | None
    reason: str | None
    entries: tuple[bytes, ...] = ()


def write_fault(
    version: SoapVersion,
    code: str,
    reason: str,
    detail: bytes | None = None,
    *,
    blocks: Iterable[bytes] = (),
) -> bytes:
    """Return the envelope of a fault; `code` is a local name in the namespace of envelopes, `detail` a document."""
    text = reason if len(reason) <= MOST_CHARACTERS else reason[:MOST_CHARACTERS] + "…"
    text = ILLEGAL.sub("\ufffd", text)
    root = etree.Element(version.name("Fault"), nsmap={"soap": version.namespace})
    entry = None if detail is None else etree.fromstring(detail)
    if version is SOAP_1_1:
        etree.SubElement(root, "faultcode").text = f"soap:{code}"
        etree.SubElement(root, "faultstring").text = text
        if entry is not None:
            etree.SubElement(root, "detail").append(entry)
    else:
        value = etree.SubElement(etree.SubElement(root, version.name("Code")), version.name("Value"))
        value.text = f"soap:{code}"
        sentence = etree.SubElement(etree.SubElement(root, version.name("Reason")), version.name("Text"))
        sentence.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        sentence.text = text
        if entry is not None:
            etree.SubElement(root, version.name("Detail")).append(entry)
    return write_envelope(version, etree.tostring(root, encoding="UTF-8", xml_declaration=False), blocks)


def write_not_understood(version: SoapVersion, names: Iterable[str]) -> list[bytes]:
    """Return the header blocks that name the ones that were not understood (SOAP 1.2 Part 1 §5.4.8)."""
    blocks = []
    for name in names:
        nsmap = {"soap": version.namespace, "n": namespace_of(name)}
        block = etree.Element(version.name("NotUnderstood"), nsmap=nsmap)
        block.set("qname", f"n:{local_name(name)}")
        blocks.append(etree.tostring(block, encoding="UTF-8", xml_declaration=False))
    return blocks


def read_fault(version: SoapVersion, document: bytes) -> Fault:
    """Return the fault of a document in a Body.

    Raises:
        UnacceptableXML: it is not well-formed.
    """
    root = parse(document)
    if version is SOAP_1_1:
        return Fault(_code(root.findtext("faultcode")), root.findtext("faultstring"), _entries(root.find("detail")))
    code = root.find(version.name("Code"))
    value = None
    while code is not None:
        value = code.findtext(version.name("Value")) or value
        code = code.find(version.name("Subcode"))
    reason = root.findtext(f"{version.name('Reason')}/{version.name('Text')}")
    return Fault(_code(value), reason, _entries(root.find(version.name("Detail"))))


def _code(text: str | None) -> str | None:
    return text.strip().rpartition(":")[2] or None if text else None


def _entries(detail: Element | None) -> tuple[bytes, ...]:
    if detail is None:
        return ()
    children = detail.iterchildren(tag=etree.Element)
    return tuple(etree.tostring(child, with_tail=False, encoding="UTF-8", xml_declaration=False) for child in children)
