"""A check: a comparison of two versions by something other than their documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison of two versions; `rules` are those that its findings can name.

    `instead` returns the finding that replaces a check which would take too long and was not requested by name.
    """

    rules: tuple[Rule, ...]
    find: Callable[[Version, Version], Iterator[Finding]]
    instead: Callable[[Version, Version], Finding | None] = lambda _old, _new: None
