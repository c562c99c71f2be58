"""What a page leaves open: a question, its candidates, and who answered it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a page, or in a message, that bears on a question."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer looks like that is no candidate: in words, and as a regular expression for the whole of it."""

    expected: str
    pattern: str

    def accepts(self, answer: str) -> bool:
        """Whether an answer is of this form."""
        return re.fullmatch(self.pattern, answer) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a page leaves open.

    `key` stays the same from capture to capture; `fields` are those that it is about, by their dotted paths.
    `default` is the answer without anybody's word, and `why` its reason. With a `form`, an answer need not be one
    of the candidates, if it is of that form.
    """

    key: str
    text: str
    candidates: tuple[str, ...]
    default: str
    why: str
    fields: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    form: Form | None = None

    def takes(self, answer: str) -> bool:
        """Whether an answer is a candidate, or of the form that others have."""
        return answer in self.candidates or (self.form is not None and self.form.accepts(answer))

    @property
    def expected(self) -> str:
        """What an answer can be, in words."""
        listed = ", ".join(map(repr, self.candidates))
        return f"one of {listed}" if self.form is None else f"{self.form.expected}, or one of {listed}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a question; `answered_by` is `default`, `profile`, `samples`, or who it was."""

    question: Question
    answer: str
    answered_by: str
    why: str
