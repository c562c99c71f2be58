"""One capture: a page, and what was decided before, to an XSD and the decisions on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError

from .captured import Captured
from .decisions import Answered, Decisions, Source, decide, page_text
from .endpoint import Page, Unread
from .message import read_message
from .plan import plan_schema
from .question import Decision
from .questions import ask
from .words import words
from .xsd import write_xsd

Asked = Callable[[Decision], Decision]
"""Asks a person about a decision that the default made; returns it, answered or not."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a page became: the XSD, the part of `decisions.toml`, and what is to be said of it.

    `fields` is how many fields the page lists, every one of which is in the XSD or in a question.
    """

    source: Source
    xsd: str
    decisions: tuple[Decision, ...]
    text: str
    unread: tuple[Unread, ...]
    fields: int

    @property
    def open(self) -> tuple[Decision, ...]:
        """The decisions that nobody made but the default."""
        return tuple(decision for decision in self.decisions if decision.answered_by == "default")


def digest(data: bytes) -> str:
    """Return the digest of a page, as provenance has it."""
    return hashlib.sha256(data).hexdigest()


def schema_name(page: Page) -> str:
    """Return the name of the XSD that a page becomes: that of its operation, with hyphens."""
    return "-".join(word.lower() for word in words(Captured(page.endpoint, ()).operation)) + ".xsd"


def capture(
    page: Page,
    source: Source,
    known: Decisions | None,
    profile: Mapping[str, str],
    asked: Asked = lambda decision: decision,
) -> Capture:
    """Return what a page becomes.

    `known` are the decisions that were made before; their date stays as long as the page is the same.

    Raises:
        SchemapressError: a field has a name that no element can have, or an answer is no candidate.
    """
    endpoint = page.endpoint
    captured = Captured(endpoint, tuple(map(read_message, endpoint.bodies)))
    answers: Mapping[str, Answered] = {} if known is None else known.answers
    type_names: Mapping[str, str] = {} if known is None else known.type_names
    if known is not None and known.source.sha256 == source.sha256:
        source = replace(source, date=known.source.date)
    decided = decide(ask(captured), answers, profile, source.page)
    decisions = tuple(asked(decision) if decision.answered_by == "default" else decision for decision in decided)
    plan = plan_schema(captured, decisions, type_names)
    _account_for(captured, plan.placed, decisions)
    provenance = [("page", source.page), ("sha256", source.sha256), ("date", source.date)]
    text = page_text(source, decisions, type_names)
    fields = sum(len(body.fields) for body in endpoint.bodies)
    return Capture(source, write_xsd(plan.file, provenance), decisions, text, page.unread, fields)


def _account_for(captured: Captured, placed: frozenset[str], decisions: tuple[Decision, ...]) -> None:
    """Check that every field of the page is in the XSD or in a question.

    Raises:
        SchemapressError: some are in neither.
    """
    asked = {field for decision in decisions for field in decision.question.fields}
    for message, element in captured.elements():
        label = captured.label(message, element)
        if label not in placed and label not in asked:
            message_ = f"The field `{label}` is neither in the XSD nor in a question."
            raise SchemapressError(message_, place=str(element.field.place), hint="Please report this page.")


def safe_name(name: str) -> str:
    """Return the name of a file that a page is kept under."""
    return re.sub(r"[^\w.\-]+", "-", name)
