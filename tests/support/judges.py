"""Validators that this project did not write, and ours beside them."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import xmlschema
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler


@cache
def _libxml2(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(path)))


@cache
def _xmlschema(path: Path) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(str(path))


_DATE = re.compile(r"[ \t\r\n]*(-?\d{4,}-\d\d-\d\d\S*|\d\d:\d\d:\S*)[ \t\r\n]*")


def libxml2_accepts(path: Path, document: bytes) -> bool:
    """Say whether libxml2 finds a document well-formed and valid.

    It refuses white space around dates and times, which XSD 1.0 Part 2 §4.3.6 collapses (`whiteSpace` is
    fixed to `collapse` for all primitive types but string); so that white space is taken away first.
    """
    try:
        tree = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return False
    return bool(_libxml2(path).validate(without_space_around_dates(tree)))


def without_space_around_dates(tree: etree._Element) -> etree._Element:
    """Take away the white space around dates and times, in place."""
    for element in tree.iter("*"):
        if element.text and (match := _DATE.fullmatch(element.text)):
            element.text = match[1]
    return tree


def xmlschema_accepts(path: Path, document: bytes) -> bool:
    """Say whether the xmlschema library finds a document well-formed and valid."""
    try:
        return bool(_xmlschema(path).is_valid(io.BytesIO(document)))
    except (xmlschema.XMLSchemaException, SyntaxError, ValueError, LookupError):
        return False


def parser_of_xsdata(class_: type) -> XmlParser:
    """Return xsdata's own parser, which knows of the classes of one package alone.

    Without being told it takes classes of any package of the process that has an element or a type of the same name.
    """
    return XmlParser(context=XmlContext(models_package=class_.__module__.partition(".")[0]), handler=LxmlEventHandler)
