"""The lexical forms of built-in types in scanners follow from the facets of the types."""

from __future__ import annotations

import re

import pytest

from schemapress.targets.scanner.lexical import lexical
from schemapress_runtime.xsd.builtin import BUILTIN
from tests.schemapress_runtime.xsd.test_simple_type import TEXTS
from tests.support.emit_context import code


def _find_form(name: str) -> tuple[str, str] | None:
    form = lexical(BUILTIN[name], None, lambda _: code("VALUES"))
    return None if form is None else (form.pattern.source, form.text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("integer", ("INTEGER", "integer_text({0})")),
        ("byte", ("(-?+[0-9]{1,2}+)", "integer_text({0}, -128, 127)")),
        ("unsignedShort", ("([0-9]{1,4}+)", "integer_text({0}, 0, 65535)")),
        ("unsignedLong", ("([0-9]{1,18}+)", "integer_text({0}, 0, 18446744073709551615)")),
        ("nonNegativeInteger", ("([0-9]{1,18}+)", "integer_text({0}, 0)")),
        ("positiveInteger", ("([1-9][0-9]{0,17}+)", "integer_text({0}, 1)")),
        ("negativeInteger", None),
        ("token", ("TEXT", "escape_text({0})")),
        ("anyURI", ("TEXT", "escape_text({0})")),
        ("ID", None),
        ("NMTOKENS", None),
        ("double", None),
    ],
)
def test_a_built_in_type_has_the_form_of_its_facets(name: str, expected: tuple[str, str] | None) -> None:
    assert _find_form(name) == expected


@pytest.mark.parametrize("name", [name for name in TEXTS if (_find_form(name) or ("A",))[0].startswith("(")])
def test_a_text_that_a_form_matches_is_valid(name: str) -> None:
    form = _find_form(name)
    assert form is not None
    matched = [text for text in (*TEXTS[name], "12", "00", "-7") if re.fullmatch(form[0], text)]

    assert matched
    assert all(BUILTIN[name].accepts(text, {}) for text in matched)
    assert re.fullmatch(form[0], "a<b") is None
