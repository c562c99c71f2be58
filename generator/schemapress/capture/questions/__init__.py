"""Every kind of question that a page can leave open, a module each.

A kind has a function that takes what was captured and yields its questions; `KINDS` has them in the order in which
they are asked. A package can add kinds of its own by the entry point group `schemapress.questions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points

from ..captured import Captured
from ..question import Question
from . import (
    any_value,
    array,
    direction,
    duplicate,
    emptiness,
    enumeration,
    idempotency,
    made_parent,
    namespace,
    nullable,
    order,
    presence,
    response,
    root,
    security,
    timestamp,
    unknown_object,
)

Ask = Callable[[Captured], Iterator[Question]]

KINDS: tuple[Ask, ...] = (
    root.ask,
    namespace.ask,
    order.ask,
    made_parent.ask,
    duplicate.ask,
    array.ask,
    timestamp.ask,
    emptiness.ask,
    presence.ask,
    nullable.ask,
    unknown_object.ask,
    any_value.ask,
    enumeration.ask,
    response.ask,
    direction.ask,
    idempotency.ask,
    security.ask,
)

NAMES = (
    *("root", "namespace", "order", "parent", "duplicate", "array", "timestamp", "empty", "presence", "null"),
    *("unknown-object", "any", "enumeration", "response", "direction", "idempotency", "security", "one-of"),
)
"""How the keys of questions begin, before the colon; a profile answers all of a kind by it."""

GROUP = "schemapress.questions"
"""The entry point group by which packages add kinds of questions."""


def ask(captured: Captured) -> list[Question]:
    """Return all questions that a page leaves open."""
    added: list[Ask] = [point.load() for point in entry_points(group=GROUP)]
    return [question for kind in (*KINDS, *added) for question in kind(captured)]
