"""The path of a key: from the root of a message down to one element that has a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.load.key_path import KeyPathError, find_key_element
from schemapress.load.loader import load
from tests.conftest import schema

MESSAGE = """
<xs:simpleType name="Codes"><xs:list itemType="xs:token"/></xs:simpleType>
<xs:element name="message"><xs:complexType><xs:sequence>
  <xs:element name="header"><xs:complexType><xs:sequence>
    <xs:element name="id" type="xs:string"/>
    <xs:element name="amount"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:decimal"><xs:attribute name="currency"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="codes"><xs:simpleType><xs:restriction base="Codes"><xs:maxLength value="2"/></xs:restriction>
    </xs:simpleType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="line" type="xs:string" maxOccurs="2"/>
  <xs:choice maxOccurs="unbounded"><xs:element name="note" type="xs:string"/></xs:choice>
  <xs:element name="twice" type="xs:string"/>
  <xs:element name="between" type="xs:string"/>
  <xs:element name="twice" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>
"""


def find(folder: Path, path: str) -> str:
    source = folder / "message.xsd"
    source.write_text(schema(MESSAGE), "utf-8")
    return find_key_element(load((source,)).elements["message"], path).name


def test_the_element_of_exactly_the_name_further_down_comes_before_similar_ones(tmp_path: Path) -> None:
    def nest(name: str, inside: str) -> str:
        content = f"<xs:complexType><xs:sequence>{inside}</xs:sequence></xs:complexType>"
        return f'<xs:element name="{name}">{content}</xs:element>'

    identifier = '<xs:element name="MessageIdentifier" type="xs:string"/>'
    similar = identifier.replace("Identifier", "Identifiers")
    details = nest("MessageTransmissionDetails", nest("MessageDetails", identifier))
    source = tmp_path / "message.xsd"
    source.write_text(schema(nest("Message", similar + details)), "utf-8")

    with pytest.raises(KeyPathError) as raised:
        find_key_element(load((source,)).elements["Message"], "MessageIdentifier")

    assert raised.value.hint == "Did you mean 'MessageTransmissionDetails/MessageDetails/MessageIdentifier'?"


def test_the_search_ends_in_a_type_that_holds_itself(tmp_path: Path) -> None:
    inside = '<xs:sequence><xs:element name="t" type="T" minOccurs="0"/></xs:sequence>'
    tree = f'<xs:complexType name="T">{inside}</xs:complexType>'
    source = tmp_path / "message.xsd"
    source.write_text(schema(f'{tree}<xs:element name="a" type="T"/>'), "utf-8")

    with pytest.raises(KeyPathError, match="no child element <id>"):
        find_key_element(load((source,)).elements["a"], "id")


@pytest.mark.parametrize("path", ["between", "header/id", "header/amount"])
def test_a_path_leads_to_an_element_with_a_text(tmp_path: Path, path: str) -> None:
    assert find(tmp_path, path) == path.rpartition("/")[2]


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("headr", "<message> has no child element <headr>", "Did you mean 'header'?"),
        ("id", "<message> has no child element <id>", "Did you mean 'header/id'?"),
        ("header/between", "<header> has no child element <between>", "Known are "),
        ("ids", "<message> has no child element <ids>", "Known are "),
        ("note/id", "<note> may be there several times in <message>", "Name an element that is there once"),
        ("header/id/x", "<id> has no child element <x>", "It has no child elements at all."),
        ("header", "<header> has no text of its own", "Name an element inside it, such as header/id."),
        ("line", "<line> may be there several times in <message>", "Name an element that is there once"),
        ("note", "<note> may be there several times in <message>", "Name an element that is there once"),
        ("twice", "<twice> may be there several times in <message>", "Name an element that is there once"),
        ("header/codes", "the text of <codes> is a list of values", "Name an element with one value."),
        ("", "<message> has no child element <>", "Known are "),
        ("header/", "<header> has no child element <>", "Known are "),
    ],
)
def test_a_path_that_leads_nowhere_or_to_several_is_refused(tmp_path: Path, path: str, message: str, hint: str) -> None:
    with pytest.raises(KeyPathError) as raised:
        find(tmp_path, path)

    assert str(raised.value) == message
    assert hint in raised.value.hint
