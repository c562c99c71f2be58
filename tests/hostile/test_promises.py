"""Promises about hostile documents and objects, one case each."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.models.datatype import XmlDateTime

import cityfibre_ticketing
import schemapress
from cityfibre_ticketing import DocumentLimits
from schemapress_runtime import limits as runtime_limits
from tests.conftest import MESSAGE, schema
from tests.hostile.packages import XSI, built

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")


def bindings(package: ModuleType) -> ModuleType:
    return importlib.import_module(f"{package.__name__}.bindings")


def codes(package: ModuleType, call: Any, value: object) -> list[str]:  # decode or encode
    with pytest.raises(package.InvalidDocument) as raised:
        call(value)
    return [problem.code for problem in raised.value.problems]


# Documents


@pytest.mark.parametrize("before", [b"&#10;", b"<![CDATA[ ]]>"])
@pytest.mark.parametrize("behind", [True, False])
def test_text_outside_of_the_root_is_not_well_formed(before: bytes, behind: bool) -> None:
    root = MESSAGE.partition(b"?>\n")[2]
    document = root + before if behind else before + root

    assert not cityfibre_ticketing.validate(document).valid
    with pytest.raises(cityfibre_ticketing.InvalidDocument):
        cityfibre_ticketing.decode(document)


@pytest.mark.parametrize("behind", [b"junk", b"<b/>", b"&#10;", b"<![CDATA[]]>", b"</r>", b'<?xml version="1.0"?>'])
def test_a_namespace_that_is_no_uri_hides_nothing_behind_the_root(behind: bytes) -> None:
    package, _ = built("open")
    document = b'<r><x:y xmlns:x="u\t}"/></r>'

    assert package.validate(document).valid
    assert package.validate(document + b"<!-- c -->\n").valid
    (problem,) = package.validate(document + behind)
    assert problem.code == "xml-not-well-formed"
    assert "URI" not in problem.message


def test_such_a_text_is_a_problem_where_the_schema_has_keys_too() -> None:
    package, _ = built("keys")

    assert [problem.code for problem in package.validate(b"<r></r><![CDATA[]]>")] == ["xml-not-well-formed"]


def test_a_mistake_on_each_of_many_levels_is_one_problem_each() -> None:
    package, _ = built("recursive")
    document = b"<t>" + b"<n><bad/>" * 200 + b"</n>" * 200 + b"</t>"

    assert len(package.validate(document)) == 200


def test_a_report_ends_where_the_limit_is_and_says_so() -> None:
    validator = cityfibre_ticketing.validators.VALIDATOR
    document = b"<notifyInProgress>" + b"<bogus/>" * 5_000 + b"</notifyInProgress>"
    missing = validator.validate(b"<notifyInProgress/>").total

    report = validator.validate(document)

    assert (len(report), report.complete) == (1_000, False)
    assert str(report).endswith(f"it lists 1,000 of {5_000 + missing:,} problems.")

    validator.limits = DocumentLimits(problems=3)
    try:
        assert len(validator.validate(document)) == 3
    finally:
        validator.limits = DocumentLimits()


def test_a_long_namespace_or_name_is_not_repeated_in_every_problem() -> None:
    namespace = b'<notifyInProgress xmlns:x="urn:' + b"a" * 1_900 + b'">' + b"<x:b/>" * 100 + b"</notifyInProgress>"

    for document in (namespace, b"<" + b"a" * 40_000 + b"/>"):
        for problem in cityfibre_ticketing.validate(document):
            assert len(f"{problem.path}{problem.message}{problem.expected}") < 2_000


def test_a_reference_to_nothing_is_one_problem_whatever_else_is_wrong() -> None:
    package, _ = built("keys")

    found = [problem.code for problem in package.validate(b'<r><i k="1" ref="none"/><bogus/></r>')]

    assert sorted(found) == ["cvc-complex-type.2.4", "cvc-id.1"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"2026-11-20T09:30:00Z", b"9" * 5_000 + b"-11-20T09:30:00Z"),
        (b"2026-11-20T09:30:00Z", b"2026-11-20T09:30:00." + b"9" * 5_000),
    ],
)
def test_a_date_of_thousands_of_digits_is_a_problem(before: bytes, after: bytes) -> None:
    document = MESSAGE.replace(before, after, 1)

    assert [problem.code for problem in cityfibre_ticketing.validate(document)] == ["cvc-datatype-valid.1.2.1"]
    assert codes(cityfibre_ticketing, cityfibre_ticketing.decode, document) == ["cvc-datatype-valid.1.2.1"]


@pytest.mark.parametrize("type_", ["integer", "decimal", "positiveInteger", "duration", "gYear", "double"])
def test_a_number_of_thousands_of_digits_is_a_problem(type_: str) -> None:
    package, _ = built("plain")
    digits = "9" * 5_000
    tag = f"f-{type_}"
    document = f"<m><{tag}>{f'P{digits}D' if type_ == 'duration' else digits}</{tag}></m>".encode()

    assert [problem.code for problem in package.validate(document)] == ["cvc-datatype-valid.1.2.1"]
    assert codes(package, package.decode, document) == ["cvc-datatype-valid.1.2.1"]


@pytest.mark.parametrize("nil", ["true", "1", " true "])
def test_an_element_is_nil_however_that_is_written(nil: str) -> None:
    package, _ = built("nils")

    value = package.decode(f'<r {XSI}><a xsi:nil="{nil}"/><b>2026-01-01</b></r>'.encode())

    assert value.a is None


def test_mixed_content_of_a_type_inside_an_element_is_bound_as_xsdata_binds_it() -> None:
    package, _ = built("mixed")
    document = b'<doc xmlns="urn:d"><line>buy <price><amount>1.5</amount></price>!</line></doc>'

    value = package.decode(document)

    assert value == XmlParser().from_bytes(document, bindings(package).Doc)
    assert package.decode(package.encode(value)) == value


def test_text_behind_a_streamed_element_is_a_problem_and_no_object() -> None:
    package, _ = built("recursive")
    junk = f'<t {XSI}><n xsi:type="N"/>JUNK<n/></t>'.encode()
    found = []

    with pytest.raises(package.InvalidDocument):
        found.extend(package.iter_decode(io.BytesIO(junk), "n"))
    assert [type(one).__name__ for one in package.iter_decode(io.BytesIO(junk.replace(b"JUNK", b"")), "n")] == [
        "N",
        "N",
    ]


def test_nothing_outside_of_a_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", "utf-8")
    (tmp_path / "entities.dtd").write_text('<!ENTITY e "SECRET"><!ATTLIST r a CDATA "SECRET">', "utf-8")
    path = tmp_path / "r.xsd"
    path.write_text(schema('<xs:element name="r" type="xs:int"/>'), "utf-8")
    validator = schemapress.compile(path, doctype=True)
    subset = (tmp_path / "entities.dtd").as_uri()
    secret = (tmp_path / "secret").as_uri()

    for document in (
        f'<!DOCTYPE r [<!ENTITY e SYSTEM "{secret}">]><r>&e;</r>',
        f'<!DOCTYPE r [<!ENTITY f SYSTEM "{secret}"><!ENTITY e "x&f;">]><r>&e;</r>',
        f'<!DOCTYPE r SYSTEM "{subset}"><r>&e;</r>',
        f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{subset}"> %p;]><r>&e;</r>',
        f'<!DOCTYPE r SYSTEM "{subset}"><r>x</r>',
    ):
        report = validator.validate(document.encode())
        assert not report.valid
        assert "SECRET" not in str(report)
    assert validator.validate(b'<!DOCTYPE r [<!ENTITY e "12">]><r>&e;</r>').valid


def test_an_entity_is_declared_by_a_document_type_declaration_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.xsd"
    attribute = '<xs:attribute name="e" type="xs:ENTITY"/>'
    path.write_text(
        schema(f'<xs:element name="r"><xs:complexType mixed="true">{attribute}</xs:complexType></xs:element>')
    )
    declared = '<!ENTITY x SYSTEM "a" NDATA n >'

    assert not schemapress.compile(path).validate(f'<r e="x"><![CDATA[{declared}]]></r>'.encode()).valid
    document = f'<!DOCTYPE r [<!NOTATION n SYSTEM "n">{declared}]><r e="x"/>'.encode()
    assert schemapress.compile(path, doctype=True).validate(document).valid


def test_counters_in_too_many_combinations_count_as_problems(tmp_path: Path) -> None:
    path = tmp_path / "r.xsd"
    inner = '<xs:element name="a" type="xs:string" minOccurs="90" maxOccurs="99"/>'
    for _ in range(2):
        inner = f'<xs:sequence minOccurs="90" maxOccurs="99">{inner}</xs:sequence>'
    item = f'<xs:element name="i" maxOccurs="unbounded"><xs:complexType>{inner}</xs:complexType></xs:element>'
    content = f"<xs:complexType><xs:sequence>{item}</xs:sequence></xs:complexType>"
    path.write_text(schema(f'<xs:element name="r">{content}</xs:element>'), "utf-8")

    report = schemapress.compile(path).validate(b"<r>" + (b"<i>" + b"<a/>" * 20_000 + b"</i>") * 2 + b"</r>")

    assert {problem.code for problem in report} == {"xml-too-complex"}
    short = schemapress.compile(path).validate(b"<r><i>" + b"<a/>" * 11 + b"</i></r>")
    assert {problem.code for problem in short} == {"cvc-complex-type.2.4"}


def test_an_element_that_follows_what_is_missing_too_far_away_is_not_called_misplaced(tmp_path: Path) -> None:
    path = tmp_path / "r.xsd"
    items = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(3_000))
    content = f"<xs:complexType><xs:sequence>{items}</xs:sequence></xs:complexType>"
    path.write_text(schema(f'<xs:element name="r">{content}</xs:element>'), "utf-8")
    validator = schemapress.compile(path)

    near = [one.message for one in validator.validate(b"<r><e0>1</e0><e3>1</e3></r>")]
    far = [one.message for one in validator.validate(b"<r><e0>1</e0><e2500>x</e2500><bad/><e7>1</e7><e1>y</e1></r>")]

    assert "<r> has no <e1> before <e3>; it is required." in near
    assert far == [
        "The children of <r> can't be followed from <e2500> on: it is misplaced, or others are missing before it; "
        "expected <e1>.",
        "<e2500> is 'x'; expected a decimal number such as -12.50.",
        "<bad> is not known inside <r>.",
        "<e1> is 'y'; expected a decimal number such as -12.50.",
    ]


def test_no_element_is_called_misplaced_when_all_searches_of_a_document_are_spent(tmp_path: Path) -> None:
    path = tmp_path / "r.xsd"
    items = "".join(f'<xs:element name="e{number}" type="xs:int" minOccurs="0"/>' for number in range(100))
    items += '<xs:element name="a"/><xs:element name="b"/>'
    content = f"<xs:complexType><xs:sequence>{items}</xs:sequence></xs:complexType>"
    item = f'<xs:element name="i" maxOccurs="unbounded">{content}</xs:element>'
    path.write_text(
        schema(f'<xs:element name="r"><xs:complexType><xs:sequence>{item}</xs:sequence></xs:complexType></xs:element>'),
        "utf-8",
    )

    report = schemapress.compile(path).validate(b"<r>" + b"<i><b/></i>" * 200 + b"</r>")

    assert len(report) == 200
    assert {one.message.partition(":")[0] for one in report} == {
        "<i> has no <a> before <b>; it is required.",
        "The children of <i> can't be followed from <b> on",
    }


def test_a_wildcard_is_checked_where_the_children_can_not_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "r.xsd"
    items = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(3_000))
    content = f'<xs:complexType><xs:sequence>{items}<xs:any namespace="##other"/></xs:sequence></xs:complexType>'
    path.write_text(schema(f'<xs:element name="r">{content}</xs:element>'), "utf-8")

    report = schemapress.compile(path).validate(b'<r><e0>1</e0><e2500>1</e2500><x:bad xmlns:x="urn:x"/><x/></r>')

    assert [one.message.partition(" on:")[0] for one in report] == [
        "The children of <r> can't be followed from <e2500>",
        "<bad> of urn:x is not declared, and only declared elements may stand here.",
        "<x> is not known inside <r>.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_the_bound_on_namespaces_holds_in_every_encoding(encoding: str) -> None:
    package, _ = built("open")
    declarations = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(300))
    text = f'<?xml version="1.0" encoding="{encoding}"?><r{declarations}/>'
    document = text.encode(encoding) if encoding != "utf-7" else text.replace("xmlns", "+AHgAbQBsAG4Acw-").encode()

    assert not package.validate(document).valid


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-32-le"])
def test_the_bound_on_namespaces_holds_where_the_first_bytes_tell_the_encoding(encoding: str) -> None:
    package, _ = built("open")
    declarations = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(300))

    assert package.validate('<r xmlns:n="urn:a"/>'.encode(encoding)).valid
    assert not package.validate(f"<r{declarations}/>".encode(encoding)).valid
    assert package.validate('<r><x:y xmlns:x="u }"/></r>'.encode(encoding)).valid


def test_the_bound_on_a_namespace_holds_wherever_its_equals_sign_stands() -> None:
    package, _ = built("open")

    assert not package.validate(b"<r xmlns:x" + b" " * 70_000 + b'="' + b"a" * 3_000 + b'"/>').valid


def test_two_attributes_of_one_expanded_name_are_not_well_formed() -> None:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    for name in ("schemaLocation", "noNamespaceSchemaLocation"):
        attributes = f' xmlns:a="{xsi}" xmlns:b="{xsi}" a:{name}="u v" b:{name}="w x">'
        document = MESSAGE.replace(b"<notifyInProgress>", b"<notifyInProgress" + attributes.encode())

        assert not cityfibre_ticketing.validate(document).valid
        with pytest.raises(cityfibre_ticketing.InvalidDocument):
            cityfibre_ticketing.decode(document)


def test_many_namespaces_that_are_no_uris_hide_no_fault_behind_them() -> None:
    package, _ = built("open")
    odd = b"".join(b' xmlns:p%d="x y"' % number for number in range(110))

    for fault in (b' xmlns:xml="u"', b' xmlns:q=""', b' q:a="1"'):
        assert not package.validate(b"<r" + odd + fault + b"/>").valid


def test_declarations_of_one_prefix_on_each_level_count_in_every_pass() -> None:
    package, _ = built("recursive")
    document = b'<t xmlns:a="u:1" xmlns:b="u:2">' + b'<n xmlns:a="u:1" xmlns:b="u:2">' * 128 + b"</n>" * 128 + b"</t>"

    assert [problem.code for problem in package.validate(document)] == ["xml-too-many-namespaces"]


def test_a_bound_of_any_size_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(schema('<xs:element name="r" type="xs:int"/>'), "utf-8")
    limits = runtime_limits.DocumentLimits(namespace_length=2**40, attributes=2**40)
    validator = schemapress.compile(tmp_path / "a.xsd", document_limits=limits)

    assert [problem.code for problem in validator.validate(b"<r>x</r>")] == ["cvc-datatype-valid.1.2.1"]


def test_constraints_that_select_too_often_are_too_complex(tmp_path: Path) -> None:
    unique = '<xs:unique name="u"><xs:selector xpath=".//n"/><xs:field xpath="@i"/></xs:unique>'
    (tmp_path / "a.xsd").write_text(
        schema(
            '<xs:element name="n"><xs:complexType><xs:sequence>'
            '<xs:element ref="n" minOccurs="0" maxOccurs="unbounded"/>'
            f'</xs:sequence><xs:attribute name="i"/></xs:complexType>{unique}</xs:element>'
        ),
        "utf-8",
    )
    validator = schemapress.compile(tmp_path / "a.xsd")
    leaves = b"".join(b'<n i="%d"/>' % number for number in range(3_000))

    assert validator.validate(b"<n>" * 10 + leaves + b"</n>" * 10).valid
    found = validator.validate(b"<n>" * 200 + leaves + b"</n>" * 200)
    assert [problem.code for problem in found] == ["xml-too-complex"]


def test_a_reference_in_a_comment_leaves_nothing_behind() -> None:
    document = MESSAGE.replace(b"<buyerFaultReference>", b"<buyerFaultReference><!-- &#0; &amp; -->")

    assert cityfibre_ticketing.decode(document) == cityfibre_ticketing.decode(MESSAGE)


# Objects


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("f_byte", 128), ("f_byte", -129), ("f_short", 2**15), ("f_int", 2**31), ("f_unsigned_long", -1)),
        *(("f_unsigned_long", 2**64), ("f_positive_integer", 0), ("f_string", "x" * 10_000_001)),
        *(("f_integer", 10**5_000), ("f_string", "\0"), ("f_decimal", float("nan"))),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "value",
)
def test_a_value_out_of_range_is_refused_with_its_path(field: str, value: object) -> None:
    package, _ = built("plain")

    with pytest.raises(package.InvalidDocument) as raised:
        package.encode(bindings(package).M(**{field: value}))

    assert raised.value.problems[0].path != "/"


def test_a_date_of_fractions_is_written_as_a_date_or_not_at_all() -> None:
    package, _ = built("plain")

    assert codes(package, package.encode, bindings(package).M(f_date_time=XmlDateTime(2020.0, 1, 1, 0, 0, 0)))  # type: ignore[arg-type]  # on purpose


def test_an_object_that_contains_itself_is_refused() -> None:
    package, _ = built("recursive")
    classes = bindings(package)
    node = classes.N()
    node.n.append(node)

    assert codes(package, package.encode, classes.T(n=[node])) == ["encode-value"]


def test_an_object_as_deep_as_documents_may_be_is_written() -> None:
    package, _ = built("recursive")
    classes = bindings(package)
    node = classes.N()
    for _ in range(252):
        node = classes.N(n=[node])

    assert package.validate(package.encode(classes.T(n=[node]))).valid


def test_a_value_that_is_no_message_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="expected an object of NotifyInProgress"):
        cityfibre_ticketing.encode(object())  # type: ignore[arg-type]  # on purpose


@dataclass
class Nowhere:
    """A class whose annotations name what is nowhere."""

    value: Missing = None  # type: ignore[name-defined]  # noqa: F821  # as it is meant


def test_an_object_of_a_class_that_is_no_binding_is_refused_with_its_path() -> None:
    message = cityfibre_ticketing.decode(MESSAGE)
    message.updates.append(Nowhere())  # type: ignore[arg-type]  # the mistake of a caller

    assert set(codes(cityfibre_ticketing, cityfibre_ticketing.encode, message)) == {"encode-value"}


class Unreadable(list[object]):
    def __iter__(self) -> Iterator[object]:
        raise OSError("not readable")


def test_a_value_that_fails_when_it_is_looked_at_is_refused_with_a_path() -> None:
    message = cityfibre_ticketing.decode(MESSAGE)
    message.updates = Unreadable([1])  # type: ignore[assignment]  # the mistake of a caller

    assert codes(cityfibre_ticketing, cityfibre_ticketing.encode, message) == ["encode-value"]


@pytest.mark.parametrize("attributes", [{5: "a"}, {"a": 5}, {"": "a"}, {"{urn:a}": "a"}])
def test_an_invalid_attribute_is_refused_with_its_path(attributes: dict[object, object]) -> None:
    package, _ = built("open")
    value = package.decode(b"<r/>")
    value.any_attributes = attributes

    with pytest.raises(package.InvalidDocument) as raised:
        package.encode(value)
    assert [problem.path for problem in raised.value.problems] == ["R.any_attributes"]
