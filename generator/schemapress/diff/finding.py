"""A finding: one change, with the document that shows it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from schemapress.diff.lifecycle import UNMARKED, Lifecycle
from schemapress.diff.rule import Rule, Severity
from schemapress.load.schema import Direction
from schemapress_runtime.report.amount import agreeing, counted
from schemapress_runtime.report.problem import Problem

_MOST_NAMES = 5
"""Types that a sentence names."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A document that one version accepts and the other refuses, and the problem that the other reports.

    `confirmed_by` names the other validators that confirm it; `denied_by` those that judge it otherwise, if none does.
    `minimal` is a small valid document of the same message, which reports show the difference to; empty if there is
    none.
    """

    document: str
    problem: Problem
    confirmed_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    minimal: str = ""

    @property
    def opinions(self) -> str:
        """The other validators' judgement in words; empty where none is able to judge."""
        if self.confirmed_by:
            return f"confirmed by {', '.join(self.confirmed_by)}"
        verb = agreeing(len(self.denied_by), "judges", "judge")
        return f"{' and '.join(self.denied_by)} {verb} otherwise" if self.denied_by else ""


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a schema: the file as the user named it, and an excerpt that begins at line `first`.

    `in_repository` is the path of the file from the top of its repository, if it is in one.
    """

    file: str
    line: int
    first: int
    excerpt: tuple[str, ...]
    in_repository: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why a finding is accepted, and the last day of the acceptance (an ISO 8601 date), if it has one."""

    reason: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One change.

    `direction` is the one in which it is breaking or undecided; None if the direction does not matter. `path` leads to
    the change. `before` and `after` describe each version in a phrase. A place is None if the version declares nothing
    there. `reverse` is a document that only the new version accepts, beside a `witness` that only the old one does.
    `elsewhere` is how many other elements have the same change, for the same cause; `samples` are the paths of some of
    them. `others` are the names of types that changed as the one in the path did. `revisions` are those whose
    comparison has the finding, if the new version is compared with several. `lifecycle` is what the specification says
    about the life of what changed.
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
    reverse: Witness | None = None
    elsewhere: int = 0
    samples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    acceptance: Acceptance | None = None
    revisions: tuple[str, ...] = ()
    lifecycle: Lifecycle = UNMARKED

    @property
    def examples(self) -> tuple[tuple[bool, Witness], ...]:
        """The example documents, each with whether it is the new version that refuses it."""
        if self.witness is None:
            return ()
        if self.reverse is None:
            return ((self.direction != "send", self.witness),)
        return (True, self.witness), (False, self.reverse)

    @property
    def fingerprint(self) -> str:
        """The identity of the change in later comparisons, while its rule, its path and both phrases stay the same."""
        identity = "\n".join((self.rule.name, self.path, self.before, self.after))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]

    @property
    def also(self) -> str:
        """Sentences about the life of what changed, and other elements and types with the same change; may be empty."""
        sentences = []
        if self.lifecycle.experimental:
            sentences.append("The specification marks it as experimental.")
        elif self.lifecycle.sunset is not None:
            sentences.append(f"It is deprecated, and to be removed after {self.lifecycle.sunset.isoformat()}.")
        elif self.lifecycle.deprecated:
            sentences.append("It is deprecated, without a date of its removal.")
        if self.others:
            more = len(self.others) - _MOST_NAMES
            names = ", ".join(self.others[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
            sentences.append(f"The same goes for {counted(len(self.others), 'other type')} of the hierarchy: {names}.")
        if self.elsewhere:
            places = f", such as {', '.join(self.samples)}" if self.samples else ""
            sentences.append(f"{counted(self.elsewhere, 'other element')} changed with it{places}.")
        if self.revisions:
            sentences.append(f"Against {', '.join(self.revisions)}.")
        return " ".join(sentences)

    @property
    def standing(self) -> Severity | Literal["accepted"]:
        """The severity, or `accepted`."""
        return self.severity if self.acceptance is None else "accepted"

    @property
    def counts(self) -> bool:
        """Whether the finding is not accepted."""
        return self.acceptance is None
