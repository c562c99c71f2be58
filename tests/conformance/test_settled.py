"""Disagreements with judges that were settled by the specification, in our favour or against us."""

from __future__ import annotations

from pathlib import Path

import pytest

import schemapress
from tests.conftest import schema
from tests.judges import libxml2_accepts, xmlschema_accepts

EMPTIABLE_TWICE = (
    '<xs:element name="r"><xs:complexType><xs:sequence minOccurs="2" maxOccurs="3">'
    '<xs:element name="a" minOccurs="0"/><xs:element name="b" minOccurs="0"/>'
    "</xs:sequence></xs:complexType></xs:element>"
)


@pytest.mark.parametrize(
    ("declarations", "document", "valid", "paragraph"),
    [
        (
            EMPTIABLE_TWICE,
            "<r><a/></r>",
            True,
            "Part 1 §3.9.4 clause 2: the children are split into at least two parts, each valid; one may be empty",
        ),
    ],
)
def test_what_was_settled_stays_settled(
    tmp_path: Path, declarations: str, document: str, valid: bool, paragraph: str
) -> None:
    path = tmp_path / "settled.xsd"
    path.write_text(schema(declarations), "utf-8")

    assert schemapress.compile(path).validate(document.encode()).valid == valid, paragraph
    said = {libxml2_accepts(path, document.encode()), xmlschema_accepts(path, document.encode())}
    assert (not valid) in said, "a judge has changed its mind: read the paragraph again"
