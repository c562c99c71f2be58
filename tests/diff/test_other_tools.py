"""The cases and rules of other tools that compare schemas, held against ours: docs/diff-and-other-tools.md.

Apicurio Registry's checker reads names, occurrences and facets; xsd-compare lists changes of declarations. Their
answers are those that their tests and sources state. Ours are computed, and the schemas are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.message_comparison import Effect
from schemapress.load.schema import Direction
from tests.conftest import REPOSITORY, schema
from tests.support.schema_builder import attribute, complex_type, element, make_restricted, sequence, tag
from tests.support.schema_change import DOCUMENTS

PAGE = REPOSITORY / "docs" / "diff-and-other-tools.md"

Answer = Literal["compatible", "breaking"]


def person(*children: str, attributes: str = "") -> str:
    """Return a schema of an element with children and attributes."""
    return schema(element("person", "P") + complex_type(sequence(*children) + attributes, name="P"))


def status(*values: str) -> str:
    """Return a schema of an element that has one of several texts."""
    return make_restricted("xs:string", *(("enumeration", value) for value in values))


def price(**facets: str) -> str:
    """Return a schema of a decimal number with facets."""
    return make_restricted("xs:decimal", *facets.items())


NAME, AGE, AGE_NEEDED = element("name", "xs:string"), element("age", minOccurs="0"), element("age")
MAIL = element("email", "xs:string", minOccurs="0")
ID = attribute("id", "xs:string", use="required")
STATUS = attribute("status", "xs:string")
BASE, MORE = person(NAME, AGE, attributes=ID), person(NAME, AGE, MAIL, attributes=ID + STATUS)
NEEDED = person(NAME, AGE, element("email", "xs:string"), attributes=ID)
WITHOUT, FIRM = person(AGE, attributes=ID), person(NAME, AGE_NEEDED, attributes=ID)
MAY_MAIL, MUST_MAIL = (
    person(NAME, attributes=ID + attribute("email", "xs:string", use=use)) for use in ("optional", "required")
)
USUAL, TIGHT = price(minInclusive="0", maxInclusive="1000"), price(minInclusive="10", maxInclusive="500")
LOOSE = price(minInclusive="0", maxInclusive="2000")
THREE, TWO = status("ACTIVE", "INACTIVE", "PENDING"), status("ACTIVE", "INACTIVE")
FOUR = status("ACTIVE", "INACTIVE", "PENDING", "COMPLETED")


@dataclass(frozen=True)
class Case:
    """A case of another tool: its old versions, the new one, who has to go on, its answer, and a remark of ours.

    Where the answers differ, the remark says why.
    """

    name: str
    olds: tuple[str, ...]
    new: str
    direction: Direction
    theirs: Answer
    remark: str = ""


APICURIO = (
    Case("optional element and attribute added, backward", (BASE,), MORE, "receive", "compatible"),
    Case("required element added, backward", (BASE,), NEEDED, "receive", "breaking"),
    Case("required element removed, backward", (BASE,), WITHOUT, "receive", "breaking"),
    Case("minOccurs increased, backward", (BASE,), FIRM, "receive", "breaking"),
    Case("attribute made required, backward", (MAY_MAIL,), MUST_MAIL, "receive", "breaking"),
    Case("attribute made required, forward", (MAY_MAIL,), MUST_MAIL, "send", "compatible"),
    Case("attribute made optional, forward", (MUST_MAIL,), MAY_MAIL, "send", "breaking"),
    Case("range narrowed, backward", (USUAL,), TIGHT, "receive", "breaking"),
    Case("range widened, backward", (USUAL,), LOOSE, "receive", "compatible"),
    Case("enumerated value removed, backward", (THREE,), TWO, "receive", "breaking"),
    Case("enumerated value added, backward", (THREE,), FOUR, "receive", "compatible"),
    Case("range narrowed, forward", (USUAL,), TIGHT, "send", "compatible"),
    Case("range widened, forward", (USUAL,), LOOSE, "send", "breaking"),
    Case("optional element added, forward", (BASE,), MORE, "send", "breaking"),
    Case("minOccurs increased, forward", (BASE,), FIRM, "send", "compatible"),
    Case("enumerated value removed, forward", (THREE,), TWO, "send", "compatible"),
    Case("enumerated value added, forward", (THREE,), FOUR, "send", "breaking"),
    Case("nothing changed, full: backward", (BASE,), BASE, "receive", "compatible"),
    Case("nothing changed, full: forward", (BASE,), BASE, "send", "compatible"),
    Case("backward transitive", (BASE, MORE), NEEDED, "receive", "breaking"),
    Case("forward transitive", (USUAL, TIGHT), LOOSE, "send", "breaking"),
    Case("optional element added, full: forward", (BASE,), MORE, "send", "breaking"),
    Case("optional element added, full transitive: forward", (BASE, BASE), MORE, "send", "breaking"),
)
"""The cases of Apicurio's test of its checker; that of the level NONE, which compares nothing, is left out."""

MAYBE = tag("choice", element("a") + sequence(element("b"), element("c", minOccurs="0")))

