"""Whether one simple type takes every text that another one takes (XSD 1.0 Part 2 §2.5, §4.3).

Inclusion is proven facet by facet; what can't be proven is looked for among candidates, each of which both types are
asked about. So neither answer is a guess: what is neither proven nor found is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemapress.diff import pattern
from schemapress.diff.candidate import candidates, parts
from schemapress.diff.undecided import Undecided
from schemapress.runtime.builtin import BUILTIN
from schemapress.runtime.pattern_syntax import PatternError
from schemapress.runtime.primitive import accept_any
from schemapress.runtime.simple_type import Atomic, List, Restriction, SimpleType, Union

_NARROWER_PRIMITIVES = {("decimal", "double"), ("decimal", "float")}
"""Primitives whose lexical space lies in that of another one (Part 2 §3.2.3, §3.2.4, §3.2.5)."""

_PATTERNS = {
    step.lexical: (pattern_,)
    for name, pattern_ in (
        ("language", "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
        ("NMTOKEN", r"\c+"),
        ("Name", r"\i\c*"),
        ("NCName", "[^:]*"),
        ("integer", "[+-]?[0-9]+"),
    )
    for step in [BUILTIN[name]]
    if isinstance(step, Restriction) and step.lexical is not None
}
"""The lexical forms that built-in types add, as patterns (Part 2 §3.3)."""

_YEAR, _MONTH, _DAY, _ZONE = "-?[0-9]{4,}", "[0-9]{2}", "[0-9]{2}", "(Z|[+-][0-9]{2}:[0-9]{2})?"

_PRIMITIVE_PATTERNS = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
}
"""Patterns that every normalized text of a primitive type matches (Part 2 §3.2)."""


def outside(narrow: SimpleType, wide: SimpleType) -> str | None:
    """Return a short text that `narrow` takes and `wide` refuses; None where there is none.

    Raises:
        Undecided: there may be one, but none was found.
    """
    if includes(wide, narrow):
        return None
    found = [text for text in candidates(narrow, wide) if takes(narrow, text) and not takes(wide, text)]
    if not found:
        raise Undecided(f"simple types {narrow.name} and {wide.name}")
    return min(found, key=lambda text: (text != text.strip(), len(text), text))


def takes(type_: SimpleType, text: str) -> bool:
    """Whether a text, not normalized yet, is valid of a type where no prefix is bound."""
    return type_.accepts(text, {})


def includes(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether it is certain that `wide` takes all that `narrow` takes; False is no answer."""
    if wide is narrow:
        return True
    if _identifiers(wide) != _identifiers(narrow):
        return False
    if _takes_anything(wide):
        return True
    if isinstance(narrow, Union):
        return all(includes(wide, member) for member in narrow.members)
    if isinstance(wide, Union):
        return any(includes(member, narrow) for member in wide.members) or _base_lies_in(wide, narrow)
    if isinstance(narrow, List) and isinstance(wide, List):
        return includes(wide.item, narrow.item)
    if isinstance(narrow, Atomic) and isinstance(wide, Atomic):
        return (narrow.name, wide.name) in _NARROWER_PRIMITIVES
    if _all_enumerated_lie_in(wide, narrow):
        return True
    if isinstance(wide, Restriction) and _restriction_includes(wide, narrow):
        return True
    return _base_lies_in(wide, narrow)


def _identifiers(type_: SimpleType) -> set[str]:
    """Return what the values of a type name or refer to in the whole document: that is not of the value alone."""
    return {part.identifier for part in parts(type_) if part.identifier is not None}


def _takes_anything(type_: SimpleType) -> bool:
    return type_.quick is accept_any


