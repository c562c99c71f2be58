"""Encoding: what is written, and what an object that is not valid is answered with."""

from __future__ import annotations

import copy
import importlib
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from cityfibre_ticketing import InvalidDocument, decode, encode, validate
from cityfibre_ticketing.bindings import Appointments, FaultStatus, IncidentType, NotifyInProgress, Update
from schemapress_runtime.binding.prefixes import NO_PREFIXES
from tests.conftest import XSD, schema
from tests.hostile.packages import built, package_of
from tests.support.generated_package import runtime_module
from tests.support.judges import libxml2_accepts, xmlschema_accepts

Change = Callable[[Any], object]


@pytest.fixture
def value(message: bytes) -> NotifyInProgress:
    return decode(message)


def test_every_judge_accepts_the_output(value: NotifyInProgress) -> None:
    document = encode(value)

    assert document.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<notifyInProgress><apiVersion>1.0</apiVersion>'
    )
    assert libxml2_accepts(XSD, document)
    assert xmlschema_accepts(XSD, document)
    assert XmlParser().from_bytes(document, NotifyInProgress) == value


@pytest.mark.parametrize(
    "text", ["a & b < c > d ]]>", "\r\n\t ", "\u00e9\u4e2d\U0001f600", "\x7f\x85\u2028", "'quotes'\"", "<!-- -->", ""]
)
def test_any_text_that_xml_admits_is_read_back_as_it_was(value: NotifyInProgress, text: str) -> None:
    value.service_affected = text

    assert decode(encode(value)).service_affected == text


@pytest.mark.parametrize(
    "instant",
    [
        *(
            XmlDateTime(2026, 1, 31, 0, 0, 0, 0, 840),
            XmlDateTime(2024, 2, 29, 23, 59, 59, 5, -840),
            XmlDateTime(999, 1, 1, 0, 0, 0),
        ),
        *(
            XmlDateTime(12026, 1, 1, 0, 0, 0),
            XmlDateTime(2026, 1, 1, 24, 0, 0),
            XmlDateTime(2026, 4, 30, 1, 2, 3, 0, 90),
        ),
    ],
)
def test_any_instant_that_exists_is_read_back_as_it_was(value: NotifyInProgress, instant: XmlDateTime) -> None:
    value.sent_at = instant

    assert decode(encode(value)).sent_at == instant


def set_field(path: str, to: object) -> Change:
    def change(value: Any) -> None:
        *holders, name = path.split(".")
        for holder in holders:
            value = getattr(value, holder)
        assert hasattr(value, name)
        setattr(value, name, to)

    return change


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (set_field("buyer_identifier", ""), "cvc-minLength-valid", "/notifyInProgress/buyerIdentifier"),
        (set_field("updates", []), "cvc-complex-type.2.4", "/notifyInProgress"),
        (
            set_field("sent_at", XmlDateTime(2026, 2, 30, 0, 0, 0)),
            "cvc-datatype-valid.1.2.1",
            "/notifyInProgress/sentAt",
        ),
        (
            set_field("sent_at", XmlDateTime(2026, 1, 1, 0, 0, 0, 0, 900)),
            "cvc-datatype-valid.1.2.1",
            "/notifyInProgress/sentAt",
        ),
        (set_field("sent_at", XmlDateTime(0, 1, 1, 0, 0, 0)), "cvc-datatype-valid.1.2.1", "/notifyInProgress/sentAt"),
        (set_field("sent_at", "yesterday"), "cvc-datatype-valid.1.2.1", "/notifyInProgress/sentAt"),
        (set_field("sent_at", "2026-01-01T00:00:00Z"), "encode-value", "NotifyInProgress.sent_at"),
        (set_field("service_affected", "\x00"), "encode-value", "NotifyInProgress.service_affected"),
        (set_field("service_affected", "\ud800"), "encode-value", "NotifyInProgress.service_affected"),
        (set_field("service_affected", 5), "encode-value", "NotifyInProgress.service_affected"),
        (set_field("api_version", None), "cvc-complex-type.2.4", "/notifyInProgress"),
        (set_field("fault_details.status", "in-progress"), "encode-value", "NotifyInProgress.fault_details.status"),
        (
            set_field("fault_details.status", "unheard-of"),
            "cvc-enumeration-valid",
            "/notifyInProgress/faultDetails/status",
        ),
        (
            set_field("fault_details.status", IncidentType.SERVICE_OUTAGE),
            "cvc-enumeration-valid",
            "/notifyInProgress/faultDetails/status",
        ),
        (
            set_field("fault_details.triage_complete", "maybe"),
            "cvc-datatype-valid.1.2.1",
            "/notifyInProgress/faultDetails/triageComplete",
        ),
        (set_field("fault_details", None), "cvc-complex-type.2.4", "/notifyInProgress"),
        (set_field("updates", [Update(), "x"]), "cvc-complex-type.2.3", "/notifyInProgress/updates[2]"),
    ],
)
def test_an_object_that_is_not_valid_is_refused_with_a_report(
    value: NotifyInProgress, change: Change, code: str, path: str
) -> None:
    change(value)

    with pytest.raises(InvalidDocument) as raised:
        encode(value)

    problem = raised.value.problems[0]
    assert (problem.code, problem.path) == (code, path), str(raised.value)
    assert problem.line is None
    assert problem.message.endswith(".")


def test_every_problem_of_an_object_is_in_the_report(value: NotifyInProgress) -> None:
    value.buyer_identifier = ""
    value.message_id = ""
    value.updates = []

    with pytest.raises(InvalidDocument) as raised:
        encode(value)

    assert len(raised.value.problems) == 3