RULES = (
    Case(
        "Apicurio: a type that changed is breaking",
        (person(element("age", "xs:int")),),
        person(element("age", "xs:long")),
        "receive",
        "breaking",
        "Every xs:int is an xs:long.",
    ),
    Case(
        "Apicurio: elements are known by their names, their order is not compared",
        (person(NAME, AGE),),
        person(AGE, NAME),
        "receive",
        "compatible",
        "A sequence has an order: the old documents have the name first.",
    ),
    Case(
        "Apicurio: new elements break forward, unless the old schema has a wildcard",
        (person(NAME, tag("any", minOccurs="0", processContents="skip", namespace="##other")),),
        person(NAME, element("age", minOccurs="0")),
        "send",
        "compatible",
        "The wildcard admits other namespaces alone, and the new element has none.",
    ),
    Case(
        "xsd-compare: any removal is a new restriction",
        (person(NAME, element("age", minOccurs="0")),),
        person(NAME, tag("any", minOccurs="0", processContents="skip")),
        "receive",
        "breaking",
        "The wildcard in its place admits the element.",
    ),
    Case(
        "xsd-compare: a pattern that changed is a new restriction",
        (make_restricted("xs:string", ("pattern", "[0-9]{2}")),),
        make_restricted("xs:string", ("pattern", "[0-9]{1,3}")),
        "receive",
        "breaking",
        "Each text of two digits is one of one to three.",
    ),
    Case(
        "xsd-compare: a number of digits that changed is a new restriction",
        (price(totalDigits="3"),),
        price(totalDigits="5"),
        "receive",
        "breaking",
        "More digits are allowed, none is refused.",
    ),
    Case(
        "xsd-compare: white space that changed is a new restriction",
        (make_restricted("xs:string", ("whiteSpace", "preserve")),),
        make_restricted("xs:string", ("whiteSpace", "collapse")),
        "receive",
        "breaking",
        "Each text is as valid as before; its value may differ.",
    ),
    Case(
        "xsd-compare: a new mandatory node is a new restriction",
        (person(tag("choice", element("a"))),),
        person(tag("choice", element("a") + sequence(element("b"), element("c")))),
        "receive",
        "breaking",
        "The new elements stand in another branch of the choice.",
    ),
    Case(
        "xsd-compare: only what becomes smaller restricts a number of occurrences",
        (person(tag("sequence", element("a", maxOccurs="2"), maxOccurs="2")),),
        person(element("a", maxOccurs="3")),
        "receive",
        "compatible",
        "The groups around count as well: there may be four of the old ones.",
    ),
)
"""Rules that are stated by the other tools, each with a case in which its answer is another one than ours."""


def answer(case: Case, folder: Path) -> tuple[Answer, str]:
    """Return our answer: breaking, if documents of any old version break those who have to go on; and a document."""
    effects: set[Effect] = set()
    document = ""
    for number, old in enumerate(case.olds):
        for name, text in ((f"old{number}", old), ("new", case.new)):
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "a.xsd").write_text(text)
        before, after = (find_version(name, folder / name, name) for name in (f"old{number}", "new"))
        comparison = compare("a", before, after, kinds=DOCUMENTS)
        effects |= {message.find_effect(case.direction) for message in comparison.messages}
        for finding in comparison.findings:
            if finding.direction == case.direction and finding.witness is not None and not document:
                document = "".join(line.strip() for line in finding.witness.document.splitlines())
    assert "undecided" not in effects
    return ("breaking", document) if "breaking" in effects else ("compatible", "")


@pytest.mark.parametrize("case", APICURIO, ids=lambda case: case.name)
def test_apicurio_is_right_in_its_own_cases(case: Case, tmp_path: Path) -> None:
    assert answer(case, tmp_path)[0] == case.theirs


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.name)
def test_a_rule_about_declarations_is_wrong_where_documents_tell_otherwise(case: Case, tmp_path: Path) -> None:
    assert answer(case, tmp_path)[0] != case.theirs


def test_the_page_has_each_case_with_both_answers(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """With --update-golden, the tables of the page are made anew."""
    cases = ["| case | Apicurio | `diff` | document |", "| --- | --- | --- | --- |"]
    rules = ["| rule | their answer | `diff` | why | document |", "| --- | --- | --- | --- | --- |"]
    for number, case in enumerate((*APICURIO, *RULES)):
        (folder := tmp_path / str(number)).mkdir()
        ours, document = answer(case, folder)
        shown = f"`{document}`" if document else ""
        if case.remark:
            rules.append(f"| {case.name} | {case.theirs} | {ours} | {case.remark} | {shown} |")
        else:
            cases.append(f"| {case.name} | {case.theirs} | {ours} | {shown} |")
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition("<!-- cases -->\n")
    _, _, between = rest.partition("<!-- end -->\n")
    middle, _, rest = between.partition("<!-- rules -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    listed = ["\n".join(rows) + "\n" for rows in (cases, rules)]
    expected = (
        f"{before}<!-- cases -->\n{listed[0]}<!-- end -->\n{middle}<!-- rules -->\n{listed[1]}<!-- end -->\n{after}"
    )
    if request.config.getoption("--update-golden"):
        PAGE.write_text(expected, "utf-8")

    assert PAGE.read_text("utf-8") == expected
