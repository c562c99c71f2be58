"""One mistake among the children of an element is one problem, and says what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import schemapress
from tests.conftest import schema

ORDER = (
    '<xs:element name="order"><xs:complexType><xs:sequence><xs:element name="id" type="xs:int"/>'
    '<xs:element name="buyer" type="xs:string"/><xs:element name="line" type="xs:string" maxOccurs="3"/>'
    '<xs:element name="note" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
)


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> schemapress.Validator:
    path: Path = tmp_path_factory.mktemp("recovery") / "order.xsd"
    path.write_text(schema(ORDER), "utf-8")
    return schemapress.compile(path)


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ("<buyer/><line/>", "<order> has no <id> before <buyer>; it is required."),
        ("<id>1</id><buyer/>", "<order> has no <line>; it is required."),
        ("<id>1</id><byer/><line/>", "<byer> is not known inside <order>; <buyer> was probably meant."),
        (
            '<id>1</id><buyer xmlns="urn:b"/><line/>',
            "<buyer> is not known inside <order>; its namespace is urn:b, and should be no namespace.",
        ),
        ("<id>1</id><buyer/><line/><id>2</id>", "<id> occurs too often inside <order>; expected <line>, <note> or the"),
        (
            "<buyer/><id>1</id><line/>",
            "<buyer> stands too early: <id> comes before it inside <order>; expected <id>.",
        ),
        ("<id>1</id><buyer/><line/><other/>", "<other> is not known here inside <order>; expected <line>, <note> or"),
    ],
)
def test_a_mistake_among_children_is_one_problem(validator: schemapress.Validator, children: str, message: str) -> None:
    report = validator.validate(f"<order>{children}</order>".encode())

    assert report.problems[0].message.startswith(message)
    assert len(report) == 1


def test_elements_set_aside_are_still_validated(validator: schemapress.Validator) -> None:
    report = validator.validate(b"<order><id>1</id><buyer/><line/><id>x</id></order>")

    assert [problem.code for problem in report] == ["cvc-complex-type.2.4", "cvc-datatype-valid.1.2.1"]
