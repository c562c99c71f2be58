"""Types, elements and attributes of a schema, from their elements in the XSD (XSD 1.0 Part 1 §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from schemapress.errors import SchemapressError
from schemapress_runtime.xsd.facets import FACETS

from .attributes import AttributeLoader, AttributeSet
from .dependency import in_order
from .globals import Global, Globals, enclosing
from .identity import identity_constraints
from .model import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    Facet,
    ModelGroup,
    Particle,
    Place,
    SimpleType,
    Wildcard,
    clark,
    is_builtin,
    local_name,
)
from .source import XSD, Element, SchemaDocument, documentation
from .wildcard import ANY, read_wildcard

ANY_TYPE = XSD + "anyType"
ANY_SIMPLE_TYPE = XSD + "anySimpleType"
_GROUPS = (XSD + "sequence", XSD + "choice", XSD + "all", XSD + "group")
_OLDER = "~"
"""Stands behind the key of a type that a redefinition replaced, once for each redefinition since."""

_BLOCKS = {"element": ("extension", "restriction", "substitution"), "type": ("extension", "restriction")}


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

    The types of elements wait until `finish`: a type may be derived from the one that its element is in, and
    types may hold each other in any number of levels.
    """

    def __init__(self, found: Globals) -> None:
        self.globals = found
        self.types: dict[str, SimpleType | ComplexType] = {}
        self._attributes = AttributeLoader(found, self.simple_type_of)
        self._elements: dict[str, ElementDeclaration] = {}
        self._reserved: set[str] = set()
        self._keys: dict[tuple[Element, str], str] = {}
        self._waiting: deque[Callable[[], object]] = deque()

    def finish(self) -> None:
        """Build all types that wait, and bring `types` into an order in which users follow what they use."""
        while self._waiting:
            self._waiting.popleft()()
        self.types = in_order(self.types, [element.type for element in self._elements.values()])

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
        for one in reversed(waiting.values()):  # heads first, however long the chain of them is
            if one.name not in self._elements:
                self._elements[one.name] = self._element(one.element, one.document, one.name, f"{one.name}/type")
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
            place=document.place(element),
            documentation=documentation(element),
            nillable=element.get("nillable", "").strip() in ("true", "1"),
            fixed=element.get("fixed"),
            default=element.get("default"),
            abstract=element.get("abstract", "").strip() in ("true", "1"),
            block=blocked(element, document, "element"),
            substitution_group=head_name,
            constraints=identity_constraints(element, document),
        )

    def _element_type(self, element: Element, document: SchemaDocument, key: str, head: str | None) -> str:
        inline = _child(element, "complexType", "simpleType")
        if inline is not None:
            key, is_new = self._reserve(inline, document, key)
            if is_new:
                self._waiting.append(partial(self._build, inline, document, key, None))
            return key
        name = element.get("type")
        if name is not None:
            type_ = document.resolve(element, name)
            if not is_builtin(type_):
                self._waiting.append(partial(self.global_type, self.globals.find("type", type_, element, document)))
            return type_
        if head is not None:
            return self.global_element(self.globals.find("element", head, element, document)).type
        return self.reference(ANY_TYPE, element, document)

    def local_element(self, element: Element, document: SchemaDocument, owner: str) -> tuple[ElementDeclaration, bool]:
        """Return the declaration that an element particle has, and whether it is a global one."""
        reference = element.get("ref")
        if reference is not None:
            name = document.resolve(element, reference)
            return self.global_element(self.globals.find("element", name, element, document)), True
        local = element.get("name", "")
        form = element.get("form", document.attribute("elementFormDefault", "unqualified"))
        name = clark(document.namespace if form == "qualified" else "", local)
        return self._element(element, document, name, f"{owner}/{local}"), False

    def global_attribute(self, found: Global) -> AttributeUse:
        """Return a global attribute declaration."""
        return self._attributes.of_global(found)

    # Types

    def reference(self, name: str, user: Element, document: SchemaDocument) -> str:
        """Return the key of the type of a name, which is loaded if it was not yet."""
        if not is_builtin(name):
            self.global_type(self.globals.find("type", name, user, document))
        return name

    def global_type(self, found: Global) -> None:
        """Load a global type."""
        if found.name not in self._reserved:
            for age, older in reversed([*enumerate(found.versions)][1:]):
                self._type(older.element, older.document, found.name + _OLDER * age, None)
            self._type(found.element, found.document, found.name, found.name)

    def simple_type_of(self, element: Element, document: SchemaDocument, key: str) -> str:
        """Return the key of the simple type that an attribute has, inline or by name."""
        inline = _child(element, "simpleType")
        if inline is not None:
            return self._type(inline, document, key, None)
        name = element.get("type")
        return ANY_SIMPLE_TYPE if name is None else self.reference(document.resolve(element, name), element, document)

    def _type(self, element: Element, document: SchemaDocument, key: str, name: str | None) -> str:
        key, is_new = self._reserve(element, document, key)
        if is_new:
            self._build(element, document, key, name)
        return key

    def _reserve(self, element: Element, document: SchemaDocument, key: str) -> tuple[str, bool]:
        """Return the key of a type, which nothing else has, and whether it was met for the first time."""
        known = self._keys.get((element, document.namespace))
        if known is not None:
            return known, False
        while key in self._reserved:
            key += "'"
        self._keys[element, document.namespace] = key
        self._reserved.add(key)
        return key, True

    def _build(self, element: Element, document: SchemaDocument, key: str, name: str | None) -> None:
        if element.tag == XSD + "simpleType":
            self.types[key] = self._simple(element, document, key, name)
        else:
            self.types[key] = self._complex(element, document, key, name)

    def _base(self, element: Element, document: SchemaDocument, key: str) -> str:
        """Return the key of the base that a derivation names; a redefinition's base is what it redefines."""
        base = document.resolve(element, element.get("base", ""))
        if base == key.rstrip(_OLDER):
            return key + _OLDER if key + _OLDER in self.types else ANY_TYPE
        return self.reference(base, element, document)

    # Simple types

    def _simple(self, element: Element, document: SchemaDocument, key: str, name: str | None) -> SimpleType:
        place, text = document.place(element), documentation(element)
        variety = _child(element, "restriction", "list", "union")
        if variety is None:
            raise SchemapressError("The simple type is empty.", place=document.show(element), hint="Fix the XSD.")
        if variety.tag == XSD + "list":
            item = variety.get("itemType")
            inline = _child(variety, "simpleType")
            if inline is not None:
                item_key = self._type(inline, document, f"{key}/item", None)
            else:
                item_key = self.reference(document.resolve(variety, item or ""), variety, document)
            return SimpleType(key, name, place, text, "list", item=item_key)
        if variety.tag == XSD + "union":
            names = [document.resolve(variety, member) for member in variety.get("memberTypes", "").split()]
            members = [self.reference(member, variety, document) for member in names]
            inlines = variety.findall(XSD + "simpleType")
            for number, inline in enumerate(inlines, 1):
                members.append(self._type(inline, document, f"{key}/{number}", None))
            return SimpleType(key, name, place, text, "union", members=tuple(members))
        inline = _child(variety, "simpleType")
        if inline is not None:
            base = self._type(inline, document, f"{key}/base", None)
        else:
            base = self._base(variety, document, key)
        return SimpleType(key, name, place, text, "restriction", base=base, facets=_facets(variety, document))

    # Complex types

    def _complex(self, element: Element, document: SchemaDocument, key: str, name: str | None) -> ComplexType:
        content = _child(element, "simpleContent", "complexContent")
        mixed = element.get("mixed", "").strip() in ("true", "1")
        if content is None:
            attributes = self._attributes.read(element, document, key)
            particle = self._group_of(element, document, key)
            return self._built(element, document, key, name, ANY_TYPE, "restriction", particle, None, mixed, attributes)
        derivation = _child(content, "restriction", "extension")
        if derivation is None:
            raise SchemapressError("The complex type is empty.", place=document.show(content), hint="Fix the XSD.")
        base_key = self._base(derivation, document, key)
        base = self.types.get(base_key)
        extends = derivation.tag == XSD + "extension"
        inherited = base if isinstance(base, ComplexType) else None
        if base_key == ANY_TYPE:
            inherited = any_type()
        own = self._attributes.read(derivation, document, key)
        attributes = self._attributes.derived(inherited, own, extends)
        how = "extension" if extends else "restriction"
        if content.tag == XSD + "simpleContent":
            simple = self._simple_content(derivation, document, key, base_key, extends)
            return self._built(element, document, key, name, base_key, how, None, simple, False, attributes)
        mixed = content.get("mixed", "true" if mixed else "false").strip() in ("true", "1")
        particle = self._group_of(derivation, document, key)
        if extends and inherited is not None:
            mixed = mixed or (particle is None and inherited.mixed)
            if particle is None and inherited.simple is not None:
                return self._built(
                    element, document, key, name, base_key, how, None, inherited.simple, False, attributes
                )
            particle = _followed(inherited.particle, particle)
        return self._built(element, document, key, name, base_key, how, particle, None, mixed, attributes)

    def _built(
        self,
        element: Element,
        document: SchemaDocument,
        key: str,
        name: str | None,
        base: str,
        how: str,
        particle: Particle | None,
        simple: str | None,
        mixed: bool,
        attributes: AttributeSet,
    ) -> ComplexType:
        return ComplexType(
            key=key,
            name=name,
            place=document.place(element),
            documentation=documentation(element),
            base=None if base == ANY_TYPE else base,
            derivation="extension" if how == "extension" else "restriction",
            particle=particle,
            simple=simple,
            mixed=mixed,
            abstract=element.get("abstract", "").strip() in ("true", "1"),
            block=blocked(element, document, "type"),
            attributes=attributes.uses,
            attribute_wildcard=attributes.wildcard,
        )

    def _simple_content(
        self, derivation: Element, document: SchemaDocument, key: str, base_key: str, extends: bool
    ) -> str:
        base = self.types.get(base_key)
        simple = base.simple if isinstance(base, ComplexType) else base_key
        if extends:
            assert simple is not None
            return simple
        inline = _child(derivation, "simpleType")
        if inline is not None:
            simple = self._type(inline, document, f"{key}/base", None)
        facets = _facets(derivation, document)
        if not facets:
            return simple or ANY_SIMPLE_TYPE
        restricted = f"{key}/content"
        self._reserved.add(restricted)
        place = document.place(derivation)
        self.types[restricted] = SimpleType(restricted, None, place, "", "restriction", base=simple, facets=facets)
        return restricted

    # Particles

    def _group_of(self, element: Element, document: SchemaDocument, key: str) -> Particle | None:
        """Return the particle of a content, or None where it is empty (Part 1 §3.4.2, the effective content)."""
        child = next((child for child in element if child.tag in _GROUPS), None)
        particle = None if child is None else self._particle(child, document, key)
        if particle is None or not isinstance(particle.term, ModelGroup) or particle.term.particles:
            return particle
        return particle if particle.term.kind == "choice" and particle.minimum > 0 else None

    def _particle(self, element: Element, document: SchemaDocument, key: str) -> Particle | None:
        minimum, maximum = occurrence(element)
        if maximum == 0:
            return None
        if element.tag == XSD + "element":
            declaration, is_global = self.local_element(element, document, key)
            return Particle(declaration, minimum, maximum, is_global)
        if element.tag == XSD + "any":
            return Particle(read_wildcard(element, document), minimum, maximum)
        if element.tag == XSD + "group":
            return self._group_reference(element, document, key, minimum, maximum)
        kind = local_name(str(element.tag))
        children = [self._particle(child, document, key) for child in element if child.tag != XSD + "annotation"]
        found = tuple(child for child in children if child is not None)
        if children and not found:
            minimum = 0  # what may occur zero times is no particle, yet every processor lets a choice of such be empty
        return Particle(
            ModelGroup("choice" if kind == "choice" else "all" if kind == "all" else "sequence", found),
            minimum,
            maximum,
        )

    def _group_reference(
        self, element: Element, document: SchemaDocument, key: str, minimum: int, maximum: int | None
    ) -> Particle | None:
        name = document.resolve(element, element.get("ref", ""))
        found = self.globals.find("group", name, element, document)
        found = found.meant_inside(enclosing(element, "group"))
        child = next((child for child in found.element if child.tag in _GROUPS), None)
        inner = None if child is None else self._particle(child, found.document, key)
        if inner is None:
            return None
        if (minimum, maximum) == (1, 1):
            return inner
        if (inner.minimum, inner.maximum) == (1, 1):
            return Particle(inner.term, minimum, maximum)
        return Particle(ModelGroup("sequence", (inner,)), minimum, maximum)


