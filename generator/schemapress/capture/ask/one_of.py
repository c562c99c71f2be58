"""The content of an element that has one of several objects, in OpenAPI (key `one-of`)."""

from __future__ import annotations

from .question import Answers, Evidence, Question

KEY = "one-of"

_CHOICE, _ANY = "what they share, then a choice", "any of their elements, in their order"


def make_question(place: str, *, can_choose: bool) -> Question:
    """Return the question about a schema object; with `can_choose`, a deterministic choice of its objects exists."""
    return Question(
        f"{KEY}:{place}",
        f"What does `{place.rpartition('/')[2]}` contain, the objects of which begin alike?",
        (_CHOICE, _ANY) if can_choose else (_ANY,),
        _CHOICE if can_choose else _ANY,
        "A choice of them as they are would not be deterministic, which XSD asks for."
        if can_choose
        else "No choice of them is deterministic, which XSD asks for.",
        evidence=(Evidence(place, "oneOf"),),
    )


def places_without_choice(answers: Answers) -> frozenset[str]:
    """Return the places of the schema objects whose objects become one sequence."""
    return frozenset(key.partition(":")[2] for key, answer in answers.items() if answer == _ANY)
