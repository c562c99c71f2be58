"""Two versions of one API, compared message by message, and direction by direction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from schemapress.diff.check import checks
from schemapress.diff.finding import Acceptance, Finding
from schemapress.diff.message import Message, Messages, added, directions, removed
from schemapress.diff.rule import Kind, Severity
from schemapress.diff.versions.relation import check_related
from schemapress.diff.versions.version import Version
from schemapress.load.schema import Direction

KINDS: tuple[Kind, ...] = ("documents", "endpoint", "documentation", "python")
"""The kinds of changes, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed of one API: of its messages, and, kept apart from these, of all else.

    `name` is that of the API; `old` and `new` are how the versions were named, None where the API was not there.
    """

    name: str
    old: str | None
    new: str | None
    messages: tuple[Message, ...]
    others: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, those about documents first."""
        return (*(finding for found in self.messages for finding in found.findings), *self.others)

    def with_severities(self, severities: Mapping[str, Severity]) -> Comparison:
        """Return the comparison with other severities for some rules, by their names."""

        def changed(finding: Finding) -> Finding:
            severity = severities.get(finding.rule.name)
            if severity is None:
                return finding
            concerned = finding.severity == finding.rule.severity
            rule = replace(finding.rule, severity=severity)
            return replace(finding, rule=rule, severity=severity if concerned else finding.severity)

        return self._with(changed)

    def with_accepted(self, accepted: Mapping[str, Acceptance]) -> Comparison:
        """Return the comparison with those findings marked whose fingerprints are accepted."""
        return self._with(lambda finding: replace(finding, acceptance=accepted.get(finding.fingerprint)))

    def _with(self, changed: Callable[[Finding], Finding]) -> Comparison:
        messages = tuple(replace(one, findings=tuple(map(changed, one.findings))) for one in self.messages)
        return replace(self, messages=messages, others=tuple(map(changed, self.others)))


def compare(
    name: str, old: Version, new: Version, direction: Direction | None = None, kinds: Collection[Kind] = KINDS
) -> Comparison:
    """Compare two versions of an API; `direction` overrules the one that the endpoints say.

    Raises:
        SchemapressError: a file is missing, is no XSD, or a schema is invalid; or the versions have no message in
            common.
    """
    check_related(old, new)
    messages = tuple(Messages(old, new, direction).compared()) if "documents" in kinds else ()
    wanted = (check for check in checks() if any(rule.kind in kinds for rule in check.rules))
    is_whole = set(kinds) == set(KINDS)
    others: list[Finding] = []
    for check in wanted:
        finding = check.instead(old, new) if is_whole else None
        others += check.find(old, new) if finding is None else [finding]
    return Comparison(name, old.name, new.name, messages, tuple(others))


def without(name: str, old: Version, direction: Direction | None = None) -> Comparison:
    """Return the comparison of an API that is gone."""
    known = directions(old.schema)
    messages = tuple(removed(one, old, direction or known.get(one)) for one in old.schema.documents)
    return Comparison(name, old.name, None, messages)


def only(name: str, new: Version, direction: Direction | None = None) -> Comparison:
    """Return the comparison of an API that was not there."""
    known = directions(new.schema)
    messages = tuple(added(one, new, direction or known.get(one)) for one in new.schema.documents)
    return Comparison(name, None, new.name, messages)
