"""Nothing is lost: what a source says and an XSD does not is reported by name and place, and what is written builds."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from schemapress.capture.omission import Omission
from schemapress.capture.sources.readers import read_source
from schemapress.errors import SchemapressError
from tests.capture.test_openapi import GOLDEN, operation
from tests.capture.test_pages import NAMES, PAGES
from tests.conftest import run
from tests.support.judges import libxml2_accepts

TEXT = {"schema": {"type": "object", "xml": {"name": "order"}, "properties": {"id": {"type": "string"}}}}
OTHER = {"schema": {"type": "object", "xml": {"name": "other"}}}
XML, JSON = {"application/xml": TEXT}, {"application/json": {"schema": {"type": "object"}}}
NO_PARAMETERS = "parameters are captured of OpenAPI documents only"
ONE_TEXT = "endpoint facts have parameters of one text"
LOCATIONS = "endpoint facts have parameters in path, query and header fields"


def omissions(document: object, folder: Path) -> list[Omission]:
    """Return the parts of an OpenAPI document that are not captured."""
    path = folder / "api.json"
    path.write_text(json.dumps(document), "utf-8")
    return [one for draft in read_source(path.read_bytes(), path) for one in draft.omissions]


def api(item: dict[str, object], **more: object) -> dict[str, object]:
    """Return a document with one path, `/orders`."""
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/orders": item}, **more}


def post(**more: object) -> dict[str, object]:
    """Return an operation that takes an order."""
    return {"requestBody": {"content": XML}, "responses": {"204": {"description": "taken"}}, **more}


def test_an_openapi_document_without_more_than_is_captured_omits_nothing(tmp_path: Path) -> None:
    assert omissions(api({"post": post()}), tmp_path) == []


AT = "api.json#/paths/~1orders"
BODY = f"{AT}/post/requestBody/content/application~1xml/schema"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            api({"post": post(), "patch": {"responses": {"200": {"content": XML}}}}),
            Omission(
                "the operation PATCH /orders",
                f"{AT}/patch",
                "it has no XML request; the elements of its responses are captured",
            ),
        ),
        (
            api({"post": post(), "delete": {"responses": {"204": {}}}}),
            Omission("the operation DELETE /orders", f"{AT}/delete", "it has no XML body"),
        ),
        (
            api({"post": post(), "head": {"responses": {}}}),
            Omission("the operation HEAD /orders", f"{AT}/head", "endpoints have one of GET, PUT, POST, PATCH, DELETE"),
        ),
        (
            api({"post": post(parameters=[{"in": "cookie", "name": "dry"}])}),
            Omission("the cookie parameter `dry`", f"{AT}/post/parameters/0", LOCATIONS),
        ),
        (
            api({"post": post(), "parameters": [{"in": "header", "name": "Accept"}]}),
            Omission(
                "the header parameter `Accept`",
                f"{AT}/parameters/0",
                "it is a header field that HTTP or the application reads itself",
            ),
        ),
        (
            api({"post": post(parameters=[{"in": "query", "name": "a", "schema": {"type": "array"}}])}),
            Omission("the query parameter `a`", f"{AT}/post/parameters/0", ONE_TEXT),
        ),
        (
            api({"post": post(parameters=[{"in": "path", "name": "a"}])}),
            Omission("the path parameter `a`", f"{AT}/post/parameters/0", "the path of the endpoint does not have it"),
        ),
        (
            api({"post": post()}, servers=[{"url": "https://shop.example"}]),
            Omission("the server 'https://shop.example'", "api.json#/servers/0", "endpoint facts have only the path"),
        ),
        (
            api({"post": post()}, components={"securitySchemes": {"key": {"type": "apiKey"}}}),
            Omission(
                "the security scheme `key` (apiKey)",
                "api.json#/components/securitySchemes/key",
                "endpoint facts have only client certificates",
            ),
        ),
        (
            api({"post": post(responses={"204": {"content": XML}})}),
            Omission(
                "the response 204 as application/xml",
                f"{AT}/post/responses/204/content/application~1xml",
                "HTTP gives this status no body",
            ),
        ),
        (
            api({"post": post(responses={"204": {}, "default": {"content": XML}})}),
            Omission(
                "the response default",
                f"{AT}/post/responses/default",
                "endpoint facts have one status per response",
            ),
        ),
        (
            api({"post": post(responses={"201": {"headers": {"Location": {}}}})}),
            Omission(
                "the header field `Location` of the response 201",
                f"{AT}/post/responses/201/headers/Location",
                "endpoint facts have no header fields",
            ),
        ),
        (
            api({"post": post(responses={"201": {"links": {"get": {}}}})}),
            Omission(
                "the link `get` of the response 201",
                f"{AT}/post/responses/201/links/get",
                "endpoint facts have no links",
            ),
        ),
        (
            api({"post": post(requestBody={"content": {**XML, **JSON}})}),
            Omission(
                "the request as application/json",
                f"{AT}/post/requestBody/content/application~1json",
                "it is not XML",
            ),
        ),
        (
            api({"post": post(requestBody={"content": {**XML, "text/xml": OTHER}})}),
            Omission(
                "the request as text/xml",
                f"{AT}/post/requestBody/content/text~1xml",
                "another body of it is captured",
            ),
        ),
        (
            api({"post": post(callbacks={"done": {"{$url}": {"post": {"requestBody": {"content": JSON}}}}})}),
            Omission("the operation POST /done", f"{AT}/post/callbacks/done/{{$url}}/post", "it has no XML body"),
        ),
        (
            api({"post": post()}, components={"schemas": {"Unused": {"type": "object"}}}),
            Omission("the schema `Unused`", "api.json#/components/schemas", "no XML body refers to it"),
        ),
        (
            operation({"type": "object", "xml": {"name": "a", "prefix": "p"}}),
            Omission(
                "a part of `schema`",
                "api.json#/paths/~1send/post/requestBody/content/application~1xml/schema",
                "`xml.prefix` is left out: a document may have any prefix",
            ),
        ),
    ],
)
def test_omitted_parts_of_an_openapi_document_are_reported(
    tmp_path: Path, document: object, expected: Omission
) -> None:
    assert omissions(document, tmp_path) == [expected]


def test_a_root_in_no_namespace_beside_one_that_has_one_is_reported_and_asked_about(tmp_path: Path) -> None:
    named = {"type": "object", "xml": {"name": "order", "namespace": "urn:shop:v1"}}
    error = {"type": "object", "xml": {"name": "error"}}
    content = {"application/xml": {"schema": named}}
    responses = {"204": {}, "400": {"content": {"application/xml": {"schema": error}}}}
    document = api({"post": post(requestBody={"content": content}, responses=responses)})

    (found,) = omissions(document, tmp_path)

    assert found.what == "that the root of response-400 is in no namespace"
    assert found.why == "the XSDs of a document share one namespace, 'urn:shop:v1'"


GET_PAGE = """# Get Order

