"""`schemapress endpoints`: what it guesses, and that the guesses build."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.conftest import MakeProject, run, schema


def element(name: str, content: str = '<xs:element name="messageId" type="xs:string"/>') -> str:
    inside = f"<xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType>"
    return f'<xs:element name="{name}">{inside}</xs:element>'


def shop(*elements: str) -> str:
    return schema("".join(elements), 'xmlns="urn:shop" targetNamespace="urn:shop" elementFormDefault="qualified"')


def read(project: Path) -> list[dict[str, object]]:
    text = (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8")
    endpoints = tomllib.loads(text)["endpoint"]
    assert isinstance(endpoints, list)
    return endpoints


@pytest.mark.parametrize(
    ("request_name", "response_name", "path"),
    [
        ("PlaceOrderRequest", "PlaceOrderResponse", "/place-order"),
        ("OTA_AirAvailRQ", "OTA_AirAvailRS", "/ota-air-avail"),
        ("OrderReq", "OrderRes", "/order"),
        ("place_order_request", "place_order_response", "/place-order"),
        ("PlaceOrder", "PlaceOrderResponse", "/place-order"),
        ("StatusRequest", "StatusReply", "/status"),
        ("PublicationRequest", "PublicationDelivery", "/publication"),
    ],
)
def test_a_request_and_the_response_of_its_name_are_one_endpoint(
    make_project: MakeProject, request_name: str, response_name: str, path: str
) -> None:
    project = make_project({"a.xsd": shop(element(response_name), element(request_name))})

    done = run("endpoints", cwd=project)

    assert done.returncode == 0, done.stderr
    (endpoint,) = read(project)
    assert (endpoint["method"], endpoint["path"]) == ("POST", path)
    assert endpoint["request"] == {"element": request_name}
    assert endpoint["response"] == [{"status": 200, "element": response_name}]
    text = (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8")
    assert "# check: paired by name" in text
    assert '# idempotency-key = "messageId"  # check:' in text


def test_the_first_file_builds_and_the_output_names_the_next_step(make_project: MakeProject) -> None:
    line = element("line", '<xs:element name="pieces" type="xs:int"/>')
    order = element("Order", '<xs:element ref="line"/>')
    project = make_project({"a.xsd": shop(order, element("CancelRequest"), element("CancelResponse"), line)})

    done = run("endpoints", "demo", cwd=project)

    assert done.stdout == (
        "spec/demo/endpoints.toml: 2 endpoints, made from root elements\n"
        "  POST /order   <Order>\n"
        "  POST /cancel  <CancelRequest> → <CancelResponse>\n"
        'Check the lines that say "check", then run `schemapress build demo`.\n'
    )
    built = run("build", cwd=project)
    assert built.returncode == 0, built.stderr
    handlers = (project / "generated" / "demo" / "handlers.py").read_text("utf-8")
    assert "def cancel(" in handlers
    assert (project / "generated" / "demo" / "testing.py").exists()


def test_the_page_that_the_file_names_can_be_opened(make_project: MakeProject) -> None:
    project = make_project({"a.xsd": shop(element("Order"))})
    run("endpoints", cwd=project)

    lines = (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8").splitlines()
    page = Path(lines[1].removeprefix("# "))
    assert page.is_absolute()
    assert page.read_text("utf-8").startswith("# Endpoint facts")


def test_a_package_without_facts_names_the_command_for_its_api(make_project: MakeProject) -> None:
    project = make_project({"a.xsd": shop(element("Order"))})
    (project / "a.xml").write_text("<a/>", "utf-8")
    assert run("build", cwd=project).returncode == 0

    for command in (
        ("serve", "generated/demo"),
        ("send", "a.xml", "--to", "https://x", "--package", "generated/demo"),
    ):
        assert "`schemapress endpoints demo` writes a first file" in run(*command, cwd=project).stderr


def test_a_file_that_is_there_stays_without_force(make_project: MakeProject) -> None:
    project = make_project({"a.xsd": shop(element("Order")), "endpoints.toml": "# mine\n"})
    file = project / "spec" / "demo" / "endpoints.toml"

    refused = run("endpoints", cwd=project)

    assert refused.returncode == 2
    assert "spec/demo/endpoints.toml: There are endpoint facts already." in refused.stderr
    assert file.read_text("utf-8") == "# mine\n"
    assert run("endpoints", "--force", cwd=project).returncode == 0
    assert "# mine" not in file.read_text("utf-8")


def test_roots_can_be_picked_by_name(make_project: MakeProject) -> None:
    many = [element(f"Message{number}") for number in range(30)]
    project = make_project({"a.xsd": shop(*many)})

    every = run("endpoints", cwd=project)
    assert len(read(project)) == 30
    assert "  and 20 more; --root NAME picks elements" in every.stdout

    run("endpoints", "--force", "--root", "Message7", "--root", "Message3", cwd=project)
    assert [endpoint["path"] for endpoint in read(project)] == ["/message7", "/message3"]

    unknown = run("endpoints", "--force", "--root", "Mesage7", cwd=project)
    assert unknown.returncode == 2
    assert "Did you mean 'Message7'?" in unknown.stderr


def test_names_that_several_namespaces_have_get_prefixes_and_the_file_builds(make_project: MakeProject) -> None:
    other = shop(element("Order")).replace("urn:shop", "urn:other")
    project = make_project({"a.xsd": shop(element("Order")).replace("xmlns=", "xmlns:s="), "b.xsd": other})

    assert run("endpoints", cwd=project).returncode == 0

    text = (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8")
    assert tomllib.loads(text)["prefixes"] == {"s": "urn:shop", "tns": "urn:other"}
    assert {str(endpoint["request"]) for endpoint in read(project)} == {
        "{'element': 's:Order'}",
        "{'element': 'tns:Order'}",
    }
    assert len({endpoint["path"] for endpoint in read(project)}) == 2
    built = run("build", cwd=project)
    assert built.returncode == 0, built.stderr


def test_elements_that_the_xsd_has_facts_of_are_left_out(make_project: MakeProject) -> None:
    facts = (
        '<xs:annotation><xs:appinfo><endpoint xmlns="urn:schemapress:endpoint" name="a" method="POST" path="/a">'
        '<request element="Order"/><response status="204"/></endpoint></xs:appinfo></xs:annotation>'
    )
    project = make_project({"a.xsd": shop(facts, element("Order"), element("Other"))})

    assert run("endpoints", cwd=project).returncode == 0
    assert [endpoint["path"] for endpoint in read(project)] == ["/other"]
    assert run("build", cwd=project).returncode == 0

    (project / "spec" / "demo" / "a.xsd").write_text(shop(facts, element("Order")), "utf-8")
    assert "has endpoint facts in an XSD" in run("endpoints", "--force", cwd=project).stderr


WSDL_1 = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="urn:shop" xmlns:w="urn:w"
  xmlns:h="http://schemas.xmlsoap.org/wsdl/http/" targetNamespace="urn:w">
  <message name="in"><part name="p" element="s:Order"/></message>
  <message name="out"><part name="p" element="s:Receipt"/></message>
  <message name="bad"><part name="p" element="s:Fault"/></message>
  <message name="rpc"><part name="p" type="s:T"/></message>
  <message name="gone"><part name="p" element="s:Gone"/></message>
  <portType name="P">
    <operation name="placeOrder"><documentation>Place  an
      order</documentation><input message="w:in"/><output message="w:out"/><fault name="f" message="w:bad"/></operation>
    <operation name="tell"><input message="w:in"/></operation>
    <operation name="calculate"><input message="w:rpc"/></operation>
    <operation name="vanish"><input message="w:gone"/></operation>
  </portType>
  <portType name="Same"><operation name="placeOrder"><input message="w:in"/></operation></portType>
  <binding name="B" type="w:P"><h:binding verb="POST"/>
    <operation name="tell"><h:operation location="/news"/></operation></binding>
</definitions>
"""


