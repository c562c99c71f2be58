"""What documents are validated by, made of the components of a schema: the declarations of the runtime.

The emitted `validators` print the same; here they are made at once, and each is known with the component that it was
made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemapress_runtime.xsd import declaration as declared
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.facets import FACETS, LISTED
from schemapress_runtime.xsd.particle import Particle as DeclaredParticle
from schemapress_runtime.xsd.particle import all_of, choice, sequence
from schemapress_runtime.xsd.simple_type import List, Restriction, Union
from schemapress_runtime.xsd.simple_type import SimpleType as DeclaredSimpleType
from schemapress_runtime.xsd.wildcard import Wildcard as DeclaredWildcard

from .model import (
    XSD_NAMESPACE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
    Schema,
    SimpleType,
    Wildcard,
    clark,
    is_builtin,
    local_name,
)

DeclaredType = DeclaredSimpleType | declared.ComplexType

XSD = clark(XSD_NAMESPACE, "")
"""What the names of built-in types begin with."""

ANY_TYPE = XSD + "anyType"

_NAMES = (XSD + "QName", XSD + "NOTATION")


@dataclass(frozen=True)
class Declared:
    """The declarations of a schema, and the component that each was made of."""

    declarations: declared.Declarations
    types: Mapping[DeclaredType, SimpleType | ComplexType]
    elements: Mapping[declared.ElementDeclaration, ElementDeclaration]


def declarations_of(schema: Schema) -> Declared:
    """Return the declarations of a schema; content models are made when they are asked for."""
    return _Maker(schema).made()


@dataclass
class _Maker:
    schema: Schema
    types: dict[str, DeclaredType] = field(default_factory=dict)
    sources: dict[DeclaredType, SimpleType | ComplexType] = field(default_factory=dict)
    elements: dict[declared.ElementDeclaration, ElementDeclaration] = field(default_factory=dict)
    declarations: declared.Declarations = field(init=False)

    def made(self) -> Declared:
        for type_ in bases_first(self.schema):
            made = self._simple(type_) if isinstance(type_, SimpleType) else self._complex(type_)
            self.types[type_.key] = made
            self.sources[made] = type_
        self.declarations = declared.Declarations(
            elements={name: self._global(element) for name, element in self.schema.elements.items()},
            types={type_.name: self.types[type_.key] for type_ in self.sources.values() if type_.name is not None},
            prefixes=dict(self.schema.prefixes),
            attributes={name: self._attribute(use) for name, use in self.schema.attributes.items()},
            has_constraints=has_constraints(self.schema),
        )
        return Declared(self.declarations, MappingProxyType(self.sources), MappingProxyType(self.elements))

    def _type(self, key: str) -> DeclaredType:
        if key == ANY_TYPE:
            return declared.ANY_TYPE
        return BUILTIN[local_name(key)] if is_builtin(key) else self.types[key]

    def _simple_type(self, key: str) -> DeclaredSimpleType:
        found = self._type(key)
        assert isinstance(found, DeclaredSimpleType)
        return found

    def _simple(self, type_: SimpleType) -> DeclaredSimpleType:
        label = label_of(type_.key)
        if type_.item is not None:
            return List(self._simple_type(type_.item), label)
        if type_.base is None:
            return Union(tuple(map(self._simple_type, type_.members)), label)
        facets = facet_arguments(self.schema, type_)
        return Restriction(self._simple_type(type_.base), label, **facets)  # type: ignore[arg-type]  # by their names

    def _complex(self, type_: ComplexType) -> declared.ComplexType:
        particle = type_.particle
        return declared.ComplexType(
            label_of(type_.key),
            content=None if particle is None else lambda: self._particle(particle),
            simple=None if type_.simple is None else self._simple_type(type_.simple),
            attributes={use.name: self._attribute(use) for use in type_.attributes},
            base=None if type_.base is None else self._type(type_.base),
            derivation=type_.derivation,
            mixed=type_.mixed,
            abstract=type_.abstract,
            block=type_.block,
            wildcard=None if type_.attribute_wildcard is None else _wildcard(type_.attribute_wildcard),
        )

    def _attribute(self, use: AttributeUse) -> declared.Attribute:
        return declared.Attribute(self._simple_type(use.type), use.required, use.fixed, use.default)

    def _global(self, element: ElementDeclaration) -> declared.ElementDeclaration:
        made = declared.ElementDeclaration(
            element.name,
            self._type(element.type),
            nillable=element.nillable,
            fixed=element.fixed,
            default=element.default,
            abstract=element.abstract,
            block=element.block,
            substitution_group=element.substitution_group,
            constraints=tuple(map(_constraint, element.constraints)),
        )
        self.elements[made] = element
        return made

    def _particle(self, particle: Particle) -> DeclaredParticle[declared.ElementDeclaration | DeclaredWildcard]:
        term, minimum, maximum = particle.term, particle.minimum, particle.maximum
        if isinstance(term, ModelGroup):
            children = map(self._particle, term.particles)
            if term.kind == "all":
                return all_of(*children, minimum=minimum)
            group = choice if term.kind == "choice" else sequence
            return group(*children, minimum=minimum, maximum=maximum)
        if isinstance(term, Wildcard):
            made = _wildcard(term)
            return DeclaredParticle("any", minimum, maximum, declarations={"": made}, admits=made.admits)
        if particle.is_reference:
            return declared.reference(self.declarations, term.name, minimum=minimum, maximum=maximum)
        return DeclaredParticle("element", minimum, maximum, declarations={term.name: self._global(term)})


def _wildcard(wildcard: Wildcard) -> DeclaredWildcard:
    return DeclaredWildcard(wildcard.constraint.kind, wildcard.constraint.namespaces, wildcard.process)


def _constraint(one: IdentityConstraint) -> declared.IdentityConstraint:
    return declared.IdentityConstraint(one.kind, one.name, one.selector, one.fields, one.refer)


def label_of(key: str) -> str:
    """Return how messages name a type: by its local name, an anonymous one by that of what it types."""
    return local_name(key.removesuffix("/type").rpartition("/")[2])


def facet_arguments(schema: Schema, type_: SimpleType) -> dict[str, object]:
    """Return the facets that a restriction adds, as the arguments of the runtime's `Restriction`."""
    arguments: dict[str, object] = {}
    patterns = tuple(facet.value for facet in type_.facets if facet.name == "pattern")
    if patterns:
        arguments["patterns"] = patterns
    values = type_.enumeration()
    if values:
        arguments["enumeration"] = values
        if _holds_names(schema, type_):
            arguments["enumeration_namespaces"] = dict(pair for facet in type_.facets for pair in facet.namespaces)
    for facet in type_.facets:
        if facet.name not in LISTED:
            kind = FACETS[facet.name]
            arguments[kind.argument] = int(facet.value) if kind.is_number else facet.value
    return arguments


