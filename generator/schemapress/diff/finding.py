"""One change that was found, and what shows it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from schemapress.diff.rule import Rule, Severity
from schemapress.load.schema import Direction
from schemapress_runtime.report.problem import Problem


@dataclass(frozen=True, slots=True)
class Witness:
    """A document that one version accepts and the other refuses, and the rule of that one that it breaks.

    `judges` are the validators that confirmed it, besides our own.
    """

    document: str
    problem: Problem
    judges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a schema: the file as the user named it, and some lines around it, of which the first is `first`."""

    file: str
    line: int
    first: int
    excerpt: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why a finding is known and let pass, and until when (an ISO 8601 date) if not for ever."""

    reason: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One change.

    `direction` is the one in which it is breaking or undecided, None where that is no matter of direction; `path` leads
    to what changed; `elsewhere` is how many other elements it is true of, for they have the same type; `before` and
    `after` say in a phrase what each version has; the places are None where a version has nothing there.
    """

    rule: Rule
    severity: Severity
    path: str
    message: str
    before: str = ""
    after: str = ""
    direction: Direction | None = None
    old_place: Location | None = None
    new_place: Location | None = None
    witness: Witness | None = None
    elsewhere: int = 0
    acceptance: Acceptance | None = None

    @property
    def fingerprint(self) -> str:
        """What names the change again in a later comparison: the same while the rule, the path and both sides are."""
        said = "\n".join((self.rule.name, self.path, self.before, self.after))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def also(self) -> str:
        """Where else it is true, in a sentence; empty where it is not."""
        if not self.elsewhere:
            return ""
        return f"{'Another element has' if self.elsewhere == 1 else f'{self.elsewhere} other elements have'} this type."

    @property
    def standing(self) -> Severity | Literal["accepted"]:
        """The severity, or that the finding is accepted."""
        return self.severity if self.acceptance is None else "accepted"

    @property
    def counts(self) -> bool:
        """Whether the finding is not accepted."""
        return self.acceptance is None
