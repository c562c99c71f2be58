"""An element that leaves its substitution group."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.substitution import ASPECT
from tests.support.schema_builder import element, make_schema, sequence, tag
from tests.support.schema_change import assert_narrowed


def test_an_element_that_leaves_its_substitution_group(tmp_path: Path) -> None:
    content, head = sequence(tag("element", ref="head")), element("head")
    member = make_schema(content, head, element("member", substitutionGroup="head"))
    alone = make_schema(content, head, element("member"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=member, narrow=alone, path="/root/member")

    assert (finding.before, finding.after) == ("may stand for head", "may not stand here")
