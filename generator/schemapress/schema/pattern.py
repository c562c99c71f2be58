"""XSD regular expressions to Python ones (XSD 1.0 Part 2 Appendix F)."""

from __future__ import annotations

import re

from schemapress.errors import SchemapressError

from .model import Facet


def python_pattern(facets: tuple[Facet, ...]) -> str | None:
    """Return one Python regular expression for the pattern facets of one derivation step, or None without any.

    The patterns of one step are alternatives (Part 2 §4.3.4.3); the result is meant for `fullmatch`.

    Raises:
        SchemapressError: a pattern is not a regular expression of XSD.
    """
    written = [facet for facet in facets if facet.name == "pattern"]
    if not written:
        return None
    from elementpath.regex import RegexError, translate_pattern

    patterns = []
    for facet in written:
        try:
            translated = translate_pattern(facet.value, back_references=False, lazy_quantifiers=False, anchors=False)
            re.compile(translated)
        except (RegexError, re.error) as error:
            message = f"{facet.value!r} is not a regular expression of XSD: {error}."
            raise SchemapressError(message, place=str(facet.place), hint="See XSD 1.0 Part 2, Appendix F.") from None
        patterns.append(translated.removeprefix("^").removesuffix("$"))
    return patterns[0] if len(patterns) == 1 else "|".join(f"(?:{pattern})" for pattern in patterns)
