"""A review for other programs, in the format of `docs/diff.schema.json`."""

from __future__ import annotations

import json
from dataclasses import asdict

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Location, Witness
from schemapress.diff.message_comparison import MessageComparison
from schemapress.diff.review import Review


def render(review: Review) -> str:
    """Return the review as one JSON object."""
    data = {
        "schema": 1,
        "calls_for": review.calls_for,
        "package_calls_for": review.package_calls_for,
        "revisions": [asdict(verdict) for verdict in review.verdicts],
        "apis": list(map(_convert_comparison, review.comparisons)),
        "findings": [
            _convert_finding(finding, comparison.name)
            for comparison in review.comparisons
            for finding in comparison.findings
        ],
        "stale": [
            {"fingerprint": entry.fingerprint, "place": entry.place, "reason": entry.acceptance.reason, "why": why}
            for entry, why in review.stale
        ],
        "ignored": review.ignored,
        "impact": None if review.impact is None else asdict(review.impact),
    }
    return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n"


def _convert_comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "name": comparison.name,
        "old": comparison.old,
        "new": comparison.new,
        "messages": list(map(_convert_message, comparison.messages)),
    }


def _convert_message(message: MessageComparison) -> dict[str, object]:
    return {
        "name": message.name,
        "direction": message.direction,
        "verdicts": message.find_effects(),
        "findings": [finding.fingerprint for finding in message.findings],
    }


def _convert_finding(finding: Finding, api: str) -> dict[str, object]:
    return {
        "api": api,
        "rule": finding.rule.name,
        "kind": finding.rule.kind,
        "severity": finding.severity,
        "direction": finding.direction,
        "path": finding.path,
        "message": finding.message,
        "before": finding.before,
        "after": finding.after,
        "places": {"old": _convert_place(finding.old_place), "new": _convert_place(finding.new_place)},
        "elsewhere": finding.elsewhere,
        "samples": finding.samples,
        "others": finding.others,
        "revisions": finding.revisions,
        "fingerprint": finding.fingerprint,
        "suggestion": finding.rule.suggestion or None,
        "experimental": finding.lifecycle.experimental,
        "sunset": None if finding.lifecycle.sunset is None else finding.lifecycle.sunset.isoformat(),
        "accepted": None if finding.acceptance is None else asdict(finding.acceptance),
        "witness": None if finding.witness is None else _convert_witness(finding.witness),
        "reverse": None if finding.reverse is None else _convert_witness(finding.reverse),
    }


def _convert_place(location: Location | None) -> dict[str, object] | None:
    return None if location is None else {"file": location.file, "line": location.line}


def _convert_witness(witness: Witness) -> dict[str, object]:
    return {
        "document": witness.document,
        "problem": asdict(witness.problem),
        "confirmed_by": ["schemapress", *witness.confirmed_by],
        "denied_by": witness.denied_by,
    }
