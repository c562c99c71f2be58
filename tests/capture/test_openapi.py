"""OpenAPI documents: the XSDs that their operations become, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from lxml import etree

import schemapress
from schemapress.capture.decide.decisions import RecordedSource
from schemapress.capture.finish import finish_draft
from schemapress.capture.sources.openapi.ecma_pattern import Untranslatable, translate_pattern
from schemapress.capture.sources.readers import read_source
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.write.openapi import export_openapi
from tests.conftest import REPOSITORY, schema
from tests.support.judges import libxml2_accepts, xmlschema_accepts

GOLDEN = REPOSITORY / "tests" / "golden" / "openapi"
DOCUMENTS = {"faults": "faults.yaml", "store": "store.json"}


def captured(path: Path) -> dict[str, str]:
    """Return the XSDs that a document becomes, by their names."""
    return {
        draft.schema: finish_draft(draft, RecordedSource(path.name, "0" * 64, "2026-01-01", draft.schema), None, {}).xsd
        for draft in read_source(path.read_bytes(), path)
    }


def written(document: object, folder: Path) -> Path:
    """Write a document, and return where it is."""
    path = folder / "api.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def operation(body: object, **more: object) -> dict[str, object]:
    """Return a document of one operation with an XML body."""
    content = {"application/xml": {"schema": body}}
    post = {"operationId": "send", "requestBody": {"content": content}, "responses": {"204": {"description": "ok"}}}
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/send": {"post": post}}, **more}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_becomes_the_xsds_that_it_did(name: str, pytestconfig: pytest.Config) -> None:
    made = captured(GOLDEN / name / DOCUMENTS[name])

    for schema_, text in made.items():
        golden = GOLDEN / name / schema_
        if pytestconfig.getoption("--update-golden"):
            golden.write_text(text, "utf-8")
        assert text == golden.read_text("utf-8"), f"{DOCUMENTS[name]} does not become {golden} any more"
    assert sorted(made) == sorted(path.name for path in (GOLDEN / name).glob("*.xsd"))


VALID = """<fault xmlns="urn:example:faults" ref="7"><summary>s</summary><reason>storm</reason>
<site><town>Ely</town><uprn>1</uprn></site><contacts><contact/></contacts><tag>a</tag><tag>b</tag>
<fault><summary>t</summary><site><town>x</town><lat>1</lat><lon>2</lon></site></fault>
<value>2026-01-01</value><anything><any/>thing</anything></fault>"""


RECEIPT = """<receipt xmlns="urn:example:faults"><reference>{}</reference><at>2026-01-01T00:00:00Z</at></receipt>"""


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        (VALID, True),
        (VALID.replace("<uprn>1</uprn>", "<uprn>1</uprn><lat>1</lat><lon>2</lon>"), False),
        (VALID.replace("<tag>a</tag>", "<tag>a</tag>" * 5), False),
        (VALID.replace("<summary>s</summary>", "<summary/>"), False),
        (VALID.replace("<contact/>", ""), False),
        (VALID.replace("<value>2026-01-01</value>", "<value>x</value>"), False),
        (VALID.replace("storm", "wind"), False),
        (RECEIPT.format("F123"), True),
        (RECEIPT.format("F\u0661\u0662\u0663"), False),
        ('<closed xmlns="urn:example:faults" id="1"><score>9</score></closed>', True),
        ('<closed xmlns="urn:example:faults"><score>10</score></closed>', False),
    ],
)
def test_the_xsds_accept_what_the_document_describes(document: str, valid: bool) -> None:
    paths = sorted((GOLDEN / "faults").glob("*.xsd"))
    validator = schemapress.compile(paths)

    assert validator.validate(document.encode()).valid == valid
    root = etree.QName(etree.fromstring(document)).localname
    (path,) = [path for path in paths if f'element name="{root}"' in path.read_text("utf-8")]
    assert libxml2_accepts(path, document.encode()) == valid
    assert xmlschema_accepts(path, document.encode()) == valid


LOOP = "#/components/schemas/A"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"swagger": "2.0"}, "This is Swagger 2.0; expected OpenAPI 3.0 or 3.1."),
        ({"name": "something else"}, "This is not OpenAPI; expected OpenAPI 3.0 or 3.1."),
        ({"openapi": "3.1.0", "paths": {}}, "No operation of this document has an XML body."),
        (operation({"$ref": "#/components/schemas/Gone"}), "leads nowhere: 'components'"),
        (operation({"$ref": "https://example.com/x.json"}), "nothing is fetched"),
        (operation({"$ref": "gone.json#/X"}), "There is no such file."),
        (
            operation({"type": "string", "pattern": "^(?=a)b$"}),
            "has a look-ahead or look-behind, which XSD can't express.",
        ),
        (
            operation(
                {"$ref": "#/components/schemas/A"}, components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}}
            ),
            "This reference leads to itself.",
        ),
    ],
)
def test_a_document_that_can_not_be_captured_is_an_error(tmp_path: Path, document: object, message: str) -> None:
    with pytest.raises(SchemapressError, match=re.escape(message)):
        captured(written(document, tmp_path))


@pytest.mark.parametrize(
    ("part", "below", "message"),
    [
        ({"type": "integr"}, "properties/n/type", "There is no type 'integr'.\n  Did you mean 'integer'?"),
        ({"type": ["integer", "nul"]}, "properties/n/type/1", "There is no type 'nul'.\n  Did you mean 'null'?"),
        (
            {"type": ["integer", None]},
            "properties/n/type/1",
            "This type is null, which YAML takes for no value.",
        ),
        (
            {"type": "integer", "minimum": 0, "exclusiveMinimum": "tru"},
            "properties/n/exclusiveMinimum",
            "`exclusiveMinimum` is 'tru'; expected a number.\n  Fix the document.",
        ),
        (
            {"type": "integer", "nullable": "false"},
            "properties/n/nullable",
            "`nullable` is 'false'; expected true or false.\n  Write false, without quotes.",
        ),
        (
            {"type": "object", "required": ["id", "linez"], "properties": {"id": {}, "lines": {}}},
            "properties/n/required/1",
            "The property 'linez' is required, but `properties` does not declare it.\n  Did you mean 'lines'?",
        ),
    ],
)
def test_a_typing_mistake_is_an_error_with_its_place(
    tmp_path: Path, part: dict[str, object], below: str, message: str
) -> None:
    path = written(operation({"type": "object", "properties": {"n": part}}), tmp_path)

    with pytest.raises(SchemapressError, match=re.escape(message)) as caught:
        captured(path)
    assert (caught.value.place or "").endswith(f"/{below}")


def test_an_exclusive_bound_of_3_0_is_true_or_false(tmp_path: Path) -> None:
    part = {"type": "integer", "minimum": 0, "exclusiveMinimum": "tru"}
    document = operation({"type": "object", "properties": {"n": part}})
    document["openapi"] = "3.0.3"

    with pytest.raises(SchemapressError, match=r"expected true or false\.\n  Did you mean 'true'\?"):
        captured(written(document, tmp_path))


def test_a_part_may_require_what_another_part_declares(tmp_path: Path) -> None:
    base = {"type": "object", "required": ["kind"], "properties": {"id": {"type": "string"}}}
    own = {"type": "object", "required": ["id"], "properties": {"kind": {"type": "string"}}}

    captured(written(operation({"allOf": [base, own]}), tmp_path))


def test_parts_without_an_equivalent_in_xsd_are_reported(tmp_path: Path) -> None:
    body = {"type": "object", "properties": {"a": {"type": "integer", "multipleOf": 5}, "b": {"type": "string"}}}

    (_, draft) = read_source(written(operation(body), tmp_path).read_bytes(), tmp_path / "api.json")

    assert [omission.why for omission in draft.omissions] == ["`multipleOf` has no equivalent in XSD and is left out"]


def test_answers_on_the_types_hold_for_every_operation(tmp_path: Path) -> None:
    part = {"type": "object", "properties": {"n": {"type": ["string", "null"]}, "m": {"type": "string"}}}
    body = {"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Part"}, "x": {"type": "integer"}}}
    path = written(operation(body, components={"schemas": {"Part": part}}), tmp_path)
    profile = {"null": "xsi:nil", "order": "all", "namespace": "urn:answered"}

    made = {
        draft.schema: finish_draft(
            draft, RecordedSource("api.json", "0" * 64, "2026-01-01", draft.schema), None, profile
        ).xsd
        for draft in read_source(path.read_bytes(), path)
    }

    assert list(made) == ["types.xsd", "send.xsd"]
    assert all('targetNamespace="urn:answered"' in text and "<xs:all>" in text for text in made.values())
    assert '<xs:element name="n" type="xs:string" minOccurs="0" nillable="true"/>' in made["types.xsd"]


TEXTS = [
    *("", "a", "b", "ab", "abc", "1", "12", "a1", "F123", "a b", "a\nb", "-", "a-b", "[", "]", "x.y", "_", "aa", "AB"),
    *("\u0661", "\u00e9", " ", "\u00a0"),
]
PATTERNS = [
    *(
        "^a$",
        "a",
        "^a",
        "b$",
        "^[a-c]+$",
        "^a.b$",
        "^(?:a|b)+$",
        "^(a|b)$",
        "a|b",
        "^[-a]$",
        "^[a-]$",
        "^[^a]$",
        "^a{2}$",
    ),
    *("^a{1,}?$", "^a*?$", "^(?<name>a)$", "^[a^]$", "^$", ""),
    *(r"^\d+$", r"\d", r"^\w+$", r"^\W$", r"^\s$", r"^a\sb$", r"^x\.y$", r"^\-$", r"^[\]\[]$", r"^[\[]$", r"^[\d]+$"),
    *(r"^\u0041B$", r"^\x41B$", r"^\/$", r"^[\w-]+$", r"^F\d{3,}$"),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_mean_the_same_as_in_ecmascript(tmp_path: Path, pattern: str) -> None:
    as_python = re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern.replace("$", r"\Z"))
    as_python = as_python.replace(r"\s", "[\\s\u00a0]")
    expected = [text for text in TEXTS if re.search(as_python, text, re.ASCII)]
    facet = etree.Element("{http://www.w3.org/2001/XMLSchema}pattern", value=translate_pattern(pattern))
    declared = etree.tostring(facet, encoding="unicode")
    path = tmp_path / "pattern.xsd"
    simple = f'<xs:simpleType><xs:restriction base="xs:string">{declared}</xs:restriction></xs:simpleType>'
    path.write_text(schema(f'<xs:element name="r">{simple}</xs:element>'), "utf-8")
    validator = schemapress.compile(path)

    def document(text: str) -> bytes:
        element = etree.Element("r")
        element.text = text
        return etree.tostring(element)

    assert [text for text in TEXTS if validator.validate(document(text)).valid] == expected
    assert [text for text in TEXTS if xmlschema_accepts(path, document(text))] == expected


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"^(?=a)", "a look-ahead"),
        (r"(?<!a)b", "a look-ahead or look-behind"),
        (r"\bword\b", "a word boundary"),
        (r"(a)\1", "a reference to a group"),
        ("a^b", "an anchor inside"),
        ("^a|b$", "one side of a choice"),
        (r"[\D]", "inside a class"),
        (r"\q", r"the escape \\q"),
    ],
)
def test_patterns_without_an_equal_are_refused(pattern: str, why: str) -> None:
    with pytest.raises(Untranslatable, match=why):
        translate_pattern(pattern)


def variant(kind: str, own: str, **more: object) -> dict[str, object]:
    """Return an object with a property that tells it from others, and one of its own."""
    properties = {"kind": {"type": "string", "enum": [kind]}, own: {"type": "string"}}
    return {"type": "object", "required": ["kind", own], "properties": properties, **more}


def payment(*objects: object, **more: object) -> dict[str, object]:
    """Return a document whose message is one of several objects."""
    body = {"xml": {"name": "payment"}, "oneOf": list(objects), "discriminator": {"propertyName": "kind"}, **more}
    return operation(body)


CARD, BANK = variant("card", "number"), variant("bank", "iban")
LATE = {"type": "object", "required": ["kind"], "properties": {"note": {"type": "string"}, **BANK["properties"]}}  # type: ignore[dict-item]  # a dictionary, as it stands above
NESTED = variant("card", "number", properties={"kind": {"type": "object", "properties": {"x": {"type": "string"}}}})


@pytest.mark.parametrize(
    ("objects", "valid", "invalid"),
    [
        (
            (CARD, BANK),
            ["<kind>card</kind><number>1</number>", "<kind>bank</kind><iban>1</iban>"],
            ["<kind>card</kind>", "<kind>cash</kind><iban/>", "<kind>card</kind><number/><iban/>", "<number/>"],
        ),
        (
            (CARD, LATE),
            ["<kind>card</kind><number>1</number>", "<note/><kind>bank</kind><iban/>"],
            ["<kind>cash</kind>", "<number/>"],
        ),
        ((CARD, NESTED), ["<kind>card</kind><number/>", "<kind><x/></kind>"], ["<number/>"]),
    ],
    ids=["a choice", "one sequence", "a name with two contents"],
)
@pytest.mark.parametrize("order", ["sequence", "all"])
def test_objects_that_begin_alike_become_a_model_that_is_deterministic(
    tmp_path: Path, objects: tuple[object, ...], valid: list[str], invalid: list[str], order: str
) -> None:
    path = written(payment(*objects), tmp_path)
    for draft in read_source(path.read_bytes(), path):
        made = finish_draft(
            draft, RecordedSource("api.json", "0" * 64, "2026-01-01", draft.schema), None, {"order": order}
        )
        (tmp_path / draft.schema).write_text(made.xsd, "utf-8")
    main = tmp_path / "send.xsd"

    for text, expected in [*((one, True) for one in valid), *((one, False) for one in invalid)]:
        document = f"<payment>{text}</payment>".encode()
        assert libxml2_accepts(main, document) == expected, text
        assert schemapress.compile(main).validate(document).valid == expected, text


def test_objects_that_begin_alike_raise_a_question(tmp_path: Path) -> None:
    path = written(payment(CARD, BANK), tmp_path)
    place = "api.json#/paths/~1send/post/requestBody/content/application~1xml/schema"
    drafts = read_source(path.read_bytes(), path)

    (asked,) = [question for question in drafts[0].questions if question.key.startswith("one-of")]
    texts = [
        finish_draft(
            draft, RecordedSource("api.json", "0" * 64, "2026-01-01", draft.schema), None, {"one-of": "any"}
        ).xsd
        for draft in drafts
    ]

    assert asked.key == f"one-of:{place}"
    assert asked.default == "what they share, then a choice"
    assert "which value of the discriminator belongs to which object" in str(
        [*drafts[0].omissions, *drafts[1].omissions]
    )
    assert "<xs:choice>" not in texts[1]
    assert '<xs:element name="iban" type="xs:string" minOccurs="0"/>' in texts[1]


def test_opposite_orders_are_reported(tmp_path: Path) -> None:
    first, other = ({name: {"type": "string"} for name in names} for names in ("ab", "ba"))
    objects = [{"type": "object", "properties": properties} for properties in (first, other)]
    path = written(payment(*objects), tmp_path)

    found = [omission.why for draft in read_source(path.read_bytes(), path) for omission in draft.omissions]

    assert "its objects have elements in opposite orders; the order of the first is taken" in found


@pytest.mark.parametrize(
    ("property_", "said"),
    [
        ({"type": "string", "x-xsd-facets": {"minLength": "\u0663"}}, "`minLength` is"),
        ({"type": "string", "x-xsd-facets": {"minLenght": 1}}, "no facet 'minLenght'"),
        ({"type": "string", "x-xsd-type": "strin"}, "no simple type 'strin'"),
        ({"type": "object", "properties": {"b": {}}, "xml": {"attribute": True}}, "'a' is an attribute"),
    ],
)
def test_a_property_that_xsd_can_not_express_is_refused_with_its_place(
    property_: object, said: str, tmp_path: Path
) -> None:
    path = written(operation({"type": "object", "properties": {"a": property_}}), tmp_path)

    with pytest.raises(SchemapressError, match=said) as refused:
        captured(path)

    assert refused.value.place is not None
    assert "properties/a" in refused.value.place
    assert refused.value.hint


def test_a_format_that_is_no_text_is_reported(tmp_path: Path) -> None:
    path = written(operation({"type": "object", "properties": {"a": {"type": "string", "format": {}}}}), tmp_path)

    assert any(
        "the format" in str(omission) for draft in read_source(path.read_bytes(), path) for omission in draft.omissions
    )


def test_parameters_and_media_types_are_read_back_as_they_were_exported(tmp_path: Path) -> None:
    source = REPOSITORY / "tests" / "data" / "orders.xsd"
    exported = {endpoint.name: endpoint for endpoint in load((source,)).endpoints}
    path = tmp_path / "orders.yaml"
    path.write_text(yaml.safe_dump(export_openapi(load((source,)), "orders").document, sort_keys=False), "utf-8")

    paths = []
    for draft in read_source(path.read_bytes(), path):
        made = finish_draft(draft, RecordedSource(path.name, "0" * 64, "2026-01-01", draft.schema), None, {})
        paths.append(tmp_path / draft.schema)
        paths[-1].write_text(made.xsd, "utf-8")
    captured = {endpoint.name: endpoint for endpoint in load(tuple(paths)).endpoints}

    assert [name for name in exported if name not in captured] == ["deleteFile"]  # it has no XML at all
    for name, endpoint in captured.items():
        expected = [
            one for one in exported[name].parameters if one.name != "tag"
        ]  # a list, which OpenAPI has as an array
        assert [(one.location, one.type.label, one.required) for one in endpoint.parameters] == [
            (one.location, one.type.label, one.required) for one in expected
        ]
        assert endpoint.path == exported[name].path.replace("{number}", "{orderId}")
        assert endpoint.media_types == exported[name].media_types
    assert {(response.status, response.media_types) for response in captured["placeOrder"].responses} == {
        (201, ("application/xml", "text/xml")),
        (202, ()),
        (409, ("text/xml",)),
    }


def test_a_restricted_parameter_gets_a_type_of_its_own(tmp_path: Path) -> None:
    at_least_one = {"type": "integer", "minimum": 1}
    limit = {"in": "query", "name": "limit", "schema": at_least_one, "required": True}
    parameters = [limit, {"in": "query", "name": "x"}]
    body = {"application/xml": {"schema": {"type": "object", "xml": {"name": "order"}}}}
    item = {"post": {"parameters": parameters, "requestBody": {"content": body}, "responses": {"204": {}}}}
    path = tmp_path / "api.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {}, "paths": {"/a": item}}), "utf-8")

    paths = []
    for draft in read_source(path.read_bytes(), path):
        made = finish_draft(draft, RecordedSource(path.name, "0" * 64, "2026-01-01", draft.schema), None, {})
        paths.append(tmp_path / draft.schema)
        paths[-1].write_text(made.xsd, "utf-8")
    restricted, other = load(tuple(paths)).endpoints[0].parameters

    assert (restricted.type.label, restricted.required) == ("Limit", True)
    assert [restricted.type.accepts(text, {}) for text in ("0", "1")] == [False, True]
    assert (other.type.label, other.required) == ("string", False)
