"""The ladder of passes: which one takes a document, what the slower ones do after it, and why it gave up."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from schemapress.compilation import validator_of
from schemapress.load.loader import load
from schemapress_runtime.limits import DocumentLimits
from schemapress_runtime.validation import validator as ladder
from schemapress_runtime.validation.validator import Validator, WalkedDocument
from schemapress_runtime.verdict import GiveUp, Unbindable
from schemapress_runtime.xml import document
from schemapress_runtime.xml.document import Element
from tests.conftest import schema

KEYED = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int" maxOccurs="9"/></xs:sequence>'
    '</xs:complexType><xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique></xs:element>'
)
VALID = b"<r><a>1</a><a>2</a></r>"
INVALID = b"<r><a>1</a><a>1</a></r>"
NOT_ADMITTED = '<?xml version="1.0" encoding="ISO-8859-1"?><r><a>1</a><!-- é --></r>'.encode("latin-1")


@pytest.fixture
def validator(tmp_path: Path) -> Validator:
    path = tmp_path / "keyed.xsd"
    path.write_text(schema(KEYED), "utf-8")
    return validator_of(load((path,)))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was parsed."""
    documents: list[bytes] = []
    parse = document.parse

    def note(data: bytes, *, doctype: bool, limits: DocumentLimits) -> Element:
        documents.append(data)
        return parse(data, doctype=doctype, limits=limits)

    monkeypatch.setattr(ladder, "parse", note)
    return documents


@pytest.mark.parametrize("document", [VALID, INVALID, NOT_ADMITTED])
def test_a_document_is_parsed_once_at_most_and_only_for_a_report(
    validator: Validator, parsed: list[bytes], document: bytes
) -> None:
    is_valid = document != INVALID
    assert validator.validate(document).valid == is_valid
    assert parsed == ([] if is_valid else [document])


def test_a_pass_that_gives_up_leaves_the_document_to_the_next_and_logs_why(
    validator: Validator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        validator.validate(b"<r><a>x</a></r>")
        validator.validate(b"<!DOCTYPE r><r/>")

    assert [record.getMessage() for record in caplog.records] == [
        "the tag reader gave up: a text is not valid",
        "not admitted: markup in what is left without comments",
    ]


def test_the_object_of_a_fast_pass_is_the_result(validator: Validator) -> None:
    def read(text: str) -> str:
        return f"read {text}"

    assert validator.climb(validator.source(VALID), VALID.decode(), lambda _: None, read) == f"read {VALID.decode()}"
    assert validator.climb(validator.source(NOT_ADMITTED), None, lambda _: "scanned", read) == "scanned"


@pytest.mark.parametrize("reason", [GiveUp("any"), Unbindable("any")])
@pytest.mark.parametrize("document", [VALID, INVALID])
def test_a_document_that_can_not_be_bound_is_still_judged(
    validator: Validator, document: bytes, reason: GiveUp
) -> None:
    def read(text: str) -> str:
        raise reason

    walked = validator.climb(validator.source(document), document.decode(), lambda _: None, read)

    assert isinstance(walked, WalkedDocument)
    assert walked.report.valid == (document == VALID)
    assert walked.root is not None


def test_a_document_that_is_not_xml_has_a_report_and_no_root(validator: Validator) -> None:
    def read(text: str) -> str:
        raise GiveUp("any")

    walked = validator.climb(validator.source(b"<r>"), "<r>", lambda _: None, read)

    assert isinstance(walked, WalkedDocument)
    assert [problem.code for problem in walked.report] == ["xml-not-well-formed"]
    assert walked.root is None


def test_other_limits_admit_nothing_to_the_fast_passes(validator: Validator) -> None:
    limited = validator.with_limits(DocumentLimits(depth=1))

    assert (limited.admit(VALID), validator.admit(VALID)) == (None, VALID.decode())
    assert [problem.code for problem in limited.validate(VALID)] == ["xml-too-deep"]
