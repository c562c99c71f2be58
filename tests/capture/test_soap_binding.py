"""Operations of a WSDL as endpoint facts, and what is left out of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from schemapress.load.document import ENDPOINT_NAMESPACE
from tests.conftest import run
from tests.support.soap import ORDERS


def capture(folder: Path, text: str) -> tuple[int, str, str]:
    """Capture a WSDL; return the exit code, the output and the errors."""
    (folder / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    (folder / "orders.wsdl").write_text(text, "utf-8")
    done = run("capture", "orders.wsdl", "--into", "spec/demo", cwd=folder)
    return done.returncode, done.stdout, done.stderr


def endpoints(folder: Path) -> dict[str, etree._Element]:
    root = etree.parse(folder / "spec" / "demo" / "orders-1.xsd").getroot()
    return {endpoint.get("name", ""): endpoint for endpoint in root.iter(f"{{{ENDPOINT_NAMESPACE}}}endpoint")}


def test_operations_of_two_bindings_are_endpoints_of_both_versions(tmp_path: Path) -> None:
    assert capture(tmp_path, ORDERS.read_text("utf-8"))[0] == 0

    facts = endpoints(tmp_path)
    assert list(facts) == ["placeOrder", "cancelOrder", "note"]
    assert {str(name): value for name, value in facts["placeOrder"].items()} == {
        "name": "placeOrder",
        "summary": "Place an order",
        "method": "POST",
        "path": "/soap/orders",
        "soap": "1.1 1.2",
        "soap-action": "urn:example:orders:place",
    }
    children = [
        (etree.QName(child).localname, dict(child.items())) for child in facts["placeOrder"].iterdescendants("{*}*")
    ]
    assert children == [
        ("request", {"element": "placeOrder"}),
        ("header", {"element": "c:session"}),
        ("response", {"status": "200", "element": "placeOrderResponse"}),
        ("header", {"element": "c:served"}),
    ]
    assert [child.get("element") for child in facts["cancelOrder"]] == ["cancelOrder", None, "unknownOrder"]
    assert facts["note"][1].get("status") == "202"


@pytest.mark.parametrize(
    ("location", "path", "said"),
    [
        ("https://x.example/", "/", "endpoint facts have only the path"),
        ("https://x.example", "/", "endpoint facts have only the path"),
        ("https://x.example/a%20b?c", "/", "it has no path that an endpoint can have"),
        ("https://x.example/st%C3%B6rung", "/störung", "endpoint facts have only the path"),
        ("REPLACE_WITH_ACTUAL_URL", "/", "it has no path that an endpoint can have"),
        ("https://[x", "/", "it has no path that an endpoint can have"),
        ("https://x/{a}", "/", "it has no path that an endpoint can have"),
    ],
)
def test_the_path_is_that_of_the_address(tmp_path: Path, location: str, path: str, said: str) -> None:
    text = re.sub(r"<port name=\"Orders12\".*?</port>", "", ORDERS.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r'<binding name="Orders12".*?</binding>', "", text, flags=re.DOTALL)
    code, output, errors = capture(tmp_path, text.replace("http://127.0.0.1:8000/soap/orders", location))

    assert code == 0, errors
    assert f"the address {location!r}" in output
    assert said in output
    assert endpoints(tmp_path)["note"].get("path") == path


def test_a_missing_address_is_told(tmp_path: Path) -> None:
    text = re.sub(r"<service .*</service>", "", ORDERS.read_text("utf-8"), flags=re.DOTALL)
    code, output, errors = capture(tmp_path, text)

    assert code == 0, errors
    assert "not captured: the address of the binding `Orders11` (orders.wsdl:59): no port of the WSDL has one" in output
    assert {endpoint.get("path") for endpoint in endpoints(tmp_path).values()} == {"/"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('style="document"', 'style="rpc"', "its style is rpc; schemapress has document/literal alone"),
        ('use="literal"', 'use="encoded"', "its use is encoded; schemapress has document/literal alone"),
        (
            'transport="http://schemas.xmlsoap.org/soap/http"',
            'transport="urn:smtp"',
            "its transport is urn:smtp, not HTTP",
        ),
        ('<part name="body" element="o:{}"/>', '<part name="body" type="xs:int"/>', "no element, as in RPC"),
        (
            '<part name="body" ',
            '<part name="more" element="o:note"/><part name="body" ',
            "SOAP over HTTP has one element",
        ),
        ("<input>", '<input><m:multipartRelated xmlns:m="http://schemas.xmlsoap.org/wsdl/mime/"/>', "have attachments"),
        ('type="o:Orders"', 'type="o:Other"', "its portType is in another document"),
    ],
)
def test_a_wsdl_without_any_operation_that_can_be_served_is_an_error(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (
        ORDERS.read_text("utf-8").replace('parts="body" ', "").replace('<part name="session" element="c:session"/>', "")
    )
    text = re.sub(r"<soap(12)?:header [^>]*>", "", text)
    changed = re.sub(re.escape(old).replace(r"\{\}", r"\w+"), new, text)
    assert changed != text
    code, _, errors = capture(tmp_path, changed)

    assert code == 2
    assert errors.startswith("error: orders.wsdl:"), errors
    assert "Nothing of this WSDL can be served or called: the operation `placeOrder` of the binding" in errors
    assert said in errors
    assert not (tmp_path / "spec" / "demo").exists()


def test_an_operation_that_can_not_be_served_is_left_out_of_the_others(tmp_path: Path) -> None:
    text = ORDERS.read_text("utf-8")
    text = text.replace('soapAction="urn:example:orders:cancel"', 'soapAction="urn:example:orders:cancel" style="rpc"')
    code, output, errors = capture(tmp_path, text)

    assert code == 0, errors
    assert (
        "not captured: the operation `cancelOrder` of the binding `Orders11` (orders.wsdl:66): its style is rpc"
        in output
    )
    assert list(endpoints(tmp_path)) == ["placeOrder", "note"]


def test_operations_that_nothing_tells_apart_are_left_out_but_one(tmp_path: Path) -> None:
    text = ORDERS.read_text("utf-8").replace('element="o:cancelOrder"', 'element="o:note"')
    text = text.replace("urn:example:orders:cancel", "")
    code, output, errors = capture(tmp_path, text)

    assert code == 0, errors
    assert "the operation `note` (orders.wsdl:" in output
    assert "its messages have the path, the action and the element of those of `cancelOrder`" in output
    assert list(endpoints(tmp_path)) == ["placeOrder", "cancelOrder"]
