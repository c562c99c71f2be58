"""Two versions of a schema, compared, and the rule that their difference must have."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.comparison import compare
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import find_version
from schemapress.diff.rule import Kind
from schemapress.load.schema import Direction

DOCUMENTS: tuple[Kind, ...] = ("documents",)
"""The kinds of changes that concern documents alone."""


def find_documents(folder: Path, old: str, new: str, direction: Direction | None = None) -> list[Finding]:
    """Return the findings about the documents of two schemas, whose texts are written into a folder."""
    for name, text in (("old", old), ("new", new)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "root.xsd").write_text(text)
    before, after = (find_version(name, folder / name, name) for name in ("old", "new"))
    return [*compare("api", before, after, direction, DOCUMENTS).findings]


def assert_narrowed(aspect: Aspect, folder: Path, *, wide: str, narrow: str, path: str) -> Finding:
    """Assert that a change narrows an aspect and nothing else, and widens it backwards; return the first finding.

    A narrowing breaks those who receive the message, a widening those who send it, and neither breaks the others.
    """
    (narrowed,) = find_documents(folder, wide, narrow, "receive")
    for direction, old, new, rule, severity in (
        ("receive", wide, narrow, aspect.narrowed, "breaking"),
        ("send", wide, narrow, aspect.narrowed, "compatible"),
        ("receive", narrow, wide, aspect.widened, "compatible"),
        ("send", narrow, wide, aspect.widened, "breaking"),
    ):
        (finding,) = find_documents(folder, old, new, "receive" if direction == "receive" else "send")
        assert (finding.rule.name, finding.severity, finding.path) == (rule.name, severity, path)
        assert finding.before != finding.after
        assert finding.witness is not None
        assert finding.witness.confirmed_by
    return narrowed
