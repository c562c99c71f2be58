"""Responses as results and errors, for an operation that declares several."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.http.client.answer import read_answer, read_problem_document
from schemapress_runtime.http.client.operation import (
    IncomingResponse,
    Operation,
    make_request,
    make_request_of_document,
)
from schemapress_runtime.http.client.outcome import Refused, UnexpectedAnswer
from schemapress_runtime.http.problem_document import ProblemDocument
from schemapress_runtime.report.problem import Problem
from tests.conftest import MakeProject, schema
from tests.support.generated_package import build

FACTS = """
<xs:annotation><xs:appinfo>
  <endpoint xmlns="urn:schemapress:endpoint" name="place" method="POST" path="/orders">
    <request element="order"/>
    <response status="201" element="receipt"/><response status="202"/><response status="409" element="conflict"/>
  </endpoint>
  <endpoint xmlns="urn:schemapress:endpoint" name="replace" method="PUT" path="/st&#246;rung/{orderId}">
    <request element="order"/><parameter name="orderId" in="path" type="xs:string"/>
    <response status="200" element="receipt"/>
  </endpoint>
</xs:appinfo></xs:annotation>
"""
TYPE = '<xs:complexType><xs:sequence><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType>'
ELEMENTS = "".join(f'<xs:element name="{name}">{TYPE}</xs:element>' for name in ("order", "receipt", "conflict"))
XML = {"content-type": "application/xml"}


@pytest.fixture
def package(make_project: MakeProject) -> ModuleType:
    package = build(make_project({"orders.xsd": schema(FACTS + ELEMENTS)}))
    __import__(f"{package.__name__}.client")
    return package


def operation_of(package: ModuleType, name: str = "place") -> Operation[object, object]:
    operation: Operation[object, object] = package.client.OPERATIONS[name]
    return operation


def test_the_status_and_the_root_decide_the_class_of_an_answer(package: ModuleType) -> None:
    place = operation_of(package)

    receipt = read_answer(place, IncomingResponse(201, XML, b"<receipt><n>1</n></receipt>"))

    assert receipt == package.bindings.Receipt(n=1)
    assert read_answer(place, IncomingResponse(202)) is None
    assert read_answer(place, IncomingResponse(204)) is None
    latin = IncomingResponse(
        201, {"content-type": "text/xml; charset=UTF-16LE"}, "<receipt><n>1</n></receipt>".encode("utf-16-le")
    )
    assert read_answer(place, latin) == receipt


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it has no body; expected <receipt>"),
        (b"<order><n>1</n></order>", "its body is a valid Order; expected <receipt>"),
        (b"<receipt/>", "its body is no valid <receipt>: .*<receipt> has no <n>"),
        (b"OK", "its body is no valid <receipt>: .*not well-formed"),
        (b"\xff\xfe\xff", "its body is "),
    ],
)
def test_an_accepted_message_with_an_answer_of_another_kind(package: ModuleType, body: bytes, words: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=words) as raised:
        read_answer(operation_of(package), IncomingResponse(201, XML, body))

    assert (raised.value.status, raised.value.body) == (201, body)


def test_a_cut_or_compressed_answer_is_not_read(package: ModuleType) -> None:
    place = operation_of(package)
    with pytest.raises(UnexpectedAnswer, match="its body is longer than 4 bytes"):
        read_answer(place, IncomingResponse(201, XML, b"<rec", is_cut=True))
    with pytest.raises(UnexpectedAnswer, match="compressed"):
        read_answer(place, IncomingResponse(201, {**XML, "content-encoding": "br"}, b"<receipt><n>1</n></receipt>"))


def test_a_declared_error_has_its_document(package: ModuleType) -> None:
    with pytest.raises(Refused) as raised:
        read_answer(operation_of(package), IncomingResponse(409, XML, b"<conflict><n>7</n></conflict>"))

    assert raised.value.document == package.bindings.Conflict(n=7)
    with pytest.raises(Refused) as raised:
        read_answer(operation_of(package), IncomingResponse(409, XML, b"<html>"))
    assert (raised.value.document, raised.value.body) == (None, b"<html>")


def test_a_request_is_typed_and_its_path_encoded(package: ModuleType) -> None:
    order = package.bindings.Order(n=1)

    request = make_request(operation_of(package, "replace"), order, {"order_id": "a/b ;\u00f6?%"})

    assert request.target == "/st%C3%B6rung/a%2Fb%20%3B%C3%B6%3F%25"
    assert request.method == "PUT"
    assert request.is_repeatable
    assert not make_request(operation_of(package), order, {}).is_repeatable
    with pytest.raises(TypeError, match="place sends Order, not Receipt"):
        make_request(operation_of(package), package.bindings.Receipt(n=1), {})


def test_only_a_message_with_a_key_may_be_sent_again(package: ModuleType) -> None:
    keyed = replace(operation_of(package), idempotency_key=lambda order: order.n or None)

    assert make_request(keyed, package.bindings.Order(n=1), {}).is_repeatable
    assert not make_request(keyed, package.bindings.Order(n=0), {}).is_repeatable
    assert make_request_of_document(keyed, b"<order><n>1</n></order>", {}).is_repeatable
    assert not make_request_of_document(keyed, b"<order><n>0</n></order>", {}).is_repeatable
    assert not make_request_of_document(keyed, b"<order>", {}).is_repeatable


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=80)
PROBLEMS = st.builds(
    Problem,
    path=TEXT.map("/{}".format),
    line=st.none() | st.integers(1, 10**8),
    column=st.none() | st.integers(1, 10**8),
    code=TEXT.filter(bool),
    value=st.none() | TEXT.filter(bool),
    expected=st.none() | TEXT.filter(bool),
    message=TEXT.filter(bool),
)


@given(TEXT.filter(bool), TEXT.filter(bool), st.lists(PROBLEMS, max_size=5))
def test_a_problem_document_is_read_as_it_was_written(kind: str, detail: str, problems: list[Problem]) -> None:
    document = ProblemDocument(422, kind, detail, tuple(problems)).to_xml()

    assert read_problem_document(document) == (kind, detail, tuple(problems))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<problem/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<a>" * 500,
        b"\xff",
        b"<a xmlns='urn:ietf:rfc:7807'/>",
    ],
)
def test_any_body_of_a_refusal_leaves_it_a_refusal(package: ModuleType, body: bytes) -> None:
    response = IncomingResponse(422, {"content-type": "application/problem+xml"}, body)

    with pytest.raises(Refused) as raised:
        read_answer(operation_of(package), response)

    assert (raised.value.status, raised.value.problems, raised.value.body) == (422, (), body)