def takes_prefixes_of_documents(schema: Schema) -> bool:
    """Whether names in documents need the prefixes of the schema: a pattern, a fixed or a default value has them."""
    if keeps_prefixes(schema):
        return True
    for type_ in schema.types.values():
        if isinstance(type_, SimpleType):
            continue
        elements = () if type_.particle is None else type_.particle.elements()
        if any(_has_constant_name(schema, one) for one in (*type_.attributes, *elements)):
            return True
    return any(_has_constant_name(schema, one) for one in schema.elements.values())


def _has_constant_name(schema: Schema, declared: ElementDeclaration | AttributeUse) -> bool:
    if declared.fixed is None and declared.default is None:
        return False
    type_ = schema.types.get(declared.type)
    key = type_.simple if isinstance(type_, ComplexType) else declared.type
    simple = schema.types.get(key or "")
    return key in _NAMES or (isinstance(simple, SimpleType) and _holds_names(schema, simple))


def keeps_prefixes(schema: Schema) -> bool:
    """Whether there is a type of names with a pattern, which is one of their prefixes too."""
    return any(
        isinstance(type_, SimpleType)
        and any(facet.name == "pattern" for facet in type_.facets)
        and _holds_names(schema, type_)
        for type_ in schema.types.values()
    )


def _holds_names(schema: Schema, type_: SimpleType) -> bool:
    """Whether values of a type are, or contain, names with prefixes."""
    keys = [key for key in (type_.base, type_.item, *type_.members) if key is not None]
    found = False
    for key in keys:
        other = schema.types.get(key)
        found |= key in _NAMES or (isinstance(other, SimpleType) and _holds_names(schema, other))
    return found


def has_constraints(schema: Schema) -> bool:
    """Whether any element, global or local, has an identity constraint."""
    particles = (type_.particle for type_ in schema.types.values() if isinstance(type_, ComplexType))
    local = (element for particle in particles if particle is not None for element in particle.elements())
    return any(element.constraints for element in (*schema.elements.values(), *local))


def bases_first(schema: Schema) -> Iterator[SimpleType | ComplexType]:
    """Yield all types so that each comes behind those that its definition uses at once."""
    done: set[str] = set()

    def visit(key: str | None) -> Iterator[SimpleType | ComplexType]:
        if key is None or key in done or key not in schema.types:
            return
        done.add(key)
        type_ = schema.types[key]
        needed: tuple[str | None, ...]
        if isinstance(type_, SimpleType):
            needed = (type_.base, type_.item, *type_.members)
        else:
            needed = (type_.base, type_.simple, *(use.type for use in type_.attributes))
        for other in needed:
            yield from visit(other)
        yield type_

    for key in schema.types:
        yield from visit(key)
