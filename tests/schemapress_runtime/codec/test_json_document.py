"""JSON of the same objects: what is written is read back as it was, and what is read is valid."""

from __future__ import annotations

import importlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import cityfibre_ticketing
from cityfibre_ticketing import InvalidDocument, decode, from_json, to_json
from cityfibre_ticketing.bindings import NotifyInProgress
from tests.conftest import MESSAGE, REPOSITORY, schema
from tests.hostile.packages import SOURCES, package_of, random_source

pytestmark = pytest.mark.filterwarnings("error::xsdata.exceptions.ConverterWarning")


@pytest.fixture
def value(message: bytes) -> NotifyInProgress:
    return decode(message)


def code_and_path(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(InvalidDocument) as raised:
        from_json(text)
    return raised.value.problems[0].code, raised.value.problems[0].path


def test_an_object_is_read_back_as_it_was(value: NotifyInProgress) -> None:
    text = to_json(value)

    assert from_json(text) == value
    assert from_json(text.encode(), NotifyInProgress) == value
    assert json.loads(text)["reportDateTime"] == "2026-11-20T08:15:00Z"
    assert "\n" not in text
    assert to_json(value, indent=2).startswith('{\n  "apiVersion": "1.0",\n')


def test_an_object_that_is_not_valid_is_not_written(value: NotifyInProgress) -> None:
    value.buyer_identifier = ""

    with pytest.raises(InvalidDocument) as raised:
        to_json(value)

    assert [one.path for one in raised.value.problems] == ["/notifyInProgress/buyerIdentifier"]


def test_a_value_that_is_no_message_is_a_type_error(value: NotifyInProgress) -> None:
    with pytest.raises(TypeError, match="NotifyInProgress"):
        to_json(value.fault_details)  # type: ignore[arg-type]  # the mistake that is being made
    with pytest.raises(TypeError, match="expected one of NotifyInProgress"):
        from_json("{}", type(value.fault_details))  # type: ignore[arg-type]  # the mistake that is being made
    with pytest.raises(TypeError, match="not a dict"):
        from_json({})  # type: ignore[arg-type]  # the mistake that is being made


def changed(value: NotifyInProgress, **properties: object) -> str:
    return json.dumps({**json.loads(to_json(value)), **properties})


def test_json_that_does_not_fit_the_message_is_refused_with_its_place(value: NotifyInProgress) -> None:
    assert code_and_path(changed(value, buyerIdentifier="")) == (
        "cvc-minLength-valid",
        "/notifyInProgress/buyerIdentifier",
    )
    assert code_and_path(changed(value, sentAt="yesterday")) == (
        "cvc-datatype-valid.1.2.1",
        "/notifyInProgress/sentAt",
    )
    assert code_and_path(changed(value, sentAt=["2026-11-20T08:15:00Z"])) == (
        "json-value",
        "NotifyInProgress.sentAt",
    )
    assert code_and_path(changed(value, apiVersion="\0")) == ("encode-value", "NotifyInProgress.api_version")
    assert code_and_path(changed(value, apiVersion="\ud800")) == ("encode-value", "NotifyInProgress.api_version")
    assert code_and_path(changed(value, sentAt={})) == ("json-value", "NotifyInProgress.sentAt")
    assert code_and_path(changed(value, updates={})) == ("json-value", "NotifyInProgress.updates")
    assert code_and_path(changed(value, updates=[{}, 1])) == ("json-value", "NotifyInProgress.updates[1]")
    assert code_and_path(changed(value, other=1)) == ("json-value", "NotifyInProgress.other")
    assert code_and_path(changed(value, faultDetails="x")) == ("json-value", "NotifyInProgress.faultDetails")
    assert code_and_path("[]") == ("json-value", "NotifyInProgress")
    assert code_and_path("{}") == ("json-value", "NotifyInProgress")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json-not-well-formed"),
        ("{", "json-not-well-formed"),
        ('{"a": NaN}', "json-not-well-formed"),
        ('{"apiVersion": "1", "apiVersion": "2"}', "json-not-well-formed"),
        (b"\xff\xfe{", "json-not-well-formed"),
        (b'{"\xff": 1}', "json-not-well-formed"),
        ('{"apiVersion": ' + "1" * 5_000 + "}", "json-not-well-formed"),
        ("[" * 1_025 + "]" * 1_025, "json-too-deep"),
        ("[" * 1_000_000, "json-too-deep"),
        ('{"a":' * 1_000_000, "json-too-deep"),
    ],
    ids=range(10),
)
def test_hostile_json_is_refused(text: str | bytes, code: str) -> None:
    assert code_and_path(text)[0] == code


