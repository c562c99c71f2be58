"""Endpoint facts in a file beside the XSDs: the same facts as in appinfo, and errors with the line of the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.endpoint_facts import KNOWN
from schemapress.load.loader import load
from schemapress.load.personal import find_personal_elements
from schemapress.load.roots import roots_of
from schemapress.load.schema import EndpointFacts, HeaderFacts, ResponseFacts, SoapFacts
from schemapress.load.toml_lines import find_lines
from schemapress_runtime.xsd.place import Place
from tests.conftest import schema

ORDER = schema(
    '<xs:import namespace="urn:b" schemaLocation="b.xsd"/>'
    '<xs:element name="order"><xs:complexType><xs:sequence>'
    '<xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>'
    '<xs:element name="fault" type="xs:string"/><xs:element name="both" type="xs:string"/>'
    '<xs:simpleType name="Colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/></xs:restriction>'
    "</xs:simpleType>",
    'targetNamespace="urn:a"',
)
OTHER = schema(
    '<xs:element name="receipt" type="xs:string"/><xs:element name="both" type="xs:string"/>',
    'targetNamespace="urn:b"',
)
START = '[[endpoint]]\nname = "a"\nmethod = "POST"\npath = "/a"\n'
REQUEST = 'request = { element = "order" }\n'


def read(folder: Path, facts: str, appinfo: str = "") -> tuple[EndpointFacts, ...]:
    annotation = f'><xs:annotation><xs:appinfo xmlns="urn:schemapress:endpoint">{appinfo}</xs:appinfo></xs:annotation>'
    order = ORDER.replace('targetNamespace="urn:a">', f'targetNamespace="urn:a"{annotation}') if appinfo else ORDER
    (folder / "a.xsd").write_text(order, "utf-8")
    (folder / "b.xsd").write_text(OTHER, "utf-8")
    file = folder / "endpoints.toml"
    file.write_text(facts, "utf-8")
    return load((folder / "a.xsd",), endpoint_file=file).endpoints


def test_every_known_fact_can_stand_in_the_file(tmp_path: Path) -> None:
    facts = """
[prefixes]
b = "urn:b"

[[endpoint]]
name = "changeOrder"
summary = "Change an order"
method = "PUT"
path = "/orders/{number}"
direction = "send"
security = "certificate"
idempotency-key = "id"
ordering-key = "id"
sender-key = "id"
experimental = true
deprecated = true
sunset = 2027-03-31
request = { element = "order", media-type = ["application/xml", "text/xml"] }
parameter = [
  { name = "number", in = "path", type = "xs:int", required = true },
  { name = "colour", in = "query", type = "Colour" },
]

[[endpoint.response]]
status = 200
element = "b:both"

[[endpoint.response]]
status = "404"
element = "fault"
media-type = "text/xml"

