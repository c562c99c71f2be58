"""The kind of a file that can't be read: the error speaks of it as its ending says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import run

NOT_OPENAPI = (
    "This is not OpenAPI; expected OpenAPI 3.0 or 3.1.\n  An OpenAPI document has a line such as `openapi: 3.1.0`."
)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.xsd", "", "a.xsd:1: This is not XML: Document is empty"),
        ("a.wsdl", "hello", "a.wsdl:1: This is not XML: Start tag expected"),
        ("a.xml", "<a/>", "The root of this document is <a>; expected an XSD's <schema> or a WSDL."),
        ("a.XSD", "<a>", "a.XSD:1: This is not XML: Premature end of data"),
        ("a.yaml", "x: [1\n", "a.yaml:2: This is not YAML: did not find expected ',' or ']'."),
        ("a.yml", "x: 1\n", NOT_OPENAPI),
        ("a.yaml", "", NOT_OPENAPI),
        ("a.yaml", "- x\n", NOT_OPENAPI),
        ("a.yaml", "swagger: '2.0'\n", "This is Swagger 2.0; expected OpenAPI 3.0 or 3.1.\n  Convert it first."),
        ("a.json", '{"x": ', "a.json:1: This is not JSON: Expecting value."),
        ("a.md", "", "This page has no title (a line that begins with `# `)."),
        ("a.md", "<!doctype html><p>x", "a.md:1: This is HTML, which can't be captured."),
        ("a.html", "<html/>", "A Redocly portal serves the page as Markdown at the address that ends in .md"),
        (
            "README",
            "hello",
            "README: This is not a known kind of source.\n  Expected: a schema or WSDL document (.xsd, ",
        ),
    ],
)
def test_the_message_is_about_what_the_ending_says(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")

    done = run("capture", name, "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "spec").exists()


def test_a_kind_is_found_by_the_text_where_the_ending_says_none(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("# A\n\nEndpoint: POST /a\n\n## Request fields (text/xml):\n\n- `b` (string)\n")

    assert run("capture", "page.txt", "--into", "spec/api", cwd=tmp_path).returncode == 0
