"""Endpoint facts of SOAP: versions, action, header blocks and faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.schema import HeaderFacts, Schema, SoapFacts

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o" xmlns:o="urn:o">
<xs:annotation><xs:appinfo xmlns="urn:schemapress:endpoint" xmlns:c="urn:c">{}</xs:appinfo></xs:annotation>
<xs:import namespace="urn:c" schemaLocation="c.xsd"/>
<xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:schema>"""
CONTEXT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:c">
<xs:element name="session" type="xs:int"/></xs:schema>"""
START = '<endpoint name="{}" method="POST" path="/a" '


def load_facts(folder: Path, facts: str) -> Schema:
    (folder / "c.xsd").write_text(CONTEXT, "utf-8")
    (folder / "o.xsd").write_text(SCHEMA.format(facts), "utf-8")
    return load((folder / "o.xsd",))


def endpoint(name: str = "a", attributes: str = 'soap="1.1"', element: str = "a", inside: str = "") -> str:
    return f'{START.format(name)}{attributes}><request element="{element}"/>{inside}</endpoint>'


def test_facts_of_soap_are_read(tmp_path: Path) -> None:
    facts = (
        f'{START.format("a")} soap="1.2 1.1" soap-action="urn:a"><request element="c:session">'
        '<header element="c:session" required="true"/></request><response status="200" element="o:b">'
        '<header element="b"/></response><fault element="b"/><fault element="b"/></endpoint>'
    )
    schema = load_facts(tmp_path, facts)

    (read,) = schema.endpoints
    assert read.request == "{urn:c}session"
    assert read.media_types == ("text/xml", "application/soap+xml")
    assert read.soap == SoapFacts(
        ("1.1", "1.2"),
        "urn:a",
        (HeaderFacts("{urn:c}session", True),),
        (HeaderFacts("{urn:o}b"),),
        ("{urn:o}b",),
    )
    assert {"{urn:c}session", "{urn:o}b"} <= schema.messages.keys()


def test_operations_of_one_path_differ_in_their_element_or_action(tmp_path: Path) -> None:
    first, other = endpoint("a"), endpoint("b", element="b")
    acting = endpoint("c", 'soap="1.1" soap-action="urn:c"')
    assert len(load_facts(tmp_path, first + other + acting).endpoints) == 3

    with pytest.raises(SchemapressError) as raised:
        load_facts(tmp_path, first + other + endpoint("d"))

    assert "'d' has the path, the soap-action and <a> in the Body, and so has 'a' at" in raised.value.message


def test_one_path_is_not_of_soap_and_of_documents(tmp_path: Path) -> None:
    with pytest.raises(SchemapressError, match="one is of SOAP, and the other one is not"):
        load_facts(tmp_path, endpoint("a") + endpoint("b", "", "b"))


def test_a_method_may_be_in_lower_case_with_and_without_soap(tmp_path: Path) -> None:
    for attributes in ('soap="1.1"', ""):
        folder = tmp_path / (attributes[:4] or "plain")
        folder.mkdir()
        (read,) = load_facts(folder, endpoint(attributes=attributes).replace("POST", "post")).endpoints
        assert read.method == "POST"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (endpoint(attributes='soap="1.3"'), "The soap of an endpoint is '1.3'; expected 1.1, 1.2, or both"),
        (endpoint(attributes='soap=""'), "The soap of an endpoint is ''"),
        (endpoint(attributes='soap="1.1 1.1"'), "expected 1.1, 1.2, or both"),
        (endpoint(attributes='soap-action="x"'), "The endpoint has a soap-action, and is not of SOAP."),
        (endpoint(attributes="", inside='<fault element="b"/>'), "The endpoint has a <fault>, and is not of SOAP."),
        (endpoint(attributes='soap="1.1" soap-action="a b"'), "The soap-action is 'a b'; expected a URI."),
        (endpoint().replace("POST", "PUT"), "The method of an endpoint of SOAP is POST, not PUT."),
        (endpoint().replace('"/a"', '"/{a}"'), "An endpoint of SOAP has no parameters"),
        (endpoint(inside='<parameter name="x" in="query"/>'), "An endpoint of SOAP has no parameters"),
        (
            endpoint(inside='<response status="204"/>'),
            "A response of an endpoint of SOAP is 200, or 202 without an element",
        ),
        (endpoint(inside='<response status="202" element="b"/>'), "202 without an element"),
        (endpoint(inside='<response status="200" media-type="text/xml"/>'), "are those of its versions"),
        (endpoint(inside="<fault/>"), "The <fault> of the endpoint has no attribute element."),
        (endpoint(inside='<fault element="z"/>'), "names the element 'z'"),
        (endpoint(inside='<fault element="z:z"/>'), "The prefix of the element z:z is not declared."),
        (
            endpoint(inside='<response status="200"><header element="b" required="x"/></response>'),
            "The header has required='x'; expected true or false.",
        ),
    ],
)
def test_facts_of_soap_that_are_wrong_are_refused(tmp_path: Path, facts: str, said: str) -> None:
    with pytest.raises(SchemapressError) as raised:
        load_facts(tmp_path, facts)

    assert said in raised.value.message
    assert str(raised.value.place).endswith("o.xsd:2")
