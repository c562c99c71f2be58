"""Every rule that a finding can name."""

from __future__ import annotations

from schemapress.diff import message_comparison
from schemapress.diff.aspects import ASPECTS
from schemapress.diff.checks import list_checks
from schemapress.diff.invalid_version import OLD_VERSION_INVALID
from schemapress.diff.namespace_change import NAMESPACE_CHANGED
from schemapress.diff.rule import Rule


def list_rules() -> tuple[Rule, ...]:
    """Return every rule: about documents, then those of each check."""
    documents = (rule for aspect in ASPECTS for rule in (aspect.narrowed, aspect.widened))
    checks = [rule for check in list_checks() for rule in check.rules]
    return (
        message_comparison.MESSAGE_REMOVED,
        message_comparison.MESSAGE_ADDED,
        NAMESPACE_CHANGED,
        *dict.fromkeys(documents),
        message_comparison.UNDECIDED,
        message_comparison.UNDECIDED_FOR_UNDECLARED,
        *(rule for rule in checks if rule.kind != "python"),
        OLD_VERSION_INVALID,
        *(rule for rule in checks if rule.kind == "python"),
    )
