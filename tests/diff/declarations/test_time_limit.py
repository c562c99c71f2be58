"""A comparison ends at its deadline, and says what it left out."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import DOCUMENTS


def test_what_is_not_compared_in_time_is_undecided_and_named(tmp_path: Path) -> None:
    for name, type_ in (("old", "xs:int"), ("new", "xs:long")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "root.xsd").write_text(make_schema(sequence(element("a", type_))))
    old, new = (find_version(name, tmp_path / name, name) for name in ("old", "new"))

    late = compare("api", old, new, kinds=DOCUMENTS, seconds=-1)
    whole = compare("api", old, new, kinds=DOCUMENTS, seconds=60)

    assert {finding.rule.name for finding in late.findings} == {"undecided"}
    assert "the time limit was reached before 1 element and what is in them: root" in late.findings[0].message
    assert {finding.rule.name for finding in whole.findings} == {"range-widened"}
