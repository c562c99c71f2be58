"""What a page leaves open: a question, its candidates, and who answered it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a page, or in a message, that bears on a question."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a page leaves open.

    `key` stays the same from capture to capture; `fields` are those that it is about, by their dotted paths.
    `default` is the answer without anybody's word, and `why` its reason. With `free`, an answer need not be one
    of the candidates.
    """

    key: str
    text: str
    candidates: tuple[str, ...]
    default: str
    why: str
    fields: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    free: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a question; `answered_by` is `default`, `profile`, `samples`, or who it was."""

    question: Question
    answer: str
    answered_by: str
    why: str
