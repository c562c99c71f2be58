"""Whether one simple type takes every text that another one takes (XSD 1.0 Part 2 §2.5, §4.3).

Inclusion is proven facet by facet; what can't be proven is looked for among candidates, each of which both types are
asked about. So neither answer is a guess: what is neither proven nor found is undecided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from schemapress.diff.inclusion import pattern
from schemapress.diff.inclusion.candidate import candidates, parts
from schemapress.diff.inclusion.lexical import (
    NORMALIZED,
    NOTHING,
    chain,
    constraints,
    escaped,
    forms,
    is_never_empty,
    is_text,
    length,
    primitive_of,
)
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.facets import FACETS
from schemapress_runtime.xsd.pattern_syntax import PatternError
from schemapress_runtime.xsd.primitive import accept_any
from schemapress_runtime.xsd.simple_type import Atomic, InvalidValue, List, Restriction, SimpleType, Union

_NARROWER_PRIMITIVES = {("decimal", "double"), ("decimal", "float")}
"""Primitives whose lexical space lies in that of another one (Part 2 §3.2.3, §3.2.4, §3.2.5)."""

_ASPECTS = {facet.code: facet.subject for facet in FACETS.values()}
"""What each rule of a facet is about (Part 2 §4.3); all others are about the type."""


def outside(narrow: SimpleType, wide: SimpleType) -> str | None:
    """Return a short text that `narrow` takes and `wide` refuses; None where there is none.

    Raises:
        Undecided: there may be one, but none was found.
    """
    found = outsiders(narrow, wide)
    return min(found.values(), key=_plainest) if found else None


def outsiders(narrow: SimpleType, wide: SimpleType, but: Collection[str] = ()) -> dict[str, str]:
    """Return short texts that `narrow` takes and `wide` refuses, one for each aspect in which they differ.

    Texts in `but` are not looked at.

    Raises:
        Undecided: there may be one, but none was found.
    """
    if includes(wide, narrow):
        return {}
    refused: dict[str, set[str]] = {}
    for text in candidates(narrow, wide):
        if text not in but and takes(narrow, text):
            aspects = _aspects(wide, text)
            if aspects:
                refused[text] = aspects
    if not refused:
        raise Undecided(f"simple types {narrow.label} and {wide.label}")
    told = {aspect for aspects in refused.values() for aspect in aspects}
    if "type" in told:
        told = {"type"}
    return {
        aspect: min(
            (text for text, aspects in refused.items() if aspect in aspects),
            key=lambda text: (len(refused[text]), *_plainest(text)),
        )
        for aspect in sorted(told)
    }


def _plainest(text: str) -> tuple[bool, bool, int, str]:
    return not text.strip(), text != text.strip(), len(text), text


def _aspects(type_: SimpleType, text: str) -> set[str]:
    """Return in what a type refuses a text; nothing where it takes it."""
    try:
        type_.parse(text, {})
    except InvalidValue as error:
        return {_ASPECTS.get(violation.code, "type") for violation in error.violations}
    return set()


def takes(type_: SimpleType, text: str) -> bool:
    """Whether a text, not normalized yet, is valid of a type where no prefix is bound."""
    return type_.accepts(text, {})


def includes(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether it is certain that `wide` takes all that `narrow` takes; False is no answer."""
    if wide is narrow:
        return True
    if _identifiers(wide) != _identifiers(narrow) and (_identifiers(wide) or "ID" in _identifiers(narrow)):
        return False
    if _takes_anything(wide):
        return True
    if isinstance(narrow, Union):
        return all(includes(wide, member) for member in narrow.members)
    if isinstance(wide, Union):
        return any(includes(member, narrow) for member in wide.members) or _base_lies_in(wide, narrow)
    if _has_no_text(narrow):
        return True
    if isinstance(wide, List):
        if isinstance(narrow, List):
            return includes(wide.item, narrow.item)
        if _is_one_word(narrow) and includes(wide.item, narrow):
            return True
    if isinstance(narrow, Atomic) and isinstance(wide, Atomic):
        return (narrow.label, wide.label) in _NARROWER_PRIMITIVES
    if _all_enumerated_lie_in(wide, narrow):
        return True
    if isinstance(wide, Restriction) and _restriction_includes(wide, narrow):
        return True
    return _base_lies_in(wide, narrow)


def _identifiers(type_: SimpleType) -> set[str]:
    """Return what the values of a type name or refer to in the whole document: that is not of the value alone."""
    return {part.identifier for part in parts(type_) if part.identifier is not None}