def test_a_value_that_is_no_message_is_a_type_error(value: NotifyInProgress) -> None:
    with pytest.raises(TypeError, match="NotifyInProgress"):
        encode(value.fault_details)  # type: ignore[arg-type]  # the mistake that is being made


def test_encoding_leaves_the_object_as_it_was(value: NotifyInProgress) -> None:
    before = copy.deepcopy(value)

    encode(value)

    assert value == before


def test_optional_parts_are_left_out_where_they_are_not_set(value: NotifyInProgress) -> None:
    value.appointments = Appointments()
    value.fault_details.status = FaultStatus.RE_OPENED
    value.fault_details.site_access_contact_details = None

    document = encode(value)

    assert b"<appointments></appointments>" in document
    assert b"siteAccessContactDetails" not in document
    assert decode(document) == value
    assert validate(document).valid


def test_dates_and_times_without_a_zone_stay_without(value: NotifyInProgress) -> None:
    assert value.appointments is not None
    appointment = value.appointments.appointment[0]
    appointment.appointment_date = XmlDate(2024, 2, 29)
    appointment.appointment_start_time = XmlTime(23, 59, 59, 250_000_000, -90)

    document = encode(value)

    assert b"<appointmentDate>2024-02-29</appointmentDate>" in document
    assert b"<appointmentStartTime>23:59:59.250-01:30</appointmentStartTime>" in document
    assert decode(document) == value


def test_a_required_element_that_is_none_is_nil() -> None:
    package, xsd = built("nils")
    classes = importlib.import_module(f"{package.__name__}.bindings")
    value = classes.R(a=None, b=[XmlDate(2026, 1, 1)])

    document = package.encode(value)

    assert b'<a xsi:nil="true"/>' in document
    assert libxml2_accepts(xsd, document)
    assert package.decode(document) == value


def test_deep_objects_are_written_by_several_threads_at_once() -> None:
    package, _ = built("recursive")
    classes = importlib.import_module(f"{package.__name__}.bindings")
    by_xsdata = runtime_module(package, "codec.general_encoder")._encode_by_xsdata
    root_element = runtime_module(package, "codec.root_element").RootElement
    validator = importlib.import_module(f"{package.__name__}.validators").VALIDATOR
    messages = importlib.import_module(f"{package.__name__}.codec").MESSAGES
    before = sys.getrecursionlimit()

    def written(levels: int) -> bool:
        node = classes.N()
        for _ in range(levels):
            node = classes.N(n=[node])
        root = root_element("t", classes.T(n=[node]), is_derived=False)
        data = by_xsdata(root, validator, messages, package.decode, NO_PREFIXES)
        return bool(package.validate(data).valid)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(written, [250, 100, 250, 5] * 10))
    assert sys.getrecursionlimit() == before


def test_the_field_of_an_element_of_a_simple_type_holds_the_value_alone() -> None:
    content = '<xs:extension base="xs:string"><xs:attribute name="lang" type="xs:string"/></xs:extension>'
    types = f'<xs:complexType name="Text"><xs:simpleContent>{content}</xs:simpleContent></xs:complexType>'
    notes = '<xs:sequence><xs:element name="note" type="xs:string" maxOccurs="2"/></xs:sequence>'
    root = f'<xs:element name="r"><xs:complexType>{notes}</xs:complexType></xs:element>'
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    document = f'<r {xsi}><note xsi:type="Text" lang="en">a</note><note>b</note></r>'.encode()

    with package_of({"demo.xsd": schema(types + root)}) as (package, _):
        value = package.decode(document)

        assert value == XmlParser().from_bytes(document, package.bindings.R) == package.bindings.R(note=["a", "b"])
        assert package.encode(value).endswith(b"<r><note>a</note><note>b</note></r>")


@pytest.mark.parametrize("mistake", [TypeError, AttributeError, KeyError])
def test_a_mistake_in_our_own_code_is_not_hidden_by_the_general_way(
    monkeypatch: pytest.MonkeyPatch, message: bytes, mistake: type[Exception]
) -> None:
    def broken(value: object) -> str:
        raise mistake("a mistake")

    monkeypatch.setattr(importlib.import_module("cityfibre_ticketing.codec"), "date_time_text", broken)

    with pytest.raises(mistake, match="a mistake"):
        encode(decode(message))


@pytest.mark.parametrize("mistake", [TypeError, AttributeError, KeyError])
def test_a_mistake_in_the_general_way_is_not_hidden_either(value: NotifyInProgress, mistake: type[Exception]) -> None:
    codec = importlib.import_module("cityfibre_ticketing.codec")

    def broken(data: bytes) -> NotifyInProgress:
        raise mistake("a mistake")

    def encode_in_general(decode: Callable[[bytes], NotifyInProgress]) -> object:
        module = importlib.import_module("cityfibre_ticketing._runtime.codec.general_encoder")
        return module.encode_object(value, codec.VALIDATOR, codec.MESSAGES, decode, codec.PREFIXES)

    class Text(str):
        """No text that tables write: the document is read back."""

    assert encode_in_general(decode) == encode(value)
    value.service_affected = Text("x")
    with pytest.raises(mistake, match="a mistake"):
        encode_in_general(broken)


@pytest.mark.parametrize("options", [{}, {"prefixes": {"": ""}}])
def test_a_field_without_a_value_is_a_problem_of_the_object(
    value: NotifyInProgress, options: dict[str, dict[str, str]]
) -> None:
    del value.updates  # as of an object that was made without its constructor

    with pytest.raises(InvalidDocument) as raised:
        encode(value, **options)

    assert raised.value.problems[0].path == "NotifyInProgress.updates"
