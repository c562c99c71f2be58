"""The type itself: its values, or its kind of content (XSD 1.0 Part 2 §2.5, §4.3).

Each facet has an aspect of its own, which proves that the facet refuses nothing new. This module puts the proofs of a
type together. If one fails, it tries sample texts on both types. So neither answer is a guess: without a proof and
without a sample, the answer is undecided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from schemapress.diff.aspects import bounds, digits, enumeration, length, pattern
from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.notation import describe_content
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.result import ComparisonResult, Included, NotIncluded, Undecided
from schemapress.inclusion.sample_texts import find_parts, make_samples
from schemapress.inclusion.simple_types import (
    accepts_anything,
    accepts_text,
    chain,
    forms,
    has_no_text,
    is_never_empty,
    is_new_form,
    is_normalized_alike,
    is_one_word,
    is_text_type,
    primitive_of,
    proves_match,
)  # fmt: skip
from schemapress_runtime.xsd.components import ComplexType
from schemapress_runtime.xsd.facets import FACETS
from schemapress_runtime.xsd.simple_type import Atomic, InvalidValue, List, Restriction, SimpleType, Union


def _describe(side: Side, _: Side) -> str:
    text_type = side.text_type
    if text_type is None:
        return describe_content(side.type) if isinstance(side.type, ComplexType) else ""
    whitespace = {step.whitespace for step in chain(text_type)}
    spaces = f", white space {text_type.whitespace}" if len(whitespace) > 1 else ""
    return f"{text_type.label} ({text_type.description}{spaces})"


ASPECT = Aspect(
    "content_type",
    narrowed=narrowing_rule(
        "type-narrowed",
        "A value of the old type is not a value of the new type, or the element has a different kind of content.",
        "Make the new type a union of the old and the new type, or add an element of the new type beside the old one.",
    ),
    widened=widening_rule(
        "type-widened",
        "A value of the new type is not a value of the old type, or the element has a different kind of content.",
    ),
    describe=_describe,
)

_NARROWER_PRIMITIVES = {("decimal", "double"), ("decimal", "float")}
"""Primitive types and those whose lexical space holds theirs (Part 2 §3.2.3, §3.2.4, §3.2.5)."""

_ASPECTS = {
    FACETS[facet].code: aspect
    for aspect in (enumeration.ASPECT, pattern.ASPECT, length.ASPECT, bounds.ASPECT, digits.ASPECT)
    for facet in aspect.facets
}
"""The aspect of each rule about a facet; every other rule is about the type."""


def compare_types(
    narrow: SimpleType, wide: SimpleType, *, but: Collection[str] = ()
) -> ComparisonResult[Mapping[Aspect, str]]:
    """Compare the texts of two types, except those in `but`.

    The example has one short text for each aspect in which the types differ.
    """
    if proves(narrow, wide):
        return Included()
    refused: dict[str, set[Aspect]] = {}
    for text in make_samples(narrow, wide):
        if text not in but and accepts_text(narrow, text):
            aspects = _find_aspects(wide, text)
            if aspects:
                refused[text] = aspects
    if not refused:
        return Undecided(f"simple types {narrow.label} and {wide.label}")
    differing = {aspect for aspects in refused.values() for aspect in aspects}
    if ASPECT in differing:
        differing = {ASPECT}
    return NotIncluded(
        {
            aspect: min(
                (text for text, aspects in refused.items() if aspect in aspects),
                key=lambda text: (len(refused[text]), *_rank(text)),
            )
            for aspect in sorted(differing, key=lambda aspect: aspect.narrowed.name)
        }
    )


def pick_plainest(texts: Collection[str]) -> str:
    """Return the most readable of some texts."""
    return min(texts, key=_rank)


def _rank(text: str) -> tuple[bool, bool, int, str]:
    return not text.strip(), text != text.strip(), len(text), text


def _find_aspects(type_: SimpleType, text: str) -> set[Aspect]:
    """Return the aspects in which a type refuses a text; none if it accepts the text."""
    try:
        type_.parse(text, {})
    except InvalidValue as error:
        return {_ASPECTS.get(violation.code, ASPECT) for violation in error.violations}
    return set()


def proves(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether `wide` certainly accepts every text that `narrow` accepts."""
    if wide is narrow:
        return True
    identifiers = _find_identifiers(wide)
    if identifiers != _find_identifiers(narrow) and (identifiers or "ID" in _find_identifiers(narrow)):
        return False
    if accepts_anything(wide):
        return True
    if isinstance(narrow, Union):
        return all(proves(member, wide) for member in narrow.members)
    if isinstance(wide, Union):
        return any(proves(narrow, member) for member in wide.members) or _proves_base(narrow, wide)
    if has_no_text(narrow):
        return True
    if isinstance(wide, List):
        if isinstance(narrow, List):
            return proves(narrow.item, wide.item)
        if is_one_word(narrow) and proves(narrow, wide.item):
            return True
    if isinstance(narrow, Atomic) and isinstance(wide, Atomic):
        return (narrow.label, wide.label) in _NARROWER_PRIMITIVES
    if enumeration.proves_each_value(narrow, wide, same_space=is_same_space(narrow, wide)):
        return True
    if isinstance(wide, Restriction) and _proves_restriction(narrow, wide):
        return True
    return _proves_base(narrow, wide)


