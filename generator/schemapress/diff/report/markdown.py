"""A review as Markdown, for the description of a pull request or the summary of a job."""

from __future__ import annotations

from schemapress.diff.report.page import make_context, make_sections
from schemapress.diff.report.templating import render_template
from schemapress.diff.review import Review


def render(review: Review) -> str:
    """Return a summary and tables of findings, with each document folded, by the template `review.md.jinja`."""
    return render_template("review.md.jinja", review.templates, **make_context(review, make_sections(review)))
