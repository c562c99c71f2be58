"""A default that becomes fixed."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from schemapress.diff.aspects.fixed_value import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed, find_documents


def test_a_default_that_becomes_fixed(tmp_path: Path) -> None:
    default, fixed = make_schema(sequence(element("a", default=7))), make_schema(sequence(element("a", fixed=7)))

    finding = assert_narrowed(ASPECT, tmp_path, wide=default, narrow=fixed, path="/root/a")

    assert (finding.before, finding.after) == ("default '7'", "fixed '7'")


def test_a_fixed_value_has_other_forms_if_white_space_is_normalized_differently(tmp_path: Path) -> None:
    token, string = (schema(element("root", type_, fixed="a b")) for type_ in ("xs:token", "xs:string"))

    (finding,) = find_documents(tmp_path, token, string, "receive")

    assert finding.rule == ASPECT.narrowed
    assert finding.witness is not None
    assert etree.fromstring(finding.witness.document).text not in (None, "a b")
