"""Every way in which a content model refuses sequences of children that another one accepts, each told once.

A shortest sequence that separates two models shows one way. That way is then forgiven: the wide model is loosened just
so far that it takes the sequence, and the models are compared again, until nothing separates them. So a removed
element does not hide that another one is now required, nor what has changed further down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, Literal

from schemapress.diff.inclusion.content import Possible, compare
from schemapress.diff.inclusion.meeting import Declaration, Meeting
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.particle import Particle, choice
from schemapress_runtime.xsd.wildcard import Wildcard

Cause = Literal["unknown", "undeclared", "missing", "repeated", "order"]
"""Why `wide` refuses a sequence: a child that it has nowhere; one that only a wildcard of `narrow` admits; one that is
not there and has to be; one that comes too often; or one that is known, but may not stand where it does."""


@dataclass(frozen=True, slots=True)
class Separation:
    """A sequence that `narrow` accepts and `wide` refuses: why, and which child it is about."""

    cause: Cause
    tag: str
    sequence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Separations(Generic[Declaration]):
    """All that separates two models, and each pair of declarations that one child can have."""

    found: tuple[Separation, ...]
    meetings: tuple[Meeting[Declaration], ...]


def separations(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: Collection[str] = (),
    possible: Possible[Declaration] | None = None,
) -> Separations[Declaration]:
    """Return what separates the sequences of `narrow` from those of `wide`; takes what `content.compare` takes.

    Raises:
        Undecided: there are too many pairs of states.
    """
    found: dict[tuple[Cause, str], Separation] = {}
    times: dict[tuple[Cause, str], int] = {}
    meetings: dict[tuple[str, int, int], Meeting[Declaration]] = {}
    passed_over: set[str] = set()
    current, is_loosest = wide, False
    while True:
        comparison = compare(narrow, current, names, possible=possible, passed_over=passed_over)
        for meeting in comparison.meetings:
            meetings.setdefault((meeting.tag, id(meeting.narrow), id(meeting.wide)), meeting)
        sequence = comparison.separating
        if sequence is None:
            return Separations(tuple(found.values()), tuple(meetings.values()))
        cause, tag = _cause(narrow, current, passed_over, sequence)
        if cause != "missing" or not _is_replaced(tag, narrow, passed_over, sequence):
            found.setdefault((cause, "" if cause == "undeclared" else tag), Separation(cause, tag, sequence))
        level = times[cause, tag] = times.get((cause, tag), -1) + 1
        if cause in ("unknown", "undeclared"):
            passed_over.add(tag)
            continue
        looser = _forgiving(current.root, tag, cause, level) if cause != "order" else None
        if looser is None and is_loosest:
            return Separations(tuple(found.values()), tuple(meetings.values()))
        is_loosest = looser is None
        current = ContentModel(_loosest(current.root) if looser is None else looser)


def _cause(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    passed_over: Collection[str],
    sequence: tuple[str, ...],
) -> tuple[Cause, str]:
    """Return why `wide` refuses a sequence that `narrow` accepts."""
    state, governing = wide.start, narrow.start
    for position, tag in enumerate(sequence):
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
        if missing and not set(sequence[position + 1 :]) & {other for _, other in missing}:
            return "missing", missing[0][1]
        return ("repeated" if tag in sequence[:position] and missing is None else "order"), tag
    missing = wide.path(state, None)
    return ("missing", missing[0][1]) if missing else ("order", sequence[-1] if sequence else "")


def _is_replaced(
    missing: str, narrow: ContentModel[Declaration], passed_over: Collection[str], sequence: tuple[str, ...]
) -> bool:
    """Whether a child stands where `narrow` takes the missing one as well, and `wide` does not know it any more.

    Then that the other one is missing says nothing more.
    """
    state = narrow.start
    for tag in sequence:
        if tag in passed_over and missing in state.options:
            return True
        step = state[tag]
        assert step is not None
        state = step[0]
    return False


def _forgiving(root: Particle[Declaration], tag: str, cause: Cause, level: int) -> Particle[Declaration] | None:
    """Return the particle with the leaves of a tag, or what is so many levels above them, optional or unbounded."""
    changed = False

    def copy(particle: Particle[Declaration]) -> tuple[Particle[Declaration], int | None]:
        nonlocal changed
        copies = [copy(child) for child in particle.children]
        distances = [distance + 1 for _, distance in copies if distance is not None]
        distance = 0 if tag in particle.declarations else min(distances, default=None)
        minimum, maximum = particle.minimum, particle.maximum
        if distance == level:
            minimum = 0 if cause == "missing" else minimum
            maximum = None if cause == "repeated" and particle.kind != "all" else maximum
            changed = changed or (minimum, maximum) != (particle.minimum, particle.maximum)
        return _with(particle, minimum, maximum, tuple(child for child, _ in copies)), distance

    looser, _ = copy(root)
    return looser if changed else None


def _loosest(root: Particle[Declaration]) -> Particle[Declaration]:
    """Return a particle that takes the children which another one has, in any order and any number."""
    return choice(*(_with(leaf, 1, 1, ()) for leaf in root.leaves()), minimum=0, maximum=None)


def _with(
    particle: Particle[Declaration], minimum: int, maximum: int | None, children: tuple[Particle[Declaration], ...]
) -> Particle[Declaration]:
    return Particle(particle.kind, minimum, maximum, children, particle.declarations, particle.admits)
