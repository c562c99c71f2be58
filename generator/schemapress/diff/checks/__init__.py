"""The checks: comparisons of everything but documents. A package can add its own (`schemapress.diff_checks`)."""

from __future__ import annotations

from importlib.metadata import entry_points

from schemapress.diff.checks import documentation, endpoint, personal, python
from schemapress.diff.checks.check import Check


def list_checks() -> tuple[Check, ...]:
    """Return the checks of schemapress, then those of other installed packages."""
    added = (point.load() for point in entry_points(group="schemapress.diff_checks"))
    return (endpoint.CHECK, personal.CHECK, documentation.CHECK, python.CHECK, *added)
