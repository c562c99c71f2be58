"""Whether the elements of an object come in a fixed order (key `order`)."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress_runtime.xsd.components import Compositor

from .captured import CapturedEndpoint
from .question import Answers, Evidence, Question

KEY = "order"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question of the order."""
    if any(len(message.children) > 1 for message in captured.messages):
        why = "Senders that print their fields in order are the rule; xs:all can't hold an element that repeats."
        yield make_question("Must the fields come in the order of the page?", why)


def make_question(text: str, why: str, evidence: tuple[Evidence, ...] = ()) -> Question:
    """Return the question, with the reason of the default."""
    return Question(KEY, text, ("sequence", "all"), "sequence", why, evidence=evidence)


def compositor_of(answers: Answers) -> Compositor:
    """Return the compositor of the elements of an object."""
    return "all" if answers.get(KEY) == "all" else "sequence"