[[endpoint]]
name = "placeOrder"
method = "POST"
path = "/soap"
soap = ["1.1", "1.2"]
soap-action = "urn:a/placeOrder"
fault = [{ element = "fault" }]
request = { element = "order", header = [{ element = "b:both", required = true }] }
response = [{ status = 200, element = "order" }]
"""

    (endpoint, operation) = read(tmp_path, facts)

    used = {key for path in find_lines(facts) for key in path if isinstance(key, str)}
    assert used >= {name for content in KNOWN.values() for name in (*content.attributes, *content.elements)}
    assert (endpoint.name, endpoint.method, endpoint.path) == ("changeOrder", "PUT", "/orders/{number}")
    assert (endpoint.direction, endpoint.security, endpoint.summary) == ("send", "certificate", "Change an order")
    assert set(endpoint.keys.values()) == {"id"}
    assert endpoint.request == "{urn:a}order"
    assert endpoint.media_types == ("application/xml", "text/xml")
    assert endpoint.responses == (
        ResponseFacts(200, "{urn:b}both"),
        ResponseFacts(404, "{urn:a}fault", "text/xml"),
    )
    assert [(known.name, known.type.label, known.required) for known in endpoint.parameters] == [
        ("number", "int", True),
        ("colour", "Colour", False),
    ]
    assert operation.soap == SoapFacts(
        ("1.1", "1.2"), "urn:a/placeOrder", (HeaderFacts("{urn:b}both", True),), (), ("{urn:a}fault",)
    )
    assert endpoint.place == Place("endpoints.toml", 5)
    assert [known.place.line for known in endpoint.parameters] == [20, 21]


def test_the_file_and_appinfo_give_the_same_facts(tmp_path: Path) -> None:
    appinfo = '<endpoint name="a" method="POST" path="/a"><request element="order"/><response status="204"/></endpoint>'
    (in_schema,) = read(tmp_path, "", appinfo)
    (in_file,) = read(tmp_path, START + REQUEST + "response = [{ status = 204 }]")

    assert in_file == EndpointFacts(
        **{name: getattr(in_schema, name) for name in EndpointFacts.__slots__ if name != "place"},
        place=in_file.place,
    )


def test_a_local_name_means_the_only_global_element_that_has_it(tmp_path: Path) -> None:
    (endpoint,) = read(tmp_path, START + 'request = { element = "receipt" }')

    assert endpoint.request == "{urn:b}receipt"


@pytest.mark.parametrize(
    ("facts", "line", "message", "hint"),
    [
        (START + 'request = { element = "both" }', 5, "several namespaces have: 'urn:a', 'urn:b'", "[prefixes]"),
        (START + 'request = { element = "b:both" }', 5, "no prefix 'b'", "[prefixes]"),
        (START + 'request = { element = "ordr" }', 5, "'ordr'", "Did you mean 'order'?"),
        (START + REQUEST + 'diretion = "send"', 6, "no key 'diretion'", "Did you mean 'direction'?"),
        (START + "[endpoint.request]\n\nelment = 'order'", 7, "request has no key 'elment'", "'element'"),
        (START + REQUEST + "response = [\n  { status = 204 },\n  { status = 99 },\n]", 8, "'99'", ""),
        (START + REQUEST + "response = { status = 204 }\nresponses = 1", 7, "'responses'", "'response'"),
        (START + REQUEST + "response = 204", 6, "expected a list of tables", "[{ … }, { … }]"),
        (START + 'request = "order"', 5, "expected one table", "{ … }"),
        (START + 'request = [{ element = "order" }]', 5, "expected one table", "{ … }"),
        (START + REQUEST + 'summary = ["a"]', 6, "expected one value", ""),
        (START + REQUEST + 'summary = "a\\nb"', 6, "control character", ""),
        (START + REQUEST + 'idempotency-key = "no"', 6, "idempotency-key", "Known are id."),
        (START.replace("POST", "SEND") + REQUEST, 3, "'SEND'", ""),
        (START.replace("/a", "a") + REQUEST, 4, "'a'", ""),
        (START, 1, "no request, which would name the root element", ""),
        (START + "request = {}", 5, "request of the endpoint has no key element", ""),
        (START.replace('name = "a"\n', "") + REQUEST, 1, "an endpoint without the key name", ""),
        (START + REQUEST + 'parameter = [{ name = "x", in = "query", type = "xs:nit" }]', 6, "'xs:nit'", ""),
        ("[endpoint]\nname = 'a'", 1, "not a list of tables", "[[endpoint]]"),
        ("[[endpoints]]\nname = 'a'", 1, "'endpoints'", "Did you mean 'endpoint'?"),
        ("\n[prefixes]\na = 1", 3, "'a' is 1", ""),
        ("prefixes = 1", 1, "not a table", ""),
        ("[[endpoint]]\nname = ", 2, "not TOML", ""),
    ],
)
def test_a_wrong_file_is_refused_with_the_line_of_the_key(
    tmp_path: Path, facts: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(SchemapressError) as raised:
        read(tmp_path, facts)

    assert message in raised.value.message
    assert raised.value.place == f"{tmp_path / 'endpoints.toml'}:{line}"
    assert hint in str(raised.value.hint)


def test_an_endpoint_in_both_places_is_refused_with_both(tmp_path: Path) -> None:
    appinfo = '<endpoint name="x" method="POST" path="/a"><request element="order"/></endpoint>'

    with pytest.raises(SchemapressError, match=r"'a' is POST /a .* so is 'x' at .*a\.xsd:2\.") as raised:
        read(tmp_path, START + REQUEST, appinfo)

    assert raised.value.place == f"{tmp_path / 'endpoints.toml'}:4"


def test_a_file_in_another_encoding_or_outside_of_the_roots_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    elsewhere = tmp_path / "y" / "z" / "endpoints.toml"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes("# é\n".encode("latin-1"))
    (tmp_path / "a.xsd").write_text(ORDER, "utf-8")
    (tmp_path / "b.xsd").write_text(OTHER, "utf-8")
    with pytest.raises(SchemapressError, match="UTF-8"):
        load((tmp_path / "a.xsd",), endpoint_file=elsewhere)
    elsewhere.write_bytes(b"")
    folder = tmp_path / "api"
    folder.mkdir()
    for name in ("a.xsd", "b.xsd"):
        (tmp_path / name).rename(folder / name)
    with pytest.raises(SchemapressError, match="outside"):
        load((folder / "a.xsd",), roots=roots_of([folder]), endpoint_file=elsewhere)


def test_lines_of_every_notation_of_toml_are_found() -> None:
    text = """# [[endpoint]]
