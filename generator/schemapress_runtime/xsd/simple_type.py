"""Simple types: built up from the primitives by restriction, list and union (XSD 1.0 Part 2 §2.5, §4.3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Unpack

from ..limits import MAX_DIGITS
from ..names import XSD_NAMESPACE, clark
from ..verdict import QuickCheck
from .facet_checks import FacetCheck, Violation, make_checks
from .facets import Facet, Limits, arguments_of, name_limits
from .place import BUILT_IN_PLACE, NOWHERE, Place
from .primitive import PRIMITIVES, Namespaces, NotInLexicalSpace, Primitive, Value, Whitespace
from .quick_checks import make_quick_check, restrict_form, unite_forms, unsure
from .usual_form import ANY_TEXT, NO_TEXT, UsualForm

_SPACES = re.compile("[\t\n\r ]+")
_SPACE = re.compile("[\t\n\r]")


def normalize(text: str, whitespace: Whitespace) -> str:
    """Apply the whiteSpace facet to a text (XSD 1.0 Part 2 §4.3.6)."""
    if whitespace == "preserve":
        return text
    if whitespace == "replace":
        return _SPACE.sub(" ", text)
    return _SPACES.sub(" ", text).strip(" ")


class InvalidValue(Exception):
    """A text is not in the lexical space of a type, or its value not in the value space."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(violations)
        self.violations = violations


Identifier = Literal["ID", "IDREF", "ENTITY"]
"""The kinds of values that name or refer to something in the whole document (XSD 1.0 Part 1 §3.15.4)."""


def identifiers_agree(identified: Collection[tuple[str, str]]) -> bool:
    """Whether each identifier of a document is there once, and each that is referred to is there (§3.15.4).

    They come with their kinds. Of the names of unparsed entities, nothing is known here.
    """
    if not identified:
        return True
    identifiers = [name for kind, name in identified if kind == "ID"]
    referred = {name for kind, name in identified if kind == "IDREF"}
    known = set(identifiers)
    return len(known) == len(identifiers) and referred <= known and all(kind != "ENTITY" for kind, _ in identified)


@dataclass(frozen=True, slots=True)
class TypeSource:
    """The origin of a type in a schema: key, name, place and documentation.

    `key` is what no other type of the schema has: the name of a named type, and of an anonymous one the key of its
    owner, a slash, and the name of the element or attribute that it types. `name` is None of an anonymous type.
    `personal`: the schema says that what has this type is about a person.
    """

    key: str
    name: str | None
    place: Place
    documentation: str = ""
    personal: bool = False


def builtin_source(local: str) -> TypeSource:
    """Return the source of a built-in type."""
    name = clark(XSD_NAMESPACE, local)
    return TypeSource(name, name, BUILT_IN_PLACE)


NO_SOURCE = TypeSource("", None, NOWHERE)
"""The source of types in generated packages, which have no XSD at hand."""


class SimpleType:
    """A simple type (XSD 1.0 Part 1 §3.14). Nothing changes it once it is made.

    `label` is how messages name it: the local name of the nearest named type.
    """

    label: str
    source: TypeSource = NO_SOURCE
    whitespace: Whitespace
    base: SimpleType | None
    description: str
    needs_namespaces = False
    unit = "character"
    """The unit of the length facets (XSD 1.0 Part 2 §4.3.1)."""
    identifier: Identifier | None = None
    has_identifiers = False

    @cached_property
    def usual(self) -> UsualForm:
        """The form of the texts that the quick check takes."""
        return NO_TEXT

    @cached_property
    def quick(self) -> QuickCheck:
        """The check that is right where it says yes, and says nothing else."""
        return make_quick_check(self.usual)

    @property
    def is_builtin(self) -> bool:
        """Whether the type is one of XML Schema itself."""
        return self.source.place is BUILT_IN_PLACE

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


def is_any_text(type_: SimpleType) -> bool:
    """Whether a type takes every text, so that each text is a value of it."""
    return type_.usual is ANY_TEXT


def derives_simply(derived: SimpleType, base: SimpleType) -> bool:
    """Whether a simple type is derived from another one (XSD 1.0 Part 1 §3.14.6, Type Derivation OK)."""
    ancestor: SimpleType | None = derived
    while ancestor is not None:
        if ancestor is base:
            return True
        ancestor = ancestor.base
    if isinstance(base, Atomic) and base.label == "anySimpleType":
        return True
    return isinstance(base, Union) and any(derives_simply(derived, member) for member in base.members)


