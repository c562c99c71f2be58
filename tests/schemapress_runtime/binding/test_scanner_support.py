"""The start tag of a root element, and the prefixes that a scanner is made for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemapress_runtime.binding.scanner_support import Expression, RootScanner, Scanners, read_declarations
from schemapress_runtime.limits import MAX_PREFIXES_TRIED

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("attributes", "bound"),
    [
        ("", {}),
        (' xmlns="urn:a"', {"": "urn:a"}),
        (" xmlns:p='urn:p' xmlns = \"urn:a\"\n", {"p": "urn:p", "": "urn:a"}),
        (f' {XSI} xsi:schemaLocation="a b"', {"xsi": "http://www.w3.org/2001/XMLSchema-instance"}),
        (' a="1"', None),
        (' p:schemaLocation="a b"', None),
        (' xmlns:p="urn:a" xmlns:p="urn:b"', None),
        (' xmlns:p=""', None),
        (' xmlns:p="http://www.w3.org/XML/1998/namespace"', None),
        (" xmlns:p=urn:a", None),
    ],
)
def test_only_declarations_and_locations_are_read(attributes: str, bound: Mapping[str, str] | None) -> None:
    assert read_declarations(attributes) == bound


def scanners(made: list[Mapping[str, str]]) -> Scanners[str]:
    def roots(prefixes: Mapping[str, str]) -> Mapping[str, RootScanner[str]]:
        made.append(prefixes)
        whole = Expression("(x*)</t:r>", prefixes)

        def decode(text: str, position: int) -> tuple[str, int] | None:
            match = whole.match(text, position)
            return None if match is None else (match[1], match.end())

        return {"{urn:t}r": RootScanner(None, decode)}

    return Scanners(roots, {"t": "urn:t"})


def test_a_document_may_have_its_own_prefix() -> None:
    scanner = scanners([])

    assert scanner.scan('<r xmlns="urn:t">xx</r>') == "xx"
    assert scanner.scan('<t:r xmlns:t="urn:t">x</t:r>') == "x"
    assert scanner.scan('<t:r xmlns:t="urn:other">x</t:r>') is None
    assert scanner.scan("<r>x</r>") is None
    assert scanner.accepts('<r xmlns="urn:t"></r>')
    assert not scanner.accepts('<r xmlns="urn:t">y</r>')


def test_expressions_are_made_for_unusual_prefixes_only_when_they_come_again() -> None:
    made: list[Mapping[str, str]] = []
    scanner = scanners(made)
    document = '<own:r xmlns:own="urn:t">x</own:r>'

    assert [scanner.scan(document) for _ in range(MAX_PREFIXES_TRIED + 1)] == [None] * MAX_PREFIXES_TRIED + ["x"]
    assert made == [{"t": "own"}]


def test_without_capture_the_groups_have_no_values() -> None:
    match = Expression(r"<t:a>(\(x)</t:a>", {"t": "p"}, capture=False).match("<p:a>(x</p:a>")

    assert match is not None
    assert match.groups() == ()
