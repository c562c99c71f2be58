"""A question that a page leaves open, its candidates, and a decision on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Answers = Mapping[str, str]
"""The answers to questions, by their keys."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a page or a message that bears on a question."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of answers that are not candidates: in words, and as a regular expression for the whole answer."""

    expected: str
    pattern: str

    def accepts(self, answer: str) -> bool:
        """Whether an answer has this form."""
        return re.fullmatch(self.pattern, answer) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a page leaves open.

    `key` stays the same from capture to capture. `fields` are the labels of the fields that it is about. `default` is
    the answer if nobody gives one, and `why` its reason. With a `form`, any answer of that form is accepted too.
    """

    key: str
    text: str
    candidates: tuple[str, ...]
    default: str
    why: str
    fields: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    form: Form | None = None

    def accepts(self, answer: str) -> bool:
        """Whether an answer is a candidate, or has the form."""
        return answer in self.candidates or (self.form is not None and self.form.accepts(answer))

    @property
    def kind(self) -> str:
        """The key of the kind: the part of `key` before the first colon."""
        return self.key.partition(":")[0]

    @property
    def expected(self) -> str:
        """The answers that are accepted, in words."""
        listed = ", ".join(map(repr, self.candidates))
        return f"one of {listed}" if self.form is None else f"{self.form.expected}, or one of {listed}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a question; `answered_by` is `default`, `profile`, `samples`, or the name of a person."""

    question: Question
    answer: str
    answered_by: str
    why: str


KeepDecisions = Callable[[Sequence[Decision]], None]
"""Saves all decisions on a draft, at once."""


def answers_of(decisions: Iterable[Decision]) -> Answers:
    """Return the answers of decisions, by the keys of their questions."""
    return {decision.question.key: decision.answer for decision in decisions}
