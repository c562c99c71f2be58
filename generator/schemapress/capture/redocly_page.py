"""A Redocly page as the draft of an XSD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from schemapress.limits import DEFAULT_LIMITS, SourceLimits

from .captured import Captured
from .draft import Draft, Written
from .message import read_message
from .plan import plan_schema
from .question import Decision
from .questions import ask
from .redocly import read_redocly
from .words import hyphenated


def accepts(_: str) -> bool:
    """Whether a text may be a Redocly page: any may, and the reader says what is missing."""
    return True


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return the one draft that a page gives.

    Raises:
        SchemapressError: this is no such page, or a field has a name that no element can have.
    """
    page = read_redocly(text, path.name, limits)
    captured = Captured(page.endpoint, tuple(map(read_message, page.endpoint.bodies)))

    def finish(decisions: Iterable[Decision], type_names: Mapping[str, str]) -> Written:
        plan = plan_schema(captured, decisions, type_names)
        return Written(plan.file, plan.placed)

    return [
        Draft(
            f"{hyphenated(captured.operation)}.xsd",
            tuple(ask(captured)),
            finish,
            page.unread,
            tuple(captured.label(message, element) for message, element in captured.elements()),
            sum(len(body.fields) for body in page.endpoint.bodies),
            {captured.label(message, element): str(element.field.place) for message, element in captured.elements()},
        )
    ]