def _base_lies_in(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether already the base of `narrow` lies in `wide`; where white space is treated alike, so does `narrow`."""
    if not isinstance(narrow, Restriction) or narrow.base is None or narrow.base.whitespace != narrow.whitespace:
        return False
    return includes(wide, narrow.base)


def _chain(type_: SimpleType) -> Iterator[Restriction]:
    """Yield the restrictions that a type is made of, the last one first."""
    current: SimpleType | None = type_
    while isinstance(current, Restriction):
        yield current
        current = current.base


def _primitive(type_: SimpleType) -> SimpleType:
    *_, last = (None, *_chain(type_))
    return type_ if last is None or last.base is None else last.base


def _is_text(type_: SimpleType) -> bool:
    """Whether the values of a type are its normalized texts (Part 2 §3.2.1, §3.2.17)."""
    return isinstance(primitive := _primitive(type_), Atomic) and primitive.name in ("string", "anyURI")


def is_same_space(one: SimpleType, other: SimpleType) -> bool:
    """Whether a text that both types take has the same value in both."""
    one, other = _primitive(one), _primitive(other)
    if isinstance(one, List) and isinstance(other, List):
        return is_same_space(one.item, other.item)
    if isinstance(one, Union) and isinstance(other, Union):
        pairs = list(zip(one.members, other.members, strict=False))
        alike = all(is_same_space(*pair) and includes(*pair) and includes(*reversed(pair)) for pair in pairs)
        return len(one.members) == len(other.members) and alike
    return one is other or (_is_text(one) and _is_text(other))


def means_the_same(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether it is certain that each text of `narrow` has the same value in `wide`, white space and all."""
    return narrow.whitespace == wide.whitespace and is_same_space(narrow, wide) and includes(wide, narrow)


def _enumerated(type_: SimpleType) -> list[str] | None:
    """Return the enumerated texts that a type really takes; None where it is no enumeration."""
    for step in _chain(type_):
        if step.enumeration is not None:
            return [text for text in step.enumeration if takes(type_, text)]
    return None


def _all_enumerated_lie_in(wide: SimpleType, narrow: SimpleType) -> bool:
    """Whether `narrow` enumerates its values, and `wide` takes each, in whatever lexical form it comes."""
    texts = _enumerated(narrow)
    if texts is None or not all(takes(wide, text) for text in texts):
        return False
    if _is_text(narrow):
        return narrow.whitespace in ("preserve", wide.whitespace) or wide.whitespace == "collapse"
    return is_same_space(narrow, wide) and not any(
        (step.patterns and not _matches(step.patterns, narrow)) or _is_new_form(step, narrow) for step in _chain(wide)
    )


def _is_new_form(step: Restriction, narrow: SimpleType) -> bool:
    """Whether a step admits other lexical forms than `narrow` does, as xs:integer does."""
    return step.lexical is not None and all(step.lexical != other.lexical for other in _chain(narrow))


def _restriction_includes(wide: Restriction, narrow: SimpleType) -> bool:
    """Whether `narrow` lies in the base of `wide`, and its facets imply those that `wide` adds."""
    assert wide.base is not None
    if not includes(wide.base, narrow):
        return False
    if not wide.facets:
        return wide.whitespace == wide.base.whitespace or _takes_anything(wide.base)
    if narrow.whitespace != wide.whitespace or not (
        wide.whitespace == wide.base.whitespace or _takes_anything(wide.base)
    ):
        return False
    return (
        (not _is_new_form(wide, narrow) or _matches(_forms(wide), narrow))
        and (not wide.patterns or _matches(wide.patterns, narrow))
        and (wide.enumeration is None or _is_subset(wide, narrow))
        and all(_implies(narrow, wide, facet, limit) for facet, limit in wide.limits.items())
    )


def _matches(patterns: tuple[str, ...], narrow: SimpleType) -> bool:
    """Whether the texts of `narrow` match one of some patterns, by a pattern of its own."""
    if not patterns:
        return False
    return any(own == patterns or _lies_in(own, patterns) for own in _own_patterns(narrow))


def _lies_in(own: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    try:
        return pattern.outside(own, patterns) is None
    except (PatternError, Undecided):
        return False


def _own_patterns(type_: SimpleType) -> Iterator[tuple[str, ...]]:
    """Yield patterns that every normalized text of a type matches."""
    for step in _chain(type_):
        for own in (step.patterns, _forms(step)):
            if own and step.whitespace == type_.whitespace:
                yield own
    primitive = _primitive(type_)
    if primitive.name in _PRIMITIVE_PATTERNS:
        yield (_PRIMITIVE_PATTERNS[primitive.name],)


def _forms(step: Restriction) -> tuple[str, ...]:
    """Return the pattern of the lexical forms that a built-in type adds; none where it has none."""
    return _PATTERNS.get(step.lexical or "", ())


def _is_subset(wide: Restriction, narrow: SimpleType) -> bool:
    """Whether the values of `narrow` are among those that `wide` enumerates."""
    texts = _enumerated(narrow)
    if texts is not None:
        return is_same_space(narrow, wide) and all(takes(wide, text) for text in texts)
    return _is_text(narrow) and _is_text(wide) and _matches(tuple(map(_escaped, wide.enumeration or ())), narrow)


def _escaped(text: str) -> str:
    return re.sub(r"[\\|.?*+(){}\[\]^-]", r"\\\g<0>", text)


def _implies(narrow: SimpleType, wide: Restriction, facet: str, limit: int | str) -> bool:
    """Whether the facets of `narrow` keep within a limit of `wide`."""
    if facet in ("length", "minLength", "maxLength"):
        return _length_implies(narrow, wide, facet, int(limit))
    if facet in ("totalDigits", "fractionDigits"):
        return _digits_imply(narrow, facet, int(limit))
    return is_same_space(narrow, wide) and any(
        _bound_implies(narrow, facet, str(limit), other, str(step.limits[other]))
        for step in _chain(narrow)
        for other in step.limits
        if other[:3] == facet[:3] and other.endswith("clusive")
    )


def _length_implies(narrow: SimpleType, wide: Restriction, facet: str, limit: int) -> bool:
    if not is_same_space(narrow, wide):
        return False
    smallest, largest = 0, None
    for step in _chain(narrow):
        exact = step.limits.get("length")
        smallest = max(smallest, int(exact or 0), int(step.limits.get("minLength", 0)))
        for bound in (exact, step.limits.get("maxLength")):
            if bound is not None:
                largest = int(bound) if largest is None else min(largest, int(bound))
    lower = 0 if facet == "maxLength" else limit
    upper = None if facet == "minLength" else limit
    if smallest >= lower and (upper is None or (largest is not None and largest <= upper)):
        return True
    return _is_text(narrow) and _matches((f".{{{lower},{'' if upper is None else upper}}}",), narrow)


def _digits_imply(narrow: SimpleType, facet: str, limit: int) -> bool:
    chain = list(_chain(narrow))
    if any(int(step.limits.get(facet, limit + 1)) <= limit for step in chain):
        return True
    whole = any(step.name == "integer" and step.lexical is not None for step in chain)
    if facet == "fractionDigits":
        return whole
    edges: dict[str, str] = {}
    for step in chain:
        for name, edge in step.limits.items():
            if name.endswith("clusive"):
                edges.setdefault(name[:3], str(edge))
    return whole and len(edges) == 2 and all(len(edge.lstrip("+-").lstrip("0")) <= limit for edge in edges.values())


def _bound_implies(narrow: SimpleType, facet: str, limit: str, other: str, bound: str) -> bool:
    """Whether a bound of `narrow` is at least as tight as a limit of the same side."""
    type_ = _primitive(narrow)
    order = type_.compare(type_.parse(bound, {}), type_.parse(limit, {}))
    if order is None:
        return False
    tighter = order > 0 if facet.startswith("min") else order < 0
    return tighter or (order == 0 and (facet.endswith("Inclusive") or other.endswith("Exclusive")))
