"""Two versions of a schema, compared message by message, and direction by direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemapress.compiled import validator_of
from schemapress.diff.inclusion import Answer, Inclusion
from schemapress.runtime.problem import Problem
from schemapress.runtime.validator import Validator
from schemapress.schema.load import load
from schemapress.schema.model import Direction, Schema

Verdict = Literal["breaking", "undecided", "compatible", "same"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A document that one version accepts and the other refuses, and the first rule that it breaks there."""

    document: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one message.

    `refused` were valid by the old version, and are not by the new one; `accepted` the other way round.
    `undecided` names the pairs of constructs that are out of reach. `direction` is None where no endpoint says.
    """

    message: str
    direction: Direction | None
    refused: tuple[Witness, ...]
    accepted: tuple[Witness, ...]
    undecided: tuple[str, ...]

    def verdict(self, direction: Direction) -> Verdict:
        """Return what the change is for one who receives the message, or who sends it.

        Who receives it has to go on accepting what was valid; what is sent has to have been valid before.
        """
        if self.refused if direction == "receive" else self.accepted:
            return "breaking"
        if self.undecided:
            return "undecided"
        return "compatible" if self.refused or self.accepted else "same"

    def verdicts(self) -> dict[Direction, Verdict]:
        """Return the verdict for the direction of the message; for both where no endpoint says."""
        directions: tuple[Direction, ...] = ("receive", "send") if self.direction is None else (self.direction,)
        return {direction: self.verdict(direction) for direction in directions}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes of the messages that both versions have, and the names of those that only one has."""

    changes: tuple[Change, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict on any message; one that is gone is breaking, a new one compatible."""
        found: set[Verdict] = {verdict for change in self.changes for verdict in change.verdicts().values()}
        if self.removed:
            found.add("breaking")
        if self.added:
            found.add("compatible")
        return frozenset(found)

    @property
    def is_safe(self) -> bool:
        """Whether all that was said about the messages still holds, for certain."""
        return self.verdicts <= {"compatible", "same"}

    @property
    def is_same(self) -> bool:
        """Whether not one document changes, for certain."""
        return self.verdicts <= {"same"}


def compare(old: Sequence[Path], new: Sequence[Path], direction: Direction | None = None) -> Comparison:
    """Compare the files of two versions of a schema; `direction` overrules the one that the endpoints say.

    Raises:
        SchemapressError: a file is missing, is no XSD, or a schema is invalid.
    """
    before, after = load(tuple(old)), load(tuple(new))
    one, other = validator_of(before), validator_of(after)
    both = [name for name in before.documents if name in after.elements]
    lost, gained = Inclusion(one, other), Inclusion(other, one)
    directions = {**_directions(before), **_directions(after)}
    return Comparison(
        tuple(_change(name, direction or directions.get(name), lost, gained) for name in both),
        removed=tuple(name for name in before.documents if name not in after.elements),
        added=tuple(name for name in after.documents if name not in before.elements),
    )


def _change(name: str, direction: Direction | None, lost: Inclusion, gained: Inclusion) -> Change:
    refused, accepted = lost.of(name), gained.of(name)
    return Change(
        name,
        direction,
        tuple(_witnesses(refused, lost.wide_validator)),
        tuple(_witnesses(accepted, gained.wide_validator)),
        tuple(dict.fromkeys((*refused.undecided, *accepted.undecided))),
    )


def _witnesses(answer: Answer, refusing: Validator) -> Iterator[Witness]:
    """Yield the witnesses; of those that break the same rule at the same path, the first."""
    seen: set[tuple[str, str]] = set()
    for data in answer.witnesses:
        problem = refusing.validate(data).problems[0]
        if (problem.path, problem.code) not in seen:
            seen.add((problem.path, problem.code))
            yield Witness(data.decode(), problem)


def _directions(schema: Schema) -> dict[str, Direction]:
    """Return the direction of each message that an endpoint names: an answer goes the other way than its request."""
    found: dict[str, Direction] = {}
    for endpoint in schema.endpoints:
        found[endpoint.request] = endpoint.direction
        for response in endpoint.responses:
            if response.element is not None:
                found.setdefault(response.element, "send" if endpoint.direction == "receive" else "receive")
    return found
