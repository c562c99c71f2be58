"""Envelopes: opened without parsing the document in the Body, and what is wrong with one told as by a parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemapress_runtime.http.soap import envelope as module
from schemapress_runtime.http.soap.envelope import WrongEnvelope, open_envelope, write_envelope
from schemapress_runtime.http.soap.fault import read_fault, write_fault
from schemapress_runtime.http.soap.version import SOAP_1_1, SOAP_1_2, SoapVersion
from schemapress_runtime.report.problem import InvalidDocument, Problem, Report
from schemapress_runtime.xml import document

NS = SOAP_1_1.namespace
VERSIONS = pytest.mark.parametrize("version", [SOAP_1_1, SOAP_1_2], ids=["1.1", "1.2"])


def envelope(body: str, before: str = "", after: str = "", attributes: str = "") -> bytes:
    text = f'<s:Envelope xmlns:s="{NS}"{attributes}>{before}<s:Body>{body}</s:Body>{after}</s:Envelope>'
    return text.encode()


def canonical(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n", exclusive=True)


_SPACES = st.sampled_from(["", " ", "\n", "<!-- </s:Body> <a> -->", "<?p </s:Body>?>", "\n<!--x-->\n"])
_CONTENTS = st.sampled_from(
    [
        "<a/>",
        "<a></a>",
        '<a b="/>"/>',
        "<a b='&lt;/a>' >1</a >",
        '<a xmlns="urn:a"><a/></a>',
        "<a><![CDATA[</a></s:Body></s:Envelope>]]></a>",
        "<a><!--</a></s:Body></s:Envelope>--></a>",
        "<p:a>&#112;:q</p:a>",
        "<p:a><a>p:q</a></p:a>",
        '<p:a xmlns:p="urn:other" xmlns=""/>',
        "<ä:ö>ü</ä:ö>",
        '<a t="p:q"/>',
        "",
    ]
)


@given(_CONTENTS, st.tuples(*[_SPACES] * 5))
def test_the_document_in_the_body_is_what_a_parser_finds_there(content: str, spaces: tuple[str, ...]) -> None:
    one, two, three, four, five = spaces
    declared = f'xmlns:s="{NS}" xmlns="urn:default" xmlns:p="urn:p" xmlns:ä="urn:u"'
    text = f"{one.strip()}<s:Envelope {declared}>{two}<s:Body>{three}{content}{four}</s:Body>{five}</s:Envelope>{one}"
    opened = open_envelope(text.encode())

    body = etree.fromstring(text.encode()).find(f"{{{NS}}}Body")
    assert body is not None
    elements = list(body.iterchildren(etree.Element))
    if not elements:
        assert opened.body is None
        return
    assert opened.body is not None
    assert opened.body.name == elements[0].tag
    copy = etree.tostring(elements[0], with_tail=False, encoding="UTF-8")
    assert canonical(opened.body.document) == canonical(copy)
    wanted = {"p", "ä", None} & elements[0].nsmap.keys()
    read = etree.fromstring(opened.body.document).nsmap
    for prefix in wanted:
        if "&#" in content or prefix is None or f"{prefix}:" in content:
            assert read[prefix] == elements[0].nsmap[prefix]


def test_a_usual_envelope_is_not_parsed_with_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []
    parse = document.parse

    def measure(data: bytes) -> etree._Element:
        lengths.append(len(data))
        return parse(data)

    monkeypatch.setattr(module, "parse", measure)
    opened = open_envelope(envelope("<a>" + "<b/>" * 10_000 + "</a>", "<s:Header><h:h xmlns:h='urn:h'/></s:Header>"))

    assert opened.body is not None
    assert len(opened.body.document) > 40_000
    assert max(lengths) < 300


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<a/>", "The root of the message is <a>; expected the <Envelope> of SOAP."),
        (envelope("<a/><b/>"), "The Body has 2 elements; expected one."),
        (envelope("<a/><a></a>"), "The Body has 2 elements; expected one."),
        (envelope("x<a/>"), "The Body has a text; expected one element."),
        (envelope("<a/>", after="<b/>"), "The Envelope has <b> behind its Body; expected nothing."),
        (envelope("", before="<s:Header><h/></s:Header>"), "The header block <h> is in no namespace."),
        (f'<s:Envelope xmlns:s="{NS}"/>'.encode(), "The Envelope has no Body."),
        (envelope("<a>"), "Opening and ending tag mismatch: a line 1 and s:Body"),
        (envelope("<a/>")[:-3], "malformed"),
        (b"<!DOCTYPE s>" + envelope("<a/>"), "document type"),
        (envelope("<a/>").replace(b"soap/envelope", b"soap/other"), "The Envelope is in the namespace"),
        (b"", "empty"),
    ],
)
def test_a_wrong_envelope_is_told(data: bytes, said: str) -> None:
    with pytest.raises(WrongEnvelope) as raised:
        open_envelope(data)

    if said not in ("malformed", "empty"):
        assert said in str(raised.value)


@pytest.mark.parametrize("inside", ["<a/><b/>", "<a></a><a></a>", "<a>1</a></s:Body><s:Body><a>2</a>"])
def test_two_documents_are_never_taken_for_one(inside: str) -> None:
    try:
        opened = open_envelope(envelope(inside))
    except WrongEnvelope:
        return
    assert opened.body is not None
    with pytest.raises(etree.XMLSyntaxError):  # its decoder refuses it, and the envelope is asked why
        etree.fromstring(opened.body.document)
    with pytest.raises(WrongEnvelope):
        module.explain(envelope(inside))


def test_problems_get_the_places_that_they_have_in_the_message() -> None:
    data = envelope("\n  <p:a\n b=''/>", attributes=' xmlns:p="urn:p"')
    opened = open_envelope(data).body
    assert opened is not None

    def place(line: int, column: int) -> tuple[int | None, int | None]:
        problem = Problem("/", line, column, "c", None, None, "m")
        (placed,) = opened.place(InvalidDocument(Report((problem,)))).problems
        return placed.line, placed.column

    assert opened.document.startswith(b'<p:a xmlns:p="urn:p"\n')
    assert (place(1, 1), place(1, 20), place(2, 2)) == ((2, 3), (2, 7), (3, 2))


@VERSIONS
def test_a_fault_is_read_as_it_was_written(version: SoapVersion) -> None:
    data = write_fault(version, version.sender, "Wrong: \0 <&>", b"<d xmlns='urn:d'/>")
    opened = open_envelope(data)

    assert opened.version is version
    assert opened.body is not None
    fault = read_fault(version, opened.body.document)
    assert (fault.code, fault.reason) == (version.sender, "Wrong: \ufffd <&>")
    assert canonical(fault.entries[0]) == b'<d xmlns="urn:d"></d>'


def test_a_subcode_is_the_code_of_a_fault() -> None:
    ns = SOAP_1_2.namespace
    value = "<s:Value>{}</s:Value>"
    code = f"{value.format('s:Sender')}<s:Subcode>{value.format('x:Late')}</s:Subcode>"
    document = f'<s:Fault xmlns:s="{ns}" xmlns:x="urn:x"><s:Code>{code}</s:Code></s:Fault>'

    assert read_fault(SOAP_1_2, document.encode()).code == "Late"


@VERSIONS
def test_header_blocks_lose_the_attributes_of_soap_alone(version: SoapVersion) -> None:
    soap = f'xmlns:e="{version.namespace}" e:mustUnderstand="true" e:{version.role_attribute}="urn:r"'
    block = f'<h:h xmlns:h="urn:h" h:a="1" {soap}/>'
    (read,) = open_envelope(write_envelope(version, b'<?xml version="1.0"?>\n<a/>', [block.encode()])).blocks

    assert (read.name, read.must_understand, read.role) == ("{urn:h}h", True, "urn:r")
    assert etree.fromstring(read.document).items() == [("{urn:h}a", "1")]


@pytest.mark.parametrize(("number", "declared"), [(10, 1), (200, 200)])
def test_a_document_is_not_searched_for_many_prefixes(number: int, declared: int) -> None:
    attributes = "".join(f' xmlns:p{each}="urn:{each}"' for each in range(number))
    opened = open_envelope(envelope("<a>p7:x</a>", attributes=attributes)).body

    assert opened is not None
    assert opened.document.count(b"xmlns:p") == declared


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (envelope("<a/>", before="text"), "The Envelope has a text; expected elements."),
        (envelope("<a/>", after="text"), "The Envelope has a text; expected elements."),
        (envelope("<a/>", before="<s:Header>text</s:Header>"), "The Header has a text; expected elements."),
        (
            envelope("<a/>", before='<s:Header><p:b xmlns:p="urn:p" s:mustUnderstand="yes"/></s:Header>'),
            "The header block <b> has mustUnderstand='yes'; expected true, false, 1 or 0.",
        ),
    ],
)
def test_what_no_envelope_has_is_refused(message: bytes, expected: str) -> None:
    with pytest.raises(WrongEnvelope) as raised:
        open_envelope(message)

    assert str(raised.value) == expected
