"""What finds changes beside the documents: checks, which a package can add to (`schemapress.diff_checks`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points

from schemapress.diff.checks import documentation, endpoint, python
from schemapress.diff.finding import Finding
from schemapress.diff.rule import Rule
from schemapress.diff.rules import DOCUMENT_RULES
from schemapress.diff.versions.version import Version


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison of two versions by something else than their documents; `rules` are those that it can find.

    `instead` gives what is found instead where it would take long, and was not asked for by name.
    """

    rules: tuple[Rule, ...]
    find: Callable[[Version, Version], Iterator[Finding]]
    instead: Callable[[Version, Version], Finding | None] = lambda _old, _new: None


def checks() -> tuple[Check, ...]:
    """Return the checks of this package, and of those that are installed beside it."""
    own = (
        Check(endpoint.RULES, endpoint.find),
        Check(documentation.RULES, documentation.find),
        Check(python.RULES, python.find, python.instead),
    )
    return (*own, *(point.load() for point in entry_points(group="schemapress.diff_checks")))


def rules() -> tuple[Rule, ...]:
    """Return every rule that a comparison can find."""
    return (*DOCUMENT_RULES, *(rule for check in checks() for rule in check.rules))
