"""The drop-in for xsdata's XmlParser and XmlSerializer: the same calls, the same results, and validation."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from xsdata.formats.dataclass.parsers import XmlParser as TheirParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer as TheirSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig

from cityfibre_ticketing import InvalidDocument, XmlParser, XmlSerializer
from cityfibre_ticketing.bindings import NotifyInProgress, Update


def test_every_call_of_the_parser_gives_what_theirs_gives(message: bytes, tmp_path: Path) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(message)
    expected = TheirParser().from_bytes(message, NotifyInProgress)
    parser = XmlParser(config=ParserConfig())

    assert parser.from_bytes(message, NotifyInProgress) == expected
    assert parser.from_bytes(message) == expected
    assert parser.from_string(message.decode(), NotifyInProgress) == expected
    assert parser.from_path(file, NotifyInProgress) == expected
    assert parser.parse(str(file), NotifyInProgress) == expected
    assert parser.parse(io.BytesIO(message), NotifyInProgress) == expected


def test_the_parser_validates(message: bytes) -> None:
    with pytest.raises(InvalidDocument):
        XmlParser().from_bytes(message.replace(b">BUYER-0042<", b"><"), NotifyInProgress)


def test_the_parser_refuses_a_document_of_another_class(message: bytes) -> None:
    with pytest.raises(TypeError, match="not a Update"):
        XmlParser().from_bytes(message, Update)


def test_the_parser_of_xsdata_reads_the_output_of_the_serializer(message: bytes) -> None:
    value = XmlParser().from_bytes(message, NotifyInProgress)
    stream = io.StringIO()

    text = XmlSerializer().render(value)
    XmlSerializer().write(stream, value)

    assert TheirParser().from_string(text, NotifyInProgress) == value
    assert stream.getvalue() == text


def test_with_a_configuration_the_serializer_writes_as_theirs_does(message: bytes) -> None:
    value = XmlParser().from_bytes(message, NotifyInProgress)
    config = SerializerConfig(indent="  ")

    assert XmlSerializer(config=config).render(value) == TheirSerializer(config=config).render(value)


def test_the_serializer_validates(message: bytes) -> None:
    value = XmlParser().from_bytes(message, NotifyInProgress)
    value.buyer_identifier = ""

    with pytest.raises(InvalidDocument):
        XmlSerializer(config=SerializerConfig(indent="  ")).render(value)