class Atomic(SimpleType):
    """A primitive type as such."""

    def __init__(self, primitive: Primitive) -> None:
        self.label = primitive.name
        self.source = builtin_source(primitive.name)
        self.whitespace = primitive.whitespace
        self.description = primitive.description
        self.base = None
        self.primitive = primitive
        self.needs_namespaces = primitive.needs_namespaces
        self.unit = primitive.unit

    @cached_property
    def usual(self) -> UsualForm:
        """The form of the texts that the quick check takes."""
        return self.primitive.usual

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        text = normalize(text, self.whitespace)
        if self.primitive.is_bounded and len(text) > MAX_DIGITS:
            expected = f"{self.description}, of at most {MAX_DIGITS:,} characters"
            raise InvalidValue((Violation("cvc-datatype-valid.1.2.1", expected),))
        try:
            value = self.primitive.value(text, namespaces)
        except NotInLexicalSpace:
            raise InvalidValue((Violation("cvc-datatype-valid.1.2.1", self.description),)) from None
        return (self.label, value)

    def length(self, text: str, value: Value) -> int:
        measure = self.primitive.length
        return len(text) if measure is None else measure(text, value[1])  # type: ignore[index]  # (primitive, value)

    def compare(self, left: Value, right: Value) -> int | None:
        order = self.primitive.compare
        if order is None:
            return 0 if left == right else None
        return order(left[1], right[1])  # type: ignore[index]  # (primitive, value)


class Restriction(SimpleType):
    """A type with facets added to its base.

    `limits` has the facets that are a single length, bound or number of digits, by their names. `root` is what the
    derivation begins with.
    """

    def __init__(
        self,
        base: SimpleType,
        label: str,
        *,
        description: str | None = None,
        whitespace: Whitespace | None = None,
        lexical: str | None = None,
        patterns: tuple[str, ...] = (),
        enumeration: tuple[str, ...] | None = None,
        enumeration_namespaces: Namespaces | None = None,
        usual: UsualForm | None = None,
        identifier: Identifier | None = None,
        source: TypeSource = NO_SOURCE,
        facets: tuple[Facet, ...] = (),
        **limits: Unpack[Limits],
    ) -> None:
        """Take the facets as the XSD writes them; of several `patterns` of one step, a text must match one.

        `lexical` is the lexical form, a pattern of XML Schema that admits only what the base does. Only built-in types
        have it, `usual` and `identifier`. `facets` are
        the same facets with their places; generated packages, which have no XSD, leave them out.
        """
        self.base = base
        self.label = label
        self.source = source
        self.facets = facets
        self.whitespace = whitespace or base.whitespace
        self.description = description or base.description
        self.needs_namespaces = base.needs_namespaces
        self.unit = base.unit
        self.identifier = identifier or base.identifier
        self.has_identifiers = identifier is not None or base.has_identifiers
        self.lexical = lexical
        self.patterns = patterns
        self.enumeration = enumeration
        self.enumeration_namespaces = enumeration_namespaces or {}
        self.limits = name_limits(limits)
        self.root: SimpleType = base.root if isinstance(base, Restriction) else base
        self.steps_from_root: int = base.steps_from_root + 1 if isinstance(base, Restriction) else 1
        self._usual = usual

    @classmethod
    def by_facets(cls, base: SimpleType, label: str, facets: tuple[Facet, ...], source: TypeSource) -> Restriction:
        """Return a type with the given facets, in the order of its source."""
        arguments = arguments_of(facets)
        if base.needs_namespaces and "enumeration" in arguments:
            arguments["enumeration"], arguments["enumeration_namespaces"] = _with_one_context(facets)
        return cls(base, label, source=source, facets=facets, **arguments)  # type: ignore[arg-type]  # each by its name

    @cached_property
    def usual(self) -> UsualForm:
        """The form of the texts that the quick check takes."""
        step: SimpleType = self
        while isinstance(step, Restriction):
            if step._usual is not None:
                return step._usual
            if step.has_facets:
                return restrict_form(step)
            step = step.base or self.root
        return step.usual

    @property
    def has_facets(self) -> bool:
        """Whether the step adds a facet; one of white space changes the texts that the facets below see."""
        is_normalized = self.base is not None and self.whitespace != self.base.whitespace
        return bool(self.limits or self.lexical or self.patterns or self.enumeration is not None or is_normalized)

    @cached_property
    def checks(self) -> tuple[FacetCheck, ...]:
        """The checks of this step, for a text that is valid against the base."""
        return tuple(make_checks(self))

    @cached_property
    def steps(self) -> tuple[tuple[FacetCheck, ...], ...]:
        """The checks of each step from the root on, so that a derivation of any length is no recursion."""
        chain: list[Restriction] = []
        step: SimpleType | None = self
        while isinstance(step, Restriction):
            chain.append(step)
            step = step.base
        return tuple(step.checks for step in reversed(chain) if step.checks)

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        text = normalize(text, self.whitespace)
        value = self.root.parse(text, namespaces)
        for checks in self.steps:
            violations = tuple(violation for check in checks if (violation := check(text, value)) is not None)
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


