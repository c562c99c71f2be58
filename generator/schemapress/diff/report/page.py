"""What the templates of reports show: each API with its verdicts, and its findings in groups by severity."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemapress import __version__
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Location, Witness
from schemapress.diff.impact import Impact
from schemapress.diff.report.excerpt import DocumentLine, list_lines
from schemapress.diff.report.summary import (
    MOST_IMPORTANT,
    STANDINGS,
    role_of,
    shorten_message,
    shorten_path,
    sort_findings,
    summarize,
)
from schemapress.diff.review import Review
from schemapress_runtime.names import local_name


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a schema; `is_marked` is true of the line of the finding."""

    number: int
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Example:
    """An example document, which the new version refuses if `is_lost`, otherwise the old one.

    `excerpt` has the lines to show, `whole` all of them if a report has room for them and the excerpt is shorter.
    """

    is_lost: bool
    witness: Witness
    excerpt: tuple[DocumentLine, ...]
    whole: tuple[DocumentLine, ...]

    @property
    def title(self) -> str:
        """What became of the document."""
        return "No longer accepted" if self.is_lost else "Newly accepted"


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as a report shows it.

    `anchor` is its address on the page, `role` whom it concerns (empty if both sides). `old` and `new` are the lines of
    the schemas.
    """

    finding: Finding
    api: str
    anchor: str
    role: str
    old: tuple[SourceLine, ...]
    new: tuple[SourceLine, ...]
    examples: tuple[Example, ...]

    @property
    def standing(self) -> str:
        """The severity, or `accepted`."""
        return self.finding.standing

    @property
    def place(self) -> Location | None:
        """The place in the new version, or in the old one."""
        return self.finding.new_place or self.finding.old_place

    @property
    def short_path(self) -> str:
        """The path, without the middle of a long one."""
        return shorten_path(self.finding.path)

    @property
    def short_message(self) -> str:
        """The message, without the end of a long one."""
        return shorten_message(self.finding.message)


@dataclass(frozen=True, slots=True)
class Row:
    """The verdict on one message in one direction."""

    message: str
    direction: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Section:
    """One API: the names of its versions, its verdicts, and its findings by standing, the most severe first."""

    name: str
    old: str | None
    new: str | None
    anchor: str
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, tuple[Card, ...]], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All findings."""
        return tuple(card for _, cards in self.groups for card in cards)


def make_sections(review: Review) -> tuple[Section, ...]:
    """Return a section for each API."""
    return tuple(_make_section(number, comparison, review) for number, comparison in enumerate(review.comparisons))


def make_context(review: Review, sections: Sequence[Section]) -> dict[str, object]:
    """Return the names that the templates of reports can use."""
    cards = [card for section in sections for card in section.cards]
    by_finding = {id(card.finding): card for card in cards}
    summary = summarize(review)
    return {
        "review": review,
        "summary": summary,
        "sections": sections,
        "cards": cards,
        "most_revisions": len(review.verdicts),
        "shows_most_important": len(cards) > MOST_IMPORTANT,
        "most_important": [by_finding[id(finding)] for finding in summary.most_important],
        "impact": _count_impact(review.impact),
        "version": __version__,
    }


def _make_section(number: int, comparison: Comparison, review: Review) -> Section:
    rows = tuple(
        Row(local_name(message.name), direction, verdict)
        for message in comparison.messages
        for direction, verdict in message.find_effects().items()
    )
    cards = list(_make_cards(number, comparison, review))
    groups = ((standing, tuple(card for card in cards if card.standing == standing)) for standing in STANDINGS)
    return Section(
        comparison.name,
        comparison.old,
        comparison.new,
        f"api-{number + 1}",
        rows,
        tuple((standing, group) for standing, group in groups if group),
    )


def _make_cards(number: int, comparison: Comparison, review: Review) -> Iterator[Card]:
    for index, finding in enumerate(sort_findings(comparison.findings), 1):
        yield Card(
            finding,
            comparison.name,
            f"finding-{number + 1}-{index}",
            role_of(finding),
            tuple(_number_lines(finding.old_place)),
            tuple(_number_lines(finding.new_place)),
            tuple(_make_example(is_lost, witness, review) for is_lost, witness in finding.examples),
        )


def _make_example(is_lost: bool, witness: Witness, review: Review) -> Example:
    excerpt = list_lines(witness, review.witness)
    whole = list_lines(witness, "full") if review.witness == "difference" else ()
    return Example(is_lost, witness, excerpt, () if whole == excerpt else whole)


def _number_lines(location: Location | None) -> Iterator[SourceLine]:
    if location is not None:
        texts = textwrap.dedent("\n".join(location.excerpt)).split("\n")
        for number, text in enumerate(texts, location.first):
            yield SourceLine(number, text, number == location.line)


def _count_impact(impact: Impact | None) -> dict[str, int] | None:
    if impact is None:
        return None
    return {
        "would be refused": impact.count("refused"),
        "would be accepted": impact.count("accepted"),
        "stay valid": impact.count("valid"),
        "stay invalid": impact.count("invalid"),
        "match no message of these schemas": impact.count("unknown"),
    }
