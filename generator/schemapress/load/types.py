"""Types, elements and attributes of a schema, from their elements in the XSD (XSD 1.0 Part 1 §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from schemapress.errors import SchemapressError
from schemapress_runtime.names import XSD_NAMESPACE, clark, local_name, namespace_of
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
)
from schemapress_runtime.xsd.facets import FACETS, Facet
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Source, Union

from .attributes import AttributeLoader, AttributeSet
from .dependency import in_order
from .globals import Global, Globals, enclosing
from .identity import identity_constraints
from .source import XSD, Element, SchemaDocument, documentation
from .wildcard import read_wildcard

_COMPOSITORS: dict[str, Compositor] = {XSD + "sequence": "sequence", XSD + "choice": "choice", XSD + "all": "all"}
_GROUPS = (*_COMPOSITORS, XSD + "group")
Content = Callable[[], Particle]

ANY_SIMPLE_TYPE = BUILTIN["anySimpleType"]

_OLDER = "~"
"""Stands behind the key of a type that a redefinition replaced, once for each redefinition since."""

_BLOCKS = {"element": ("extension", "restriction", "substitution"), "type": ("extension", "restriction")}


def builtin(name: str) -> Type | None:
    """Return the built-in type of a name; None where it is none, even in the namespace of XML Schema."""
    if namespace_of(name) != XSD_NAMESPACE:
        return None
    return ANY_TYPE if local_name(name) == "anyType" else BUILTIN.get(local_name(name))


def label_of(key: str) -> str:
    """Return how messages name a type: by its local name, an anonymous one by that of what it types."""
    return local_name(key.removesuffix("/type").rpartition("/")[2])


def occurrence(element: Element) -> tuple[int, int | None]:
    """Return how often a particle may occur; None is unbounded."""
    most = element.get("maxOccurs", "1").strip()
    return int(element.get("minOccurs", "1")), None if most == "unbounded" else int(most)


def blocked(element: Element, document: SchemaDocument, kind: str) -> tuple[str, ...]:
    """Return what `block` forbids: kinds of derivation, and substitution."""
    value = element.get("block")
    words = (document.attribute("blockDefault", "") if value is None else value).split()
    return _BLOCKS[kind] if "#all" in words else tuple(word for word in words if word in _BLOCKS[kind])


class TypeLoader:
    """Builds components as they are referred to; `types` fills up with every type that was met, by its key.

    The content of a type waits until `finish`: a type may be derived from the one that its element is in, and
    types may hold each other in any number of levels.
    """

    def __init__(self, found: Globals, prefixes: Mapping[str, str]) -> None:
        """Take the global components, and the prefix of each namespace."""
        self.globals = found
        self.types: dict[str, Type] = {}
        self._elements: dict[str, ElementDeclaration] = {}
        self._named: dict[str, Type] = {}
        self._global_attributes: dict[str, AttributeUse] = {}
        self._declarations = Declarations(self._elements, self._named, prefixes, self._global_attributes)
        self._attributes = AttributeLoader(found, self.simple_type_of)
        self._keys: dict[tuple[Element, str], str] = {}
        self._reserved: set[str] = set()
        self._waiting: deque[ComplexType] = deque()

    def declarations(self) -> Declarations:
        """Load everything, bring `types` into an order in which users follow what they use; return what is global."""
        for element in self.globals.of_kind("element"):
            self.global_element(element)
        for type_ in self.globals.of_kind("type"):
            self.global_type(type_)
        while self._waiting:
            _ = self._waiting.popleft().particle
        elements = {found.name: self.global_element(found) for found in self.globals.of_kind("element")}
        self.types = in_order(self.types, [element.type for element in self._elements.values()])
        attributes = {found.name: self._attributes.of_global(found) for found in self.globals.of_kind("attribute")}
        self._elements.clear()
        self._elements.update(elements)
        self._named.update({type_.source.name: type_ for type_ in self.types.values() if type_.source.name is not None})
        self._global_attributes.update(attributes)
        return replace(self._declarations, has_constraints=self._has_constraints())

    def _has_constraints(self) -> bool:
        """Whether any element, global or local, has an identity constraint."""
        particles = (type_.particle for type_ in self.types.values() if isinstance(type_, ComplexType))
        local = (element for particle in particles if particle is not None for element in particle.elements())
        return any(element.constraints for element in (*self._elements.values(), *local))

    def key_of(self, element: Element, document: SchemaDocument) -> str:
        """Return the key of the type that an element defines; empty where nothing refers to it."""
        return self._keys.get((element, document.namespace), "")

    # Elements

    def global_element(self, found: Global) -> ElementDeclaration:
        """Return a global element declaration."""
        waiting = {found.name: found}
        head = self._typed_as(found)
        while head is not None and head.name not in waiting and head.name not in self._elements:
            waiting[head.name] = head
            head = self._typed_as(head)
        for member in reversed(waiting.values()):  # heads first, however long the chain of them is
            if member.name not in self._elements:
                key = f"{member.name}/type"
                self._elements[member.name] = self._element(member.element, member.document, member.name, key)
        return self._elements[found.name]

    def _typed_as(self, found: Global) -> Global | None:
        """Return the head of the substitution group that gives a global element its type, if one does."""
        element, document = found.element, found.document
        head = element.get("substitutionGroup")
        if head is None or element.get("type") is not None or _child(element, "complexType", "simpleType") is not None:
            return None
        return self.globals.find("element", document.resolve(element, head), element, document)

    def _element(self, element: Element, document: SchemaDocument, name: str, key: str) -> ElementDeclaration:
        head = element.get("substitutionGroup")
        head_name = None if head is None else document.resolve(element, head)
        return ElementDeclaration(
            name=name,
            type=self._element_type(element, document, key, head_name),
            nillable=_is_true(element, "nillable"),
            fixed=element.get("fixed"),
            default=element.get("default"),
            abstract=_is_true(element, "abstract"),
            block=blocked(element, document, "element"),
            substitution_group=head_name,
            constraints=identity_constraints(element, document),
            place=document.place(element),
            documentation=documentation(element),
        )

    def _element_type(self, element: Element, document: SchemaDocument, key: str, head: str | None) -> Type:
        inline = _child(element, "complexType", "simpleType")
        if inline is not None:
            return self._type(inline, document, key, None)
        name = element.get("type")
        if name is not None:
            return self.reference(document.resolve(element, name), element, document)
        if head is not None:
            return self.global_element(self.globals.find("element", head, element, document)).type
        return ANY_TYPE

    # Types

    def reference(self, name: str, user: Element, document: SchemaDocument) -> Type:
        """Return the type of a name, which is loaded if it was not yet."""
        return builtin(name) or self.global_type(self.globals.find("type", name, user, document))

    def global_type(self, found: Global) -> Type:
        """Return a global type."""
        if found.name not in self.types:
            for age, older in reversed([*enumerate(found.versions)][1:]):
                self._type(older.element, older.document, found.name + _OLDER * age, None)
            self._type(found.element, found.document, found.name, found.name)
        return self.types[found.name]

    def simple_type_of(self, element: Element, document: SchemaDocument, key: str) -> SimpleType:
        """Return the simple type that an attribute has, inline or by name."""
        inline = _child(element, "simpleType")
        name = element.get("type")
        if inline is None and name is None:
            return ANY_SIMPLE_TYPE
        return self._simple_type(inline, name or "", element, document, key)

    def _simple_type(
        self, inline: Element | None, name: str, user: Element, document: SchemaDocument, key: str
    ) -> SimpleType:
        """Return a simple type that stands inside of its user, or is referred to."""
        if inline is not None:
            type_ = self._type(inline, document, key, None)
        else:
            type_ = self.reference(document.resolve(user, name), user, document)
        assert isinstance(type_, SimpleType)
        return type_

    def _type(self, element: Element, document: SchemaDocument, key: str, name: str | None) -> Type:
        known = self._keys.get((element, document.namespace))
        if known is not None:
            return self.types[known]
        key = self._reserve(key)
        self._keys[element, document.namespace] = key
        source = Source(key, name, document.place(element), documentation(element))
        make = self._simple if element.tag == XSD + "simpleType" else self._complex
        self.types[key] = made = make(element, document, source)
        if isinstance(made, ComplexType):
            self._waiting.append(made)
        return made

    def _reserve(self, key: str) -> str:
        """Return a key that nothing else has."""
        while key in self._reserved:
            key += "'"
        self._reserved.add(key)
        return key

    def _base(self, derivation: Element, document: SchemaDocument, key: str) -> Type:
        """Return the base that a derivation names; a redefinition's base is what it redefines."""
        base = document.resolve(derivation, derivation.get("base", ""))
        if base == key.rstrip(_OLDER):
            return self.types.get(key + _OLDER, ANY_TYPE)
        return self.reference(base, derivation, document)

    # Simple types

    def _simple(self, element: Element, document: SchemaDocument, source: Source) -> SimpleType:
        key, label = source.key, label_of(source.key)
        variety = _child(element, "restriction", "list", "union")
        if variety is None:
            raise SchemapressError("The simple type is empty.", place=document.show(element), hint="Fix the XSD.")
        inline = _child(variety, "simpleType")
        if variety.tag == XSD + "list":
            item = self._simple_type(inline, variety.get("itemType", ""), variety, document, f"{key}/item")
            return List(item, label, source)
        if variety.tag == XSD + "union":
            names = variety.get("memberTypes", "").split()
            members = [self._simple_type(None, name, variety, document, "") for name in names]
            for number, inside in enumerate(variety.findall(XSD + "simpleType"), 1):
                members.append(self._simple_type(inside, "", variety, document, f"{key}/{number}"))
            return Union(tuple(members), label, source)
        if inline is None:
            base = self._base(variety, document, key)
        else:
            base = self._type(inline, document, f"{key}/base", None)
        assert isinstance(base, SimpleType)
        return Restriction.by_facets(base, label, _facets(variety, document), source)

    # Complex types

    def _complex(self, element: Element, document: SchemaDocument, source: Source) -> ComplexType:
        outer = _child(element, "simpleContent", "complexContent")
        mixed = _is_true(element, "mixed")
        if outer is None:
            own = self._attributes.read(element, document, source.key)
            content = self._content(element, document, source.key)
            return _complex_type(element, document, source, own, content=content, mixed=mixed)
        derivation = _child(outer, "restriction", "extension")
        if derivation is None:
            raise SchemapressError("The complex type is empty.", place=document.show(outer), hint="Fix the XSD.")
        extends = derivation.tag == XSD + "extension"
        base = self._base(derivation, document, source.key)
        inherited = base if isinstance(base, ComplexType) else None
        own = self._attributes.read(derivation, document, source.key)
        attributes = self._attributes.derived(inherited, own, extends)
        simple: SimpleType | None = None
        content = None
        if outer.tag == XSD + "simpleContent":
            simple, mixed = self._simple_content(derivation, document, source.key, base, extends), False
        else:
            mixed = _is_true(outer, "mixed", default=mixed)
            content = self._content(derivation, document, source.key)
            if extends and inherited is not None:
                if content is None:
                    simple, mixed = inherited.simple, inherited.simple is None and (mixed or inherited.mixed)
                content = _followed(inherited, content)
        return _complex_type(
            element,
            document,
            source,
            attributes,
            base=None if base is ANY_TYPE else base,
            derivation="extension" if extends else "restriction",
            content=content,
            simple=simple,
            mixed=mixed,
        )

    def _simple_content(
        self, derivation: Element, document: SchemaDocument, key: str, base: Type, extends: bool
    ) -> SimpleType:
        simple = base.simple if isinstance(base, ComplexType) else base
        if extends:
            assert simple is not None
            return simple
        inline = _child(derivation, "simpleType")
        if inline is not None:
            simple = self._simple_type(inline, "", derivation, document, f"{key}/base")
        simple, facets = simple or ANY_SIMPLE_TYPE, _facets(derivation, document)
        if not facets:
            return simple
        restricted = self._reserve(f"{key}/content")
        source = Source(restricted, None, document.place(derivation))
        self.types[restricted] = made = Restriction.by_facets(simple, label_of(restricted), facets, source)
        return made

    # Particles

    def _content(self, element: Element, document: SchemaDocument, key: str) -> Content | None:
        """Return what makes the particle of a content; None where that is empty (Part 1 §3.4.2, effective content)."""
        group = next((child for child in element if child.tag in _GROUPS), None)
        if group is None or not self._has_particles(group, document, occurrence(group)):
            return None

        def content() -> Particle:
            particle = self._particle(group, document, key)
            assert particle is not None
            return particle

        return content

    def _has_particles(self, group: Element, document: SchemaDocument, occurs: tuple[int, int | None]) -> bool:
        """Whether a group has particles, or is a choice of none, which nothing satisfies."""
        if occurs[1] == 0:
            return False
        if group.tag == XSD + "group":
            referred = self._referred_group(group, document)
            if referred is None:
                return False
            own = occurrence(referred[0])
            if occurs == (1, 1) or own == (1, 1):
                return self._has_particles(*referred, own if occurs == (1, 1) else occurs)
            return self._is_particle(*referred)
        children = [child for child in group if child.tag != XSD + "annotation"]
        is_unsatisfiable = group.tag == XSD + "choice" and not children and occurs[0] > 0
        return is_unsatisfiable or any(self._is_particle(child, document) for child in children)

    def _is_particle(self, element: Element, document: SchemaDocument) -> bool:
        """Whether an element of a model group stands for a particle: what may occur zero times is none."""
        if occurrence(element)[1] == 0:
            return False
        if element.tag != XSD + "group":
            return True
        referred = self._referred_group(element, document)
        return referred is not None and self._is_particle(*referred)

    def _particle(self, element: Element, document: SchemaDocument, key: str) -> Particle | None:
        minimum, maximum = occurrence(element)
        if maximum == 0:
            return None
        if element.tag == XSD + "element":
            return self._element_particle(element, document, key, minimum, maximum)
        if element.tag == XSD + "any":
            return Particle(read_wildcard(element, document), minimum, maximum)
        if element.tag == XSD + "group":
            return self._group_reference(element, document, key, minimum, maximum)
        children = [self._particle(child, document, key) for child in element if child.tag != XSD + "annotation"]
        particles = tuple(child for child in children if child is not None)
        if children and not particles:
            minimum = 0  # what may occur zero times is no particle, yet every processor lets a choice of such be empty
        return Particle(ModelGroup(_COMPOSITORS[str(element.tag)], particles), minimum, maximum)

    def _element_particle(
        self, element: Element, document: SchemaDocument, owner: str, minimum: int, maximum: int | None
    ) -> Particle:
        reference = element.get("ref")
        if reference is not None:
            found = self.globals.find("element", document.resolve(element, reference), element, document)
            return Particle(self.global_element(found), minimum, maximum, self._declarations)
        local = element.get("name", "")
        form = element.get("form", document.attribute("elementFormDefault", "unqualified"))
        name = clark(document.namespace if form == "qualified" else "", local)
        return Particle(self._element(element, document, name, f"{owner}/{local}"), minimum, maximum)

    def _group_reference(
        self, element: Element, document: SchemaDocument, key: str, minimum: int, maximum: int | None
    ) -> Particle | None:
        referred = self._referred_group(element, document)
        inner = None if referred is None else self._particle(*referred, key)
        if inner is None:
            return None
        if (minimum, maximum) == (1, 1):
            return inner
        if (inner.minimum, inner.maximum) == (1, 1):
            return Particle(inner.term, minimum, maximum)
        return Particle(ModelGroup("sequence", (inner,)), minimum, maximum)

    def _referred_group(self, element: Element, document: SchemaDocument) -> tuple[Element, SchemaDocument] | None:
        """Return the sequence, choice or all of the group that an element refers to; None where the group is empty."""
        name = document.resolve(element, element.get("ref", ""))
        group = self.globals.find("group", name, element, document).meant_inside(enclosing(element, "group"))
        child = next((child for child in group.element if child.tag in _GROUPS), None)
        return None if child is None else (child, group.document)


