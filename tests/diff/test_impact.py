"""The finding that explains why the verdict of a real message changes."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.comparison import compare
from schemapress.diff.impact import measure_impact
from schemapress.diff.inputs.version import find_version
from tests.support.schema_builder import attribute, complex_type, element, make_schema, restriction, sequence, tag
from tests.support.schema_change import DOCUMENTS


def test_each_verdict_that_changes_is_explained_by_the_finding_of_its_cause(tmp_path: Path) -> None:
    def make(longest: int, *more: str) -> str:
        code = tag("element", restriction("xs:string", ("maxLength", longest)), name="code", minOccurs="0")
        return make_schema(sequence(code, *more) + attribute("k", "xs:int"), complex_type(sequence(), name="T"))

    for name, text in (("old", make(9, element("gone", minOccurs="0"))), ("new", make(3))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "root.xsd").write_text(text)
    messages = {
        "same": "<root k='1'/>",
        "wrong": "<root k='x'/>",
        "long": "<root><code>abcde</code></root>",
        "gone": "<root><gone>1</gone></root>",
    }
    folder = tmp_path / "messages"
    folder.mkdir()
    for name, text in messages.items():
        (folder / f"{name}.xml").write_text(text)
    old, new = (find_version(name, tmp_path / name, name) for name in ("old", "new"))
    findings = tuple(compare("api", old, new, kinds=DOCUMENTS).findings)

    impact = measure_impact(folder, sorted(folder.glob("*.xml")), [(old, new, findings)])

    assert {outcome.file: (outcome.effect, outcome.rule) for outcome in impact.outcomes} == {
        "same.xml": ("valid", None),
        "wrong.xml": ("invalid", None),
        "long.xml": ("refused", "length-narrowed"),
        "gone.xml": ("refused", "element-removed"),
    }
    fingerprints = {finding.fingerprint for finding in findings}
    assert all(outcome.finding in fingerprints for outcome in impact.changed)
