"""Every way in which a content model refuses sequences of children that another accepts, each reported once.

A shortest sequence that separates two models shows one way. The wide model is then relaxed just far enough to accept
the sequence, and compared again, until nothing separates the models. So a removed element does not hide
that another is now required, nor a change further down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, Literal

from schemapress.inclusion.content import Possible, compare_models
from schemapress.inclusion.model_comparison import Meeting
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import Declaration, ModelNode, choice_node
from schemapress_runtime.xsd.wildcard import Wildcard

Cause = Literal["unknown", "undeclared", "missing", "repeated", "order"]
"""Why `wide` refuses a sequence: a child that it never allows; a child that only a wildcard of `narrow` allows; a
required child that is absent; a child that occurs too often; or a known child at a place where it may not appear."""


@dataclass(frozen=True, slots=True)
class Separation:
    """A sequence that `narrow` accepts and `wide` refuses, the cause, and the child at which it refuses it."""

    cause: Cause
    tag: str
    tags: tuple[str, ...]

    @property
    def child(self) -> str:
        """The child that the cause is about; empty if it is about the whole sequence, or about any name."""
        return "" if self.cause in ("undeclared", "order") else self.tag


@dataclass(frozen=True, slots=True)
class Separations(Generic[Declaration]):
    """Everything that separates two models, and each pair of declarations that one child can have."""

    differences: tuple[Separation, ...]
    meetings: tuple[Meeting[Declaration], ...]


def find_separations(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: Collection[str] = (),
    possible: Possible[Declaration] | None = None,
) -> Separations[Declaration]:
    """Return the differences of the sequences of `narrow` from those of `wide`; the arguments are `compare_models`'.

    Raises:
        GiveUp: there are too many pairs of states.
    """
    differences: dict[tuple[Cause, str], Separation] = {}
    times: dict[tuple[Cause, str], int] = {}
    meetings: dict[tuple[str, int, int], Meeting[Declaration]] = {}
    passed_over: set[str] = set()
    relaxed, is_loosest = wide, False
    while True:
        comparison = compare_models(narrow, relaxed, names, possible=possible, passed_over=passed_over)
        for meeting in comparison.meetings:
            meetings.setdefault((meeting.tag, id(meeting.narrow), id(meeting.wide)), meeting)
        tags = comparison.separating
        if tags is None:
            return Separations(tuple(differences.values()), tuple(meetings.values()))
        cause, tag = _find_cause(narrow, relaxed, passed_over, tags)
        if cause != "missing" or not _is_replaced(tag, narrow, passed_over, tags):
            differences.setdefault((cause, "" if cause == "undeclared" else tag), Separation(cause, tag, tags))
        level = times[cause, tag] = times.get((cause, tag), -1) + 1
        if cause in ("unknown", "undeclared"):
            passed_over.add(tag)
            continue
        looser = _relax(relaxed.root, tag, cause, level) if cause != "order" else None
        if looser is None and is_loosest:
            return Separations(tuple(differences.values()), tuple(meetings.values()))
        is_loosest = looser is None
        relaxed = ContentModel(_relax_fully(relaxed.root) if looser is None else looser)


def _find_cause(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    passed_over: Collection[str],
    tags: tuple[str, ...],
) -> tuple[Cause, str]:
    """Return why `wide` refuses a sequence that `narrow` accepts, and at which child."""
    state, governing = wide.start, narrow.start
    for position, tag in enumerate(tags):
        own = governing[tag]
        assert own is not None
        governing = own[0]
        step = state[tag]
        if step is not None:
            state = step[0]
            continue
        if tag in passed_over:
            continue
        if tag not in wide.declared and not any(leaf.admits_tag(tag) for leaf in wide.root.leaves()):
            return ("undeclared" if isinstance(own[1], Wildcard) else "unknown"), tag
        missing = wide.path(state, tag)
        if missing and not set(tags[position + 1 :]) & {other for _, other in missing}:
            return "missing", missing[0][1]
        return ("repeated" if tag in tags[:position] and missing is None else "order"), tag
    missing = wide.path(state, None)
    return ("missing", missing[0][1]) if missing else ("order", tags[-1] if tags else "")


def _is_replaced(
    missing: str, narrow: ContentModel[Declaration], passed_over: Collection[str], tags: tuple[str, ...]
) -> bool:
    """Whether `narrow` accepts the missing child in the place of another that `wide` no longer knows.

    The missing child is then no difference of its own.
    """
    state = narrow.start
    for tag in tags:
        if tag in passed_over and missing in state.options:
            return True
        step = state[tag]
        assert step is not None
        state = step[0]
    return False


def _relax(root: ModelNode[Declaration], tag: str, cause: Cause, level: int) -> ModelNode[Declaration] | None:
    """Return the particle with the leaves of a tag, or the groups so many levels above, optional or unbounded."""
    changed = False

    def copy(particle: ModelNode[Declaration]) -> tuple[ModelNode[Declaration], int | None]:
        nonlocal changed
        copies = [copy(child) for child in particle.children]
        distances = [distance + 1 for _, distance in copies if distance is not None]
        distance = 0 if tag in particle.declarations else min(distances, default=None)
        minimum, maximum = particle.minimum, particle.maximum
        if distance == level:
            minimum = 0 if cause == "missing" else minimum
            maximum = None if cause == "repeated" and particle.kind != "all" else maximum
            changed = changed or (minimum, maximum) != (particle.minimum, particle.maximum)
        return _replace(particle, minimum, maximum, tuple(child for child, _ in copies)), distance

    looser, _ = copy(root)
    return looser if changed else None


def _relax_fully(root: ModelNode[Declaration]) -> ModelNode[Declaration]:
    """Return a particle that accepts the children of another in any order and number."""
    return choice_node(*(_replace(leaf, 1, 1, ()) for leaf in root.leaves()), minimum=0, maximum=None)


def _replace(
    particle: ModelNode[Declaration], minimum: int, maximum: int | None, children: tuple[ModelNode[Declaration], ...]
) -> ModelNode[Declaration]:
    return ModelNode(particle.kind, minimum, maximum, children, particle.declarations, particle.admits)
