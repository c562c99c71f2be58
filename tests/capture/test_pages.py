"""Pages of one family, each with the XSD that it becomes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from schemapress.capture.decide.decisions import RecordedSource, read_decisions
from schemapress.capture.finish import Capture, digest_source, finish_draft
from schemapress.capture.sources.readers import read_source
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from tests.conftest import REPOSITORY
from tests.support.growth import grows_linearly
from tests.support.judges import libxml2_accepts, xmlschema_accepts

PAGES = REPOSITORY / "tests" / "golden" / "capture"
NAMES = sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "bad-name")
XS = "{http://www.w3.org/2001/XMLSchema}"


def captured(data: bytes, name: str) -> Capture:
    (draft,) = read_source(data, Path(name))
    return finish_draft(draft, RecordedSource(name, "0" * 64, "2026-01-01", draft.schema), None, {})


def questions(made: Capture) -> str:
    """Return the questions of a page and their answers, and what is not captured, a line each."""
    lines = [f"{decision.question.key} = {decision.answer}" for decision in made.decisions]
    lines += [f"not captured: {omission}" for omission in made.omissions]
    return "\n".join(lines) + "\n"


def without_documentation(xsd: str) -> bytes:
    """Return an XSD without what its documentation says, and without where it comes from."""
    root = etree.fromstring(xsd.encode(), etree.XMLParser(remove_blank_text=True))
    for element in list(root.iter(f"{XS}documentation", "{urn:schemapress:capture}source")):
        element.getparent().remove(element)
    for element in list(root.iter(f"{XS}annotation")):
        if not len(element):
            element.getparent().remove(element)
    for element in root.iter("{urn:schemapress:endpoint}endpoint"):
        del element.attrib["summary"]
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_becomes_the_xsd_that_it_did(name: str, pytestconfig: pytest.Config) -> None:
    made = captured((PAGES / f"{name}.md").read_bytes(), f"{name}.md")

    for ending, text in (("xsd", made.xsd), ("questions", questions(made))):
        golden = PAGES / f"{name}.{ending}"
        if pytestconfig.getoption("--update-golden"):
            golden.write_text(text, "utf-8")
        assert text == golden.read_text("utf-8"), f"{name}.md does not become {golden} any more"


@pytest.mark.parametrize("name", NAMES)
def test_every_xsd_is_one_that_all_judges_load(name: str) -> None:
    path = PAGES / f"{name}.xsd"

    assert load((path,)).elements
    assert not libxml2_accepts(path, b"<nothing/>")
    assert not xmlschema_accepts(path, b"<nothing/>")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_its_line_breaks_becomes_the_same_xsd(name: str) -> None:
    served = (PAGES / f"{name}.md").read_text("utf-8")
    if served.startswith("---"):
        served = served.partition("\n---\n")[2]
    flattened = re.sub(r"\s+", " ", served).strip()

    made = captured(flattened.encode(), f"{name}.md")

    assert without_documentation(made.xsd) == without_documentation((PAGES / f"{name}.xsd").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_in_the_xsd_or_in_a_question(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text("utf-8")
    bodies = re.sub(r"## Header parameters:.*?(?=## )", "", text, flags=re.DOTALL)
    listed = re.findall(r"^ *- `([^`]+)` \(", bodies, re.MULTILINE)

    made = captured(text.encode(), f"{name}.md")

    names = re.findall(r'<xs:element name="([^"]+)"', made.xsd)
    asked = " ".join(field for decision in made.decisions for field in decision.question.fields)
    assert made.fields == len(listed)
    assert [path for path in listed if path.split(".")[-1] not in names and path not in asked] == []


def test_a_name_that_no_element_can_have_is_an_error_with_the_field() -> None:
    with pytest.raises(SchemapressError, match="The field `2nd place` has the name '2nd place'") as refused:
        captured((PAGES / "bad-name.md").read_bytes(), "bad-name.md")

    assert refused.value.place == "bad-name.md:9:1"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not UTF-8: byte 1 is 0x89"),
        (b"a\0b", "NUL character"),
        (b"", "This page has no title"),
        (b"# Title only", "This page has no line `Endpoint: METHOD /path`"),
        (b"Endpoint: POST /x\n\n- `a` (string)", "This page has no title"),
    ],
)
def test_an_unknown_kind_of_page_is_an_error_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(SchemapressError, match=re.escape(why)):
        captured(data, "page.md")


SEED = REPOSITORY.parent / "shared" / "seed" / "notify-in-progress.page.txt"
TICKETING = REPOSITORY / "spec" / "cityfibre-ticketing"

EDIT = """    <xs:annotation>
      <xs:appinfo>
        <personal xmlns="urn:schemapress:endpoint"/>
      </xs:appinfo>
    </xs:annotation>
"""
"""What a person added to the captured XSD: that contact details are personal."""


def ticketing_without_the_edit() -> str:
    text = (TICKETING / "notify-in-progress.xsd").read_text("utf-8")
    assert text.count(EDIT) == 1
    return text.replace(EDIT, "")


def test_the_ticketing_xsd_is_what_capture_makes_of_its_page_and_its_decisions() -> None:
    known = read_decisions(TICKETING / "decisions.toml")["notify-in-progress.xsd"]
    data = (TICKETING / "notify-in-progress.md").read_bytes()
    (draft,) = read_source(data, Path("notify-in-progress.md"))

    made = finish_draft(
        draft, RecordedSource("notify-in-progress.md", digest_source(data), "1999-01-01", draft.schema), known, {}
    )

    assert made.xsd == ticketing_without_the_edit()
    assert made.xsd == (TICKETING / ".captured" / "notify-in-progress.xsd").read_text("utf-8")
    assert made.text in (TICKETING / "decisions.toml").read_text("utf-8")
    assert made.omissions == ()
    assert len(made.open) == 1


@pytest.mark.skipif(not SEED.is_file(), reason="the page as it was first handed over is not here")
def test_the_page_as_it_was_handed_over_gives_the_same_xsd_but_for_documentation() -> None:
    known = read_decisions(TICKETING / "decisions.toml")["notify-in-progress.xsd"]
    (draft,) = read_source(SEED.read_bytes(), SEED)

    made = finish_draft(draft, RecordedSource(SEED.name, "0" * 64, "2026-01-01", draft.schema), known, {})

    assert without_documentation(made.xsd) == without_documentation(ticketing_without_the_edit())


def test_the_work_on_a_page_is_linear_in_its_fields() -> None:
    field = "  - `f{}` (string)\n    A field of which there are many\n\n"

    def page(count: int) -> bytes:
        start = "# Large\n\nEndpoint: POST /large\n\n## Request fields (application/xml):\n\n"
        return (start + "".join(field.format(number) for number in range(count))).encode()

    grows_linearly(page, lambda data: captured(data, "large.md"), 50)
    assert captured(page(5_000), "large.md").fields == 5_000
