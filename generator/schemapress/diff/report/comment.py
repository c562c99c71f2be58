"""A review as a comment on a pull request: Markdown of at most 60 lines, folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemapress.diff.report.page import Card, make_context, make_sections
from schemapress.diff.report.summary import STANDINGS
from schemapress.diff.report.templating import render_template
from schemapress.diff.review import Review

MOST_LINES = 60
"""Lines of a comment."""

_MOST_REVISIONS = 5
"""Revisions in the table of a comment."""

_FRAME_LINES = 20 + _MOST_REVISIONS + 4
"""Lines of the built-in template for everything but groups and the example, at most."""

_GROUP_LINES = 6
"""Lines of a group beside its findings."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one standing: the first ones, and the number of the others."""

    standing: str
    count: int
    cards: tuple[Card, ...]

    @property
    def more(self) -> int:
        """The number of findings that are left out."""
        return self.count - len(self.cards)


def render(review: Review) -> str:
    """Return the comment, by the template `comment.md.jinja`."""
    sections = make_sections(review)
    cards = [card for section in sections for card in section.cards]
    context = make_context(review, sections) | {"most_revisions": _MOST_REVISIONS}
    return render_template("comment.md.jinja", review.templates, **context, groups=list(_make_groups(cards)))


def _make_groups(cards: Sequence[Card]) -> Iterator[Group]:
    """Yield the findings by standing, as many as there is room for; each group shows one at least."""
    standings = [standing for standing in STANDINGS if any(card.standing == standing for card in cards)]
    room = MOST_LINES - _FRAME_LINES - _GROUP_LINES * len(standings)
    for standing in standings:
        members = [card for card in cards if card.standing == standing]
        shown = tuple(members[: max(room, 1)])
        room -= len(shown)
        yield Group(standing, len(members), shown)