Endpoint: GET /orders/{id}

## Path parameters:

  - `id` (string, required)

## Response 200 fields (application/xml):

  - `total` (number, required)
"""


def project(folder: Path, files: dict[str, str]) -> Path:
    """Return a folder with a project and the files."""
    for name, text in {"pyproject.toml": "[tool.schemapress]\n", **files}.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_a_page_without_a_request_gives_its_responses_and_no_endpoint(tmp_path: Path) -> None:
    project(tmp_path, {"get-order.md": GET_PAGE})

    done = run("capture", "get-order.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (
        "not captured: the endpoint GET /orders/{id} (get-order.md:3:1): it has no request body; the XSD has its "
        "responses\n" in done.stdout
    )
    assert f"not captured: path parameter `id` (get-order.md:7:1): {NO_PARAMETERS}\n" in done.stdout
    recorded = tomllib.loads((tmp_path / "spec" / "api" / "decisions.toml").read_text("utf-8"))["page"][0]
    assert len(recorded["not-captured"]) == 2
    assert [one["key"] for one in recorded["decision"]] == ["root:response-200", "namespace"]
    assert run("build", cwd=tmp_path).returncode == 0


def test_a_page_without_any_body_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    project(tmp_path, {"ping.md": "# Ping\n\nEndpoint: GET /ping\n"})

    done = run("capture", "ping.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "ping.md:3:1: Nothing on this page can be captured: the endpoint GET /ping has no body" in done.stderr
    assert not (tmp_path / "spec").exists()


def test_a_document_without_an_xml_body_is_refused_with_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(SchemapressError, match="No operation of this document has an XML body") as refused:
        omissions(api({"get": {"responses": {"200": {"content": JSON}}}}), tmp_path)

    assert (refused.value.hint or "").startswith("It has GET /orders.")


WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:shop"
    xmlns:o="urn:other" targetNamespace="urn:shop">
  <wsdl:types>
    <xs:schema targetNamespace="urn:shop"><xs:element name="order" type="o:Order"/></xs:schema>
    <xs:schema targetNamespace="urn:shop"><xs:element name="receipt" type="xs:string"/></xs:schema>
    <xs:schema targetNamespace="urn:other">
      <xs:complexType name="Order"><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:schema>
  </wsdl:types>
  <wsdl:message name="In"><wsdl:part name="body" element="t:order"/></wsdl:message>
  <wsdl:message name="Rpc"><wsdl:part name="count" type="xs:int"/></wsdl:message>
  <wsdl:portType name="Shop">
    <wsdl:operation name="Place"><wsdl:input message="t:In"/><wsdl:fault name="Full" message="t:In"/></wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="ShopSoap" type="t:Shop">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Place">
      <soap:operation soapAction="urn:shop:place"/>
      <wsdl:input><soap:header message="t:In" part="body" use="literal"/><soap:body use="literal"/></wsdl:input>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="S">
    <wsdl:port name="P" binding="t:ShopSoap"><soap:address location="http://x/"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"""


