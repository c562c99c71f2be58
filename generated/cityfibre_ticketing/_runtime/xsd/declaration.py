"""What a schema declares: elements, attributes and complex types, as the emitted modules write them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ..xml.document import Element
from .content_model import ContentModel
from .particle import Particle, sequence
from .simple_type import Quick, SimpleType, derives_simply, unsure
from .wildcard import Process, Wildcard

Derivation = Literal["restriction", "extension"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a complex type admits (XSD 1.0 Part 1 §3.2, §3.5)."""

    type: SimpleType
    required: bool = False
    fixed: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityConstraint:
    """A key, unique or keyref (XSD 1.0 Part 1 §3.11); names in the paths are `{namespace}name`."""

    kind: Literal["key", "unique", "keyref"]
    name: str
    selector: str
    fields: tuple[str, ...]
    refer: str | None = None


@dataclass(eq=False)
class ComplexType:
    """A complex type (XSD 1.0 Part 1 §3.4).

    `content` gives the particle of the content model; it is a function, so that types can refer to
    each other whatever their order. Without it and without `simple` the content is empty. A type whose
    `base` is None is derived from xs:anyType.
    """

    name: str
    content: Callable[[], Particle[ElementDeclaration | Wildcard]] | None = None
    simple: SimpleType | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    base: ComplexType | SimpleType | None = None
    derivation: Derivation = "restriction"
    mixed: bool = False
    abstract: bool = False
    block: tuple[str, ...] = ()
    wildcard: Wildcard | None = None

    @cached_property
    def model(self) -> ContentModel[ElementDeclaration | Wildcard] | None:
        """The content model; None for empty and for simple content."""
        return None if self.content is None else ContentModel(self.content())

    @cached_property
    def required_attributes(self) -> tuple[str, ...]:
        """The names of the attributes that may not be missing."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @property
    def is_plain(self) -> bool:
        """Whether an element has nothing to be checked but its attributes and its content, each by itself."""
        return not self.abstract and not any(self.attributes[name].type.has_identifiers for name in self.attributes)

    @cached_property
    def attribute_checks(self) -> Mapping[str, Quick]:
        """The quick check of each attribute that has no fixed value."""
        return {name: one.type.quick for name, one in self.attributes.items() if one.fixed is None}

    @cached_property
    def constrained_attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes with a default or fixed value, and that value."""
        values = ((name, one.default if one.fixed is None else one.fixed) for name, one in self.attributes.items())
        return tuple((name, value) for name, value in values if value is not None)


def _anything(process: Process) -> ComplexType:
    """Return a type of any content (XSD 1.0 Part 1 §3.4.7)."""

    def content() -> Particle[ElementDeclaration | Wildcard]:
        return sequence(any_element("any", process=process, minimum=0, maximum=None))

    return ComplexType("anyType", content=content, mixed=True, wildcard=Wildcard("any", process=process))


ANY_TYPE = _anything("lax")

UNCHECKED = _anything("skip")
"""What governs an element that a wildcard skips: nothing in it is looked at (§3.10.1)."""


@dataclass(frozen=True, eq=False)
class ElementDeclaration:
    """An element declaration (XSD 1.0 Part 1 §3.3). `tag` is `{namespace}name`, as lxml has it.

    `quick` says of the text of an element that has no children whether the element is certainly valid,
    its attributes apart; False is no answer. `holder` is the type if, its attributes apart, an element is
    valid where its children are. `checks` and `required` are for the attributes. `is_declared` is false of what
    stands in for a declaration under a wildcard.
    """

    tag: str
    type: SimpleType | ComplexType
    nillable: bool = False
    fixed: str | None = None
    default: str | None = None
    abstract: bool = False
    block: tuple[str, ...] = ()
    substitution_group: str | None = None
    constraints: tuple[IdentityConstraint, ...] = ()
    is_declared: bool = True
    quick: Quick = field(init=False)
    holder: ComplexType | None = field(init=False)
    checks: Mapping[str, Quick] = field(init=False)
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        quick: Quick = unsure
        holder = None
        if self.fixed is None and self.default is None and not self.abstract and not self.constraints:
            if isinstance(self.type, SimpleType):
                quick = self.type.quick
            elif self.type.is_plain and self.type.simple is not None:
                quick = self.type.simple.quick
            elif self.type.is_plain and self.type.content is not None:
                holder = self.type
        plain = isinstance(self.type, ComplexType) and self.type.is_plain
        checks = self.type.attribute_checks if plain and isinstance(self.type, ComplexType) else {}
        required = self.type.required_attributes if isinstance(self.type, ComplexType) else ()
        object.__setattr__(self, "quick", quick)
        object.__setattr__(self, "holder", holder)
        object.__setattr__(self, "checks", checks)
        object.__setattr__(self, "required", required)

    @property
    def blocked(self) -> set[str]:
        """The methods by which no type that takes the place of the declared one may be derived (§3.3.4 clause 4.3)."""
        return {*self.block, *(self.type.block if isinstance(self.type, ComplexType) else ())}

    def admits(self, element: Element | Mapping[str, str], names: Sequence[str | bytes]) -> bool:
        """Whether the attributes of an element, of these names, are certainly valid; False is no answer."""
        checks = self.checks
        for name in names:
            check = checks.get(name)  # type: ignore[arg-type]  # names are texts, whatever the stubs say
            if check is None or not check(element.get(name, "")):  # type: ignore[arg-type]  # as above
                return False
        return all(name in names for name in self.required)


