"""Bad input of every kind, and the one clear error that each gets."""

from __future__ import annotations

import re

import pytest

from cityfibre_ticketing import InvalidDocument, Problem, decode, validate
from tests.support.growth import deadline


def only_problem(document: bytes) -> Problem:
    report = validate(document)
    with pytest.raises(InvalidDocument) as raised:
        decode(document)
    assert raised.value.report == report
    assert len(report) == 1, str(report)
    return report.problems[0]


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        (b"", "xml-not-well-formed", "empty"),
        (b"plain words", "xml-not-well-formed", "Start tag expected"),
        (b'{"json": true}', "xml-not-well-formed", "Start tag expected"),
        (b"\x00\x01\x02\xff", "xml-not-well-formed", "not well-formed"),
        (b"<notifyInProgress><apiVersion>1.0</apiVersion>", "xml-not-well-formed", "Premature end"),
        (b"<a>" * 10_000 + b"</a>" * 10_000, "xml-too-deep", "256 levels"),
        (b"<a>" + b"x" * 50_000_000 + b"</a>", "xml-too-long", "10,000,000 bytes"),
        (b"<!DOCTYPE a><a/>", "xml-doctype", "document type"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "xml-doctype", "entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-doctype", "entities"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml-not-well-formed", "klingon"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml-not-well-formed", "not well-formed"),
        ("<a>caf\u00e9</a>".encode("latin-1"), "xml-not-well-formed", "encoding"),
    ],
    ids=lambda value: value[:20].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_unacceptable_xml_is_refused_with_one_problem(document: bytes, code: str, words: str) -> None:
    problem = only_problem(document)

    assert problem.code == code
    assert words in problem.message
    assert problem.line is not None


def test_a_billion_laughs_are_refused_before_the_first(message: bytes) -> None:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"lol") for level in range(10)
    )
    document = b"<!DOCTYPE lolz [" + entities + b"]><lolz>&l9;</lolz>"

    with deadline():
        problem = only_problem(document)

    assert problem.code == "xml-doctype"


def test_a_doctype_behind_a_comment_in_utf_16_is_refused() -> None:
    document = '<?xml version="1.0" encoding="UTF-16"?><!-- x --><!DOCTYPE a><a/>'.encode("utf-16")

    assert only_problem(document).code == "xml-doctype"


def test_a_doctype_that_is_only_mentioned_is_no_doctype(message: bytes) -> None:
    document = message.replace(b"Engineer assigned", b"<![CDATA[<!DOCTYPE a>]]>")

    assert decode(document).updates[0].description == "<!DOCTYPE a>"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_that_are_declared_truly_are_read(message: bytes, encoding: str) -> None:
    text = (
        message.decode()
        .replace("UTF-8", encoding.removesuffix("-le").removesuffix("-sig"))
        .replace("Desk", "D\u00e9sk")
    )
    if encoding == "utf-16-le":
        text = "\ufeff" + text

    value = decode(text.encode(encoding))

    assert value.end_user_contact_details.name == "Front D\u00e9sk"


