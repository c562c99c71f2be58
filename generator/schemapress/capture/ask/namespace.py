"""The namespace of the elements (key `namespace`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .captured import CapturedEndpoint
from .question import Answers, Evidence, Form, Question

KEY = "namespace"

_NONE = "none"

NAMESPACE_FORM = Form("an absolute URI, such as urn:partner:api", r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
"""A relative URI is deprecated (Namespaces in XML 1.0 §2.2), and most often is a mistake."""


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question of the namespace."""
    if captured.messages:
        why = "The page shows no namespace and no prefix, and a made-up one would refuse every message."
        yield make_question([""], why)


def make_question(namespaces: Sequence[str], why: str, evidence: tuple[Evidence, ...] = ()) -> Question:
    """Return the question with namespaces as candidates, of which the first is the default; "" is no namespace."""
    candidates = tuple(map(answer_for, namespaces))
    text = "In which namespace are the elements?"
    return Question(KEY, text, candidates, candidates[0], why, evidence=evidence, form=NAMESPACE_FORM)


def answer_for(namespace: str) -> str:
    """Return the answer for a namespace; "" is no namespace."""
    return namespace or _NONE


def namespace_in(answers: Answers, default: str = "") -> str:
    """Return the namespace; "" is no namespace."""
    answer = answers.get(KEY)
    return default if answer is None else "" if answer == _NONE else answer
