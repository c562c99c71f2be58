"""Forbidden content of a document from outside, and the place of the refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress_runtime.limits import DocumentLimits
from schemapress_runtime.xml.document import (
    UnacceptableXML,
    attributes_of,
    canonicalize,
    encoding_of,
    parse,
    unparsed_entities,
    word_doctype,
)


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [
        (b"<!DOCTYPE r><r/>", 1, 1),
        (b"<?xml version='1.0'?>\n<!-- c --> <!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", 2, 12),
        ("<!DOCTYPE r><r/>".encode("utf-16"), 1, 1),
    ],
)
def test_a_document_type_is_refused_where_it_stands(document: bytes, line: int, column: int) -> None:
    with pytest.raises(UnacceptableXML) as raised:
        parse(document)

    problem = raised.value.problem
    assert (problem.code, problem.line, problem.column) == ("xml-doctype", line, column)
    assert problem.message == word_doctype().message


def test_nothing_outside_of_a_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.ent").write_text("secret", "utf-8")
    uri = (tmp_path / "secret.ent").as_uri()

    with pytest.raises(UnacceptableXML, match="Entity 'e' not defined"):
        parse(f'<!DOCTYPE r [<!ENTITY e SYSTEM "{uri}">]><r>&e;</r>'.encode(), doctype=True)
    assert parse(f'<!DOCTYPE r SYSTEM "{uri}"><r>x</r>'.encode(), doctype=True).text == "x"


def test_unparsed_entities_are_those_of_the_internal_subset() -> None:
    document = b'<!DOCTYPE r [<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "e" NDATA n>]><r/>'

    assert unparsed_entities(document, parse(document, doctype=True)) == {"e"}
    assert unparsed_entities(b"<r/>", parse(b"<r/>")) == frozenset()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<r>", "xml-not-well-formed"),
        (b"", "xml-not-well-formed"),
        (b'<?xml version="1.0" encoding="none"?><r/>', "xml-not-well-formed"),
        (b"<r><a><b/></a></r>", "xml-too-deep"),
        (b"<r a='1' b='2' c='3'/>", "xml-too-many-attributes"),
        (b"<r xmlns:a='urn:a' xmlns:b='urn:b'/>", "xml-too-many-namespaces"),
        (b"<r xmlns='urn:a-long-namespace'/>", "xml-too-long"),
    ],
)
def test_a_document_over_a_bound_is_refused(document: bytes, code: str) -> None:
    limits = DocumentLimits(depth=2, attributes=2, namespace_declarations=1, namespace_length=10)

    with pytest.raises(UnacceptableXML) as raised:
        parse(document, limits=limits)

    assert raised.value.problem.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le", "iso-8859-1"])
def test_the_encoding_is_that_of_the_first_bytes_or_the_declared_one(encoding: str) -> None:
    name = encoding.removesuffix("-le") if encoding.startswith("utf-32") else encoding
    document = f'<?xml version="1.0" encoding="{name}"?><r>é</r>'.encode(encoding)

    assert document.decode(encoding_of(document, parse(document))).endswith("<r>é</r>")


@pytest.mark.parametrize("count", [3, 300])
def test_few_and_many_attributes_are_the_same(count: int) -> None:
    root = parse(b"<r" + b"".join(b' a%d="%d"' % (number, number) for number in range(count)) + b"/>")

    assert attributes_of(root) == {f"a{number}": str(number) for number in range(count)}


def test_a_relative_namespace_has_no_canonical_form() -> None:
    assert canonicalize(parse(b"<r><a /></r>")) == b"<r><a></a></r>"
    assert canonicalize(parse(b'<r xmlns="relative"/>')) == b""
