"""An element that the whole document has to know of: for its identifiers, or the keys that constraints select."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..xsd.components import UNCHECKED
from .constraint_plan import AttributeReader, ConstraintPlan, ConstraintPlans
from .identity import KeySequence
from .opened_element import Identified, OpenedElement
from .path_automaton import PathState

_KEPT_OUTCOMES = 16
"""Outcomes that one start tag remembers: there is one for each scope around, and each way down to it."""


class Outcome(NamedTuple):
    """What a start tag means for one scope around it, whose selectors are in a known state around the element.

    `additions` are the constraints that select the element with the key sequences that it adds; `others` are those of
    which the start tag alone does not say. `inside` is the state of the selectors inside of the element, and `goes_on`
    says whether it is another one than further inside of the element around.
    """

    additions: tuple[tuple[ConstraintPlan, KeySequence], ...]
    others: tuple[ConstraintPlan, ...]
    inside: PathState[ConstraintPlan] | None
    goes_on: bool


class NotedElement:
    """An element as its start tag has it: it is the same each time that the tag comes."""

    __slots__ = ("attributes", "has_scope", "identify", "is_skipped", "opened", "outcomes")

    def __init__(
        self,
        opened: OpenedElement,
        attributes: Mapping[str, str],
        identify: Callable[[str], Identified] | None = None,
    ) -> None:
        """Take the element, its attributes, and what lists the identifiers in them and in its text."""
        self.opened = opened
        self.attributes = attributes
        self.identify = identify
        self.has_scope = bool(opened.declaration.constraints)
        self.is_skipped = opened.type is UNCHECKED
        self.outcomes: dict[PathState[ConstraintPlan], Outcome] = {}
        """What `follow` returned, for a look-up without a call."""

    def follow(self, state: PathState[ConstraintPlan], plans: ConstraintPlans) -> Outcome:
        """Return the outcome of the start tag inside of an element where the selectors of a scope are in a state."""
        inside, arrived = state.step(self.opened.declaration.name)
        additions, others = [], []
        keys: dict[tuple[str | None, ...], KeySequence | None] = {}
        for plan in arrived:
            names = plan.simple_fields
            reader = None if names is None else plans.reader(self.opened.type, names)
            if names is None or reader is None:
                others.append(plan)
                continue
            if names not in keys:
                keys[names] = _read_key(reader, self.attributes)
            key = keys[names]
            if key is not None:
                additions.append((plan, key))
            elif plan.kind == "key":  # which may not be absent
                others.append(plan)
        outcome = Outcome(tuple(additions), tuple(others), inside, inside is not state.deep)
        if len(self.outcomes) < _KEPT_OUTCOMES:
            self.outcomes[state] = outcome
        return outcome


def _read_key(reader: AttributeReader, attributes: Mapping[str, str]) -> KeySequence | None:
    """Return the key sequence of attributes; None where one is absent and has no default."""
    values = []
    for name, absent, make in reader:
        text = attributes.get(name)
        value = absent if text is None else make(text)
        if value is None:
            return None
        values.append(value)
    return tuple(values)
