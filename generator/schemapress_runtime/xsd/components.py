"""The components of a schema but simple types (XSD 1.0 Part 1 §2.2): elements, attributes, complex types, particles.

Whoever reads XSD makes them, whoever writes anything reads them; generated packages have them as Python. None is
changed once it is made. Names are in Clark notation, `{namespace}name`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Literal, TypedDict, Unpack

from ..verdict import QuickCheck
from ..xml.document import Element
from .content_model import ContentModel
from .model_tree import ModelNode
from .place import NOWHERE, Place
from .quick_checks import unsure
from .simple_type import NO_SOURCE, SimpleType, TypeSource, builtin_source, derives_simply
from .substitution import SubstitutionGroups
from .wildcard import Process, Wildcard

Derivation = Literal["restriction", "extension"]

Compositor = Literal["sequence", "choice", "all"]


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute that a complex type admits, or a global attribute declaration (§3.2, §3.5)."""

    type: SimpleType
    required: bool = False
    fixed: str | None = None
    default: str | None = None
    place: Place = field(default=NOWHERE, compare=False)
    documentation: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class IdentityConstraint:
    """A key, unique or keyref (§3.11); names in the paths are `{namespace}name`, as `ElementTree` takes them."""

    kind: Literal["key", "unique", "keyref"]
    name: str
    selector: str
    fields: tuple[str, ...]
    refer: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class ModelGroup:
    """A model group (§3.8). `name` is that of the model group definition which it is the content of (§3.7), if any."""

    kind: Compositor
    particles: tuple[Particle, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Particle:
    """A term and its range of occurrences; `maximum` is None if unbounded (§3.9).

    A reference to a global element has the `declarations` that its substitution group is looked up in, and its place.
    """

    term: ElementDeclaration | ModelGroup | Wildcard
    minimum: int = 1
    maximum: int | None = 1
    declarations: Declarations | None = None
    place: Place = NOWHERE

    @property
    def is_reference(self) -> bool:
        """Whether the term is a global element declaration."""
        return self.declarations is not None

    def elements(self) -> Iterator[ElementDeclaration]:
        """Yield the element declarations inside, in the order of the source."""
        return (declaration for _, declaration in self.element_particles())

    def element_particles(self) -> Iterator[tuple[Particle, ElementDeclaration]]:
        """Yield the particles inside whose terms are element declarations, each with its term."""
        waiting: list[Particle] = [self]
        while waiting:
            particle = waiting.pop()
            term = particle.term
            if isinstance(term, ModelGroup):
                waiting.extend(reversed(term.particles))
            elif isinstance(term, ElementDeclaration):
                yield particle, term


@dataclass(frozen=True, eq=False)
class ComplexType:
    """A complex type (§3.4), with all that it inherits.

    `content` gives the particle of the content model; it is a function, so that types can refer to
    each other whatever their order. Without it and without `simple` the content is empty. A type whose
    `base` is None is derived from xs:anyType. `label` is how messages name it.
    """

    label: str
    content: Callable[[], Particle] | None = None
    simple: SimpleType | None = None
    attributes: Mapping[str, AttributeUse] = field(default_factory=dict)
    base: Type | None = None
    derivation: Derivation = "restriction"
    mixed: bool = False
    abstract: bool = False
    block: tuple[str, ...] = ()
    wildcard: Wildcard | None = None
    source: TypeSource = NO_SOURCE

    @cached_property
    def particle(self) -> Particle | None:
        """The particle of the content model; None for empty and for simple content."""
        return None if self.content is None else self.content()

    @cached_property
    def model(self) -> ContentModel[BasicTerm] | None:
        """The automaton of the content model; None for empty and for simple content."""
        return None if self.particle is None else ContentModel(_tree_of(self.particle))

    @cached_property
    def required_attributes(self) -> tuple[str, ...]:
        """The names of the attributes that may not be missing."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @property
    def is_plain(self) -> bool:
        """Whether an element has nothing to be checked but its attributes and its content, each by itself."""
        return not self.abstract and not any(self.attributes[name].type.has_identifiers for name in self.attributes)

    @cached_property
    def attribute_checks(self) -> Mapping[str, QuickCheck]:
        """The quick check of each attribute that has no fixed value."""
        return {name: use.type.quick for name, use in self.attributes.items() if use.fixed is None}

    @cached_property
    def constrained_attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes with a default or fixed value, and that value."""
        values = ((name, use.default if use.fixed is None else use.fixed) for name, use in self.attributes.items())
        return tuple((name, value) for name, value in values if value is not None)


Type = SimpleType | ComplexType


def _anything(process: Process) -> ComplexType:
    """Return a type of any content (§3.4.7)."""

    def content() -> Particle:
        return sequence(any_element("any", process=process, minimum=0, maximum=None))

    wildcard = Wildcard("any", process=process)
    return ComplexType("anyType", content, mixed=True, wildcard=wildcard, source=builtin_source("anyType"))


ANY_TYPE = _anything("lax")

UNCHECKED = _anything("skip")
"""The type of elements that a wildcard skips: their content is not checked (§3.10.1)."""


@dataclass(frozen=True, eq=False)
class ElementDeclaration:
    """An element declaration (§3.3). `substitution_group` is the name of its head.

    `is_declared` is false of a stand-in for a declaration under a wildcard. `personal`: the schema says that its
    content is about a person.
    """

    name: str
    type: Type
    nillable: bool = False
    fixed: str | None = None
    default: str | None = None
    abstract: bool = False
    block: tuple[str, ...] = ()
    substitution_group: str | None = None
    constraints: tuple[IdentityConstraint, ...] = ()
    is_declared: bool = True
    place: Place = NOWHERE
    documentation: str = ""
    personal: bool = False

    @cached_property
    def quick(self) -> QuickCheck:
        """The check of an element without children by its text: it says nothing of the attributes."""
        if not self._is_quick:
            return unsure
        simple = self.type if isinstance(self.type, SimpleType) else self.type.simple
        return unsure if simple is None else simple.quick

    @cached_property
    def holder(self) -> ComplexType | None:
        """The type, if an element, its attributes apart, is valid where its children are."""
        has_children = self._is_quick and isinstance(self.type, ComplexType) and self.type.content is not None
        return self.type if has_children and isinstance(self.type, ComplexType) and self.type.simple is None else None

    @cached_property
    def checks(self) -> Mapping[str, QuickCheck]:
        """The quick checks of the attributes."""
        return self.type.attribute_checks if isinstance(self.type, ComplexType) and self.type.is_plain else {}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the attributes that may not be missing."""
        return self.type.required_attributes if isinstance(self.type, ComplexType) else ()

    @property
    def _is_quick(self) -> bool:
        """Whether an element is valid where its attributes and its content are."""
        if self.fixed is not None or self.default is not None or self.abstract or self.constraints:
            return False
        return isinstance(self.type, SimpleType) or self.type.is_plain

    @property
    def blocked(self) -> set[str]:
        """The methods by which no type that takes the place of the declared one may be derived (§3.3.4 clause 4.3)."""
        return {*self.block, *(self.type.block if isinstance(self.type, ComplexType) else ())}

    def admits(self, element: Element | Mapping[str, str], names: Sequence[str | bytes]) -> bool:
        """Whether the attributes of an element, of these names, are certainly valid."""
        checks = self.checks
        for name in names:
            check = checks.get(name)  # type: ignore[arg-type]  # names are texts, whatever the stubs say
            if check is None or not check(element.get(name, "")):  # type: ignore[arg-type]  # as above
                return False
        return all(name in names for name in self.required)


BasicTerm = ElementDeclaration | Wildcard
"""The term of a particle that admits single children: all but a model group (§2.2.3.2). The name is XSD 1.1's."""


@dataclass(frozen=True)
class Declarations:
    """Everything that one schema declares globally.

    `types` has the named types that `xsi:type` can name, by `{namespace}name`; `prefixes` has the
    prefix that paths in reports use for each namespace; `has_constraints` says whether any element, global
    or local, has an identity constraint. `heads` has the head of each element that is in a substitution group; without
    it, the elements are asked.
    """

    elements: Mapping[str, ElementDeclaration]
    types: Mapping[str, Type]
    prefixes: Mapping[str, str]
    attributes: Mapping[str, AttributeUse] = field(default_factory=dict)
    has_constraints: bool = False
    heads: Mapping[str, str] | None = field(default=None, compare=False)

    def reference(self, name: str, *, minimum: int = 1, maximum: int | None = 1) -> Particle:
        """Return a particle that refers to a global element declaration, and so to its substitution group."""
        return Particle(self.elements[name], minimum, maximum, self)

    def resolve_admitted(self, tag: str, wildcard: Wildcard, *, has_type: bool) -> ElementDeclaration | None:
        """Return the declaration for an element that a wildcard admits; None if a required one is missing (§3.10.4)."""
        if wildcard.process == "skip":
            return ElementDeclaration(tag, UNCHECKED, is_declared=False)
        declaration = self.elements.get(tag)
        if declaration is None and (has_type or wildcard.process == "lax"):
            return ElementDeclaration(tag, ANY_TYPE, is_declared=False)
        return declaration

    @cached_property
    def _substitution_groups(self) -> SubstitutionGroups:
        if self.heads is not None:
            return SubstitutionGroups(self.heads.items())
        return SubstitutionGroups((name, element.substitution_group) for name, element in self.elements.items())

    def substitutes(self, head: str) -> dict[str, ElementDeclaration]:
        """Return the declarations that may stand where `head` is referred to, itself first (§3.3.6)."""
        declaration = self.elements[head]
        substitutes = {head: declaration}
        members = self._substitution_groups.members(head)
        if members and "substitution" not in declaration.block:
            blocked = declaration.blocked
            substitutes |= {
                tag: member
                for tag, member in ((tag, self.elements[tag]) for tag in members)
                if not is_derivation_blocked(member.type, declaration.type, blocked)
            }
        return substitutes


def _blocks(type_: Type) -> set[str]:
    return set(type_.block) if isinstance(type_, ComplexType) else set()


def is_derivation_blocked(derived: Type, base: Type, blocked: set[str]) -> bool:
    """Whether a derivation uses a method that is blocked, by the base or by a type on the way."""
    blocked = set(blocked)
    current: Type | None = derived
    methods: set[str] = set()
    while current is not None and current is not base:
        methods.add(current.derivation if isinstance(current, ComplexType) else "restriction")
        current = current.base
        if current is not None and current is not base:
            blocked |= _blocks(current)
    return bool(methods & blocked)


def is_derived_from(derived: Type, base: Type, blocked: set[str] | None = None) -> bool:
    """Whether a type is validly derived from another one by methods that are not blocked (§3.4.6, §3.14.6)."""
    blocked = blocked or set()
    current: Type | None = derived
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


class Properties(TypedDict, total=False):
    """The properties of a complex type that it does not inherit."""

    mixed: bool
    abstract: bool
    block: tuple[str, ...]
    wildcard: Wildcard


def extension(
    label: str,
    base: Type,
    *,
    content: Callable[[], Particle] | None = None,
    attributes: Mapping[str, AttributeUse] = MappingProxyType({}),
    **properties: Unpack[Properties],
) -> ComplexType:
    """Return a type that has the content and the attributes given behind those of its base (§3.4.2)."""
    return ComplexType(
        label,
        content=extend_content(base, content),
        simple=inherit_simple(base, content),
        attributes=inherit_attributes(base, attributes),
        base=base,
        derivation="extension",
        **properties,
    )


def restriction(
    label: str,
    base: Type,
    *,
    content: Callable[[], Particle] | None = None,
    simple: SimpleType | None = None,
    attributes: Mapping[str, AttributeUse] = MappingProxyType({}),
    **properties: Unpack[Properties],
) -> ComplexType:
    """Return a type with content of its own, that has the attributes of its base but for those given (§3.4.2)."""
    return ComplexType(
        label,
        content=content,
        simple=simple or inherit_simple(base, content),
        attributes=inherit_attributes(base, attributes),
        base=base,
        **properties,
    )


def inherit_simple(base: Type, content: Callable[[], Particle] | None) -> SimpleType | None:
    """Return the simple content that a type has of its base, where it has no other content of its own."""
    if content is not None:
        return None
    return base.simple if isinstance(base, ComplexType) else base


def inherit_attributes(base: Type, own: Mapping[str, AttributeUse]) -> dict[str, AttributeUse]:
    """Return the attributes of a type: those of its base that it does not replace, then its own."""
    inherited = base.attributes if isinstance(base, ComplexType) else {}
    return {**{name: use for name, use in inherited.items() if name not in own}, **own}


def extend_content(base: Type, own: Callable[[], Particle] | None) -> Callable[[], Particle] | None:
    """Return the maker of an extension's content: the content of the base, then its own (§3.4.2)."""
    return own if not isinstance(base, ComplexType) or base.content is None else partial(_append, base, own)


def _append(base: ComplexType, own: Callable[[], Particle] | None) -> Particle:
    inherited = base.particle
    assert inherited is not None
    return inherited if own is None else sequence(inherited, own())


def _tree_of(particle: Particle) -> ModelNode[BasicTerm]:
    """Return the tree that the automaton of a content model runs on."""
    term, minimum, maximum = particle.term, particle.minimum, particle.maximum
    if isinstance(term, ModelGroup):
        return ModelNode(term.kind, minimum, maximum, tuple(map(_tree_of, term.particles)))
    if isinstance(term, Wildcard):
        return ModelNode("any", minimum, maximum, declarations={"": term}, admits=term.admits)
    substitutes = {term.name: term} if particle.declarations is None else particle.declarations.substitutes(term.name)
    return ModelNode("element", minimum, maximum, declarations=substitutes)


def key(name: str, selector: str, *fields: str) -> IdentityConstraint:
    """A key: each selected element has the fields, and no other one the same values (§3.11.1)."""
    return IdentityConstraint("key", name, selector, fields)


def unique(name: str, selector: str, *fields: str) -> IdentityConstraint:
    """A uniqueness constraint: selected elements that have all fields differ in them (§3.11.1)."""
    return IdentityConstraint("unique", name, selector, fields)


def keyref(name: str, refer: str, selector: str, *fields: str) -> IdentityConstraint:
    """A reference: the fields of each selected element are the values of the key or the uniqueness that it names."""
    return IdentityConstraint("keyref", name, selector, fields, refer)


def element(
    name: str,
    type_: Type,
    *,
    nillable: bool = False,
    fixed: str | None = None,
    default: str | None = None,
    block: tuple[str, ...] = (),
    constraints: tuple[IdentityConstraint, ...] = (),
    minimum: int = 1,
    maximum: int | None = 1,
) -> Particle:
    """A particle that is a local element declaration."""
    declaration = ElementDeclaration(
        name, type_, nillable=nillable, fixed=fixed, default=default, block=block, constraints=constraints
    )
    return Particle(declaration, minimum, maximum)


def occurs(particle: Particle, *, minimum: int = 1, maximum: int | None = 1) -> Particle:
    """The term of a particle, such as a model group that has a name, with another range of occurrences."""
    return Particle(particle.term, minimum, maximum)


def any_element(
    kind: Literal["any", "not", "enumeration"],
    namespaces: tuple[str, ...] = (),
    *,
    process: Process = "strict",
    minimum: int = 1,
    maximum: int | None = 1,
) -> Particle:
    """A particle that is a wildcard."""
    return Particle(Wildcard(kind, namespaces, process), minimum, maximum)


def sequence(*particles: Particle, minimum: int = 1, maximum: int | None = 1) -> Particle:
    """A sequence: its particles one after another."""
    return Particle(ModelGroup("sequence", particles), minimum, maximum)


def choice(*particles: Particle, minimum: int = 1, maximum: int | None = 1) -> Particle:
    """A choice: one of its particles."""
    return Particle(ModelGroup("choice", particles), minimum, maximum)


def all_of(*particles: Particle, minimum: int = 1) -> Particle:
    """An all-group: its particles in any order, each at most once."""
    return Particle(ModelGroup("all", particles), minimum)
