"""Marks in a specification: what is experimental breaks nobody, and nor does removing what has outlived its date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemapress.diff.comparison import Comparison, compare
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import find_version
from schemapress.diff.revision_verdict import merge_comparisons
from schemapress.diff.rule import Kind
from schemapress.errors import SchemapressError
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, make_schema, sequence, tag

SUNSET = date(2026, 3, 31)
ON_THE_DAY, AFTER = SUNSET, date(2026, 4, 1)


def annotate(**facts: object) -> str:
    facts_in_words = "".join(f' {name}="{value}"' for name, value in facts.items())
    mark = f'<lifecycle xmlns="urn:schemapress:lifecycle"{facts_in_words}/>'
    return f"\n{tag('annotation', tag('appinfo', mark))}\n"


EXPERIMENTAL = annotate(experimental="true")
DEPRECATED = annotate(deprecated="true", sunset=SUNSET)


def marked(name: str, mark: str, type_: str = "xs:int", **attributes: object) -> str:
    return "\n" + tag("element", mark, name=name, type=type_, **attributes) + "\n"


def find(folder: Path, old: str, new: str, today: date = AFTER) -> list[Finding]:
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.xsd").write_text(text)
    before, after = (find_version(name, folder / f"{name}.xsd", name) for name in ("old", "new"))
    kinds: tuple[Kind, ...] = ("documents", "endpoint")
    return [*compare("api", before, after, kinds=kinds).with_lifecycles(today).findings]


def severities(findings: list[Finding]) -> dict[str, str]:
    return {f"{finding.rule.name} {finding.path}": finding.severity for finding in findings}


def test_a_change_of_an_experimental_element_is_informative(tmp_path: Path) -> None:
    old = make_schema(sequence(marked("a", EXPERIMENTAL), element("b")))
    new = make_schema(sequence(marked("a", EXPERIMENTAL, "xs:byte"), element("b", "xs:byte")))

    assert severities(find(tmp_path, old, new)) == {
        "range-narrowed /root/a": "informative",
        "range-narrowed /root/b": "breaking",
    }


def test_a_change_below_an_experimental_element_is_informative(tmp_path: Path) -> None:
    def make(mark: str, type_: str) -> str:
        inner = complex_type(sequence(f"\n{element('c', type_)}\n") + f"\n{attribute('d', type_)}\n")
        return make_schema(sequence("\n" + tag("element", mark + inner, name="a") + "\n"))

    old, new = make(EXPERIMENTAL, "xs:int"), make(EXPERIMENTAL, "xs:byte")

    assert {*severities(find(tmp_path, old, new)).values()} == {"informative"}
    assert {*severities(find(tmp_path, make("", "xs:int"), new)).values()} == {"breaking"}, "marked with the change"


def test_a_change_in_an_experimental_type_is_informative_wherever_it_is_used(tmp_path: Path) -> None:
    def make(mark: str, content: str) -> str:
        type_ = "\n" + complex_type(mark + sequence(content), name="T") + "\n"
        return make_schema(sequence(*(f"\n{element(name, 'T')}\n" for name in "abcdef")), type_)

    old = make(EXPERIMENTAL, f"\n{element('x')}\n")
    new = make(EXPERIMENTAL, f"\n{element('x', 'xs:byte')}\n{element('y', minOccurs=0)}\n")

    assert severities(find(tmp_path, old, new)) == {
        "range-narrowed /root/a/x": "informative",
        "element-added /root/a/y": "informative",
    }
    assert {*severities(find(tmp_path, make("", f"\n{element('x')}\n"), new)).values()} == {"breaking"}


def test_a_type_that_others_share_is_not_experimental_below_one_element(tmp_path: Path) -> None:
    def make(type_: str) -> str:
        shared = "\n" + complex_type(sequence(f"\n{element('x', type_)}\n"), name="T") + "\n"
        return make_schema(sequence(marked("a", EXPERIMENTAL, "T"), marked("b", "", "T")), shared)

    assert severities(find(tmp_path, make("xs:int"), make("xs:byte"))) == {"range-narrowed /root/a/x": "breaking"}


def test_what_is_added_as_experimental_is_informative(tmp_path: Path) -> None:
    old = make_schema(sequence(element("a")))
    new = make_schema(sequence(element("a"), marked("b", EXPERIMENTAL, minOccurs=0)))

    assert severities(find(tmp_path, old, new)) == {"element-added /root/b": "informative"}


def test_components_on_one_line_are_not_taken_for_each_other(tmp_path: Path) -> None:
    def make(type_: str) -> str:
        mark = EXPERIMENTAL.replace("\n", "")
        return make_schema(sequence(tag("element", mark, name="a", type="xs:int"), element("b", type_)))

    assert severities(find(tmp_path, make("xs:int"), make("xs:byte"))) == {"range-narrowed /root/b": "breaking"}


@pytest.mark.parametrize(("today", "severity"), [(ON_THE_DAY, "breaking"), (AFTER, "compatible")])
def test_a_removal_is_breaking_until_the_sunset_has_passed(tmp_path: Path, today: date, severity: str) -> None:
    use = "\n" + tag("attribute", DEPRECATED, name="u", type="xs:int") + "\n"
    old = make_schema(sequence(element("a"), marked("b", DEPRECATED, minOccurs=0)) + use)

    findings = find(tmp_path, old, make_schema(sequence(element("a"))), today)

    assert severities(findings) == {"element-removed /root/b": severity, "attribute-removed /root/@u": severity}
    assert "It is deprecated, and to be removed after 2026-03-31." in findings[0].also


def test_another_change_of_a_deprecated_element_is_breaking_all_the_same(tmp_path: Path) -> None:
    old = make_schema(sequence(marked("a", DEPRECATED)))
    new = make_schema(sequence(marked("a", DEPRECATED, "xs:byte")))

    assert severities(find(tmp_path, old, new)) == {"range-narrowed /root/a": "breaking"}


def test_an_element_without_a_date_may_not_be_removed(tmp_path: Path) -> None:
    old = make_schema(sequence(element("a"), marked("b", annotate(deprecated="true"), minOccurs=0)))

    (finding,) = find(tmp_path, old, make_schema(sequence(element("a"))))

    assert finding.severity == "breaking"
    assert finding.also == "It is deprecated, without a date of its removal."


@pytest.mark.parametrize(("marks", "severity"), [((True, True), "compatible"), ((True, False), "breaking")])
def test_all_removed_values_must_have_outlived_their_dates(
    tmp_path: Path, marks: tuple[bool, bool], severity: str
) -> None:
    def make(*values: str) -> str:
        type_ = tag("restriction", "\n" + "\n".join(values) + "\n", base="xs:token")
        return make_schema(sequence(tag("element", tag("simpleType", type_), name="a")))

    kept = tag("enumeration", value="kept")
    removed = [
        tag("enumeration", DEPRECATED if mark else "", value=name) for mark, name in zip(marks, "xy", strict=True)
    ]

    assert severities(find(tmp_path, make(kept, *removed), make(kept))) == {"enumeration-narrowed /root/a": severity}


def test_a_message_and_an_endpoint_can_be_removed_after_their_dates(tmp_path: Path) -> None:
    def make_endpoint(name: str, facts: str) -> str:
        return (
            f'\n<endpoint xmlns="urn:schemapress:endpoint" name="{name}" method="POST" path="/{name}" {facts}>'
            f'<request element="{name}"/></endpoint>\n'
        )

    def make(endpoints: str, elements: str) -> str:
        return schema(tag("annotation", tag("appinfo", endpoints)) + elements)

    kept = make_endpoint("kept", "")
    old = make(kept + make_endpoint("gone", f'sunset="{SUNSET}"'), marked("kept", "") + marked("gone", DEPRECATED))

    findings = find(tmp_path, old, make(kept, marked("kept", "")))

    assert severities(findings) == {"message-removed /gone": "compatible", "endpoint-removed gone": "compatible"}


def test_a_change_of_an_experimental_endpoint_is_informative(tmp_path: Path) -> None:
    def make(path: str) -> str:
        endpoint = (
            f'<endpoint xmlns="urn:schemapress:endpoint" name="n" method="POST" path="{path}" experimental="true">'
            '<request element="a"/></endpoint>'
        )
        return schema(tag("annotation", tag("appinfo", f"\n{endpoint}\n")) + element("a"))

    assert severities(find(tmp_path, make("/a"), make("/b"))) == {"path-changed n": "informative"}


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (annotate(experimental="yes"), "experimental is 'yes'; expected true or false."),
        (annotate(sunset="soon"), "sunset is 'soon'; expected a date such as 2027-03-31."),
        (annotate(sunst="2026-01-01"), "The <lifecycle> has an unknown attribute 'sunst'."),
    ],
)
def test_a_mark_that_is_wrong_is_named(tmp_path: Path, mark: str, message: str) -> None:
    with pytest.raises(SchemapressError, match=message.replace(".", r"\.")) as error:
        find(tmp_path, make_schema(sequence(marked("a", mark))), make_schema(sequence(element("a", "xs:byte"))))

    assert error.value.place is not None
    assert "old.xsd:" in error.value.place


def test_a_mark_outside_of_a_component_is_named(tmp_path: Path) -> None:
    text = schema(EXPERIMENTAL + element("root"))

    with pytest.raises(SchemapressError, match="The <lifecycle> is not that of a component"):
        find(tmp_path, text, text.replace("xs:int", "xs:byte"))


def test_what_one_of_several_old_versions_promises_is_not_experimental(tmp_path: Path) -> None:
    def make(folder: str, mark: str) -> Comparison:
        (tmp_path / folder).mkdir()
        old, new = (make_schema(sequence(marked("a", mark, type_))) for type_ in ("xs:int", "xs:byte"))
        for name, text in (("old", old), ("new", new)):
            (tmp_path / folder / f"{name}.xsd").write_text(text)
        before, after = (find_version(name, tmp_path / folder / f"{name}.xsd", name) for name in ("old", "new"))
        kinds: tuple[Kind, ...] = ("documents",)
        return compare("api", before, after, kinds=kinds)

    stable, experimental = make("v1", ""), make("v2", EXPERIMENTAL)

    both = merge_comparisons([("v1", stable), ("v2", experimental)]).with_lifecycles(AFTER)
    last = merge_comparisons([("v2", experimental)]).with_lifecycles(AFTER)

    assert [finding.severity for finding in both.findings] == ["breaking"]
    assert [finding.severity for finding in last.findings] == ["informative"]
