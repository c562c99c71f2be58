"""A review as one self-contained page: versions side by side, filters, and each document with its line marked."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemapress import __version__
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Location
from schemapress.diff.impact import Impact
from schemapress.diff.review import Review
from schemapress_runtime.names import local_name

_TEMPLATES = Path(__file__).parent / "templates"
_ORDER = ("breaking", "undecided", "compatible", "informative", "accepted")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a document or a schema; `is_marked` highlights the line of the finding."""

    number: int
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class _Card:
    """A finding on the page."""

    finding: Finding
    severity: str
    old: tuple[_Line, ...]
    new: tuple[_Line, ...]
    document: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """The verdict on one message in one direction."""

    message: str
    direction: str
    verdict: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One API: its verdicts, and its findings, the most severe first."""

    name: str
    old: str | None
    new: str | None
    rows: tuple[_Row, ...]
    cards: tuple[_Card, ...]


def render(review: Review) -> str:
    """Return the page."""
    sections = [_make_section(comparison) for comparison in review.comparisons]
    severities = [card.severity for section in sections for card in section.cards]
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True)
    environment.trim_blocks = environment.lstrip_blocks = environment.keep_trailing_newline = True
    return environment.get_template("review.html.jinja").render(
        sections=sections,
        counts=[(severity, severities.count(severity)) for severity in _ORDER if severity in severities],
        kinds=list(dict.fromkeys(card.finding.rule.kind for section in sections for card in section.cards)),
        review=review,
        level=review.describe_level(lambda level: f"<strong>{level}</strong>"),
        impact=_count_impact(review.impact),
        version=__version__,
    )


def _make_section(comparison: Comparison) -> _Section:
    rows = tuple(
        _Row(local_name(message.name), direction, verdict)
        for message in comparison.messages
        for direction, verdict in message.find_effects().items()
    )
    cards = [_make_card(finding) for finding in comparison.findings]
    cards.sort(key=lambda card: _ORDER.index(card.severity))
    return _Section(comparison.name, comparison.old, comparison.new, rows, tuple(cards))


def _make_card(finding: Finding) -> _Card:
    witness = finding.witness
    document = () if witness is None else _number_lines(1, witness.document.splitlines(), witness.problem.line)
    return _Card(
        finding, finding.standing, _make_excerpt(finding.old_place), _make_excerpt(finding.new_place), document
    )


def _make_excerpt(location: Location | None) -> tuple[_Line, ...]:
    if location is None:
        return ()
    return _number_lines(location.first, textwrap.dedent("\n".join(location.excerpt)).split("\n"), location.line)


def _number_lines(first: int, texts: list[str], marked: int | None) -> tuple[_Line, ...]:
    return tuple(_Line(number, text, number == marked) for number, text in enumerate(texts, first))


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