def test_a_message_of_many_is_read_as_the_class_that_is_given() -> None:
    content = "".join(
        f'<xs:element name="{name}"><xs:complexType><xs:sequence><xs:element name="v" type="xs:int"/></xs:sequence>'
        "</xs:complexType></xs:element>"
        for name in "ab"
    )
    with package_of({"demo.xsd": schema(content)}) as (package, _):
        bindings = importlib.import_module(f"{package.__name__}.bindings")

        assert package.from_json('{"v": 1}', bindings.B) == bindings.B(v=1)
        with pytest.raises(
            TypeError, match=r"the JSON does not say of which class it is: give `class_`; expected one of A, B$"
        ):
            package.from_json('{"v": 1}')


def test_errors_name_a_few_of_many_classes() -> None:
    many = "".join(f'<xs:element name="{name}"><xs:complexType/></xs:element>' for name in "abcdefgh")
    with package_of({"demo.xsd": schema(many)}) as (package, _):
        with pytest.raises(TypeError, match=r"^expected an object of A, B, C, D, E and 3 more, not of NoneType$"):
            package.encode(None)
        with pytest.raises(TypeError, match=r"give `class_`; expected one of A, B, C, D, E and 3 more$"):
            package.from_json("{}")


def test_values_that_xsdata_would_lose_are_kept() -> None:
    content = (
        '<xs:complexType name="T"><xs:sequence><xs:element name="d" type="xs:decimal" minOccurs="0"/></xs:sequence>'
        '<xs:attribute name="d" type="xs:string"/></xs:complexType>'
        '<xs:complexType name="S"><xs:complexContent><xs:extension base="T"/></xs:complexContent></xs:complexType>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="t" type="T" maxOccurs="9"/>'
        '<xs:choice minOccurs="0" maxOccurs="9"><xs:element name="x" type="xs:int"/>'
        '<xs:element name="y" type="xs:int"/><xs:element name="z" type="xs:date"/>'
        '<xs:element name="u" type="T"/></xs:choice>'
        '<xs:element name="q" type="xs:QName" minOccurs="0"/><xs:element name="f" type="xs:double" minOccurs="0"/>'
        '<xs:element name="a" minOccurs="0"/><xs:any namespace="##other" processContents="skip" minOccurs="0"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )
    document = (
        b'<m:r xmlns:m="urn:a-b" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        b' xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        b'<t d="x"><d>12345678901234567890.10</d></t><t xsi:type="m:S"><d>1</d></t><y>1</y><x>2</x><z>2026-11-26</z>'
        b'<u/><q>m:n</q><f>INF</f><a xsi:type="xs:date">2026-11-26</a><o:o xmlns:o="urn:o" b="m:c">x<p/></o:o></m:r>'
    )
    with package_of({"demo.xsd": schema(content, 'targetNamespace="urn:a-b" xmlns="urn:a-b"')}) as (package, _):
        value = package.decode(document)
        text = package.to_json(value)

        assert package.from_json(text) == value
        assert package.decode(package.encode(package.from_json(text))) == value
        read = json.loads(text)
        assert read["t"][0]["d_attribute"] == "x"
        assert read["t"][1]["@type"] == "{urn:a-b}S"
        assert read["f"] == "INF"
        assert read["q"] == "{urn:a-b}n"


def test_a_global_element_can_name_a_type_that_its_own_class_is_no_base_of() -> None:
    content = (
        '<xs:complexType name="Ref"><xs:attribute name="ref"/></xs:complexType>'
        '<xs:complexType name="PatternRef"><xs:complexContent><xs:extension base="Ref"/></xs:complexContent>'
        '</xs:complexType><xs:element name="lineRef" type="Ref"/><xs:element name="r"><xs:complexType>'
        '<xs:choice maxOccurs="9"><xs:element ref="lineRef"/><xs:element name="o" type="xs:int"/></xs:choice>'
        "</xs:complexType></xs:element>"
    )
    document = (
        b'<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><lineRef ref="a"/><o>1</o>'
        b'<lineRef xsi:type="PatternRef" ref="b"/></r>'
    )
    with package_of({"demo.xsd": schema(content)}) as (package, _):
        value = package.decode(document)

        assert package.from_json(package.to_json(value), type(value)) == value
        other = package.to_json(value).replace('"PatternRef"', '"r"')
        with pytest.raises(package.InvalidDocument, match="names no type that can stand here"):
            package.from_json(other, type(value))


ORDERED = (
    '<xs:choice><xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int"/></xs:sequence>'
    '<xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="c" type="xs:int"/></xs:sequence></xs:choice>',
    "<xs:all>"
    + "".join(f'<xs:element name="{name}" type="xs:int" minOccurs="0" nillable="true"/>' for name in "abc")
    + "</xs:all>",
)


@pytest.mark.parametrize("model", ORDERED, ids=["branches that share an element", "an all-group"])
def test_an_order_that_fields_do_not_keep_is_in_the_json(model: str) -> None:
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
    documents = ["<r><b>1</b><a>2</a></r>", "<r><a>1</a><c>2</c></r>", f"<r><b>1</b><a {nil}/></r>"]
    with package_of({"demo.xsd": schema(root)}) as (package, _):
        for document in documents[: 3 if "all" in model else 2]:
            value = package.decode(document.encode())

            read = package.from_json(package.to_json(value))

            assert package.encode(read) == package.encode(value)
            assert [one.tag for one in etree.fromstring(package.encode(read))] == [
                one.tag for one in etree.fromstring(document)
            ]
        with pytest.raises(package.InvalidDocument, match="@order is no array of properties of R"):
            package.from_json('{"@order": ["x"]}')


def test_numbers_of_json_keep_all_their_digits() -> None:
    content = (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="d" type="xs:decimal"/>'
        '<xs:element name="i" type="xs:integer"/></xs:sequence></xs:complexType></xs:element>'
    )
    with package_of({"demo.xsd": schema(content)}) as (package, _):
        value = package.from_json('{"d": 0.1234567890123456789012345, "i": 12345678901234567890123}')

        assert str(value.d) == "0.1234567890123456789012345"
        assert value.i == 12345678901234567890123


@pytest.fixture(scope="module")
def values() -> Iterator[ModuleType]:
    """A package whose message has an optional attribute for each of some types, named as the type."""
    derived = (
        '<xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>'
        '<xs:simpleType name="Tens"><xs:restriction base="xs:int"><xs:enumeration value="10"/>'
        '<xs:enumeration value="20"/></xs:restriction></xs:simpleType>'
        '<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:string"/>'
        "</xs:simpleType>"
    )
    types = ["xs:int", "xs:decimal", "xs:double", "xs:boolean", "xs:date", "xs:time", "xs:dateTime", "xs:duration"]
    types += ["xs:gYear", "xs:hexBinary", "xs:base64Binary", "Ints", "Tens", "Either"]
    attributes = "".join(f'<xs:attribute name="{one.rpartition(":")[2]}" type="{one}"/>' for one in types)
    content = f'{derived}<xs:element name="r"><xs:complexType>{attributes}</xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(content)}) as (package, _):
        yield package


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("int", "1_0"),
        ("int", "\u0661"),
        ("int", "\u00a01"),
        ("decimal", "1_0.5"),
        ("decimal", "1E5"),
        ("decimal", "Infinity"),
        ("decimal", "\u0661"),
        ("double", "1_0"),
        ("double", "infinity"),
        ("double", "nan"),
        ("double", "\u0661"),
        ("boolean", "\u00a0true"),
        ("date", "\u0662\u0660\u0662\u0660-01-01"),
        ("date", "\u00a02020-01-01"),
        ("time", "\u0660\u0661:00:00"),
        ("dateTime", "2020-01-01T\u0660\u0661:00:00"),
        ("hexBinary", "AB CD"),
        ("base64Binary", "QUJD\u00a0"),
        ("Ints", ["1", "1_0"]),
        ("Ints", "1 1_0"),
        ("Ints", "1\u00a02"),
        ("Tens", "1_0"),
        ("Tens", "\u0661\u0660"),
    ],
)
def test_a_text_that_python_reads_and_xml_schema_does_not_is_refused(
    values: ModuleType, name: str, text: str | list[str], recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.raises(values.InvalidDocument) as raised:
        values.from_json(json.dumps({name: text}))

    assert raised.value.problems[0].path == f"/r/@{name}"
    assert not recwarn.list


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("int", " +010\n", 10),
        ("decimal", "-.5", Decimal("-0.5")),
        ("double", "-INF", float("-inf")),
        ("double", "1.5e3", 1500.0),
        ("boolean", "1", True),
        ("base64Binary", "QU\n JD", b"ABC"),
        ("Ints", " 1\t02 ", [1, 2]),
        ("Either", "ten", "ten"),
        ("Either", "010", 10),
    ],
)
def test_a_text_of_xml_schema_has_its_value(values: ModuleType, name: str, text: str, value: object) -> None:
    message = values.from_json(json.dumps({name: text}))

    field = {"int": "int_value", "base64Binary": "base64_binary", "Ints": "ints", "Either": "either"}.get(name, name)
    read = getattr(message, field)
    assert (list(read) if name == "Ints" else read) == value