def _has_no_text(type_: SimpleType) -> bool:
    """Whether it is certain that no text is one of a type, for its facets contradict each other."""
    own = constraints(type_)
    try:
        return (len(own) > 1 or (NOTHING,) in own) and pattern.outside(own, (NOTHING,)) is None
    except (PatternError, Undecided):
        return False


def _is_one_word(type_: SimpleType) -> bool:
    """Whether it is certain that no text of a type has white space between others, so that a list has one item."""
    primitive = primitive_of(type_)
    if not isinstance(primitive, Atomic):
        return False
    return (not is_text(type_) and primitive.label != "anySimpleType") or _matches((r"\S*",), type_)


def _is_seen_alike(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether the facets of `wide` see the texts of `narrow` as those of that type itself do."""
    if narrow.whitespace == wide.whitespace:
        return True
    order = ("preserve", "replace", "collapse")
    is_stricter = order.index(wide.whitespace) > order.index(narrow.whitespace)
    return is_stricter and is_text(narrow) and _matches((NORMALIZED[wide.whitespace],), narrow)


def _takes_anything(type_: SimpleType) -> bool:
    return type_.quick is accept_any


def _base_lies_in(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether already the base of `narrow` lies in `wide`; where white space is treated alike, so does `narrow`."""
    if not isinstance(narrow, Restriction) or narrow.base is None or narrow.base.whitespace != narrow.whitespace:
        return False
    return includes(wide, narrow.base)


def is_same_space(one: SimpleType, other: SimpleType) -> bool:
    """Whether a text that both types take has the same value in both."""
    one, other = primitive_of(one), primitive_of(other)
    if isinstance(one, List) and isinstance(other, List):
        return is_same_space(one.item, other.item)
    if isinstance(one, Union) and isinstance(other, Union):
        pairs = list(zip(one.members, other.members, strict=False))
        alike = all(is_same_space(*pair) and includes(*pair) and includes(*reversed(pair)) for pair in pairs)
        return len(one.members) == len(other.members) and alike
    return one is other or (is_text(one) and is_text(other))


def is_finer(one: SimpleType, other: SimpleType) -> bool:
    """Whether it is certain that texts which have one value in `one` have one value in `other`."""
    if one is other or (is_same_space(one, other) and one.whitespace == other.whitespace):
        return True
    return is_text(one) and (one.whitespace == "preserve" or other.whitespace == "collapse")


def _enumerated(type_: SimpleType) -> list[str] | None:
    """Return the enumerated texts that a type really takes; None where it is no enumeration."""
    for step in chain(type_):
        if step.enumeration is not None:
            return [text for text in step.enumeration if takes(type_, text)]
    return None


def _all_enumerated_lie_in(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether `narrow` enumerates its values, and `wide` takes each, in whatever lexical form it comes."""
    texts = _enumerated(narrow)
    if texts is None or not all(takes(wide, text) for text in texts):
        return False
    if is_text(narrow):
        return narrow.whitespace in ("preserve", wide.whitespace) or wide.whitespace == "collapse"
    return is_same_space(narrow, wide) and not any(
        (step.patterns and not _matches(step.patterns, narrow)) or _is_new_form(step, narrow) for step in chain(wide)
    )


def _is_new_form(step: Restriction, narrow: SimpleType) -> bool:
    """Whether a step admits other lexical forms than `narrow` does, as xs:integer does."""
    return step.lexical is not None and all(step.lexical != other.lexical for other in chain(narrow))


def _restriction_includes(wide: Restriction, narrow: SimpleType) -> bool:
    """Whether `narrow` lies in the base of `wide`, and its facets imply those that `wide` adds."""
    assert wide.base is not None
    if not includes(wide.base, narrow):
        return False
    if not wide.checks or _is_only_not_empty(wide, narrow):
        return wide.whitespace == wide.base.whitespace or _takes_anything(wide.base)
    if not _is_seen_alike(narrow, wide) or not (wide.whitespace == wide.base.whitespace or _takes_anything(wide.base)):
        return False
    return (
        (not _is_new_form(wide, narrow) or _matches(forms(wide), narrow))
        and (not wide.patterns or _matches(wide.patterns, narrow))
        and (wide.enumeration is None or _is_subset(wide, narrow))
        and all(_implies(narrow, wide, facet, limit) for facet, limit in wide.limits.items())
    )


def _is_only_not_empty(wide: Restriction, narrow: SimpleType) -> bool:
    """Whether all that a step asks for is some text, and there is some, with or without white space around it."""
    least = wide.limits.get("minLength", 2)
    return len(wide.checks) == 1 and (least == 0 or (least == 1 and is_text(wide) and is_never_empty(narrow)))


def _matches(patterns: tuple[str, ...], narrow: SimpleType) -> bool:
    """Whether it is certain that the texts of `narrow` match one of some patterns."""
    own = constraints(narrow)
    if not patterns or not own:
        return False
    try:
        return patterns in own or pattern.outside(own, patterns) is None
    except (PatternError, Undecided):
        return False


def _is_subset(wide: Restriction, narrow: SimpleType) -> bool:
    """Whether the values of `narrow` are among those that `wide` enumerates."""
    texts = _enumerated(narrow)
    if texts is not None:
        return is_same_space(narrow, wide) and all(takes(wide, text) for text in texts)
    return is_text(narrow) and is_text(wide) and _matches(tuple(map(escaped, wide.enumeration or ())), narrow)


def _implies(narrow: SimpleType, wide: Restriction, facet: str, limit: int | str) -> bool:
    """Whether the facets of `narrow` keep within a limit of `wide`."""
    if facet in ("length", "minLength", "maxLength"):
        return _length_implies(narrow, wide, facet, int(limit))
    if facet in ("totalDigits", "fractionDigits"):
        return _digits_imply(narrow, facet, int(limit))
    return is_same_space(narrow, wide) and any(
        _bound_implies(narrow, facet, str(limit), other, str(bound))
        for step in chain(narrow)
        for other, bound in (*step.limits.items(), *_bounds_of_digits(step, narrow))
        if other[:3] == facet[:3] and other.endswith("clusive")
    )


def _bounds_of_digits(step: Restriction, narrow: SimpleType) -> Iterator[tuple[str, str]]:
    """Yield the bounds of whole numbers that have no more than some digits."""
    digits = step.limits.get("totalDigits")
    if digits is not None and _is_whole(narrow):
        yield from (("minInclusive", f"-{'9' * int(digits)}"), ("maxInclusive", "9" * int(digits)))


def _is_whole(type_: SimpleType) -> bool:
    return any(step.label == "integer" and step.lexical is not None for step in chain(type_))


def _length_implies(narrow: SimpleType, wide: Restriction, facet: str, limit: int) -> bool:
    if facet == "minLength" and limit == 1 and is_never_empty(narrow) and is_text(wide):
        return True
    if isinstance(primitive_of(wide), List) and _is_one_word(narrow):
        return (facet == "maxLength" and limit >= 1) or (limit == 1 and is_never_empty(narrow))
    are_lists = isinstance(primitive_of(wide), List) and isinstance(primitive_of(narrow), List)
    if not are_lists and not is_same_space(narrow, wide):
        return False
    smallest, largest = 0, None
    for step in chain(narrow):
        exact = step.limits.get("length")
        smallest = max(smallest, int(exact or 0), int(step.limits.get("minLength", 0)))
        for bound in (exact, step.limits.get("maxLength")):
            if bound is not None:
                largest = int(bound) if largest is None else min(largest, int(bound))
    lower = 0 if facet == "maxLength" else limit
    upper = None if facet == "minLength" else limit
    if smallest >= lower and (upper is None or (largest is not None and largest <= upper)):
        return True
    return is_text(narrow) and _matches((length(lower, upper),), narrow)


def _digits_imply(narrow: SimpleType, facet: str, limit: int) -> bool:
    steps = list(chain(narrow))
    if any(int(step.limits.get(facet, limit + 1)) <= limit for step in steps):
        return True
    whole = _is_whole(narrow)
    if facet == "fractionDigits":
        return whole
    edges: dict[str, str] = {}
    for step in steps:
        for name, edge in step.limits.items():
            if name.endswith("clusive"):
                edges.setdefault(name[:3], str(edge))
    return whole and len(edges) == 2 and all(len(edge.lstrip("+-").lstrip("0")) <= limit for edge in edges.values())


def _bound_implies(narrow: SimpleType, facet: str, limit: str, other: str, bound: str) -> bool:
    """Whether a bound of `narrow` is at least as tight as a limit of the same side."""
    type_ = primitive_of(narrow)
    order = type_.compare(type_.parse(bound, {}), type_.parse(limit, {}))
    if order is None:
        return False
    tighter = order > 0 if facet.startswith("min") else order < 0
    return tighter or (order == 0 and (facet.endswith("Inclusive") or other.endswith("Exclusive")))
