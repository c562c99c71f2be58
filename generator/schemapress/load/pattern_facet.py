"""Patterns of a schema, checked before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress_runtime.xsd.pattern import compile_pattern, is_run_by_automaton
from schemapress_runtime.xsd.pattern_syntax import PatternError

from .source import XSD, Element, SchemaDocument

_LONG = 1_000
"""Characters from which on a pattern is kept from judges, whose time is not linear in it."""


def check_patterns(documents: Iterable[SchemaDocument], limits: SourceLimits) -> frozenset[Element]:
    """Check that patterns are regular expressions of XML Schema that can be matched in time linear in the text.

    Returns those that other implementations may take long for.

    Raises:
        SchemapressError: a pattern is none, or goes beyond a limit, with its line.
    """
    hard: dict[str, bool] = {}
    found: list[Element] = []
    for document in documents:
        for element in document.root.iter(XSD + "pattern"):
            text = element.get("value")
            if text is None:
                continue
            if text not in hard:
                _check(text, document.show(element), limits)
                hard[text] = len(text) > _LONG or is_run_by_automaton(text)
            found += [element] if hard[text] else []
    return frozenset(found)


def _check(text: str, place: str, limits: SourceLimits) -> None:
    try:
        compile_pattern(text, limits.pattern_levels, limits.pattern_positions)
    except PatternError as error:
        message = f"The pattern can't be used: {error}. [pattern-valid]"
        raise SchemapressError(message, place=place, hint="See XSD 1.0 Part 2, Appendix F.") from None
