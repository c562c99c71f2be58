"""How a comparison is printed: the formats in a registry that a package can add to (`schemapress.diff_formats`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from schemapress.diff.comparison import Comparison
from schemapress.diff.report import json, markdown, text
from schemapress.errors import SchemapressError

Format = Callable[[Comparison], str]
"""Returns a comparison as a text that ends with a line break."""

FORMATS: dict[str, Format] = {"text": text.printed, "markdown": markdown.printed, "json": json.printed}


def report(comparison: Comparison, style: str) -> str:
    """Return a comparison in a format.

    Raises:
        SchemapressError: there is no format of this name.
    """
    added: dict[str, Format] = {point.name: point.load() for point in entry_points(group="schemapress.diff_formats")}
    formats = {**FORMATS, **added}
    if style not in formats:
        raise SchemapressError(f"There is no format {style!r}.", hint=f"Known are {', '.join(formats)}.")
    return formats[style](comparison)
