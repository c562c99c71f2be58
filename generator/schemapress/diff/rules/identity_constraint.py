"""Keys, references to keys, and values that have to be unique (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from schemapress.diff.rule import Side, aspect
from schemapress_runtime.report.display import local_name


def _shown(side: Side, _: Side) -> str:
    found = (f"{one.kind} {local_name(one.name)}" for one in side.declaration.constraints)
    return ", ".join(found) or "no constraint"


ASPECT = aspect(
    "identity-constraint",
    (
        "identity-constraint-added",
        "Values have to differ that could be the same, or have to be there, or to refer to others.",
        "Let the application say so where it can; a schema refuses the whole document.",
    ),
    ("identity-constraint-removed", "Values may be the same, be missing, or refer to nothing."),
    _shown,
)
