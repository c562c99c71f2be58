"""The formats of a review. A package can add its own (`schemapress.diff_formats`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from schemapress.diff.report import comment, github, html, json, junit, markdown, text
from schemapress.diff.review import Review
from schemapress.errors import SchemapressError

ReviewFormat = Callable[[Review], str]
"""Returns a review as text that ends with a line break."""

REVIEW_FORMATS: dict[str, ReviewFormat] = {
    "text": text.render,
    "markdown": markdown.render,
    "comment": comment.render,
    "html": html.render,
    "json": json.render,
    "junit": junit.render,
    "github": github.render,
}


def render(review: Review, style: str) -> str:
    """Return a review in a format.

    Raises:
        SchemapressError: the format does not exist.
    """
    added: dict[str, ReviewFormat] = {
        point.name: point.load() for point in entry_points(group="schemapress.diff_formats")
    }
    formats = {**REVIEW_FORMATS, **added}
    if style not in formats:
        *others, last = formats
        raise SchemapressError(f"Format {style!r} does not exist.", hint=f"Use {', '.join(others)} or {last}.")
    return formats[style](review)
