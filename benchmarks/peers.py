"""The peers of the ticketing package, measured on the same message."""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from pathlib import Path

import xmlschema
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

import cityfibre_ticketing
from cityfibre_ticketing.bindings import NotifyInProgress

from .pydantic_message import Message

REPOSITORY = Path(__file__).parent.parent
XSD = REPOSITORY / "spec" / "cityfibre-ticketing" / "notify-in-progress.xsd"
MESSAGE = (REPOSITORY / "tests" / "data" / "notify-in-progress.xml").read_bytes()

Candidates = Mapping[str, Callable[[], object]]

_LIBXML2 = etree.XMLSchema(etree.parse(str(XSD)))
_XMLSCHEMA = xmlschema.XMLSchema10(str(XSD))
_CONTEXT = XmlContext()
_PARSER = XmlParser(context=_CONTEXT)
_SERIALIZER = XmlSerializer(context=_CONTEXT)


def large_message(size: int) -> bytes:
    """Return a message of about `size` bytes, which has many updates."""
    start = MESSAGE.index(b"  <updates>")
    end = MESSAGE.index(b"  <appointments>")
    updates = MESSAGE[start:end]
    return MESSAGE[:start] + updates * (size // len(updates)) + MESSAGE[end:]


def decoding(document: bytes) -> Candidates:
    """Return the functions that make objects, or a tree, from a document."""
    return {
        "ElementTree, parse only": lambda: ElementTree.XML(document),
        "lxml, parse only": lambda: etree.fromstring(document),
        "schemapress decode": lambda: cityfibre_ticketing.decode(document),
        "xsdata XmlParser": lambda: _PARSER.from_bytes(document, NotifyInProgress),
        "pydantic-xml": lambda: Message.from_xml(document),
        "xmlschema decode": lambda: _XMLSCHEMA.decode(io.BytesIO(document)),
    }


def validation(document: bytes) -> Candidates:
    """Return the functions that tell whether a document is valid, parsing included."""
    return {
        "lxml parse + XMLSchema": lambda: _LIBXML2.validate(etree.fromstring(document)),
        "schemapress validate": lambda: cityfibre_ticketing.validate(document),
        "xmlschema is_valid": lambda: _XMLSCHEMA.is_valid(io.BytesIO(document)),
    }


def encoding(document: bytes) -> Candidates:
    """Return the functions that write the object of a document."""
    value = cityfibre_ticketing.decode(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Message.from_xml(document)
    return {
        "ElementTree, parse only": lambda: ElementTree.XML(document),
        "schemapress encode": lambda: cityfibre_ticketing.encode(value),
        "xsdata XmlSerializer": lambda: _SERIALIZER.render(value),
        "pydantic-xml": lambda: model.to_xml(),
    }