@pytest.mark.parametrize(
    ("before", "after", "code", "path", "line", "column"),
    [
        (b"notifyInProgress>", b"notifyResolved>", "cvc-elt.1", "/notifyResolved", 2, 1),
        (b"<apiVersion>1.0</apiVersion>", b"", "cvc-complex-type.2.4", "/notifyInProgress", 4, 3),
        (b"<apiVersion>", b"<extra/><apiVersion>", "cvc-complex-type.2.4", "/notifyInProgress/extra", 3, 3),
        (
            b"1.0</apiVersion>",
            b"1.0</apiVersion><apiVersion/>",
            "cvc-complex-type.2.4",
            "/notifyInProgress/apiVersion[2]",
            3,
            31,
        ),
        (b">BUYER-0042<", b"><", "cvc-minLength-valid", "/notifyInProgress/buyerIdentifier", 4, 3),
        (
            b"<phone>+44 20 7946 0000",
            b'<phone kind="x">+',
            "cvc-type.3.1.1",
            "/notifyInProgress/reporterContactDetails/phone/@kind",
            9,
            5,
        ),
        (
            b"<updates>\n    <desc",
            b"<updates>words<desc",
            "cvc-complex-type.2.3",
            "/notifyInProgress/updates[1]",
            35,
            3,
        ),
        (
            b"<faultDetails>",
            b'<faultDetails id="1">',
            "cvc-complex-type.3.2.2",
            "/notifyInProgress/faultDetails/@id",
            21,
            3,
        ),
        (
            b"+44 20 7946 0000<",
            b"+<b/>44<",
            "cvc-type.3.1.2",
            "/notifyInProgress/reporterContactDetails/phone/b",
            9,
            13,
        ),
        (b">true<", b">TRUE<", "cvc-datatype-valid.1.2.1", "/notifyInProgress/faultDetails/triageComplete", 31, 5),
        (b">in-progress<", b">In progress<", "cvc-enumeration-valid", "/notifyInProgress/faultDetails/status", 33, 5),
        (
            b">RK-55<",
            b"><",
            "cvc-minLength-valid",
            "/notifyInProgress/appointments/appointment/appointmentReservationKey",
            50,
            7,
        ),
    ],
)
def test_one_mistake_is_one_problem_with_its_place(
    message: bytes, before: bytes, after: bytes, code: str, path: str, line: int, column: int
) -> None:
    assert before in message

    problem = only_problem(message.replace(before, after, 2 if before == b"notifyInProgress>" else 1))

    assert (problem.code, problem.path, problem.line, problem.column) == (code, path, line, column)
    assert problem.message.endswith(".")
    assert problem.expected


@pytest.mark.parametrize(
    "instant",
    [
        *("2026-02-30T25:61:61", "0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20T09:30:00+14:01"),
        *("2026-11-20T09:30:00-15:00", "2026-11-20T24:00:01", "2026-11-20", "26-11-20T09:30:00", "2026-11-20 09:30:00"),
        *(
            "2023-02-29T00:00:00Z",
            "02026-11-20T09:30:00Z",
            "2026-11-20T09:30Z",
            "\u0662026-11-20T09:30:00Z",
            "+2026-11-20T00:00:00",
        ),
    ],
)
def test_an_instant_that_does_not_exist_is_refused_by_name(message: bytes, instant: str) -> None:
    document = message.replace(b"2026-11-20T09:30:00Z", instant.encode())

    problem = only_problem(document)

    assert problem.code == "cvc-datatype-valid.1.2.1"
    assert problem.value == instant
    assert "date and time" in (problem.expected or "")


@pytest.mark.parametrize(
    "instant",
    [
        *(
            "2024-02-29T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T09:30:00.123456789+14:00",
            "-0044-03-15T12:00:00",
        ),
        *("12026-11-20T09:30:00", "  2026-11-20T09:30:00\n", "2026-11-30T09:30:00-14:00", "1000-01-31T00:00:00-00:00"),
    ],
)
def test_an_instant_that_exists_is_accepted(message: bytes, instant: str) -> None:
    assert validate(message.replace(b"2026-11-20T09:30:00Z", instant.encode())).valid


def test_all_problems_of_a_document_are_reported_in_order(message: bytes) -> None:
    document = (
        message.replace(b">BUYER-0042<", b"><")
        .replace(b"2026-11-20T08:15:00Z", b"yesterday")
        .replace(b"<serviceAffected>SVC-1234567</serviceAffected>", b"")
        .replace(b">Service Outage<", b">Outage<")
        .replace(b"<updatedBy>supplier</updatedBy>", b"<updatedBy>supplier</updatedBy><note/>", 1)
    )

    report = validate(document)

    assert [problem.code for problem in report] == [
        *("cvc-minLength-valid", "cvc-datatype-valid.1.2.1", "cvc-complex-type.2.4"),
        *("cvc-enumeration-valid", "cvc-complex-type.2.4"),
    ]


