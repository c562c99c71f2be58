"""Patterns of a schema, checked when it is built."""

from __future__ import annotations

from collections.abc import Iterable

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, Limits
from schemapress.runtime.pattern import compile_pattern
from schemapress.runtime.pattern_syntax import PatternError

from .model import Facet


def check_patterns(facets: Iterable[Facet], limits: Limits = DEFAULT_LIMITS) -> None:
    """Check that pattern facets are regular expressions of XML Schema that can be matched in linear time.

    Raises:
        SchemapressError: one is not, with its line.
    """
    for facet in facets:
        if facet.name != "pattern":
            continue
        try:
            compile_pattern(facet.value, limits.pattern_levels, limits.pattern_positions)
        except PatternError as error:
            message = f"The pattern can't be used: {error}."
            raise SchemapressError(message, place=str(facet.place), hint="See XSD 1.0 Part 2, Appendix F.") from None
