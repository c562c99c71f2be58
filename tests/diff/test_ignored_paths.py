"""Patterns of paths, and the findings that they leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.ignored_paths import is_ignored, matches
from tests.support.schema_builder import complex_type, element, make_schema, sequence
from tests.support.schema_change import find_documents


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/order/note", "/order/note", True),
        ("/order/note", "/order/note/text", True),
        ("/order/note", "/order/notes", False),
        ("/order/note", "/p:order/q:note/@p:x", True),
        ("/p:order/note", "/p:order/note", True),
        ("/q:order", "/p:order", False),
        ("/order/*/text", "/order/note/text", True),
        ("/order/*/text", "/order/a/b/text", False),
        ("/**/text", "/order/a/b/text", True),
        ("/**/@unit", "/order/line/@unit", True),
        ("/**/@unit", "/order/line/unit", False),
        ("/order/not?", "/order/note", True),
        ("/order/n.te", "/order/note", False),
        ("Order.*", "Order.note", True),
    ],
)
def test_a_pattern_matches_whole_steps_and_all_below(pattern: str, path: str, expected: bool) -> None:
    assert matches(path, pattern) is expected


def test_a_finding_that_other_elements_share_is_not_left_out_for_one_of_them(tmp_path: Path) -> None:
    def make(type_: str) -> str:
        shared = complex_type(sequence(element("x", type_)), name="T")
        return make_schema(sequence(element("a", "T"), element("b", "T")), shared)

    (finding,) = find_documents(tmp_path, make("xs:int"), make("xs:byte"), "receive")

    assert finding.elsewhere == 1
    assert not is_ignored(finding, ["/root/a"])
    assert not is_ignored(finding, [])
