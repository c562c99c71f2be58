"""The paths of identity constraints."""

from __future__ import annotations

import pytest
from lxml import etree

from schemapress_runtime.validation.identity import select, steps_of

ROOT = etree.fromstring('<r><a i="1"><b i="2"/></a><c xmlns="urn:c" i="3"><b xmlns="" i="4"/></c><a i="5"/></r>')


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a/b", ("a", "b")),
        (".//{urn:a/b}c", ("//", "{urn:a/b}c")),
        ("./a/@k", (".", "a", "@k")),
        (" . ", (".",)),
    ],
)
def test_a_path_is_split_at_its_slashes(path: str, steps: tuple[str, ...]) -> None:
    assert steps_of(path) == steps


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("a", "15"),
        ("a/b", "2"),
        (".//b", "24"),
        ("*", "135"),
        ("{urn:c}*", "3"),
        ("a|a|{urn:c}c", "153"),
        (".//*", "13524"),
    ],
)
def test_a_selector_selects_each_element_once(path: str, selected: str) -> None:
    assert "".join(str(element.get("i")) for element in select(ROOT, path)) == selected
