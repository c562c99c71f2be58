"""Simple types: built up from the primitives by restriction, list and union (XSD 1.0 Part 2 §2.5, §4.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..limits import MAX_DIGITS
from ..report.amount import plural
from .pattern import compile_pattern
from .primitive import Namespaces, NotInLexicalSpace, Primitive, TooManyDigits, Value, Whitespace, accept_any

_SPACES = re.compile("[\t\n\r ]+")
_SPACE = re.compile("[\t\n\r]")


def normalize(text: str, whitespace: Whitespace) -> str:
    """Apply the whiteSpace facet to a text (XSD 1.0 Part 2 §4.3.6)."""
    if whitespace == "preserve":
        return text
    if whitespace == "replace":
        return _SPACE.sub(" ", text)
    return _SPACES.sub(" ", text).strip(" ")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a text breaks, and what would have been right."""

    code: str
    expected: str


def unsure(_: str) -> bool:
    """The quick check of types that have none."""
    return False


Quick = Callable[[str], bool]
"""Says of a text that is not normalized whether it is certainly valid; False is no answer."""

FacetCheck = Callable[[str, Value], "Violation | None"]
"""Takes the normalized text and its value; returns what is wrong, or None."""


class InvalidValue(Exception):
    """A text is not in the lexical space of a type, or its value not in the value space."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(violations)
        self.violations = violations


Identifier = Literal["ID", "IDREF", "ENTITY"]
"""What a value names or refers to in the whole document (XSD 1.0 Part 1 §3.15.4)."""


class SimpleType:
    """A simple type. `name` is the local name of the nearest named type."""

    name: str
    whitespace: Whitespace
    base: SimpleType | None
    description: str
    needs_namespaces = False
    unit = "character"
    """What the length facets count (XSD 1.0 Part 2 §4.3.1)."""
    identifier: Identifier | None = None
    has_identifiers = False
    quick: Quick = staticmethod(unsure)

    def normalize(self, text: str) -> str:
        """Return the text as the whiteSpace facet has it."""
        return normalize(text, self.whitespace)

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        """Return the value of a text that is not normalized yet.

        Raises:
            InvalidValue: with every rule that the text breaks.
        """
        raise InvalidValue((Violation("cvc-datatype-valid.1.2.1", self.description),))

    def accepts(self, text: str, namespaces: Namespaces) -> bool:
        """Whether a text that is not normalized yet has a value."""
        try:
            self.parse(text, namespaces)
        except InvalidValue:
            return False
        return True

    def length(self, text: str, value: Value) -> int:
        """Return the length of a value in the unit of the length facets (XSD 1.0 Part 2 §4.3.1)."""
        return len(text)

    def compare(self, left: Value, right: Value) -> int | None:
        """Order two values of the type: -1, 0, 1, or None where there is no order."""
        return 0 if left == right else None

    def identifiers(self, text: str, namespaces: Namespaces) -> Iterator[tuple[Identifier, str]]:
        """Yield the identifiers and references in a valid text, each with its kind."""
        if self.identifier is not None:
            yield self.identifier, self.normalize(text)


def derives_simply(derived: SimpleType, base: SimpleType) -> bool:
    """Whether a simple type is derived from another one (XSD 1.0 Part 1 §3.14.6, Type Derivation OK)."""
    ancestor: SimpleType | None = derived
    while ancestor is not None:
        if ancestor is base:
            return True
        ancestor = ancestor.base
    if isinstance(base, Atomic) and base.name == "anySimpleType":
        return True
    return isinstance(base, Union) and any(derives_simply(derived, member) for member in base.members)


class Atomic(SimpleType):
    """A primitive type as such."""

    def __init__(self, primitive: Primitive) -> None:
        self.name = primitive.name
        self.whitespace = primitive.whitespace
        self.description = primitive.description
        self.base = None
        self.primitive = primitive
        self.needs_namespaces = primitive.name in ("QName", "NOTATION")
        self.quick = primitive.quick or unsure
        self.unit = "byte" if primitive.name in ("hexBinary", "base64Binary") else "character"

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        try:
            value = self.primitive.value(normalize(text, self.whitespace), namespaces)
        except TooManyDigits:
            violation = Violation(
                "cvc-datatype-valid.1.2.1", f"{self.description}, of at most {MAX_DIGITS:,} characters"
            )
            raise InvalidValue((violation,)) from None
        except NotInLexicalSpace:
            raise InvalidValue((Violation("cvc-datatype-valid.1.2.1", self.description),)) from None
        return (self.name, value)

    def length(self, text: str, value: Value) -> int:
        measure = self.primitive.length
        return len(text) if measure is None else measure(text, value[1])  # type: ignore[index]  # (primitive, value)

    def compare(self, left: Value, right: Value) -> int | None:
        order = self.primitive.compare
        if order is None:
            return 0 if left == right else None
        return order(left[1], right[1])  # type: ignore[index]  # (primitive, value)


class Restriction(SimpleType):
    """A type with facets added to its base."""

    def __init__(
        self,
        base: SimpleType,
        name: str,
        *,
        description: str | None = None,
        whitespace: Whitespace | None = None,
        length: int | None = None,
        min_length: int | None = None,
        max_length: int | None = None,
        lexical: str | None = None,
        patterns: tuple[str, ...] = (),
        enumeration: tuple[str, ...] | None = None,
        enumeration_namespaces: Namespaces | None = None,
        min_inclusive: str | None = None,
        min_exclusive: str | None = None,
        max_inclusive: str | None = None,
        max_exclusive: str | None = None,
        total_digits: int | None = None,
        fraction_digits: int | None = None,
    ) -> None:
        """Take the facets as the XSD writes them; of several `patterns` of one step, a text must match one.

        `lexical` is a Python regular expression, and belongs to what a built-in type is. `limits` keeps the facets that
        are a single length, bound or number of digits, by their names. `root` is what the derivation begins with, and
        `steps` has the facets of each step from there, so that a derivation of any length is no recursion.
        """
        self.base = base
        self.name = name
        self.whitespace = whitespace or base.whitespace
        self.description = description or base.description
        self.needs_namespaces = base.needs_namespaces
        self.unit = base.unit
        self.identifier = base.identifier
        self.has_identifiers = base.has_identifiers
        self.lexical = lexical
        self.patterns = patterns
        self.enumeration = enumeration
        self.limits: dict[str, int | str] = {
            facet: limit
            for facet, limit in (
                ("length", length),
                ("minLength", min_length),
                ("maxLength", max_length),
                ("minInclusive", min_inclusive),
                ("minExclusive", min_exclusive),
                ("maxInclusive", max_inclusive),
                ("maxExclusive", max_exclusive),
                ("totalDigits", total_digits),
                ("fractionDigits", fraction_digits),
            )
            if limit is not None
        }
        self.facets: list[FacetCheck] = []
        self.root: SimpleType = base.root if isinstance(base, Restriction) else base
        if lexical is not None:
            matches = re.compile(lexical).fullmatch
            no_value = Violation("cvc-datatype-valid.1.2.1", self.description)
            self.facets.append(lambda text, _: None if matches(text) else no_value)
        if patterns:
            self._add_patterns(patterns)
        if enumeration is not None:
            self._add_enumeration(enumeration, enumeration_namespaces or {})
        self._add_length("length", length, lambda size, bound: size == bound, "")
        self._add_length("minLength", min_length, lambda size, bound: size >= bound, "at least ")
        self._add_length("maxLength", max_length, lambda size, bound: size <= bound, "at most ")
        self._add_bound("minInclusive", min_inclusive, (0, 1), "at least")
        self._add_bound("minExclusive", min_exclusive, (1,), "greater than")
        self._add_bound("maxInclusive", max_inclusive, (0, -1), "at most")
        self._add_bound("maxExclusive", max_exclusive, (-1,), "less than")
        self._add_digits("totalDigits", total_digits, _total_digits)
        self._add_digits("fractionDigits", fraction_digits, _fraction_digits)
        steps: tuple[list[FacetCheck], ...] = base.steps if isinstance(base, Restriction) else ()
        self.steps: tuple[list[FacetCheck], ...] = (*steps, self.facets) if self.facets else steps
        self.quick = self._quick(enumeration, min_length)

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        text = normalize(text, self.whitespace)
        value = self.root.parse(text, namespaces)
        for facets in self.steps:
            violations = tuple(found for facet in facets if (found := facet(text, value)) is not None)
            if violations:
                raise InvalidValue(violations)
        return value

    def length(self, text: str, value: Value) -> int:
        return self.root.length(text, value)

    def compare(self, left: Value, right: Value) -> int | None:
        return self.root.compare(left, right)

    def identifiers(self, text: str, namespaces: Namespaces) -> Iterator[tuple[Identifier, str]]:
        if self.identifier is not None:
            yield self.identifier, self.normalize(text)
        elif self.has_identifiers:
            yield from self.root.identifiers(text, namespaces)

    def _quick(self, enumeration: tuple[str, ...] | None, min_length: int | None) -> Quick:
        """Return a quick check for the restrictions that are common, and cheap to check."""
        assert self.base is not None
        quick = self.base.quick
        if not self.facets:
            return quick
        if len(self.facets) == 1 and quick is accept_any:
            if enumeration is not None:
                return frozenset(enumeration).__contains__
            if min_length == 1:
                return bool
        return unsure

    def _add_patterns(self, patterns: tuple[str, ...]) -> None:
        violation = Violation("cvc-pattern-valid", f"text that matches {' or '.join(patterns)}")
        compiled: list[Callable[[str], bool]] = []

        def facet(text: str, _: Value) -> Violation | None:
            if not compiled:
                compiled.extend(compile_pattern(one, None, None) for one in patterns)  # they were checked when read
            return None if any(matches(text) for matches in compiled) else violation

        self.facets.append(facet)

    def _add_enumeration(self, texts: tuple[str, ...], namespaces: Namespaces) -> None:
        assert self.base is not None
        values = {_hashable(self.base.parse(text, namespaces)) for text in texts}
        listed = ", ".join(map(repr, texts[:20])) + (", …" if len(texts) > 20 else "")
        violation = Violation("cvc-enumeration-valid", f"one of {listed}" if len(texts) > 1 else listed)
        self.facets.append(lambda _, value: None if _hashable(value) in values else violation)

    def _add_length(self, facet: str, bound: int | None, holds: Callable[[int, int], bool], phrase: str) -> None:
        if bound is None or (self.needs_namespaces and not isinstance(self.root, List)):
            return  # the length of a QName depends on prefixes, and so says nothing (Part 2 §4.3.1.3)
        size = f"{phrase}{bound} {plural(self.unit, bound)}"
        violation = Violation(f"cvc-{facet}-valid", f"{self.description} of {size}")
        self.facets.append(lambda text, value: None if holds(self.length(text, value), bound) else violation)

    def _add_bound(self, facet: str, text: str | None, orders: tuple[int, ...], phrase: str) -> None:
        if text is None:
            return
        assert self.base is not None
        bound = self.base.parse(text, {})
        violation = Violation(f"cvc-{facet}-valid", f"{self.description}, {phrase} {text}")
        self.facets.append(lambda _, value: None if self.compare(value, bound) in orders else violation)

    def _add_digits(self, facet: str, bound: int | None, count: Callable[[Value], int]) -> None:
        if bound is None:
            return
        kind = "digits" if facet == "totalDigits" else "digits after the decimal point"
        violation = Violation(f"cvc-{facet}-valid", f"{self.description} with at most {bound} {kind}")
        self.facets.append(lambda _, value: None if count(value) <= bound else violation)


def _hashable(value: Value) -> Value:
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value


def _number(value: Value) -> Decimal:
    return value[1]  # type: ignore[index, no-any-return]  # the digit facets apply to decimals alone


def _total_digits(value: Value) -> int:
    digits, exponent = _number(value).as_tuple()[1:]
    whole = "".join(map(str, digits)) + "0" * max(int(exponent), 0)
    fraction = max(-int(exponent), 0)
    significant = whole.rjust(fraction + 1, "0")
    integral, fractional = significant[: len(significant) - fraction], significant[len(significant) - fraction :]
    return max(len(integral.lstrip("0")) + len(fractional.rstrip("0")), 1)


def _fraction_digits(value: Value) -> int:
    digits, exponent = _number(value).as_tuple()[1:]
    if int(exponent) >= 0:
        return 0
    fraction = "".join(map(str, digits)).rjust(-int(exponent), "0")[int(exponent) :]
    return len(fraction.rstrip("0"))


_NUMERIC = frozenset(
    (
        "decimal",
        "float",
        "double",
        "duration",
        "dateTime",
        "time",
        "date",
        "gYearMonth",
        "gYear",
        "gMonthDay",
        "gDay",
        "gMonth",
    )
)
"""The primitive types whose texts `MAX_DIGITS` bounds."""


def longest_number(text: str, value: Value) -> int:
    """Return the characters of the longest number, date or duration in a text that has a value; 0 without one."""
    if isinstance(value, list):
        return max(map(longest_number, normalize(text, "collapse").split(" "), value), default=0)
    assert isinstance(value, tuple)  # the primitive type, and the value there
    return len(normalize(text, "collapse")) if value[0] in _NUMERIC else 0


class List(SimpleType):
    """A list of items, separated by white space."""

    whitespace: Whitespace = "collapse"
    unit = "item"

    def __init__(self, item: SimpleType, name: str) -> None:
        self.item = item
        self.name = name
        self.base = None
        self.description = f"a list, each item {item.description}"
        self.needs_namespaces = item.needs_namespaces
        self.has_identifiers = item.has_identifiers

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        return [self.item.parse(part, namespaces) for part in normalize(text, "collapse").split(" ") if part]

    def length(self, text: str, value: Value) -> int:
        return len(value)  # type: ignore[arg-type]  # the value of a list is a list

    def identifiers(self, text: str, namespaces: Namespaces) -> Iterator[tuple[Identifier, str]]:
        for part in normalize(text, "collapse").split(" "):
            yield from self.item.identifiers(part, namespaces)


class Union(SimpleType):
    """A text of any of several types; the first that takes it gives the value."""

    whitespace: Whitespace = "preserve"

    def __init__(self, members: tuple[SimpleType, ...], name: str) -> None:
        self.members = members
        self.name = name
        self.base = None
        self.description = " or ".join(dict.fromkeys(member.description for member in members))
        self.needs_namespaces = any(member.needs_namespaces for member in members)
        self.has_identifiers = any(member.has_identifiers for member in members)

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        for member in self.members:
            try:
                return member.parse(text, namespaces)
            except InvalidValue:
                continue
        raise InvalidValue((Violation("cvc-datatype-valid.1.2.3", self.description),))

    def identifiers(self, text: str, namespaces: Namespaces) -> Iterator[tuple[Identifier, str]]:
        for member in self.members:
            try:
                member.parse(text, namespaces)
            except InvalidValue:
                continue
            yield from member.identifiers(text, namespaces)
            return
