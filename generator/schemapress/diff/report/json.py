"""A comparison for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from schemapress.diff.comparison import Change, Comparison, Witness


def printed(comparison: Comparison) -> str:
    """Return the comparison as one JSON object: `changes`, one a message, `removed` and `added`."""
    data = {
        "changes": list(map(_change, comparison.changes)),
        "removed": list(comparison.removed),
        "added": list(comparison.added),
    }
    return f"{json.dumps(data, indent=2)}\n"


def _change(change: Change) -> dict[str, object]:
    return {
        "message": change.message,
        "verdicts": change.verdicts(),
        "no_longer_accepted": list(map(_witness, change.refused)),
        "newly_accepted": list(map(_witness, change.accepted)),
        "undecided": list(change.undecided),
    }


def _witness(witness: Witness) -> dict[str, object]:
    return {"document": witness.document, "problem": asdict(witness.problem)}
