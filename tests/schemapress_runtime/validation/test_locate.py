"""The place of a problem: its XPath, its line and its column."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree

import schemapress
from schemapress.compilation import validator_of
from schemapress.load.loader import load
from schemapress_runtime.codec.messages import Messages
from schemapress_runtime.codec.stream import iter_decode_stream
from schemapress_runtime.limits import MAX_PATH
from schemapress_runtime.report.problem import InvalidDocument, Problem
from schemapress_runtime.report.wording import Wording
from schemapress_runtime.validation.locate import locate, locate_in_stream
from schemapress_runtime.validation.problems import UnlocatedProblem
from tests.conftest import schema

SAID = Wording("cvc-elt.1", None, "m")


def problems(document: str, *paths: str, encoding: str = "utf-8", attribute: str | None = None) -> tuple[Problem, ...]:
    """Return problems of the elements that paths select, with the prefix `t` for urn:t."""
    data = document.encode(encoding)
    root = etree.fromstring(data)
    selected = [element for path in paths for element in root.findall(path)]
    unlocated = [UnlocatedProblem(element, attribute, SAID, None, element) for element in selected]
    return locate(unlocated, data, root, {"urn:t": "t"})


def test_a_path_counts_siblings_of_one_name_and_has_the_prefixes_of_the_schema() -> None:
    (problem,) = problems('<p:r xmlns:p="urn:t"><a/>\n <p:a/><a/></p:r>', "a[2]")

    assert (problem.path, problem.line, problem.column) == ("/t:r/a[2]", 2, 8)


def test_problems_are_in_document_order() -> None:
    assert [problem.path for problem in problems("<r><a/><b/></r>", "b", "a")] == ["/r/a", "/r/b"]


def test_a_namespace_without_a_prefix_is_in_the_path() -> None:
    (problem,) = problems('<r><a xmlns="urn:\'"/></r>', "*")

    assert problem.path == "/r/*[local-name()='a' and namespace-uri()=\"urn:'\"]"
    assert etree.fromstring('<r><a xmlns="urn:\'"/></r>').xpath(problem.path)


def test_an_attribute_has_its_name_at_the_end() -> None:
    (problem,) = problems('<r a="1"/>', ".", attribute="{http://www.w3.org/XML/1998/namespace}lang")

    assert problem.path == "/r/@xml:lang"


def test_the_middle_of_a_long_path_is_left_out() -> None:
    names = ["e" * 100] * 30
    document = "".join(f"<{name}>" for name in names) + "".join(f"</{name}>" for name in names)
    problem = problems(document, ".//*")[-1]

    assert len(problem.path) == MAX_PATH + 1
    assert problem.path.count("…") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_columns_count_characters_in_each_encoding(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    (problem,) = problems(f"{head}<r>éé<a/></r>", "a", encoding=encoding)

    assert (problem.line, problem.column) == (2, 6)


def test_paths_in_a_stream_have_the_same_names_and_count_no_siblings() -> None:
    root = etree.fromstring('<p:r xmlns:p="urn:t">\n<a/><a k="1"/></p:r>')
    unlocated = [UnlocatedProblem(root[1], "k", SAID, None, root[1])]

    (problem,) = locate_in_stream(unlocated, {"urn:t": "t"})

    assert (problem.path, problem.line, problem.column) == ("/t:r/a/@k", 2, None)


def test_a_stream_and_a_whole_document_are_told_the_same(tmp_path: Path) -> None:
    declarations = (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" maxOccurs="9"><xs:complexType>'
        '<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element>'
        '<xs:element name="end" type="xs:int"/></xs:sequence></xs:complexType></xs:element>'
    )
    path = tmp_path / "r.xsd"
    path.write_text(schema(declarations, 'targetNamespace="urn:t" elementFormDefault="qualified"'), "utf-8")
    validator = validator_of(load((path,)))
    messages: Messages[object] = Messages({}, type(schemapress)("none"), validator.declarations)
    for document in (
        b'<r xmlns="urn:t"><i><a>1</a></i></r>',
        b'<r xmlns="urn:t"><i><a>x</a></i><end>1</end></r>',
        b'<!DOCTYPE r><r xmlns="urn:t"/>',
    ):
        (expected,) = validator.validate(document)
        with pytest.raises(InvalidDocument) as raised:
            list(iter_decode_stream(io.BytesIO(document), "i", validator, messages))

        (problem,) = raised.value.problems
        assert (problem.code, problem.message) == (expected.code, expected.message)
        assert problem.path == expected.path