@dataclass(frozen=True)
class Declarations:
    """Everything that one schema declares globally.

    `types` has the named types that `xsi:type` can name, by `{namespace}name`; `prefixes` has the
    prefix that paths in reports use for each namespace; `has_constraints` says whether any element, global
    or local, has an identity constraint.
    """

    elements: Mapping[str, ElementDeclaration]
    types: Mapping[str, SimpleType | ComplexType]
    prefixes: Mapping[str, str]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    has_constraints: bool = False

    def admitted(self, tag: str, wildcard: Wildcard, *, has_type: bool) -> ElementDeclaration | None:
        """Return what governs an element that a wildcard admits, None where it must be declared (§3.10.4)."""
        if wildcard.process == "skip":
            return ElementDeclaration(tag, UNCHECKED, is_declared=False)
        declaration = self.elements.get(tag)
        if declaration is None and (has_type or wildcard.process == "lax"):
            return ElementDeclaration(tag, ANY_TYPE, is_declared=False)
        return declaration

    @cached_property
    def _members(self) -> Mapping[str, tuple[ElementDeclaration, ...]]:
        members: dict[str, list[ElementDeclaration]] = {}
        for declaration in self.elements.values():
            if declaration.substitution_group is not None:
                members.setdefault(declaration.substitution_group, []).append(declaration)
        return {head: tuple(found) for head, found in members.items()}

    def substitutes(self, head: str) -> dict[str, ElementDeclaration]:
        """Return the declarations that may stand where `head` is referred to, itself first (§3.3.6)."""
        declaration = self.elements[head]
        found = {head: declaration}
        waiting = [] if "substitution" in declaration.block else [head]
        while waiting:
            for member in self._members.get(waiting.pop(), ()):
                if member.tag not in found:
                    waiting.append(member.tag)
                    found[member.tag] = member
        blocked = declaration.blocked
        return {
            tag: member
            for tag, member in found.items()
            if member is declaration or not derivation_blocked(member.type, declaration.type, blocked)
        }


def _blocks(type_: SimpleType | ComplexType) -> set[str]:
    return set(type_.block) if isinstance(type_, ComplexType) else set()


def derivation_blocked(derived: SimpleType | ComplexType, base: SimpleType | ComplexType, blocked: set[str]) -> bool:
    """Whether a derivation uses a method that is blocked, by the base or by a type on the way."""
    blocked = set(blocked)
    current: SimpleType | ComplexType | None = derived
    methods: set[str] = set()
    while current is not None and current is not base:
        methods.add(current.derivation if isinstance(current, ComplexType) else "restriction")
        current = current.base
        if current is not None and current is not base:
            blocked |= _blocks(current)
    return bool(methods & blocked)


def derived_from(
    derived: SimpleType | ComplexType, base: SimpleType | ComplexType, blocked: set[str] | None = None
) -> bool:
    """Whether a type is validly derived from another one by methods that are not blocked (§3.4.6, §3.14.6)."""
    blocked = blocked or set()
    current: SimpleType | ComplexType | None = derived
    while isinstance(current, ComplexType):
        if current is base:
            return True
        if current.derivation in blocked:
            return False
        current = current.base
    if current is None or current is base:
        return current is base or base is ANY_TYPE
    if "restriction" in blocked:
        return False
    return base is ANY_TYPE or (isinstance(base, SimpleType) and derives_simply(current, base))


def element(
    tag: str,
    type_: SimpleType | ComplexType,
    *,
    nillable: bool = False,
    fixed: str | None = None,
    default: str | None = None,
    block: tuple[str, ...] = (),
    constraints: tuple[IdentityConstraint, ...] = (),
    minimum: int = 1,
    maximum: int | None = 1,
) -> Particle[ElementDeclaration | Wildcard]:
    """A particle that is a local element declaration."""
    declaration = ElementDeclaration(tag, type_, nillable, fixed, default, False, block, None, constraints)
    return Particle("element", minimum, maximum, declarations={tag: declaration})


def reference(
    declarations: Declarations, tag: str, *, minimum: int = 1, maximum: int | None = 1
) -> Particle[ElementDeclaration | Wildcard]:
    """A particle that refers to a global element declaration, and so to its substitution group."""
    return Particle("element", minimum, maximum, declarations=declarations.substitutes(tag))


def any_element(
    kind: Literal["any", "not", "enumeration"],
    namespaces: tuple[str, ...] = (),
    *,
    process: Process = "strict",
    minimum: int = 1,
    maximum: int | None = 1,
) -> Particle[ElementDeclaration | Wildcard]:
    """A particle that is a wildcard."""
    wildcard = Wildcard(kind, namespaces, process)
    return Particle("any", minimum, maximum, declarations={"": wildcard}, admits=wildcard.admits)
