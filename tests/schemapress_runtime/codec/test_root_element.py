"""Root elements that name a type derived from their own: objects of its class, valid both ways."""

from __future__ import annotations

import copy
import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from xsdata.formats.dataclass.models.generics import DerivedElement
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.formats.dataclass.serializers.config import SerializerConfig

from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.support.judges import libxml2_accepts
from tests.write.test_json_schema import judge_of, wrong

XSI = "http://www.w3.org/2001/XMLSchema-instance"
TYPES = (
    '<xs:complexType name="A" abstract="true"><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>'
    '</xs:sequence></xs:complexType><xs:complexType name="C"><xs:complexContent><xs:extension base="t:A">'
    '<xs:sequence><xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="k"/>'
    '</xs:extension></xs:complexContent></xs:complexType><xs:complexType name="D"><xs:complexContent>'
    '<xs:restriction base="t:C"><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence>'
    "</xs:restriction></xs:complexContent></xs:complexType>"
)
ONE = f'<xs:element name="e" type="t:A"/><xs:element name="other" type="xs:int"/>{TYPES}'
NAMESPACE = 'targetNamespace="urn:t" xmlns:t="urn:t"'


def document(tag: str, type_: str, content: str = "", attributes: str = "") -> bytes:
    inside = f'xmlns:t="urn:t" xmlns:xsi="{XSI}" xsi:type="{type_}"{attributes}>{content}'
    return f"<t:{tag} {inside}</t:{tag}>".encode()


TYPED = document("e", "t:C", "<a>1</a><c>2</c>", ' k="x"')


@pytest.fixture(
    scope="module", params=["", "xsdata.format.frozen = true", "xsdata.format = {frozen = true, slots = true}"]
)
def single(request: pytest.FixtureRequest) -> Iterator[tuple[ModuleType, Path]]:
    """A package with one message of an abstract type."""
    with package_of({"demo.xsd": schema(ONE, NAMESPACE)}, request.param) as (package, folder):
        yield package, folder / "demo.xsd"


@pytest.mark.parametrize("typed", [TYPED, document("e", "t:D", "<a>1</a>"), document("e", "t:C")])
def test_a_root_of_a_derived_type_is_written_as_it_was_read(single: tuple[ModuleType, Path], typed: bytes) -> None:
    package, xsd = single
    value = package.decode(typed)

    by_xsdata = XmlParser(handler=LxmlEventHandler).parse(etree.fromstring(typed), package.codec.CLASSES["{urn:t}e"])
    assert str(value) == str(by_xsdata.value)  # of a class with slots, xsdata finds the one that it replaces
    written = package.encode(value)
    assert libxml2_accepts(xsd, written)
    assert etree.tostring(etree.fromstring(written), method="c14n2") == etree.tostring(
        etree.fromstring(typed), method="c14n2"
    )
    assert package.decode(written) == value


def test_an_object_of_a_derived_type_has_json(single: tuple[ModuleType, Path]) -> None:
    package, _ = single
    value = package.decode(TYPED)
    text = package.to_json(value)

    assert '"@type": "{urn:t}C"' in text
    assert wrong(judge_of(package), json.loads(text)) is None
    for class_ in (package.bindings.E, package.bindings.C):
        read = package.from_json(text, class_)
        assert read == value
        assert package.encode(read) == package.encode(value)
    with pytest.raises(TypeError, match="is no class of messages; expected one of E, Other"):
        package.from_json(text, package.bindings.A)


def test_xsdatas_calls_take_an_object_of_a_derived_type(single: tuple[ModuleType, Path]) -> None:
    package, xsd = single
    value = package.XmlParser().from_bytes(TYPED, package.bindings.E)

    assert value == package.decode(TYPED)
    assert package.XmlParser().from_bytes(TYPED, package.bindings.A) == value
    with pytest.raises(TypeError, match="the document is a C, not a Other"):
        package.XmlParser().from_bytes(TYPED, package.bindings.Other)
    for serializer in (package.XmlSerializer(), package.XmlSerializer(config=SerializerConfig(indent=" "))):
        written = serializer.render(value).encode()
        assert libxml2_accepts(xsd, written)
        assert package.decode(written) == value


def test_an_object_made_by_hand_is_that_of_the_only_root_it_can_have(single: tuple[ModuleType, Path]) -> None:
    package, xsd = single
    value = package.bindings.C(a=1)

    for given in (value, DerivedElement(qname="{urn:t}e", value=value)):
        written = package.encode(given)
        assert libxml2_accepts(xsd, written)
        assert package.decode(written) == value
        assert package.from_json(package.to_json(given), package.bindings.E) == value
    with pytest.raises(package.InvalidDocument, match="abstract"):
        package.encode(package.bindings.E(a=1))
    for unfitting in (package.bindings.A(), DerivedElement(qname="x", value=value), DerivedElement("{urn:t}e", 1), 1):
        with pytest.raises(TypeError, match="expected an object of E, Other, not "):
            package.encode(unfitting)