def test_siblings_in_the_wrong_order_are_one_problem(message: bytes) -> None:
    document = message.replace(
        b"<phone>+44 20 7946 0001</phone>\n    <name>Front Desk</name>",
        b"<name>Front Desk</name>\n    <phone>+44 20 7946 0001</phone>",
    )

    problem = only_problem(document)

    assert problem.path == "/notifyInProgress/endUserContactDetails/phone"
    assert "may not stand here" in problem.message


def test_a_required_element_too_early_is_one_problem(message: bytes) -> None:
    line = b"  <serviceAffected>SVC-1234567</serviceAffected>\n"
    document = message.replace(line, b"").replace(b"  <sentAt>", line + b"  <sentAt>")

    problem = only_problem(document)

    assert problem.path == "/notifyInProgress/serviceAffected"
    assert "too early" in problem.message


def without(message: bytes, tag: bytes) -> bytes:
    return re.sub(rb"\s*<%s>.*?</%s>" % (tag, tag), b"", message, flags=re.DOTALL)


def test_a_list_that_may_not_be_empty_is_missed(message: bytes) -> None:
    problem = only_problem(without(message, b"updates"))

    assert problem.path == "/notifyInProgress"
    assert "has no <updates> before <appointments>" in problem.message


def test_the_last_required_element_too_early_is_one_problem(message: bytes) -> None:
    document = without(without(message, b"appointments"), b"updates")

    problem = only_problem(document.replace(b"  <faultDetails>", b"  <updates/>\n  <faultDetails>"))

    assert problem.path == "/notifyInProgress/updates"
    assert "too early" in problem.message


def test_a_misspelt_element_is_one_problem_that_names_the_right_one(message: bytes) -> None:
    document = message.replace(b"buyerIdentifier>", b"buyerIdentifer>")

    problem = only_problem(document)

    assert problem.expected == "<buyerIdentifier>"
    assert "probably meant" in problem.message


def test_a_foreign_namespace_on_the_root_is_named(message: bytes) -> None:
    problem = only_problem(message.replace(b"<notifyInProgress>", b'<notifyInProgress xmlns="urn:other">'))

    assert "urn:other" in problem.message


def test_comments_instructions_and_cdata_inside_of_values_bind_right(message: bytes) -> None:
    document = message.replace(
        b">Engineer assigned<",
        b">Eng<!-- c -->in<?pi x?>eer<![CDATA[ <as]]>sig<![CDATA[ned>]]> &amp; &#x2014; on\r\n it<",
    )

    value = decode(document)

    assert value.updates[0].description == "Engineer <assigned> & \u2014 on\n it"


def test_white_space_around_values_is_as_the_facet_of_each_type_says(message: bytes) -> None:
    document = message.replace(b">true<", b">\n true\t<").replace(b">2026-11-21<", b"> 2026-11-21 <")

    value = decode(document)

    assert value.fault_details.triage_complete is True
    assert value.appointments is not None
    assert str(value.appointments.appointment[0].appointment_date) == "2026-11-21"
    assert not validate(message.replace(b">in-progress<", b"> in-progress <")).valid


def test_a_comment_can_not_hide_inside_of_a_tag(message: bytes) -> None:
    assert only_problem(message.replace(b"<phone>", b"<pho<!-- x -->ne>", 1)).code == "xml-not-well-formed"
    assert only_problem(message.replace(b"<phone>", b"<phone&#62;", 1)).code == "xml-not-well-formed"


@pytest.mark.parametrize(
    "attribute", ['xsi:noNamespaceSchemaLocation="notify.xsd"', 'xsi:schemaLocation="urn:a a.xsd"', 'xmlns:u="urn:u"']
)
def test_attributes_that_belong_to_every_document_are_accepted_on_the_root(message: bytes, attribute: str) -> None:
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    document = message.replace(b"<notifyInProgress>", f"<notifyInProgress {instance} {attribute}>".encode())

    assert decode(document) == decode(message)


def test_text_is_not_bytes() -> None:
    with pytest.raises(TypeError, match="bytes"):
        decode("<a/>")  # type: ignore[arg-type]  # the mistake that is being made
