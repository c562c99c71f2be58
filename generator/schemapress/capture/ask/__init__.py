"""The questions that a page can leave open, one module per kind.

A kind has a `KEY`, with which the keys of its questions in decisions.toml begin, a function `ask`, which yields its
questions about an endpoint, and functions that say what an answer means, which `plan` calls. `QUESTION_KINDS` has the
functions in the order in which the questions are asked. A package can add kinds by the entry point group
`schemapress.questions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points

from . import (
    any_value,
    array,
    direction,
    duplicate,
    empty,
    enumeration,
    idempotency,
    namespace,
    null,
    one_of,
    order,
    ordering,
    parent,
    presence,
    response,
    root,
    security,
    sender,
    timestamp,
    unknown_object,
)
from .captured import CapturedEndpoint
from .question import Question

Ask = Callable[[CapturedEndpoint], Iterator[Question]]

QUESTION_KINDS: tuple[Ask, ...] = (
    root.ask,
    namespace.ask,
    order.ask,
    parent.ask,
    duplicate.ask,
    array.ask,
    timestamp.ask,
    empty.ask,
    presence.ask,
    null.ask,
    unknown_object.ask,
    any_value.ask,
    enumeration.ask,
    response.ask,
    direction.ask,
    idempotency.ask,
    ordering.ask,
    sender.ask,
    security.ask,
)

KEYS = (
    *(root.KEY, namespace.KEY, order.KEY, parent.KEY, duplicate.KEY, array.KEY, timestamp.KEY, empty.KEY, presence.KEY),
    *(null.KEY, unknown_object.KEY, any_value.KEY, enumeration.KEY, response.KEY, direction.KEY, idempotency.KEY),
    *(ordering.KEY, sender.KEY, security.KEY, one_of.KEY),
)
"""The keys of all kinds; the key of a question is one of them, or begins with one and a colon."""

GROUP = "schemapress.questions"
"""The entry point group by which packages add kinds of questions."""


def ask(captured: CapturedEndpoint) -> list[Question]:
    """Return all questions that a page leaves open."""
    added: list[Ask] = [point.load() for point in entry_points(group=GROUP)]
    return [question for kind in (*QUESTION_KINDS, *added) for question in kind(captured)]