def _complex_type(
    element: Element,
    document: SchemaDocument,
    source: Source,
    attributes: AttributeSet,
    *,
    content: Content | None,
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
        abstract=_is_true(element, "abstract"),
        block=blocked(element, document, "type"),
        wildcard=attributes.wildcard,
        source=source,
    )


def _child(element: Element, *names: str) -> Element | None:
    tags = {XSD + name for name in names}
    return next((child for child in element if child.tag in tags), None)


def _is_true(element: Element, attribute: str, *, default: bool = False) -> bool:
    value = element.get(attribute)
    return default if value is None else value.strip() in ("true", "1")


def _facets(element: Element, document: SchemaDocument) -> tuple[Facet, ...]:
    return tuple(
        Facet(
            name=local_name(str(child.tag)),
            value=child.get("value", ""),
            place=document.place(child),
            namespaces=_namespaces(child),
            documentation=documentation(child),
        )
        for child in element
        if child.get("value") is not None and local_name(str(child.tag)) in FACETS
    )


def _namespaces(element: Element) -> tuple[tuple[str | None, str], ...]:
    return tuple((prefix, uri) for prefix, uri in element.nsmap.items() if element.tag == XSD + "enumeration")


def _followed(base: ComplexType, own: Content | None) -> Content | None:
    """Return what makes the content of an extension: the base's, then its own (Part 1 §3.4.2)."""
    if base.content is None:
        return own

    def content() -> Particle:
        inherited = base.particle
        assert inherited is not None
        return inherited if own is None else Particle(ModelGroup("sequence", (inherited, own())))

    return content
