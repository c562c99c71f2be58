"""The comparison of two versions of one API: message by message, then by every check."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemapress.diff.checks import list_checks
from schemapress.diff.finding import Acceptance, Finding
from schemapress.diff.ignored_paths import is_ignored
from schemapress.diff.inputs.relation import require_common_message
from schemapress.diff.inputs.version import Version
from schemapress.diff.invalid_version import find_faults
from schemapress.diff.message_comparison import (
    MessageComparison,
    added_message,
    compare_messages,
    find_directions,
    removed_message,
)
from schemapress.diff.namespace_change import NamespaceFindings, align_namespaces
from schemapress.diff.rule import Kind, Severity
from schemapress.load.schema import Direction

CHANGE_KINDS: tuple[Kind, ...] = ("documents", "endpoint", "documentation", "python")
"""The kinds of changes, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes of one API: of its messages and, kept apart, of everything else.

    `old` and `new` are the names of the versions; None if the API does not exist there.
    """

    name: str
    old: str | None
    new: str | None
    messages: tuple[MessageComparison, ...]
    others: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, those about documents first."""
        found = (*(finding for message in self.messages for finding in message.findings), *self.others)
        return tuple({(finding.fingerprint, finding.severity): finding for finding in reversed(found)}.values())[::-1]

    def with_severities(self, severities: Mapping[str, Severity]) -> Comparison:
        """Return the comparison with other severities for some rules, and no finding that is off.

        The keys are names of rules, or `RULE:receive` and `RULE:send` for the findings of one direction.
        """

        def change(finding: Finding) -> Finding:
            name = finding.rule.name
            severity = severities.get(f"{name}:{finding.direction}", severities.get(name))
            return finding if severity is None else _set_severity(finding, severity)

        return self._with_findings(change)._select_findings(lambda finding: finding.rule.severity != "off")

    def with_lifecycles(self, today: date) -> Comparison:
        """Return the comparison with lower severities for what is experimental, or removed after its sunset date."""

        def change(finding: Finding) -> Finding:
            if finding.lifecycle.experimental:
                return _set_severity(finding, "informative")
            sunset = finding.lifecycle.sunset
            return finding if sunset is None or today <= sunset else _set_severity(finding, "compatible")

        return self._with_findings(change)

    def without_paths(self, patterns: Sequence[str]) -> Comparison:
        """Return the comparison without the findings at or below paths that match patterns, and nowhere else."""
        return self._select_findings(lambda finding: not is_ignored(finding, patterns))

    def with_accepted(self, accepted: Mapping[str, Acceptance]) -> Comparison:
        """Return the comparison with its accepted findings marked, by their fingerprints."""
        return self._with_findings(lambda finding: replace(finding, acceptance=accepted.get(finding.fingerprint)))

    def _select_findings(self, keeps: Callable[[Finding], bool]) -> Comparison:
        messages = tuple(replace(each, findings=tuple(filter(keeps, each.findings))) for each in self.messages)
        return replace(self, messages=messages, others=tuple(filter(keeps, self.others)))

    def _with_findings(self, change: Callable[[Finding], Finding]) -> Comparison:
        messages = tuple(replace(message, findings=tuple(map(change, message.findings))) for message in self.messages)
        return replace(self, messages=messages, others=tuple(map(change, self.others)))


def _set_severity(finding: Finding, severity: Severity) -> Finding:
    """Return a finding with another severity of its rule; for those whom it does not concern, it stays compatible."""
    concerns = finding.severity == finding.rule.severity
    rule = replace(finding.rule, severity=severity)
    return replace(finding, rule=rule, severity=severity if concerns else finding.severity)


def compare(
    name: str,
    old: Version,
    new: Version,
    direction: Direction | None = None,
    kinds: Collection[Kind] = CHANGE_KINDS,
    seconds: float = math.inf,
) -> Comparison:
    """Compare two versions of an API; `direction` overrules the endpoint facts.

    What is not compared after so many seconds is undecided.

    Raises:
        SchemapressError: a file is missing or not an XSD, a schema is invalid, or the versions have no message in
            common.
    """
    deadline = time.monotonic() + seconds
    versions = align_namespaces(old, new)
    old, new = versions.old, versions.new
    require_common_message(old, new)
    messages: tuple[MessageComparison, ...] = ()
    others = list(find_faults(old))
    if "documents" in kinds:
        messages = tuple(compare_messages(old, new, direction, deadline))
        if versions.changes:
            changes = NamespaceFindings(versions)
            messages = tuple(message.with_first(changes.find_of_message(message.name)) for message in messages)
            others += changes.find_others()
    is_whole = set(kinds) == set(CHANGE_KINDS)
    for check in list_checks():
        if any(rule.kind in kinds for rule in check.rules):
            replacement = check.instead(old, new) if is_whole else None
            others += check.find(old, new) if replacement is None else [replacement]
    return Comparison(name, old.name, new.name, messages, tuple(others))


def removed_api(name: str, old: Version, direction: Direction | None = None) -> Comparison:
    """Return the comparison of an API that only the old version has."""
    directions = find_directions(old.schema)
    documents = old.schema.documents
    messages = tuple(removed_message(root, old, direction or directions.get(root)) for root in documents)
    return Comparison(name, old.name, None, messages)


def added_api(name: str, new: Version, direction: Direction | None = None) -> Comparison:
    """Return the comparison of an API that only the new version has."""
    directions = find_directions(new.schema)
    documents = new.schema.documents
    messages = tuple(added_message(root, new, direction or directions.get(root)) for root in documents)
    return Comparison(name, None, new.name, messages)