def is_same_space(first: SimpleType, second: SimpleType) -> bool:
    """Whether a text that both types accept certainly has the same value in both."""
    first, second = primitive_of(first), primitive_of(second)
    if isinstance(first, List) and isinstance(second, List):
        return is_same_space(first.item, second.item)
    if isinstance(first, Union) and isinstance(second, Union):
        pairs = list(zip(first.members, second.members, strict=False))
        alike = all(is_same_space(*pair) and proves(*pair) and proves(*reversed(pair)) for pair in pairs)
        return len(first.members) == len(second.members) and alike
    return first is second or (is_text_type(first) and is_text_type(second))


def is_finer(first: SimpleType, second: SimpleType) -> bool:
    """Whether texts that have one value in `first` certainly have one value in `second`."""
    if first is second or (is_same_space(first, second) and first.whitespace == second.whitespace):
        return True
    return is_text_type(first) and (first.whitespace == "preserve" or second.whitespace == "collapse")


def _find_identifiers(type_: SimpleType) -> set[str]:
    """Return the kinds of identifiers among the values of a type: these depend on the whole document."""
    return {part.identifier for part in find_parts(type_) if part.identifier is not None}


def _proves_base(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether `wide` certainly accepts the base of `narrow`, which normalizes white space in the same way."""
    if not isinstance(narrow, Restriction) or narrow.base is None or narrow.base.whitespace != narrow.whitespace:
        return False
    return proves(narrow.base, wide)


def _proves_restriction(narrow: SimpleType, wide: Restriction) -> bool:
    """Whether the base of `wide` certainly accepts `narrow`, and the facets that `wide` adds refuse nothing."""
    assert wide.base is not None
    if not proves(narrow, wide.base):
        return False
    keeps_whitespace = wide.whitespace == wide.base.whitespace or accepts_anything(wide.base)
    if not wide.checks or _requires_only_text(narrow, wide) or length.proves_shorter(narrow, wide):
        return keeps_whitespace
    if not keeps_whitespace or not is_normalized_alike(narrow, wide):
        return False
    same_space = is_same_space(narrow, wide)
    return (
        (not is_new_form(wide, narrow) or proves_match(narrow, forms(wide)))
        and pattern.proves(narrow, wide)
        and enumeration.proves(narrow, wide, same_space=same_space)
        and length.proves(narrow, wide, same_space=same_space)
        and bounds.proves(narrow, wide, same_space=same_space)
        and digits.proves(narrow, wide)
    )


def _requires_only_text(narrow: SimpleType, wide: Restriction) -> bool:
    """Whether a step requires no more than some text, and `narrow` always has some, with or without white space."""
    least = wide.limits.get("minLength", 2)
    return len(wide.checks) == 1 and (least == 0 or (least == 1 and is_text_type(wide) and is_never_empty(narrow)))
