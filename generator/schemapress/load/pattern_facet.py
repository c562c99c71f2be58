"""Checks the pattern facets of a schema before components are made."""

from __future__ import annotations

from collections.abc import Iterable

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.pattern import is_run_by_automaton
from schemapress_runtime.xsd.pattern_syntax import PatternError

from .document import XSD_TAG, SchemaDocument

_LONG = 1_000
"""Characters from which a pattern is withheld from the judges, whose time is not linear in it."""


def check_patterns(documents: Iterable[SchemaDocument], limits: SourceLimits) -> frozenset[Element]:
    """Check that patterns are regular expressions of XML Schema, which are matched in time linear in the text.

    Return the xs:pattern elements that other implementations may take long for.

    Raises:
        SchemapressError: a pattern is not a regular expression, or goes beyond a limit; with its line.
    """
    hard: dict[str, bool] = {}
    slow: list[Element] = []
    for document in documents:
        for element in document.root.iter(XSD_TAG + "pattern"):
            text = element.get("value")
            if text is None:
                continue
            if text not in hard:
                is_hard = _is_hard(text, document, element, limits)
                hard[text] = len(text) > _LONG or is_hard
            slow += [element] if hard[text] else []
    return frozenset(slow)


def _is_hard(text: str, document: SchemaDocument, element: Element, limits: SourceLimits) -> bool:
    try:
        return is_run_by_automaton(text, limits.pattern_levels, limits.pattern_positions)
    except PatternError as error:
        message = f"The pattern is not valid: {error}. [pattern-valid]"
        raise SchemapressError(message, place=document.show(element), hint="See XSD 1.0 Part 2, Appendix F.") from None
