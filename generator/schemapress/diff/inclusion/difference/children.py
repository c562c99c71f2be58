"""Differences of the sequences of children, and the pairs that govern them (XSD 1.0 Part 1 §3.4.4 clause 2.4)."""

from __future__ import annotations

from schemapress.diff.inclusion.difference.pair import (
    Difference,
    Found,
    Pair,
    Sides,
    is_empty,
    may_have_space,
    model_of,
    text_type,
)
from schemapress.diff.inclusion.example import Term
from schemapress.diff.inclusion.meeting import Meeting
from schemapress.diff.inclusion.separation import Separation, separations
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.components import ElementDeclaration


def differences(pair: Pair, sides: Sides) -> Found:
    """Yield the differences of two content models, and a pair for each child that both take.

    Raises:
        Undecided: the models have too many pairs of states.
    """
    narrow, wide = model_of(pair.narrow_type), model_of(pair.wide_type)
    compared = separations(narrow, wide, sides.names, sides.examples.may_have)
    if compared.found and text_type(pair.wide_type) is not None:
        yield _difference(compared.found[0], "type", "", pair, sides)
    else:
        for separation in compared.found:
            yield _difference(separation, *_aspect(separation, pair, sides), pair, sides)
        if (
            not compared.found
            and may_have_space(pair.narrow_type)
            and is_empty(pair.wide_type)
            and narrow.start.accepts
        ):
            element = sides.shell(pair, [])
            element.text = " "
            yield Difference("content-model", "", pair, element)
    for meeting in compared.meetings:
        one = _governing(meeting.tag, meeting.narrow, sides, of_wide=False)
        other = _governing(meeting.tag, meeting.wide, sides, of_wide=True)
        if one is None:
            yield from _typed(meeting, pair, sides)
        elif other is not None:
            yield Pair(one, one.type, other, other.type, pair, meeting)
        else:
            tags = (*meeting.before, meeting.tag, *meeting.after)
            element = sides.shell(pair, sides.examples.children(narrow, wide, tags))
            yield Difference("wildcard", meeting.tag, pair, element)


def _aspect(separation: Separation, pair: Pair, sides: Sides) -> tuple[str, str]:
    """Return the aspect of a difference, and which child it is about."""
    tag = separation.tag
    if separation.cause == "unknown":
        declaration = model_of(pair.narrow_type).declared.get(tag)
        is_substitute = isinstance(declaration, ElementDeclaration) and declaration.substitution_group is not None
        return ("substitution" if is_substitute and _is_referred(tag, pair) else "element"), tag
    if separation.cause == "missing":
        return "presence", tag
    if separation.cause == "repeated":
        return "occurs", tag
    return ("wildcard" if separation.cause == "undeclared" else "content-model"), ""


def _is_referred(tag: str, pair: Pair) -> bool:
    """Whether a child stands for the head of its substitution group in the content model of `narrow`."""
    leaves = model_of(pair.narrow_type).root.leaves()
    return any(tag in leaf.declarations and next(iter(leaf.declarations)) != tag for leaf in leaves)


def _difference(separation: Separation, aspect: str, subject: str, pair: Pair, sides: Sides) -> Difference:
    narrow, wide = model_of(pair.narrow_type), model_of(pair.wide_type)
    children = sides.examples.children(narrow, wide, separation.sequence)
    return Difference(aspect, subject, pair, sides.shell(pair, children))


def _governing(tag: str, term: Term, sides: Sides, *, of_wide: bool) -> ElementDeclaration | None:
    """Return what governs a child; the same object whenever the same kind of wildcard admits the same tag."""
    if isinstance(term, ElementDeclaration):
        return term
    return sides.admitted(tag, term.process, of_wide=of_wide)


def _typed(meeting: Meeting[Term], pair: Pair, sides: Sides) -> Found:
    """Yield the pair of an element that is declared nowhere, for the types that `xsi:type` can give it (§3.10.4)."""
    one = sides.typed(meeting.tag, of_wide=False)
    if isinstance(meeting.wide, ElementDeclaration):
        raise Undecided(f"{meeting.tag}, which is declared nowhere and is admitted where it has xsi:type")
    other = _governing(meeting.tag, meeting.wide, sides, of_wide=True) or sides.typed(meeting.tag, of_wide=True)
    yield Pair(one, one.type, other, other.type, pair, meeting, is_typed=True)
