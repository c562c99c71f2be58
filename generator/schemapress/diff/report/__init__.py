"""How a review is printed: the formats in a registry that a package can add to (`schemapress.diff_formats`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from schemapress.diff.report import github, html, json, junit, markdown, text
from schemapress.diff.review import Review
from schemapress.errors import SchemapressError

Format = Callable[[Review], str]
"""Returns a review as a text that ends with a line break."""

FORMATS: dict[str, Format] = {
    "text": text.printed,
    "markdown": markdown.printed,
    "html": html.printed,
    "json": json.printed,
    "junit": junit.printed,
    "github": github.printed,
}


def report(review: Review, style: str) -> str:
    """Return a review in a format.

    Raises:
        SchemapressError: there is no format of this name.
    """
    added: dict[str, Format] = {point.name: point.load() for point in entry_points(group="schemapress.diff_formats")}
    formats = {**FORMATS, **added}
    if style not in formats:
        raise SchemapressError(f"There is no format {style!r}.", hint=f"Known are {', '.join(formats)}.")
    return formats[style](review)
