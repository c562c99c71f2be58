"""What is out of reach: neither inclusion nor a document that shows the opposite was found."""

from __future__ import annotations

from schemapress.diff.rule import Rule

RULE = Rule(
    "undecided",
    "documents",
    "undecided",
    "A pair of constructs is out of reach of the comparison. It is named, and never taken for safe.",
)