def test_omitted_parts_of_a_wsdl_are_reported_with_their_line(tmp_path: Path) -> None:
    project(tmp_path, {"shop.wsdl": WSDL})

    done = run("capture", "shop.wsdl", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    found = [line.strip().removeprefix("not captured: ") for line in done.stdout.splitlines() if "not captured" in line]
    assert [line.partition("):")[0] + ")" for line in found] == [
        "the address 'http://x/' (shop.wsdl:24)",
    ]
    assert run("build", cwd=tmp_path).returncode == 0


def test_schemas_of_a_wsdl_that_see_each_other_inside_see_each_other_apart(tmp_path: Path) -> None:
    project(tmp_path, {"shop.wsdl": WSDL})
    run("capture", "shop.wsdl", "--into", "spec/api", cwd=tmp_path)
    schema = tmp_path / "spec" / "api" / "shop-1.xsd"

    assert libxml2_accepts(schema, b'<order xmlns="urn:shop"><id xmlns="">7</id></order>')
    assert libxml2_accepts(schema, b'<receipt xmlns="urn:shop">7</receipt>')


def test_a_wsdl_whose_schemas_have_no_element_is_refused(tmp_path: Path) -> None:
    text = WSDL.replace('<xs:element name="order" type="o:Order"/>', "").replace(
        '<xs:element name="receipt" type="xs:string"/>', ""
    )
    project(tmp_path, {"shop.wsdl": text})

    done = run("capture", "shop.wsdl", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "The schemas of this WSDL declare no element" in done.stderr
    assert not (tmp_path / "spec").exists()


def test_an_endpoint_without_a_success_gets_one_that_is_asked_about(tmp_path: Path) -> None:
    project(tmp_path, {"api.json": json.dumps(api({"post": post(responses={"400": {"description": "no"}})}))})

    done = run("capture", "api.json", "--into", "spec/api", cwd=tmp_path)

    assert "open What is the answer to a message that is accepted? → 204 without a body" in done.stdout
    assert run("build", cwd=tmp_path).returncode == 0


def test_the_same_root_in_two_operations_is_written_once(tmp_path: Path) -> None:
    document = api({"post": post(), "put": post()})
    project(tmp_path, {"api.json": json.dumps(document)})

    done = run("capture", "api.json", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert run("build", cwd=tmp_path).returncode == 0


def test_two_roots_of_one_name_with_different_contents_are_refused_with_the_places_of_both(tmp_path: Path) -> None:
    other = {"schema": {"type": "object", "xml": {"name": "order"}, "properties": {"n": {"type": "integer"}}}}
    document = api({"post": post(), "put": post(requestBody={"content": {"application/xml": other}})})

    with pytest.raises(SchemapressError, match="This message has the root element `order`, and so has ") as refused:
        omissions(document, tmp_path)

    assert "/post/requestBody" in (refused.value.place or "")
    assert "/put/requestBody" in refused.value.message


SOURCES = [
    *(PAGES / f"{name}.md" for name in NAMES),
    *(GOLDEN / "faults" / "faults.yaml", GOLDEN / "store" / "store.json"),
]


def test_the_written_xsd_can_be_built(tmp_path: Path) -> None:
    project(tmp_path, {})
    for source in SOURCES:
        done = run("capture", str(source), "--into", f"spec/{source.stem}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr

    built = run("build", cwd=tmp_path)

    assert built.returncode == 0, built.stderr
    assert built.stdout.count("generated/") == len(SOURCES)
