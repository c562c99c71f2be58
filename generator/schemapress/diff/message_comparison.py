"""The comparison of the documents of each message."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from schemapress.diff.aspects import rename
from schemapress.diff.aspects.aspect import Difference, Side
from schemapress.diff.confirmation import Confirmation
from schemapress.diff.declarations.document_inclusion import DocumentInclusion, UndecidedPair
from schemapress.diff.declarations.witness import Counterexample
from schemapress.diff.difference_lifecycle import find_lifecycle
from schemapress.diff.difference_place import place_of
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule, Severity, narrowing_rule
from schemapress.inclusion.pair import Pair
from schemapress.load.schema import Direction, Schema
from schemapress_runtime.names import local_name, namespace_of

MESSAGE_REMOVED = narrowing_rule(
    "message-removed",
    "A message is no longer declared, so no document of it is valid.",
    "Keep its declaration until nobody sends it.",
)
MESSAGE_ADDED = Rule("message-added", "documents", "compatible", "A message is declared that was not declared before.")
UNDECIDED = Rule(
    "undecided",
    "documents",
    "undecided",
    "The comparison could not decide a pair of constructs. It reports the pair, and never assumes that it is safe.",
)

UNDECIDED_FOR_UNDECLARED = Rule(
    "undecided-for-undeclared",
    "documents",
    "off",
    "The comparison could not decide what a change does to elements that are declared nowhere, under a lax wildcard.",
)

_LOG = logging.getLogger(__name__)

_WAYS: tuple[Direction, Direction] = ("receive", "send")

_Item = TypeVar("_Item")

Effect = Literal["breaking", "undecided", "compatible", "same"]
"""What a change does to those on one side of a message."""


@dataclass(frozen=True, slots=True)
class MessageComparison:
    """The findings about the documents of one message; `direction` is None if no endpoint gives it."""

    name: str
    direction: Direction | None
    findings: tuple[Finding, ...]

    def with_first(self, findings: Iterable[Finding]) -> MessageComparison:
        """Return the comparison with further findings, before the others."""
        return replace(self, findings=(*findings, *self.findings))

    def find_effect(self, direction: Direction) -> Effect:
        """Return the effect of the change on those who receive the message, or on those who send it.

        A receiver must still accept every document that was valid; a sender's documents must have been valid before.
        An accepted finding is compatible.
        """
        severities = {
            finding.rule.severity
            for finding in self.findings
            if finding.direction in (direction, None) and finding.counts
        }
        if "breaking" in severities:
            return "breaking"
        if "undecided" in severities:
            return "undecided"
        return "compatible" if self.findings else "same"

    def find_effects(self) -> dict[Direction, Effect]:
        """Return the effect for the direction of the message; for both if no endpoint gives it."""
        directions: tuple[Direction, ...] = ("receive", "send") if self.direction is None else (self.direction,)
        return {direction: self.find_effect(direction) for direction in directions}


def removed_message(name: str, old: Version, direction: Direction | None) -> MessageComparison:
    """Return the message that only the old version has; it breaks those who receive it."""
    root, place = local_name(name), old.place(old.schema.documents[name].place)
    severity: Severity = "compatible" if direction == "send" else MESSAGE_REMOVED.severity
    text = f"Message {root} was removed."
    finding = Finding(
        MESSAGE_REMOVED,
        severity,
        f"/{root}",
        text,
        before="declared",
        direction="receive",
        old_place=place,
        lifecycle=old.lifecycles.find(old.schema.documents[name].place),
    )
    return MessageComparison(name, direction, (finding,))


def added_message(name: str, new: Version, direction: Direction | None) -> MessageComparison:
    """Return the message that only the new version has."""
    root, place = local_name(name), new.place(new.schema.documents[name].place)
    text = f"Message {root} was added."
    finding = Finding(MESSAGE_ADDED, MESSAGE_ADDED.severity, f"/{root}", text, after="declared", new_place=place)
    return MessageComparison(name, direction, (finding,))


class _OneWay:
    """One way of the comparison: the documents that one version accepts and the other refuses, as findings.

    They break the receivers if the old version accepts them (`breaks` is `receive`), otherwise the senders.
    """

    def __init__(self, old: Version, new: Version, breaks: Direction, deadline: float) -> None:
        narrow, wide = (old, new) if breaks == "receive" else (new, old)
        self._old, self._new, self._breaks = old, new, breaks
        self._narrow, self._wide = narrow.validator.declarations, wide.validator.declarations
        self._inclusion = DocumentInclusion(narrow.validator, wide.validator, deadline)
        self._confirmation = Confirmation(narrow, wide)
        self._minimal: dict[str, str] = {}
        self._prefixes = {**new.schema.prefixes, **old.schema.prefixes}

    def find(self, name: str, direction: Direction | None) -> Iterator[Finding]:
        """Yield the findings of a message; they are compatible if it goes only in the other direction."""
        concerns = direction in (self._breaks, None)
        result = self._inclusion.compare(name)
        fingerprints: set[str] = set()
        for counterexample in result.counterexamples:
            finding = self._make_finding(counterexample, concerns=concerns)
            if finding.fingerprint not in fingerprints:
                fingerprints.add(finding.fingerprint)
                yield finding
        for undecided in result.undecided:
            yield self._make_undecided(undecided, concerns=concerns)

    def _make_undecided(self, undecided: UndecidedPair, *, concerns: bool) -> Finding:
        old, new = self._order(undecided.pair.narrow, undecided.pair.wide)
        rule = UNDECIDED_FOR_UNDECLARED if undecided.is_undeclared else UNDECIDED
        return Finding(
            rule,
            rule.severity if concerns else "compatible",
            self._make_path(undecided.pair),
            f"Undecided: {undecided.reason}.",
            before=undecided.reason,
            direction=self._breaks,
            old_place=self._old.place(None if old is None else old.place),
            new_place=self._new.place(None if new is None else new.place),
        )

    def _make_finding(self, counterexample: Counterexample, *, concerns: bool) -> Finding:
        difference, problem = counterexample.difference, counterexample.problem
        pair, aspect = difference.pair, difference.aspect
        wide_subject = difference.other or difference.subject
        old, new = self._order(
            Side(self._narrow, pair.narrow, pair.narrow_type, difference.subject, difference.is_of_attribute),
            Side(self._wide, pair.wide, pair.wide_type, wide_subject, difference.is_of_attribute),
        )
        rule = aspect.narrowed if self._breaks == "receive" else aspect.widened
        confirmed = self._confirmation.confirm(counterexample.document)
        return Finding(
            rule,
            rule.severity if concerns else "compatible",
            self._make_path(pair, difference),
            _describe_rename(difference) if difference.other else problem.message,
            before=aspect.describe(old, new),
            after=aspect.describe(new, old),
            direction=self._breaks,
            old_place=self._old.place(place_of(old, aspect, problem.value)),
            new_place=self._new.place(place_of(new, aspect, problem.value)),
            witness=Witness(
                counterexample.document.decode(),
                problem,
                confirmed.by,
                confirmed.denied_by,
                self._find_minimal(pair.root.narrow.name),
            ),
            elsewhere=counterexample.elsewhere,
            samples=tuple(self._make_path(sample, difference) for sample in counterexample.samples),
            others=tuple(map(self._shorten, counterexample.others)),
            lifecycle=find_lifecycle(
                difference,
                old,
                new,
                (self._old.lifecycles, self._new.lifecycles),
                is_shared=counterexample.elsewhere > 0,
            ),
        )

    def _find_minimal(self, root: str) -> str:
        """Return the minimal document with a root of this tag; empty if there is none."""
        if root not in self._minimal:
            self._minimal[root] = self._inclusion.make_minimal(root) or ""
        return self._minimal[root]

    def _order(self, narrow: _Item, wide: _Item) -> tuple[_Item, _Item]:
        """Return the old one of two, then the new one."""
        return (narrow, wide) if self._breaks == "receive" else (wide, narrow)

    def _make_path(self, pair: Pair, difference: Difference | None = None) -> str:
        """Return the path of a pair, or of one difference of it: elements, and perhaps an attribute or a type."""
        steps = [self._shorten(tag) for tag in pair.tags]
        if difference is not None and difference.subject:
            mark = "@" if difference.is_of_attribute else difference.aspect.step
            steps.append(mark + self._shorten(difference.subject))
        return "/" + "/".join(steps)

    def _shorten(self, tag: str) -> str:
        prefix = self._prefixes.get(namespace_of(tag), "")
        return f"{prefix}:{local_name(tag)}" if prefix and namespace_of(tag) else local_name(tag)


def _describe_rename(difference: Difference) -> str:
    kind = "attribute" if difference.is_of_attribute else "element"
    return (
        f"The {kind} {local_name(difference.subject)} is probably {local_name(difference.other)} in the other version."
    )


def compare_messages(
    old: Version, new: Version, direction: Direction | None, deadline: float = math.inf
) -> Iterator[MessageComparison]:
    """Yield the messages of both versions, then those that only the new version has.

    What is not compared when the monotonic clock reaches the deadline is undecided.
    """
    directions = {**find_directions(old.schema), **find_directions(new.schema)}
    lost, gained = (_OneWay(old, new, breaks, deadline) for breaks in _WAYS)
    for number, name in enumerate(old.schema.documents, 1):
        _LOG.info("comparing %s, message %d of %d", local_name(name), number, len(old.schema.documents))
        own = direction or directions.get(name)
        if name in new.schema.elements:
            findings = _join_renames([*lost.find(name, own), *gained.find(name, own)], own)
            yield MessageComparison(name, own, tuple(findings))
        else:
            yield removed_message(name, old, own)
    for name in new.schema.documents:
        if name not in old.schema.elements:
            yield added_message(name, new, direction or directions.get(name))


def _join_renames(findings: Sequence[Finding], direction: Direction | None) -> Iterator[Finding]:
    """Yield findings; a renaming that both ways of the comparison tell is one, with a document for each way."""
    backward = {_identify_rename(finding): finding for finding in findings if finding.direction == "send"}
    joined: set[int] = set()
    for finding in findings:
        other = backward.get(_identify_rename(finding)) if finding.rule is rename.ASPECT.narrowed else None
        if other is None or finding.direction == "send":
            if id(finding) not in joined:
                yield finding
            continue
        joined.add(id(other))
        severity = other.severity if direction == "send" else finding.severity
        yield replace(finding, severity=severity, direction=direction, reverse=other.witness)


def _identify_rename(finding: Finding) -> tuple[str, str, str, str]:
    """Return what the findings of one renaming have in common: the rule, the parent, and both names."""
    return finding.rule.name, finding.path.rpartition("/")[0], finding.before, finding.after


def find_directions(schema: Schema) -> dict[str, Direction]:
    """Return the direction of each message that an endpoint names: a response goes the other way than its request."""
    directions: dict[str, Direction] = {}
    for endpoint in schema.endpoints:
        if endpoint.request is not None:
            directions[endpoint.request] = endpoint.direction
        for response in endpoint.responses:
            if response.element is not None:
                directions.setdefault(response.element, "send" if endpoint.direction == "receive" else "receive")
    return directions
