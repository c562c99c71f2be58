"""A review as one self-contained page: a summary, filters, both versions side by side, and each document."""

from __future__ import annotations

from schemapress.diff.report.page import make_context, make_sections
from schemapress.diff.report.templating import render_template
from schemapress.diff.review import Review


def render(review: Review) -> str:
    """Return the page, by the template `review.html.jinja`."""
    sections = make_sections(review)
    anchors: dict[tuple[str, str, str], str] = {}
    for section in sections:
        for card in section.cards:
            anchors.setdefault((card.standing, card.role, card.finding.rule.name), card.anchor)
    return render_template(
        "review.html.jinja",
        review.templates,
        **make_context(review, sections),
        kinds=list(dict.fromkeys(card.finding.rule.kind for section in sections for card in section.cards)),
        anchors=anchors,
    )
