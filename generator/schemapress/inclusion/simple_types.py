"""Properties of simple types that several aspects need, and the texts of a type as patterns (XSD 1.0 Part 2 §3).

A function that answers whether something is certain answers False if it can't prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schemapress.inclusion.pattern_automata import compare_patterns
from schemapress.inclusion.result import Included
from schemapress_runtime.xsd.pattern import compile_pattern
from schemapress_runtime.xsd.quick_checks import accept_any
from schemapress_runtime.xsd.simple_type import Atomic, List, Restriction, SimpleType, Union

LONGEST_PATTERN = 2_000
"""The greatest length that becomes a pattern."""


def chain(type_: SimpleType | None) -> Iterator[Restriction]:
    """Yield the restrictions that make up a type, the last step first."""
    current = type_
    while isinstance(current, Restriction):
        yield current
        current = current.base


def primitive_of(type_: SimpleType) -> SimpleType:
    """Return the type below all restrictions of a type: a primitive type, a list or a union."""
    *_, last = (None, *chain(type_))
    return type_ if last is None or last.base is None else last.base


def is_text_type(type_: SimpleType) -> bool:
    """Whether the values of a type are its normalized texts (Part 2 §3.2.1, §3.2.17)."""
    return isinstance(primitive := primitive_of(type_), Atomic) and primitive.label in ("string", "anyURI")


def forms(step: Restriction) -> tuple[str, ...]:
    """Return the pattern of the lexical form that a built-in type adds; none where it adds none."""
    return () if step.lexical is None else (step.lexical,)


def text_patterns(type_: SimpleType) -> list[tuple[str, ...]]:
    """Return alternatives of patterns; every normalized text of a type matches one pattern of each tuple."""
    return list(dict.fromkeys(_generate_text_patterns(type_)))


def _generate_text_patterns(type_: SimpleType) -> Iterator[tuple[str, ...]]:
    primitive = primitive_of(type_)
    if isinstance(primitive, Atomic) and primitive.primitive.pattern is not None:
        yield (primitive.primitive.pattern,)
    for step in chain(type_):
        if step.patterns:
            yield step.patterns
        if forms(step):
            yield forms(step)
        if is_text_type(type_) and step.enumeration is not None:
            yield tuple(escape_pattern(type_.normalize(text)) for text in step.enumeration)
    smallest, largest = lengths_of(chain(type_)) if is_text_type(type_) else (0, None)
    if (
        smallest <= LONGEST_PATTERN
        and (largest is None or largest <= LONGEST_PATTERN)
        and (smallest or largest is not None)
    ):
        yield (length_pattern(smallest, largest),) if largest is None or smallest <= largest else (MATCHES_NOTHING,)
    if isinstance(primitive, Atomic) and type_.whitespace != "preserve":
        yield (NORMALIZED[type_.whitespace],)


def lengths_of(steps: Iterable[Restriction]) -> tuple[int, int | None]:
    """Return the smallest and the largest length that the facets of some steps allow; None without a largest one."""
    smallest, largest = 0, None
    for step in steps:
        exact = step.limits.get("length")
        smallest = max(smallest, int(exact or 0), int(step.limits.get("minLength", 0)))
        bounds = [int(bound) for bound in (exact, step.limits.get("maxLength"), largest) if bound is not None]
        largest = min(bounds, default=None)
    return smallest, largest


NORMALIZED = {"preserve": r"[\s\S]*", "replace": r"[^\t\n\r]*", "collapse": r"(\S+( \S+)*)?"}
"""The texts that each value of whiteSpace leaves (Part 2 §4.3.6), as patterns."""

MATCHES_NOTHING = r"[^\s\S]"
"""A pattern that no text matches."""


def length_pattern(smallest: int, largest: int | None) -> str:
    """Return the pattern of all texts of some lengths."""
    return rf"[\s\S]{{{smallest},{'' if largest is None else largest}}}"


def escape_pattern(text: str) -> str:
    """Return the pattern of one text."""
    return re.sub(r"[\\|.?*+(){}\[\]^-]", r"\\\g<0>", text)


def is_never_empty(type_: SimpleType) -> bool:
    """Whether it is certain that no normalized text of a type is empty."""
    if isinstance(type_, Union):
        return all(map(is_never_empty, type_.members))
    primitive = primitive_of(type_)
    if isinstance(primitive, List | Union):
        return False
    if not primitive.accepts("", {}):
        return True
    return any(not compile_pattern(form)("") for step in chain(type_) for form in forms(step))


def accepts_text(type_: SimpleType, text: str) -> bool:
    """Whether a text, not normalized yet, is valid where no prefix is bound and no entity is declared."""
    if not type_.accepts(text, {}):
        return False
    return not type_.has_identifiers or all(kind != "ENTITY" for kind, _ in type_.identifiers(text, {}))


def accepts_anything(type_: SimpleType) -> bool:
    """Whether it is certain that a type accepts every text."""
    return type_.quick is accept_any


def has_no_text(type_: SimpleType) -> bool:
    """Whether it is certain that the facets of a type contradict each other."""
    own = text_patterns(type_)
    return (len(own) > 1 or (MATCHES_NOTHING,) in own) and compare_patterns(own, (MATCHES_NOTHING,)) == Included()


def proves_match(narrow: SimpleType, patterns: tuple[str, ...]) -> bool:
    """Whether it is certain that every text of a type matches one of some patterns."""
    own = text_patterns(narrow)
    if not patterns or not own:
        return False
    return patterns in own or compare_patterns(own, patterns) == Included()


def is_one_word(type_: SimpleType) -> bool:
    """Whether it is certain that no text of a type has white space inside: as a list, it has one item."""
    primitive = primitive_of(type_)
    if not isinstance(primitive, Atomic):
        return False
    return (not is_text_type(type_) and primitive.label != "anySimpleType") or proves_match(type_, (r"\S*",))


def is_whole(type_: SimpleType) -> bool:
    """Whether it is certain that the values of a type are whole numbers."""
    return any(step.label == "integer" and step.lexical is not None for step in chain(type_))


def is_normalized_alike(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether it is certain that both types normalize the texts of `narrow` to the same text."""
    if narrow.whitespace == wide.whitespace:
        return True
    order = ("preserve", "replace", "collapse")
    is_stricter = order.index(wide.whitespace) > order.index(narrow.whitespace)
    return is_stricter and is_text_type(narrow) and proves_match(narrow, (NORMALIZED[wide.whitespace],))


def is_new_form(step: Restriction, narrow: SimpleType) -> bool:
    """Whether a step requires a lexical form that `narrow` does not, as xs:integer does."""
    return step.lexical is not None and all(step.lexical != other.lexical for other in chain(narrow))