def test_the_operations_of_a_wsdl_are_endpoints(make_project: MakeProject) -> None:
    xsd = shop(element("Order"), element("Receipt"), element("Fault"))
    project = make_project({"a.xsd": xsd, "service.wsdl": WSDL_1})

    done = run("endpoints", cwd=project)

    assert done.returncode == 0, done.stderr
    assert "made from the operations of service.wsdl" in done.stdout
    assert "service.wsdl:12: the operation 'calculate' is left out: its input does not have one element" in done.stderr
    assert "'vanish' is left out: no XSD declares the element {urn:shop}Gone" in done.stderr
    assert read(project) == [
        {
            "name": "placeOrder",
            "summary": "Place an order",
            "method": "POST",
            "path": "/place-order",
            "request": {"element": "Order"},
            "response": [{"status": 200, "element": "Receipt"}, {"status": 500, "element": "Fault"}],
        },
        {
            "name": "tell",
            "method": "POST",
            "path": "/news",
            "request": {"element": "Order"},
            "response": [{"status": 204}],
        },
    ]
    built = run("build", cwd=project)
    assert built.returncode == 0, built.stderr


def test_a_wsdl_2_is_read_from_where_it_is_named(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"a.xsd": shop(element("Order"), element("Receipt"), element("Fault"))})
    wsdl = tmp_path / "two.wsdl"
    wsdl.write_text(
        '<description xmlns="http://www.w3.org/ns/wsdl" xmlns:s="urn:shop" xmlns:w="http://www.w3.org/ns/wsdl/http">'
        '<interface name="I"><fault name="F" element="s:Fault"/><operation name="order"><input element="s:Order"/>'
        '<output element="s:Receipt"/><outfault ref="F"/></operation></interface>'
        '<binding name="B"><operation ref="order" w:method="PUT" w:location="orders"/></binding></description>',
        "utf-8",
    )

    done = run("endpoints", "--from", str(wsdl), cwd=project)

    assert done.returncode == 0, done.stderr
    (endpoint,) = read(project)
    assert (endpoint["method"], endpoint["path"]) == ("PUT", "/orders")
    assert endpoint["response"] == [{"status": 200, "element": "Receipt"}, {"status": 500, "element": "Fault"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no xml", "not well-formed XML"),
        ("<a/>", "no WSDL: its root element is <a>"),
        ('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "no operation"),
        (WSDL_1.replace("urn:shop", "urn:elsewhere"), "No operation of this WSDL can be an endpoint"),
    ],
)
def test_a_file_without_usable_operations_is_refused(make_project: MakeProject, text: str, words: str) -> None:
    project = make_project({"a.xsd": shop(element("Order")), "service.wsdl": text})

    done = run("endpoints", cwd=project)

    assert done.returncode == 2
    assert words in done.stderr
    assert not (project / "spec" / "demo" / "endpoints.toml").exists()


def test_one_api_of_several_must_be_named(make_project: MakeProject) -> None:
    project = make_project({"a.xsd": shop(element("Order")), "../other/a.xsd": shop(element("Order"))})

    assert "Name one: demo, other." in run("endpoints", cwd=project).stderr
    assert run("endpoints", "other", cwd=project).returncode == 0


def test_capturing_the_xsd_again_keeps_the_file(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"a.xsd": shop(element("Order"))})
    assert run("endpoints", cwd=project).returncode == 0
    before = (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8")
    (tmp_path / "a.xsd").write_text(shop(element("Order"), element("Other")), "utf-8")

    done = run("capture", str(tmp_path / "a.xsd"), "--into", "spec/demo", cwd=project)

    assert (project / "spec" / "demo" / "endpoints.toml").read_text("utf-8") == before, done.stderr
