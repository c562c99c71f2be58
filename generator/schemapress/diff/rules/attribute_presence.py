"""Whether an attribute may be missing (XSD 1.0 Part 1 §3.4.4 clause 4)."""

from __future__ import annotations

from schemapress.diff.notation import attribute
from schemapress.diff.rule import aspect

ASPECT = aspect(
    "attribute-presence",
    (
        "attribute-now-required",
        "An element must have an attribute that could be missing, or that did not exist.",
        "Let it be optional, with a default that says what is meant where it is missing.",
    ),
    ("attribute-now-optional", "An attribute may be missing that had to be there."),
    lambda side, _: attribute(side.attribute),
)
