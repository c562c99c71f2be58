"""Parameters of each type in each place: from the client, through the path, the query and fields, to the handler."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xsdata.models.datatype import XmlDate

from schemapress_runtime.http.request import Request
from tests.conftest import schema
from tests.support.generated_package import build

FACTS = """
<xs:annotation><xs:appinfo>
  <endpoint xmlns="urn:schemapress:endpoint" name="find" method="GET" path="/orders/{orderId}/lines/{text}">
    <parameter name="orderId" in="path" type="xs:int" required="true"/>
    <parameter name="text" in="path" type="xs:string" required="true"/>
    <parameter name="day" in="query" type="xs:date" required="false"/>
    <parameter name="price" in="query" type="xs:decimal" required="false"/>
    <parameter name="q" in="query" type="xs:string" required="false"/>
    <parameter name="tags" in="query" type="xs:NMTOKENS" required="false"/>
    <parameter name="X-Flag" in="header" type="xs:boolean" required="false"/>
    <parameter name="X-Words" in="header" type="xs:string" required="false"/>
    <response status="200" element="line"/><response status="404"/>
  </endpoint>
</xs:appinfo></xs:annotation>
<xs:element name="line">
  <xs:complexType><xs:sequence><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType>
</xs:element>
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    root = tmp_path_factory.mktemp("parameters")
    folder = root / "spec" / "demo"
    folder.mkdir(parents=True)
    (folder / "a.xsd").write_text(schema(FACTS), "utf-8")
    (root / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    package = build(root)
    __import__(f"{package.__name__}.testing")
    return package


def call(package: ModuleType, **arguments: Any) -> dict[str, object]:
    """Return what the handler gets."""
    received: dict[str, object] = {}

    class Lines(package.handlers.Handlers):  # type: ignore[name-defined,misc]  # made by this test
        def find(self, request: Request, **values: object) -> Any:
            received.update(values)
            return package.bindings.Line(n=7)

    assert package.testing.client_for(Lines()).find(**arguments) == package.bindings.Line(n=7)
    return received


CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Cn", "Co", "Zs"]) | st.just(" ")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=20)
DATES = st.dates().map(lambda date: XmlDate(date.year, date.month, date.day))


ARGUMENTS = st.fixed_dictionaries(
    {
        "order_id": st.integers(-(2**31), 2**31 - 1),
        "text": TEXTS.filter(lambda text: text not in (".", "..")),
        "day": st.none() | DATES,
        "price": st.none() | st.decimals(min_value=-1000, max_value=1000, places=2),
        "q": st.none() | TEXTS,
        "tags": st.none() | st.lists(st.from_regex("[a-z0-9.:_-]{1,9}", fullmatch=True), min_size=1, max_size=4),
        "x_flag": st.none() | st.booleans(),
        "x_words": st.none() | st.from_regex("[!-~]([ -~]{0,8}[!-~])?", fullmatch=True),
    }
)


@given(ARGUMENTS)
def test_values_arrive_as_they_were_sent(package: ModuleType, arguments: dict[str, object]) -> None:
    assert call(package, **arguments) == arguments


def test_a_value_that_is_none_of_its_type_is_not_sent(package: ModuleType) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"order_id": "x"}, "The path parameter orderId is 'x'; expected"),
        ({"order_id": 2**31}, "The path parameter orderId is '2147483648'; expected"),
        ({"order_id": None}, "The path parameter orderId is missing"),
        ({"text": ""}, "expected a text that a path can have"),
        ({"text": ".."}, "expected a text that a path can have"),
        ({"text": "a\nb"}, "expected a text that a path can have"),
        ({"price": Decimal("NaN")}, "The query parameter price is 'NaN'; expected"),
        ({"x_words": "a\r\nX-Evil: b"}, "expected characters of ASCII"),
        ({"x_words": "\u00f6"}, "expected characters of ASCII"),
        ({"x_words": " a"}, "expected characters of ASCII"),
    ]
    for arguments, words in cases:
        with pytest.raises(ValueError, match=words):
            call(package, **{"order_id": 1, "text": "a", **arguments})


def test_a_get_may_be_sent_again_and_has_no_body(package: ModuleType) -> None:
    from schemapress_runtime.http.client.operation import make_request

    request = make_request(package.client.OPERATIONS["find"], None, {"order_id": 1, "text": "a", "tags": ["b", "c"]})

    assert request.is_repeatable
    assert (request.target, request.body) == ("/orders/1/lines/a?tags=b&tags=c", b"")
    assert "Content-Type" not in dict(request.headers)


def test_an_argument_that_is_not_known_is_a_mistake(package: ModuleType) -> None:
    with pytest.raises(TypeError, match="there is no parameter 'other'"):
        package.client.Client("http://a").send_document(package.client.OPERATIONS["find"], b"", other=1)
