"""Types, elements and attributes of a schema, from their elements in the XSD (XSD 1.0 Part 1 §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from schemapress_runtime.names import XSD_NAMESPACE, clark, local_name, namespace_of
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    Compositor,
    Declarations,
    Derivation,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Type,
    extend_content,
)
from schemapress_runtime.xsd.facets import FACETS, Facet, whole_number
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, TypeSource, Union

from .attributes import AttributeLoader, AttributeSet
from .dependency import sort_by_use
from .document import SchemaDocument, SchemaElement
from .global_component import GlobalComponent
from .global_components import GlobalComponents
from .identity import read_constraints
from .redefinition import key_of_version, list_versions, redefined_key, resolve_reference
from .wildcard import read_wildcard

_COMPOSITORS: dict[str, Compositor] = {"sequence": "sequence", "choice": "choice", "all": "all"}
_GROUPS = (*_COMPOSITORS, "group")
MakeContent = Callable[[], Particle]
"""Makes the particle of a content model, once all types can be referred to."""

ANY_SIMPLE_TYPE = BUILTIN["anySimpleType"]

_BLOCKS = {"element": ("extension", "restriction", "substitution"), "type": ("extension", "restriction")}


def builtin(name: str) -> Type | None:
    """Return the built-in type of a name, or None for any other name, even one in the namespace of XML Schema."""
    if namespace_of(name) != XSD_NAMESPACE:
        return None
    return ANY_TYPE if local_name(name) == "anyType" else BUILTIN.get(local_name(name))


def label_of(key: str) -> str:
    """Return the name of a type in messages: its local name; for an anonymous type, that of its user."""
    return local_name(key.removesuffix("/type").rpartition("/")[2])


def occurrence(element: SchemaElement) -> tuple[int, int | None]:
    """Return the minOccurs and maxOccurs of a particle; None is unbounded."""
    least, most = element.optional("minOccurs"), element.optional("maxOccurs")
    minimum = 1 if least is None else 0 if least == "0" else _count(least)
    if most is None:
        return minimum, 1
    return minimum, None if most.strip() == "unbounded" else _count(most)


@lru_cache(maxsize=64)  # few different numbers occur
def _count(text: str) -> int:
    number = whole_number(text)
    assert number is not None, text  # `size` refuses others
    return number


def read_block(element: SchemaElement, kind: str) -> tuple[str, ...]:
    """Return the kinds of derivation that `block` forbids, and `substitution` if it forbids that."""
    value = element.optional("block")
    words = (element.document.attribute("blockDefault", "") if value is None else value).split()
    if not words:
        return ()
    return _BLOCKS[kind] if "#all" in words else tuple(word for word in words if word in _BLOCKS[kind])


class _Once:
    """Makes the particle of a content model, which its type keeps; then frees the source, which is large."""

    def __init__(self, make: MakeContent) -> None:
        self._make: MakeContent | None = make

    def __call__(self) -> Particle:
        make, self._make = self._make, None
        assert make is not None  # `ComplexType.particle` asks once
        return make()


class TypeLoader:
    """Makes components when something refers to them. `types` holds every type made so far, by its key.

    The content of a type waits until `load_declarations`: a type may be derived from the type that its element stands
    in, and types may hold each other in any number of levels.
    """

    def __init__(self, components: GlobalComponents, prefixes: Mapping[str, str]) -> None:
        """Take the global components, and the prefix of each namespace."""
        self.components = components
        self.types: dict[str, Type] = {}
        self._elements: dict[str, ElementDeclaration] = {}
        self._named: dict[str, Type] = {}
        self._global_attributes: dict[str, AttributeUse] = {}
        self._declarations = Declarations(self._elements, self._named, prefixes, self._global_attributes)
        self._attributes = AttributeLoader(components, self.attribute_type)
        self._keys: dict[tuple[Element, str], str] = {}
        self._reserved: set[str] = set()
        self._groups: dict[tuple[Element, str], Particle | None] = {}
        self._waiting: deque[ComplexType] = deque()
        self._has_constraints = False

    def load_declarations(self) -> Declarations:
        """Load all components and return the global ones; sorts `types`, each type after those that it uses."""
        for component in self.components.of_kind("element"):
            self.global_element(component)
        for component in self.components.of_kind("type"):
            self.global_type(component)
        while self._waiting:
            _ = self._waiting.popleft().particle
        elements = {component.name: self.global_element(component) for component in self.components.of_kind("element")}
        self.types = sort_by_use(self.types, [element.type for element in self._elements.values()])
        attributes = {
            component.name: self._attributes.global_attribute(component)
            for component in self.components.of_kind("attribute")
        }
        self._elements.clear()  # heads came before their members; now the order is that of the source
        self._elements.update(elements)
        self._named.update({type_.source.name: type_ for type_ in self.types.values() if type_.source.name is not None})
        self._global_attributes.update(attributes)
        return replace(self._declarations, has_constraints=self._has_constraints)

    def key_of(self, element: Element, document: SchemaDocument) -> str:
        """Return the key of the type that an element defines; empty where nothing refers to the type."""
        return self._keys.get((element, document.namespace), "")

    # Elements

    def global_element(self, component: GlobalComponent) -> ElementDeclaration:
        """Return a global element declaration."""
        known = self._elements.get(component.name)
        if known is not None:
            return known
        waiting = {component.name: component}
        head = self._head_with_type(component)
        while head is not None and head.name not in waiting and head.name not in self._elements:
            waiting[head.name] = head
            head = self._head_with_type(head)
        for member in reversed(waiting.values()):  # heads first, however long the chain of them is
            if member.name not in self._elements:
                self._elements[member.name] = self._element(member.source, member.name, f"{member.name}/type")
        return self._elements[component.name]

    def _head_with_type(self, component: GlobalComponent) -> GlobalComponent | None:
        """Return the head of the substitution group that gives a global element its type, if one does."""
        element = component.source
        head = element.optional("substitutionGroup")
        has_type = element.optional("type") is not None or element.child("complexType", "simpleType") is not None
        return None if head is None or has_type else self._find("element", element, head)

    def _find(self, kind: str, user: SchemaElement, name: str) -> GlobalComponent:
        """Return the component of a QName in an attribute of its user."""
        return self.components.find(kind, user.resolve(name), user.element, user.document)

    def _element(self, element: SchemaElement, name: str, key: str) -> ElementDeclaration:
        """Return the declaration of an element by its expanded name; `key` is for the type inside of it."""
        head = element.optional("substitutionGroup")
        constraints = read_constraints(element)
        self._has_constraints = self._has_constraints or bool(constraints)
        return ElementDeclaration(
            name=name,
            type=self._element_type(element, key, head),
            nillable=element.is_true("nillable"),
            fixed=element.optional("fixed"),
            default=element.optional("default"),
            abstract=element.is_true("abstract"),
            block=read_block(element, "element"),
            substitution_group=None if head is None else element.resolve(head),
            constraints=constraints,
            place=element.place,
            documentation=element.documentation,
            personal=element.is_personal,
        )

    def _element_type(self, element: SchemaElement, key: str, head: str | None) -> Type:
        inline = element.child("complexType", "simpleType")
        if inline is not None:
            return self._type(inline, key)
        name = element.optional("type")
        if name is not None:
            return self._referred_type(element, name)
        if head is not None:
            return self.global_element(self._find("element", element, head)).type
        return ANY_TYPE

    # Types

    def _referred_type(self, user: SchemaElement, name: str) -> Type:
        """Return the type of a QName in an attribute of its user."""
        return builtin(user.resolve(name)) or self.global_type(self._find("type", user, name))

    def global_type(self, component: GlobalComponent) -> Type:
        """Return a global type, made after the types that it redefines."""
        name = component.name
        if name not in self.types:
            for age, older in reversed([*enumerate(list_versions(component))][1:]):
                self._type(older.source, key_of_version(name, age))
            self._type(component.source, name, name)
        return self.types[name]

    def attribute_type(self, attribute: SchemaElement, key: str) -> SimpleType:
        """Return the simple type of an attribute, inline or by name."""
        inline, name = attribute.child("simpleType"), attribute.optional("type")
        if inline is None and name is None:
            return ANY_SIMPLE_TYPE
        return self._simple_type(attribute, inline, name or "", key)

    def _simple_type(self, user: SchemaElement, inline: SchemaElement | None, name: str, key: str) -> SimpleType:
        """Return a simple type that stands inside of its user, or that the user refers to by name."""
        type_ = self._referred_type(user, name) if inline is None else self._type(inline, key)
        assert isinstance(type_, SimpleType)
        return type_

    def _type(self, definition: SchemaElement, key: str, name: str | None = None) -> Type:
        """Return the type of xs:simpleType or xs:complexType; an anonymous type has no name."""
        place = (definition.element, definition.document.namespace)
        known = self._keys.get(place)
        if known is not None:
            return self.types[known]
        key = self._keys[place] = self._reserve(key)
        source = TypeSource(key, name, definition.place, definition.documentation, definition.is_personal)
        make = self._make_simple if definition.kind == "simpleType" else self._make_complex
        self.types[key] = type_ = make(definition, source)
        if isinstance(type_, ComplexType):
            self._waiting.append(type_)
        return type_

    def _reserve(self, key: str) -> str:
        """Return a key that nothing else has."""
        while key in self._reserved:
            key += "'"
        self._reserved.add(key)
        return key

    def _base(self, derivation: SchemaElement, key: str) -> Type:
        """Return the base that a derivation names; in a redefinition, the type that is redefined."""
        name = derivation.get("base")
        redefined = redefined_key(key, base=derivation.resolve(name))
        return self._referred_type(derivation, name) if redefined is None else self.types.get(redefined, ANY_TYPE)

    # Simple types

    def _make_simple(self, definition: SchemaElement, source: TypeSource) -> SimpleType:
        key, label = source.key, label_of(source.key)
        variety = definition.child("restriction", "list", "union")
        if variety is None:
            raise definition.error("The simple type is empty.", "Give it a restriction, a list or a union.")
        inline = variety.child("simpleType")
        if variety.kind == "list":
            return List(self._simple_type(variety, inline, variety.get("itemType"), f"{key}/item"), label, source)
        if variety.kind == "union":
            members = [self._simple_type(variety, None, name, "") for name in variety.get("memberTypes").split()]
            for number, member in enumerate(variety.children("simpleType"), 1):
                members.append(self._simple_type(variety, member, "", f"{key}/{number}"))
            return Union(tuple(members), label, source)
        base = self._base(variety, key) if inline is None else self._type(inline, f"{key}/base")
        assert isinstance(base, SimpleType)
        return Restriction.by_facets(base, label, _read_facets(variety, base), source)

    # Complex types

    def _make_complex(self, definition: SchemaElement, source: TypeSource) -> ComplexType:
        outer = definition.child("simpleContent", "complexContent")
        mixed = definition.is_true("mixed")
        if outer is None:
            own = self._attributes.read(definition, source.key)
            return _complex_type(definition, source, own, content=self._content(definition, source.key), mixed=mixed)
        derivation = outer.child("restriction", "extension")
        if derivation is None:
            raise outer.error("The complex type is empty.", "Give its content a restriction or an extension.")
        extends = derivation.kind == "extension"
        base = self._base(derivation, source.key)
        inherited = base if isinstance(base, ComplexType) else None
        own = self._attributes.read(derivation, source.key)
        attributes = self._attributes.inherit(inherited, own, extends=extends)
        simple: SimpleType | None = None
        content = None
        if outer.kind == "simpleContent":
            simple, mixed = self._simple_content(derivation, source.key, base), False
        else:
            mixed = outer.is_true("mixed", default=mixed)
            content = self._content(derivation, source.key)
            if extends and inherited is not None:
                if content is None:
                    simple, mixed = inherited.simple, inherited.simple is None and (mixed or inherited.mixed)
                content = extend_content(inherited, content)
        return _complex_type(
            definition,
            source,
            attributes,
            base=None if base is ANY_TYPE else base,
            derivation="extension" if extends else "restriction",
            content=content,
            simple=simple,
            mixed=mixed,
        )

    def _simple_content(self, derivation: SchemaElement, key: str, base: Type) -> SimpleType:
        simple = base.simple if isinstance(base, ComplexType) else base
        if derivation.kind == "extension":
            return simple or ANY_SIMPLE_TYPE  # of a base that is not declared, where that is no error
        inline = derivation.child("simpleType")
        if inline is not None:
            simple = self._simple_type(derivation, inline, "", f"{key}/base")
        simple = simple or ANY_SIMPLE_TYPE
        facets = _read_facets(derivation, simple)
        if not facets:
            return simple
        key = self._reserve(f"{key}/content")
        restriction = Restriction.by_facets(simple, label_of(key), facets, TypeSource(key, None, derivation.place))
        self.types[key] = restriction
        return restriction

    # Particles

    def _content(self, parent: SchemaElement, key: str) -> MakeContent | None:
        """Return the maker of the particle; None if the effective content is empty (Part 1 §3.4.2)."""
        group = parent.child(*_GROUPS)
        if group is None or not self._has_particles(group, occurrence(group)):
            return None

        def content() -> Particle:
            particle = self._particle(group, key)
            assert particle is not None
            return particle

        return _Once(content)

    def _has_particles(self, group: SchemaElement, occurs: tuple[int, int | None]) -> bool:
        """Whether a group has particles, or is a choice of none, which nothing satisfies."""
        if occurs[1] == 0:
            return False
        if group.kind == "group":
            model = self._resolve_group(group)
            if model is None:
                return False
            own = occurrence(model)
            if occurs == (1, 1) or own == (1, 1):
                return self._has_particles(model, own if occurs == (1, 1) else occurs)
            return self._is_particle(model)
        is_empty = True
        for child in group.children_but("annotation"):
            if self._is_particle(child):
                return True
            is_empty = False
        return is_empty and group.kind == "choice" and occurs[0] > 0

    def _is_particle(self, element: SchemaElement) -> bool:
        """Whether an element of a model group stands for a particle; one that may occur zero times does not."""
        if occurrence(element)[1] == 0:
            return False
        if element.kind != "group":
            return True
        model = self._resolve_group(element)
        return model is not None and self._is_particle(model)

    def _particle(self, element: SchemaElement, key: str) -> Particle | None:
        minimum, maximum = occurrence(element)
        if maximum == 0:
            return None
        if element.kind == "element":
            return self._element_particle(element, key)
        if element.kind == "any":
            return Particle(read_wildcard(element), minimum, maximum)
        if element.kind == "group":
            return self._group_particle(element, key)
        children = [self._particle(child, key) for child in element.children_but("annotation")]
        particles = tuple(child for child in children if child is not None)
        if children and not particles:
            minimum = 0  # maxOccurs="0" makes no particle, yet every processor lets a choice of such be empty
        return Particle(ModelGroup(_COMPOSITORS[element.kind], particles), minimum, maximum)

    def _element_particle(self, element: SchemaElement, owner: str) -> Particle:
        minimum, maximum = occurrence(element)
        reference = element.optional("ref")
        if reference is not None:
            declaration = self.global_element(self._find("element", element, reference))
            return Particle(declaration, minimum, maximum, self._declarations, element.place)
        local = element.get("name")
        form = element.get("form", element.document.attribute("elementFormDefault", "unqualified"))
        name = clark(element.document.namespace if form == "qualified" else "", local)
        return Particle(self._element(element, name, f"{owner}/{local}"), minimum, maximum)

    def _group_particle(self, reference: SchemaElement, key: str) -> Particle | None:
        group = self._find_group(reference)
        place = (group.element, group.document.namespace)
        if place not in self._groups:  # made once: types that refer to the group share its content
            self._groups[place] = self._group_content(group, key)
        inner = self._groups[place]
        if inner is None:
            return None
        minimum, maximum = occurrence(reference)
        if (minimum, maximum) == (1, 1):
            return inner
        if (inner.minimum, inner.maximum) == (1, 1):
            return Particle(inner.term, minimum, maximum)
        return Particle(ModelGroup("sequence", (inner,)), minimum, maximum)

    def _group_content(self, group: GlobalComponent, key: str) -> Particle | None:
        """Return the particle of a model group definition; None where it has none."""
        model = _model_of(group)
        particle = None if model is None else self._particle(model, key)
        if particle is None or not isinstance(particle.term, ModelGroup):
            return particle
        return replace(particle, term=replace(particle.term, name=group.name))

    def _resolve_group(self, reference: SchemaElement) -> SchemaElement | None:
        """Return the sequence, choice or all of the group that an element refers to; None where the group is empty."""
        return _model_of(self._find_group(reference))

    def _find_group(self, reference: SchemaElement) -> GlobalComponent:
        group = self._find("group", reference, reference.get("ref"))
        return resolve_reference(group, reference.element, "group")


def _model_of(group: GlobalComponent) -> SchemaElement | None:
    return group.source.child(*_GROUPS)


def _complex_type(
    definition: SchemaElement,
    source: TypeSource,
    attributes: AttributeSet,
    *,
    content: MakeContent | None,
    mixed: bool,
    base: Type | None = None,
    derivation: Derivation = "restriction",
    simple: SimpleType | None = None,
) -> ComplexType:
    return ComplexType(
        label=label_of(source.key),
        content=content,
        simple=simple,
        attributes=attributes.uses,
        base=base,
        derivation=derivation,
        mixed=mixed,
        abstract=definition.is_true("abstract"),
        block=read_block(definition, "type"),
        wildcard=attributes.wildcard,
        source=source,
    )


def _read_facets(restriction: SchemaElement, base: SimpleType) -> tuple[Facet, ...]:
    """Return the facets of a restriction, with the namespaces in scope if values of the base are QNames."""
    return tuple(
        Facet(
            name=facet.kind,
            value=facet.get("value"),
            place=facet.place,
            namespaces=tuple(facet.element.nsmap.items()) if base.needs_namespaces else (),
            documentation=facet.documentation,
        )
        for facet in restriction.children(*FACETS)
        if facet.optional("value") is not None
    )