def test_text_of_a_sender_is_not_printed_as_a_warning(value: NotifyInProgress) -> None:
    code = (
        "import sys\nfrom cityfibre_ticketing import InvalidDocument, from_json\n"
        "try: from_json(sys.argv[1])\nexcept InvalidDocument: print('refused')"
    )
    command = [sys.executable, "-c", code, changed(value, sentAt="not a date")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generated")}

    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)

    assert (done.stdout, done.stderr) == ("refused\n", "")


def test_a_text_of_a_wildcard_has_the_lexical_form_of_its_type() -> None:
    content = (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="v"/></xs:sequence></xs:complexType>'
        "</xs:element>"
    )
    with package_of({"demo.xsd": schema(content)}) as (package, _):
        text = '{"v": {"@type": "{http://www.w3.org/2001/XMLSchema}int", "@value": "1_0"}}'
        with pytest.raises(package.InvalidDocument, match="is no int"):
            package.from_json(text)


def test_deep_objects_are_written_and_read() -> None:
    package, _ = _built("recursive")
    classes = importlib.import_module(f"{package.__name__}.bindings")
    node = classes.N()
    for _ in range(254):
        node = classes.N(n=[node])
    value = classes.T(n=[node])
    before = sys.getrecursionlimit()

    assert package.to_json(package.from_json(package.to_json(value), classes.T)) == package.to_json(value)
    assert sys.getrecursionlimit() == before