def _child(element: Element, *names: str) -> Element | None:
    tags = {XSD + name for name in names}
    return next((child for child in element if child.tag in tags), None)


def _facets(element: Element, document: SchemaDocument) -> tuple[Facet, ...]:
    return tuple(
        Facet(local_name(str(child.tag)), child.get("value", ""), document.place(child), _namespaces(child))
        for child in element
        if child.get("value") is not None and local_name(str(child.tag)) in FACETS
    )


def _namespaces(element: Element) -> tuple[tuple[str | None, str], ...]:
    return tuple((prefix, uri) for prefix, uri in element.nsmap.items() if element.tag == XSD + "enumeration")


def _followed(base: Particle | None, own: Particle | None) -> Particle | None:
    """Return the content of an extension: the base's, then its own (Part 1 §3.4.2)."""
    if base is None or own is None:
        return own if base is None else base
    return Particle(ModelGroup("sequence", (base, own)))


def any_type() -> ComplexType:
    """Return xs:anyType (Part 1 §3.4.7)."""
    place = Place("XMLSchema.xsd", 1)
    anything = Wildcard(ANY, "lax", place)
    particle = Particle(ModelGroup("sequence", (Particle(anything, 0, None),)))
    return ComplexType(ANY_TYPE, ANY_TYPE, place, "", particle=particle, mixed=True, attribute_wildcard=anything)