def _with_one_context(facets: tuple[Facet, ...]) -> tuple[tuple[str, ...], dict[str | None, str]]:
    """Return enumerated values that hold QNames, and one namespace per prefix for all of them.

    A prefix that means another namespace than it does for an earlier value gets a number.
    """
    context: dict[str | None, str] = {}
    values: list[str] = []
    for facet in facets:
        if facet.name == "enumeration":
            renamed: dict[str | None, str] = {}
            for prefix, namespace in facet.namespaces:
                free, number = prefix, 2
                while context.setdefault(free, namespace) != namespace:
                    free, number = f"{prefix or 'ns'}{number}", number + 1
                if free != prefix:
                    renamed[prefix] = free or ""
            values.append(" ".join(_rename(name, renamed) for name in facet.value.split()))
    return tuple(values), context


def _rename(name: str, prefixes: Mapping[str | None, str]) -> str:
    prefix, colon, local = name.rpartition(":")
    renamed = prefixes.get(prefix if colon else None)
    return name if renamed is None else f"{renamed}:{local}"


def longest_number(text: str, value: Value) -> int:
    """Return the characters of the longest number, date or duration in a text that has a value; 0 without one."""
    if isinstance(value, list):
        return max(map(longest_number, normalize(text, "collapse").split(" "), value), default=0)
    assert isinstance(value, tuple)  # the primitive type, and the value there
    return len(normalize(text, "collapse")) if PRIMITIVES[str(value[0])].is_bounded else 0


def _items(text: str) -> list[str]:
    """Return the items of a list as they are written."""
    return [item for item in normalize(text, "collapse").split(" ") if item]


class List(SimpleType):
    """A list of items, separated by white space."""

    whitespace: Whitespace = "collapse"
    unit = "item"

    def __init__(self, item: SimpleType, label: str, source: TypeSource = NO_SOURCE) -> None:
        self.item = item
        self.label = label
        self.source = source
        self.base = None
        self.description = f"a list, each item {item.description}"
        self.needs_namespaces = item.needs_namespaces
        self.has_identifiers = item.has_identifiers

    @cached_property
    def quick(self) -> QuickCheck:
        """The quick check of each item."""
        quick = self.item.quick
        return unsure if quick is unsure else lambda text: all(map(quick, _items(text)))

    def parse(self, text: str, namespaces: Namespaces) -> Value:
        return [self.item.parse(part, namespaces) for part in _items(text)]

    def length(self, text: str, value: Value) -> int:
        return len(value)  # type: ignore[arg-type]  # the value of a list is a list

    def identifiers(self, text: str, namespaces: Namespaces) -> Iterator[tuple[Identifier, str]]:
        for part in normalize(text, "collapse").split(" "):
            yield from self.item.identifiers(part, namespaces)


class Union(SimpleType):
    """A text of any of several types; the first that takes it gives the value."""

    whitespace: Whitespace = "preserve"

    def __init__(self, members: tuple[SimpleType, ...], label: str, source: TypeSource = NO_SOURCE) -> None:
        self.members = members
        self.label = label
        self.source = source
        self.base = None
        self.description = " or ".join(dict.fromkeys(member.description for member in members))
        self.needs_namespaces = any(member.needs_namespaces for member in members)
        self.has_identifiers = any(member.has_identifiers for member in members)

    @cached_property
    def usual(self) -> UsualForm:
        """The form of the texts that the quick check takes."""
        return unite_forms(self.members) or NO_TEXT

    @cached_property
    def quick(self) -> QuickCheck:
        """The quick checks of the members, in one where that can be."""
        form = unite_forms(self.members)
        if form is not None:
            return make_quick_check(form)
        checks = tuple(member.quick for member in self.members if member.quick is not unsure)
        return lambda text: any(check(text) for check in checks)

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