def _built(name: str) -> tuple[ModuleType, Path]:
    from tests.hostile.packages import built

    return built(name)


def test_who_does_not_use_json_does_not_load_it() -> None:
    code = (
        "import sys, cityfibre_ticketing as p; p.decode(open(sys.argv[1], 'rb').read());"
        "print([name for name in sys.modules if name.endswith('json_document')])"
    )
    message = str(REPOSITORY / "tests" / "data" / "notify-in-progress.xml")

    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generated")}
    done = subprocess.run(
        [sys.executable, "-c", code, message], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout == "[]\n"


# Shapes that are drawn

_DRAWN = [f"drawn {seed}" for seed in (*range(7), *range(8, 12))]
XSD = "http://www.w3.org/2001/XMLSchema"


@pytest.fixture(scope="module")
def shape(request: pytest.FixtureRequest) -> Iterator[tuple[ModuleType, tuple[bytes, ...]]]:
    name = str(request.param)
    source = random_source(int(name.split()[1])) if name in _DRAWN else SOURCES[name]
    with package_of(source.files) as (package, _):
        yield package, source.documents


@pytest.mark.parametrize("shape", [*SOURCES, *_DRAWN], indirect=True)
def test_every_object_that_can_be_encoded_is_read_back_from_its_json(
    shape: tuple[ModuleType, tuple[bytes, ...]],
) -> None:
    package, documents = shape
    tried = 0
    for document in documents:
        try:
            value: Any = package.decode(document)
            package.encode(value)
        except package.InvalidDocument:  # the classes can't hold it, or not its nil elements
            continue
        tried += 1
        read = package.from_json(package.to_json(value), type(value))
        assert read == value or str(read) == str(value)  # NaN is not equal to itself
        assert package.encode(read) == package.encode(value)
    assert tried


def change_anywhere(data: Any, chance: random.Random) -> Any:  # JSON
    """Return JSON with another value in one to three places."""
    for _ in range(chance.randint(1, 3)):
        holder: Any = data
        while True:
            key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
            if not (isinstance(holder[key], dict | list) and holder[key]) or chance.random() < 0.3:
                break
            holder = holder[key]
        holder[key] = chance.choice(
            [
                *("", "x", 1, -1.5, True, None, [], {}, [1], {"a": 1}, {"@type": "x"}, {"@element": "x"}),
                *({"@value": 1}, {"@element": "x", "@value": {}}, {"@type": f"{{{XSD}}}date", "@value": "x"}),
            ]
        )
    return data


@given(seed=st.integers(0, 2**32))
@settings(max_examples=400)
def test_json_that_was_changed_anywhere_gives_an_object_or_the_promised_error(seed: int) -> None:
    data = change_anywhere(json.loads(to_json(decode(MESSAGE))), random.Random(seed))
    try:
        value = from_json(json.dumps(data))
    except InvalidDocument as error:
        assert all(problem.path and problem.message.endswith(".") for problem in error.problems)
        return
    assert cityfibre_ticketing.validate(cityfibre_ticketing.encode(value)).valid