SHARED = (
    '<xs:element name="e" type="A"/><xs:element name="f" type="A"/><xs:element name="C" type="C"/>'
    '<xs:element name="blocked" type="A" block="extension"/><xs:element name="head" type="A" abstract="true"/>'
    '<xs:element name="any"/>' + TYPES.replace("t:", "").replace(' abstract="true"', "")
)


@pytest.fixture(scope="module")
def several() -> Iterator[ModuleType]:
    """A package with several messages of one type, and one with the name of a type."""
    with package_of({"demo.xsd": schema(SHARED)}) as (package, _):
        yield package


def untyped(data: bytes) -> bytes:
    return data.replace(b"t:", b"")


@pytest.mark.parametrize("tag", ["e", "f", "any"])
def test_the_root_is_remembered(several: ModuleType, tag: str) -> None:
    typed = untyped(document(tag, "t:C", "<a>1</a><c>2</c>", ' k="x"'))
    value = several.decode(typed)

    for same in (value, copy.copy(value), copy.deepcopy(value)):
        assert several.decode(several.encode(same)) == value
        assert etree.fromstring(several.encode(same)).tag == tag
    class_ = several.codec.CLASSES[tag]
    read = several.from_json(several.to_json(value), class_)
    assert (read, several.encode(read)) == (value, several.encode(value))


def test_a_message_whose_type_has_its_name_stays_what_it_is(several: ModuleType) -> None:
    made = several.bindings.C1 if hasattr(several.bindings, "C1") else several.bindings.C

    assert etree.fromstring(several.encode(made(a=1))).tag == "C"
    assert several.decode(b"<C><a>1</a></C>") == made(a=1)


def test_a_root_that_is_not_clear_has_to_be_named(several: ModuleType) -> None:
    value: Any = several.bindings.D(a=1)

    with pytest.raises(
        TypeError, match=r"^an object of D can be that of the element of C, E, F: say which, as Derived"
    ):
        several.encode(value)
    for tag in ("C", "e", "f"):
        assert etree.fromstring(several.encode(DerivedElement(qname=tag, value=value))).tag == tag
    with pytest.raises(several.InvalidDocument, match="not by extension"):
        several.encode(DerivedElement(qname="blocked", value=value))
    decoded = several.decode(several.encode(DerivedElement(qname="f", value=value)))
    with pytest.raises(TypeError, match="an object of D can be that of"):
        several.encode(replace(decoded))  # which copies the fields alone


def test_a_handler_gets_an_object_of_a_derived_type() -> None:
    endpoint = (
        '<endpoint xmlns="urn:schemapress:endpoint" name="{0}" summary="x" method="POST" path="/{0}">'
        '<request element="{0}"/><response status="204"/></endpoint>'
    )
    endpoints = "".join(endpoint.format(name) for name in ("e", "f"))
    declared = f"<xs:annotation><xs:appinfo>{endpoints}</xs:appinfo></xs:annotation>"
    declared += '<xs:element name="e" type="t:A"/><xs:element name="f" type="t:A"/>'
    received: list[object] = []
    with package_of({"demo.xsd": schema(declared + TYPES, NAMESPACE)}) as (package, _):
        handlers = importlib.import_module(f"{package.__name__}.handlers")
        methods = {name: lambda self, message, request: received.append(message) for name in ("e", "f")}
        application = handlers.wsgi(type("Mine", (handlers.Handlers,), methods)())
        statuses = []
        for path, body in (("/e", TYPED), ("/f", TYPED), ("/f", TYPED.replace(b"t:e", b"t:f"))):
            request = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": "application/xml"}
            given = {**request, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
            list(application(given, lambda status, headers: statuses.append(status.split()[0])))

        assert statuses[1] == "422"
        assert [status[0] for status in statuses] == ["2", "4", "2"]
        assert received == [package.decode(TYPED)] * 2


UNTYPED = (
    '<xs:element name="a"/><xs:element name="i" type="xs:int"/>'
    '<xs:complexType name="T"><xs:attribute name="q" type="xs:int"/></xs:complexType>'
    '<xs:complexType name="U"><xs:attribute name="q" type="xs:int"/></xs:complexType>'
)


def test_the_json_of_a_root_of_any_type_is_read_as_the_class_of_its_type() -> None:
    with package_of({"demo.xsd": schema(UNTYPED)}) as (package, _):
        value = package.decode(f'<a xmlns:xsi="{XSI}" xsi:type="T" q="1"/>'.encode())
        text = package.to_json(value)

        for class_ in (package.bindings.T, package.bindings.A):
            read = package.from_json(text, class_)

            assert read == value == package.bindings.T(q=1)
            assert package.encode(read) == package.encode(value)
        assert package.from_json('{"q": 1}', package.bindings.T) == value
        with pytest.raises(package.InvalidDocument, match="names no type that can stand here"):
            package.from_json(text, package.bindings.U)
