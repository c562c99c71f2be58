"""What changed of the documents of each message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from schemapress.diff.confirmation import Confirmation
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.inclusion.difference.pair import Difference, Pair
from schemapress.diff.inclusion.documents import Answer, Counterexample, Inclusion
from schemapress.diff.place import place_of
from schemapress.diff.rule import Side
from schemapress.diff.rules import ASPECTS, message, undecided
from schemapress.diff.versions.version import Version
from schemapress.load.schema import Direction, Schema
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.xsd.names import local_name, namespace_of

Thing = TypeVar("Thing")

Verdict = Literal["breaking", "undecided", "compatible", "same"]


@dataclass(frozen=True, slots=True)
class Message:
    """What changed of the documents of one message; `direction` is None where no endpoint says."""

    name: str
    direction: Direction | None
    findings: tuple[Finding, ...]

    def verdict(self, direction: Direction) -> Verdict:
        """Return what the change is for one who receives the message, or who sends it.

        Who receives it has to go on accepting what was valid; what is sent has to have been valid before. What
        was accepted by name is compatible.
        """
        concerned = {one.rule.severity for one in self.findings if one.direction in (direction, None) and one.counts}
        if "breaking" in concerned:
            return "breaking"
        if "undecided" in concerned:
            return "undecided"
        return "compatible" if self.findings else "same"

    def verdicts(self) -> dict[Direction, Verdict]:
        """Return the verdict for the direction of the message; for both where no endpoint says."""
        concerned: tuple[Direction, ...] = ("receive", "send") if self.direction is None else (self.direction,)
        return {direction: self.verdict(direction) for direction in concerned}


def removed(name: str, old: Version, direction: Direction | None) -> Message:
    """Return the message that only the old version has; it breaks those who receive it."""
    rule, place = message.REMOVED, old.place(old.schema.documents[name].place)
    severity = "compatible" if direction == "send" else rule.severity
    said = f"The message {local_name(name)} is gone."
    path = f"/{local_name(name)}"
    return Message(name, direction, (Finding(rule, severity, path, said, "declared", "", "receive", old_place=place),))


def added(name: str, new: Version, direction: Direction | None) -> Message:
    """Return the message that only the new version has."""
    rule, place = message.ADDED, new.place(new.schema.documents[name].place)
    said = f"The message {local_name(name)} is new."
    finding = Finding(rule, rule.severity, f"/{local_name(name)}", said, "", "declared", new_place=place)
    return Message(name, direction, (finding,))


class Messages:
    """Compares the messages of two versions."""

    def __init__(self, old: Version, new: Version, direction: Direction | None) -> None:
        self._old, self._new = old, new
        self._direction = direction
        self._directions = {**directions(old.schema), **directions(new.schema)}
        self._lost, self._gained = (Inclusion(*pair) for pair in _both_ways(old.validator, new.validator))
        self._confirm_lost, self._confirm_gained = (Confirmation(*pair) for pair in _both_ways(old, new))
        self._prefixes = {**new.schema.prefixes, **old.schema.prefixes}

    def compared(self) -> Iterator[Message]:
        """Yield the messages of both versions, then those that only one of them has."""
        before, after = self._old.schema, self._new.schema
        for name in before.documents:
            direction = self._direction or self._directions.get(name)
            if name not in after.elements:
                yield removed(name, self._old, direction)
                continue
            lost = self._findings(self._lost.of(name), "receive", direction)
            gained = self._findings(self._gained.of(name), "send", direction)
            yield Message(name, direction, (*lost, *gained))
        for name in after.documents:
            if name not in before.elements:
                yield added(name, self._new, self._direction or self._directions.get(name))

    def _findings(self, answer: Answer, breaks: Direction, direction: Direction | None) -> Iterator[Finding]:
        """Yield the findings of an answer; `breaks` is the direction that they break."""
        concerns = direction in (breaks, None)
        seen: set[str] = set()
        for witness in answer.witnesses:
            finding = self._finding(witness, breaks, concerns)
            if finding.fingerprint not in seen:
                seen.add(finding.fingerprint)
                yield finding
        for unknown in answer.undecided:
            pair, rule = unknown.pair, undecided.RULE
            old, new = (pair.narrow, pair.wide) if breaks == "receive" else (pair.wide, pair.narrow)
            yield Finding(
                rule,
                rule.severity if concerns else "compatible",
                self._path(pair),
                f"Not decided: {unknown.reason}.",
                unknown.reason,
                "",
                breaks,
                self._old.place(None if old is None else old.place),
                self._new.place(None if new is None else new.place),
            )

    def _finding(self, witness: Counterexample, breaks: Direction, concerns: bool) -> Finding:
        difference, is_lost = witness.difference, breaks == "receive"
        pair, subject = difference.pair, difference.subject
        aspect = ASPECTS[difference.aspect]
        narrow = Side(
            self._side(is_lost).declarations, pair.narrow, pair.narrow_type, subject, difference.is_of_attribute
        )
        wide = Side(
            self._side(not is_lost).declarations, pair.wide, pair.wide_type, subject, difference.is_of_attribute
        )
        old, new = (narrow, wide) if is_lost else (wide, narrow)
        judges = (self._confirm_lost if is_lost else self._confirm_gained).of(witness.document)
        rule = aspect.narrowed if is_lost else aspect.widened
        return Finding(
            rule,
            rule.severity if concerns else "compatible",
            self._path(pair, difference),
            witness.problem.message,
            aspect.shown(old, new),
            aspect.shown(new, old),
            breaks,
            self._old.place(place_of(old, difference.aspect, witness.problem.value)),
            self._new.place(place_of(new, difference.aspect, witness.problem.value)),
            Witness(witness.document.decode(), witness.problem, judges),
            witness.elsewhere,
        )

    def _side(self, is_old: bool) -> Validator:
        return self._old.validator if is_old else self._new.validator

    def _path(self, pair: Pair, difference: Difference | None = None) -> str:
        """Return the path of what a pair, or one difference of it, is about: elements, and at the end an attribute."""
        steps = [self._name(tag) for tag in pair.tags]
        if difference is not None and difference.subject:
            mark = "@" if difference.is_of_attribute else "xsi:type=" if difference.aspect == "derived-type" else ""
            steps.append(mark + self._name(difference.subject))
        return "/" + "/".join(steps)

    def _name(self, tag: str) -> str:
        prefix = self._prefixes.get(namespace_of(tag), "")
        return f"{prefix}:{local_name(tag)}" if prefix and namespace_of(tag) else local_name(tag)


def _both_ways(one: Thing, other: Thing) -> tuple[tuple[Thing, Thing], tuple[Thing, Thing]]:
    return (one, other), (other, one)


def directions(schema: Schema) -> dict[str, Direction]:
    """Return the direction of each message that an endpoint names: an answer goes the other way than its request."""
    found: dict[str, Direction] = {}
    for endpoint in schema.endpoints:
        found[endpoint.request] = endpoint.direction
        for response in endpoint.responses:
            if response.element is not None:
                found.setdefault(response.element, "send" if endpoint.direction == "receive" else "receive")
    return found
