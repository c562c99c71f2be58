"""The first screen of a report: is the change breaking, for whom, by how many causes, and which matter most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemapress.diff.finding import Finding
from schemapress.diff.ignored_paths import strip_prefixes
from schemapress.diff.review import Review
from schemapress.diff.rule import Kind
from schemapress.load.schema import Direction
from schemapress_runtime.names import local_name

STANDINGS = ("breaking", "undecided", "compatible", "informative", "accepted")
"""The standings of findings, the most severe first."""

ROLES: dict[Direction, str] = {"receive": "receivers", "send": "senders"}
"""The word for those on each side of a message."""

MOST_IMPORTANT = 3
"""Findings that a summary names."""

_EFFECTS = ("breaking", "undecided", "compatible", "same")
_OTHER_ROLES: dict[Kind, str] = {"endpoint": "endpoints", "python": "classes"}
_USERS = {role: f"users of the {role}" for role in _OTHER_ROLES.values()}
_MOST_NAMES = 3
_LONGEST_PATH = 90
_LONGEST_MESSAGE = 160


@dataclass(frozen=True, slots=True)
class RoleEffect:
    """The worst effect on `receivers` or `senders` and their messages, on `endpoints`, or on generated `classes`."""

    role: str
    effect: str
    names: tuple[str, ...]

    @property
    def names_in_words(self) -> str:
        """The first names, and the number of the others."""
        more = len(self.names) - _MOST_NAMES
        return ", ".join(self.names[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class RuleCount:
    """The number of findings of a rule with one standing; `role` is empty if the rule concerns both sides."""

    standing: str
    role: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The first screen: effects by role, counts by standing and by rule, and the findings that matter most."""

    roles: tuple[RoleEffect, ...]
    counts: tuple[tuple[str, int], ...]
    rules: tuple[RuleCount, ...]
    most_important: tuple[Finding, ...]
    ignored: int

    @property
    def title(self) -> str:
        """The answer in one phrase, such as `Breaking for receivers and senders`."""
        for effect in ("breaking", "undecided"):
            roles = [_USERS.get(role.role, role.role) for role in self.roles if role.effect == effect]
            if roles:
                *others, last = roles
                listed = f"{', '.join(others)} and {last}" if others else last
                return f"{effect.capitalize()} for {listed}"
        accepted = [role.role for role in self.roles if role.effect == "accepted"]
        if accepted:
            return f"Accepted breaks for {' and '.join(accepted)}"
        return "Breaks nobody" if self.counts else "No change"

    @property
    def total(self) -> int:
        """The number of findings."""
        return sum(count for _, count in self.counts)

    @property
    def counts_in_words(self) -> str:
        """The counts of findings by standing, such as `3 breaking, 1 compatible`."""
        listed = [f"{count:,} {standing}" for standing, count in self.counts]
        listed += [f"{self.ignored:,} at ignored paths"] if self.ignored else []
        return ", ".join(listed) or "none"

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[RuleCount, ...]], ...]:
        """The rules by standing and role, the most severe first, the most frequent rule first."""
        keys = dict.fromkeys((count.standing, count.role) for count in self.rules)
        return tuple(
            (*key, tuple(count for count in self.rules if (count.standing, count.role) == key)) for key in keys
        )


def summarize(review: Review) -> Summary:
    """Return the summary of a review."""
    findings = sort_findings(review.findings)
    standings: Counter[str] = Counter(finding.standing for finding in findings)
    return Summary(
        tuple(_find_roles(review)),
        tuple((standing, standings[standing]) for standing in STANDINGS if standings[standing]),
        tuple(_count_rules(findings)),
        tuple(_choose_most_important(findings)),
        review.ignored,
    )


def _choose_most_important(findings: Sequence[Finding]) -> list[Finding]:
    """Return the first findings: of different rules as far as the most severe findings have them."""
    worst = [finding for finding in findings if finding.standing == findings[0].standing]
    first = {finding.rule.name: finding for finding in reversed(worst)}
    different = [finding for finding in worst if first[finding.rule.name] is finding]
    return [*different, *(finding for finding in findings if finding not in different)][:MOST_IMPORTANT]


def shorten_path(path: str) -> str:
    """Return a path for a summary: a long one without prefixes, or only its root and last steps."""
    if len(path) <= _LONGEST_PATH:
        return path
    path = strip_prefixes(path)
    steps = path.split("/")
    return path if len(path) <= _LONGEST_PATH else "/".join((*steps[:2], "…", *steps[-2:]))


def sort_findings(findings: Iterator[Finding] | Sequence[Finding]) -> list[Finding]:
    """Return findings with those that matter most first.

    The severity decides, then the kind (documents and endpoints before texts and classes), then whom it concerns
    (receivers before senders), then how many elements changed, then how near to the root.
    """
    kinds = ("documents", "endpoint", "python", "documentation")

    def key(finding: Finding) -> tuple[int, int, bool, int, int]:
        depth, is_for_senders = finding.path.count("/"), finding.direction == "send"
        kind = kinds.index(finding.rule.kind)
        return STANDINGS.index(finding.standing), kind, is_for_senders, -finding.elsewhere, depth

    return sorted(findings, key=key)


def shorten_message(message: str) -> str:
    """Return a message for a summary, without the end of a long one."""
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE].rpartition(' ')[0]} …"


def role_of(finding: Finding) -> str:
    """Return whom a finding concerns, `receivers` or `senders`; empty if both."""
    return "" if finding.direction is None else ROLES[finding.direction]


def _find_accepted(review: Review, direction: Direction) -> Iterator[str]:
    """Yield the messages with an accepted break for those on one side."""
    for comparison in review.comparisons:
        for message in comparison.messages:
            breaks = (finding for finding in message.findings if finding.severity in ("breaking", "undecided"))
            if any(not finding.counts and finding.direction in (direction, None) for finding in breaks):
                yield local_name(message.name)


def _find_roles(review: Review) -> Iterator[RoleEffect]:
    for direction, role in ROLES.items():
        effects: dict[str, list[str]] = {}
        for comparison in review.comparisons:
            for message in comparison.messages:
                effect = message.find_effects().get(direction)
                if effect is not None:
                    effects.setdefault(effect, []).append(local_name(message.name))
        worst = next((effect for effect in _EFFECTS if effect in effects), None)
        accepted = tuple(_find_accepted(review, direction))
        if worst in ("compatible", "same") and accepted:
            yield RoleEffect(role, "accepted", accepted)
        elif worst is not None:
            yield RoleEffect(role, worst, tuple(effects[worst]))
    for kind, role in _OTHER_ROLES.items():
        findings = [finding for finding in review.findings if finding.rule.kind == kind and finding.counts]
        worst = next((effect for effect in _EFFECTS if any(each.severity == effect for each in findings)), None)
        if worst is not None:
            names = (re.split(r"[./]", finding.path)[0] for finding in findings if finding.severity == worst)
            yield RoleEffect(role, worst, tuple(dict.fromkeys(names)))


def _count_rules(findings: Sequence[Finding]) -> Iterator[RuleCount]:
    counts = Counter((finding.standing, role_of(finding), finding.rule.name) for finding in findings)
    roles = (*ROLES.values(), "")
    for (standing, role, rule), count in sorted(
        counts.items(), key=lambda item: (STANDINGS.index(item[0][0]), roles.index(item[0][1]), -item[1])
    ):
        yield RuleCount(standing, role, rule, count)
