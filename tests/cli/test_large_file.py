"""`schemapress validate` of a large file: it is read in parts, and each format reports it without columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from schemapress.cli import cli
from schemapress_runtime.limits import MAX_TEXT
from tests.conftest import schema

LIST = """<xs:element name="list"><xs:complexType><xs:sequence>
  <xs:element name="number" type="xs:int" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>"""


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("text", "large.xml:3: /list/number: <number> is 'three'"),
        ("json", '"column": null'),
        ("junit", "large.xml:3: /list/number: "),
        ("github", "large.xml,line=3,title=cvc-datatype-valid"),
    ],
)
def test_the_place_of_a_problem_has_no_column(tmp_path: Path, style: str, shown: str) -> None:
    (tmp_path / "list.xsd").write_text(schema(LIST), "utf-8")
    numbers = b"<number>1</number>" * (MAX_TEXT // 18 + 1)
    (tmp_path / "large.xml").write_bytes(b"<list>\n" + numbers + b"\n<number>three</number></list>")

    command = ["validate", "--schema", str(tmp_path / "list.xsd"), "--format", style, str(tmp_path / "large.xml")]
    result = CliRunner().invoke(cli, command)

    assert result.exit_code == 1
    assert shown in result.stdout
