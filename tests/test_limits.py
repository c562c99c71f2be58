"""The limits: documented as they are, changed by the project, and refused where they are none."""

from __future__ import annotations

import pytest

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits, bounds, limits_of
from schemapress.project import load_project
from tests.conftest import REPOSITORY, MakeProject, run, schema

WIDE = schema(
    '<xs:element name="r"><xs:complexType><xs:sequence>'
    + "".join(f'<xs:element name="e{number}" type="xs:string"/>' for number in range(20))
    + "</xs:sequence></xs:complexType></xs:element>"
)


def test_the_documentation_has_every_limit_as_it_is() -> None:
    text = (REPOSITORY / "docs" / "limits.md").read_text("utf-8")

    expected = [
        f"| `{bound.name}` | {bound.default:,} | {bound.metadata['unit']} | {bound.metadata['reason']} |"
        for part in ("schema", "pattern", "capture", "bindings")
        for bound in bounds()
        if bound.metadata["part"] == part
    ]

    assert [line for line in text.splitlines() if line.startswith("| `") and line in expected] == expected


def test_a_project_gives_other_limits(make_project: MakeProject) -> None:
    root = make_project({"main.xsd": WIDE}, "limits = { content_model_particles = 5, page_bytes = 10 }")

    assert load_project(root).settings.limits == SourceLimits(content_model_particles=5, page_bytes=10)
    (root / "r.xml").write_text("<r/>", "utf-8")
    (root / "page.md").write_text("# A page of some bytes", "utf-8")
    for command in (
        ("build",),
        ("export", "openapi", "demo"),
        ("validate", "--schema", "spec/demo/main.xsd", "r.xml"),
    ):
        done = run(*command, cwd=root)
        assert done.returncode == 2
        assert "at most 5 particles of one content model. [limit content_model_particles]" in done.stderr
        assert "spec/demo/main.xsd:3: " in done.stderr
    assert "[limit page_bytes]" in run("capture", "page.md", "--into", "spec/page", cwd=root).stderr


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"content_model_particle": 5}, "Did you mean 'content_model_particles'"),
        ({"what": 5}, "Known are"),
        ({"page_bytes": 0}, "at least 1"),
        ({"page_bytes": "many"}, "whole number"),
        ({"page_bytes": True}, "whole number"),
        ({"page_bytes": 1.5}, "whole number"),
    ],
)
def test_an_invalid_limit_is_explained(table: dict[str, object], words: str) -> None:
    with pytest.raises(SchemapressError, match=words) as refused:
        limits_of(table, "pyproject.toml")

    assert refused.value.place == "pyproject.toml"


def test_limits_that_are_no_table_are_refused(make_project: MakeProject) -> None:
    with pytest.raises(SchemapressError, match="a table of whole numbers"):
        load_project(make_project(None, "limits = 5"))