a.b = 1.5 # [x]
"q.r" = \"\"\"
[[endpoint]]
\\\"\"\"
\"\"\"
's' = ''' # '' '''

[[t]]
k = 'a # b'
l = [
  { m = 1 },
  # no
  { m = 2, n = [[1,
   2], [3]] }, ]
[t.u]
v = 2027-03-31T10:00:00Z
[[t]]
  [[t.w]]
  x = {}
  [[t.w]]
  y = []
"""

    lines = find_lines(text)

    assert lines == {
        ("a",): 2, ("a", "b"): 2, ("q.r",): 3, ("s",): 7,
        ("t",): 9, ("t", 0): 9, ("t", 0, "k"): 10, ("t", 0, "l"): 11,
        ("t", 0, "l", 0): 12, ("t", 0, "l", 0, "m"): 12,
        ("t", 0, "l", 1): 14, ("t", 0, "l", 1, "m"): 14, ("t", 0, "l", 1, "n"): 14,
        ("t", 0, "l", 1, "n", 0): 14, ("t", 0, "l", 1, "n", 0, 0): 14, ("t", 0, "l", 1, "n", 0, 1): 15,
        ("t", 0, "l", 1, "n", 1): 15, ("t", 0, "l", 1, "n", 1, 0): 15,
        ("t", 0, "u"): 16, ("t", 0, "u", "v"): 17,
        ("t", 1): 18, ("t", 1, "w"): 19, ("t", 1, "w", 0): 19, ("t", 1, "w", 0, "x"): 20,
        ("t", 1, "w", 1): 21, ("t", 1, "w", 1, "y"): 22,
    }  # fmt: skip


def test_the_file_names_what_is_about_a_person(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(ORDER, "utf-8")
    (tmp_path / "b.xsd").write_text(OTHER, "utf-8")
    file = tmp_path / "endpoints.toml"
    file.write_text(f'personal = ["b:both", "Colour"]\n{START}{REQUEST}[prefixes]\nb = "urn:b"\n', "utf-8")

    schema = load((tmp_path / "a.xsd",), endpoint_file=file)

    assert schema.personal_names == {"{urn:b}both", "{urn:a}Colour"}
    assert "{urn:b}both" in find_personal_elements(schema).names


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('personal = ["oder"]', "personal has 'oder', and the schema has no global element or type of that name."),
        ("personal = 1", "personal is 1; expected a list of the names of elements and types."),
    ],
)
def test_what_is_about_a_person_has_to_be_there(line: str, error: str, tmp_path: Path) -> None:
    with pytest.raises(SchemapressError) as raised:
        read(tmp_path, f"{line}\n{START}{REQUEST}")

    assert error in str(raised.value)
    assert "endpoints.toml:1" in str(raised.value)
