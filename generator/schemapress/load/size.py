"""Measures a schema before components are made, and refuses one beyond a limit while it is still small.

Each part is counted once, however often something refers to it. So nested groups, each referring twice to the next,
are counted in time linear in the documents, although their expansion is exponential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits, beyond
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.facets import facets_about, whole_number
from schemapress_runtime.xsd.substitution import SubstitutionGroups

from .document import XSD_TAG, SchemaDocument
from .global_component import GlobalComponent
from .global_components import GlobalComponents
from .redefinition import resolve_inside, resolve_reference
from .types import builtin

MOST_JUDGED, MOST_COUNTED = 50, 16
"""Particles up to which libxml2 judges a content model, and a model with a counted group.

Its time grows with the third power of a model, and much faster for nested counted groups.
"""

_GROUPS = tuple(XSD_TAG + name for name in ("sequence", "choice", "all", "group"))
_COUNTING = frozenset(XSD_TAG + name for name in (*facets_about("length"), *facets_about("digits")))
_BOUNDS = frozenset(XSD_TAG + name for name in facets_about("range"))
_ENUMERATION, _PATTERN = XSD_TAG + "enumeration", XSD_TAG + "pattern"
_VALUED = _BOUNDS | {_ENUMERATION, _PATTERN}
_SIMPLE, _COMPLEX = XSD_TAG + "simpleType", XSD_TAG + "complexType"
_CONTENTS = (XSD_TAG + "simpleContent", XSD_TAG + "complexContent")
_DERIVATIONS = (XSD_TAG + "restriction", XSD_TAG + "extension")
_ELEMENT, _ANY, _GROUP = XSD_TAG + "element", XSD_TAG + "any", XSD_TAG + "group"
_ATTRIBUTE, _ATTRIBUTE_GROUP = XSD_TAG + "attribute", XSD_TAG + "attributeGroup"
_ATTRIBUTES = "The chain of types and attribute groups"


@dataclass(frozen=True, slots=True)
class Extent:
    """The particles of a part, its levels, and whether a group in it is counted: occurs more than once, but bounded."""

    count: int = 0
    levels: int = 0
    is_counted: bool = False

    @property
    def is_hard(self) -> bool:
        """Whether a content model is withheld from libxml2."""
        return self.count > (MOST_COUNTED if self.is_counted else MOST_JUDGED)


_NOTHING, _SINGLE = Extent(), Extent(1)


def _combine(parts: Iterable[Extent]) -> Extent:
    """Return the extent of several parts together."""
    count, levels, is_counted = 0, 0, False
    for part in parts:
        count += part.count
        levels = max(levels, part.levels)
        is_counted = is_counted or part.is_counted
    return Extent(count, levels, is_counted)


_RESTRICTION = XSD_TAG + "restriction"


@dataclass(frozen=True, slots=True)
class HardTypes:
    """The complex types whose content models are too hard for libxml2, each with its document.

    `restricted` are the types that restrict complex content, and their bases: the xmlschema library compares them.
    """

    types: tuple[tuple[Element, SchemaDocument], ...]
    restricted: frozenset[Element]


def measure(documents: list[SchemaDocument], components: GlobalComponents, limits: SourceLimits) -> HardTypes:
    """Return the complex types whose content models are too hard for libxml2.

    Raises:
        SchemapressError: a component goes beyond a limit; with its line.
    """
    return _Measurement(documents, components, limits).hard_types()


@dataclass(eq=False)
class _Measurement:
    documents: list[SchemaDocument]
    components: GlobalComponents
    limits: SourceLimits
    _extents: dict[tuple[str, Element, str], Extent] = field(default_factory=dict)
    _enumerated: dict[Element, int] = field(default_factory=dict)
    _compared: int = 0

    def __post_init__(self) -> None:
        elements = self.components.of_kind("element")
        heads = (
            (element.name, self._name(element.element, "substitutionGroup", element.document)) for element in elements
        )
        self._groups = SubstitutionGroups(heads)

    def hard_types(self) -> HardTypes:
        hard: list[tuple[Element, SchemaDocument]] = []
        restricted: set[Element] = set()
        particles = attributes = 0
        for document in self.documents:
            for element in document.root.iter(XSD_TAG + "*"):
                self._check_numbers(element, document)
                if element.tag == _SIMPLE:
                    self._simple(element, document, 0)
                elif element.tag == _COMPLEX:
                    content = self._content(element, document, 0)
                    hard += [(element, document)] if content.is_hard else []
                    restricted.update(self._restricted(element, document))
                    particles += content.count
                    attributes += self._attributes(element, document, 0).count
                    if particles > self.limits.schema_particles:
                        raise self._beyond("schema_particles", "The schema", element, document)
                    if attributes > self.limits.schema_attribute_uses:
                        raise self._beyond("schema_attribute_uses", "The schema", element, document)
        return HardTypes(tuple(hard), frozenset(restricted))

    # Numbers

    def _check_numbers(self, element: Element, document: SchemaDocument) -> None:
        tag = element.tag
        for name in ("value",) if tag in _COUNTING else ("minOccurs", "maxOccurs"):
            text = element.get(name)
            if text is None or text in ("0", "1") or (text == "unbounded" and name == "maxOccurs"):
                continue
            text = text.strip()
            number = whole_number(text)
            if number is None and not (name == "maxOccurs" and text == "unbounded"):
                message = f"The schema is invalid: {name} is {text[:100]!r}; expected a whole number."
                raise SchemapressError(message, place=document.show(element), hint="Fix the XSD.")
            if number is not None and number >= 10**self.limits.number_digits:
                raise self._beyond("number_digits", f"The number in {name}", element, document)
        if tag not in _VALUED:
            return
        if tag in _BOUNDS and len(element.get("value", "")) > self.limits.bound_characters:
            raise self._beyond("bound_characters", "The value", element, document)
        if tag == _ENUMERATION and len(element.get("value", "")) > self.limits.enumeration_characters:
            raise self._beyond("enumeration_characters", "The value", element, document)
        if tag == _PATTERN and len(element.get("value", "")) > self.limits.pattern_characters:
            raise self._beyond("pattern_characters", "The pattern", element, document)

    # Content models

    def _content(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        """Return the particles of a complex type, with inherited ones, and its levels of derivation."""
        key = ("content", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", "The type", depth, element, document)
        self._extents[key] = Extent()  # the judges refuse a type that is its own base
        derivation = _derivation(element)
        holder = element if derivation is None else derivation
        parts = [self._particles(child, document, 1) for child in holder if child.tag in _GROUPS]
        levels = 0
        base = None if derivation is None else self._base(element, derivation, document)
        if base is not None and base.element.tag == _COMPLEX:
            inherited = self._content(base.element, base.document, depth + 1)
            levels = inherited.levels
            parts += [inherited] if derivation is not None and derivation.tag == _DERIVATIONS[1] else []
        elif base is not None:
            levels = self._simple(base.element, base.document, depth + 1).levels
        extent = replace(_combine(parts), levels=levels + 1)
        if extent.count > self.limits.content_model_particles:
            raise self._beyond("content_model_particles", "The content model", element, document)
        self._check_depth("derivation_levels", "The type", extent.levels, element, document)
        self._extents[key] = extent
        return extent

    def _particles(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        tag = element.tag
        if tag == _ELEMENT:
            name = self._name(element, "ref", document)
            members = () if name is None else self._groups.members(name)
            return Extent(1 + len(members)) if members else _SINGLE
        if tag == _ANY:
            return _SINGLE
        if tag not in _GROUPS:
            return _NOTHING
        self._check_depth("group_levels", "The content model", depth, element, document)
        if tag == _GROUP and element.get("name") is None:
            return self._group(element, document, depth)
        inner = _combine(self._particles(child, document, depth + 1) for child in element)
        return Extent(inner.count + 1, inner.levels + 1, inner.is_counted or _is_counted(element))

    def _group(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        group = self._refer("group", element, "ref", document)
        if group is None:
            return Extent(1, 1)
        group = resolve_reference(group, element, "group")
        key = ("group", group.element, group.document.namespace)
        if key not in self._extents:
            self._extents[key] = Extent()
            inner = (self._particles(child, group.document, depth + 1) for child in group.element)
            self._extents[key] = _combine(inner)
        extent = self._extents[key]
        self._check_depth("group_levels", "The content model", depth + extent.levels, element, document)
        return replace(extent, is_counted=extent.is_counted or _is_counted(element))

    def _restricted(self, element: Element, document: SchemaDocument) -> Iterator[Element]:
        """Yield a type that restricts complex content, its base, the base of that, and so on."""
        derivation = _derivation(element)
        if derivation is None or element.find(f"{XSD_TAG}complexContent/{XSD_TAG}restriction") is None:
            return
        seen: set[Element] = set()
        while element not in seen:
            seen.add(element)
            yield element
            if self._content(element, document, 0).count > self.limits.restricted_particles:
                raise self._beyond("restricted_particles", "The content model", element, document)
            derivation = _derivation(element)
            base = None if derivation is None else self._base(element, derivation, document)
            if base is None or base.element.tag != XSD_TAG + "complexType":
                return
            element, document = base.element, base.document

    # Attributes

    def _attributes(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        """Return the attributes of a complex type or an attribute group, with inherited and referred ones."""
        key = ("attributes", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", _ATTRIBUTES, depth, element, document)
        self._extents[key] = Extent()
        derivation = _derivation(element)
        count = levels = 0
        for child in element if derivation is None else derivation:
            if child.tag == _ATTRIBUTE:
                count += 1
            elif child.tag == _ATTRIBUTE_GROUP:
                count += 1  # reading it takes time, even if it has no attribute
                group = self._refer("attributeGroup", child, "ref", document)
                if group is not None:
                    group = resolve_inside(group, element)
                    referred = self._attributes(group.element, group.document, depth + 1)
                    count, levels = count + referred.count, max(levels, referred.levels)
        base = None if derivation is None else self._base(element, derivation, document)
        if base is not None and base.element.tag == _COMPLEX:
            inherited = self._attributes(base.element, base.document, depth + 1)
            count, levels = count + inherited.count, max(levels, inherited.levels)
        extent = Extent(count, levels + 1)
        if extent.count > self.limits.attribute_uses:
            raise self._beyond("attribute_uses", "The type", element, document)
        self._check_depth("derivation_levels", _ATTRIBUTES, extent.levels, element, document)
        self._extents[key] = extent
        return extent

    # Simple types

    def _simple(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        """Return the extent of a simple type: the members of a union, or 1, and its levels."""
        key = ("simple", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", "The type", depth, element, document)
        self._extents[key] = Extent(1)
        parts = [
            self._simple(part.element, part.document, depth + 1) for part in self._parts_of_simple(element, document)
        ]
        named = [
            name for union in element.iterchildren(XSD_TAG + "union") for name in union.get("memberTypes", "").split()
        ]
        count = max(sum(part.count for part in parts), len(named), 1)
        extent = Extent(count, 1 + max((part.levels for part in parts), default=0))
        self._check_enumerations(element, document)
        if extent.count > self.limits.union_members:
            raise self._beyond("union_members", "The union", element, document)
        self._check_depth("derivation_levels", "The type", extent.levels, element, document)
        self._extents[key] = extent
        return extent

    def _check_enumerations(self, element: Element, document: SchemaDocument) -> None:
        """Count the comparisons of the values of a type with those of its base.

        Raises:
            SchemapressError: all types together need too many comparisons.
        """
        own = sum(
            len(restriction.findall(XSD_TAG + "enumeration")) for restriction in element.iterchildren(_RESTRICTION)
        )
        bases = [self._enumerated.get(part.element, 0) for part in self._parts_of_simple(element, document)]
        self._enumerated[element] = own + max(bases, default=0)
        self._compared += own * max(bases, default=0)
        if self._compared > self.limits.enumeration_comparisons:
            raise self._beyond("enumeration_comparisons", "The schema", element, document)

    def _parts_of_simple(self, element: Element, document: SchemaDocument) -> Iterator[GlobalComponent]:
        """Yield the base, item or member types of a simple type, without built-in ones."""
        for variety in element.iterchildren(XSD_TAG + "restriction", XSD_TAG + "list", XSD_TAG + "union"):
            for inline in variety.iterchildren(XSD_TAG + "simpleType"):
                yield GlobalComponent("type", "", inline, document)
            base = self._base(element, variety, document) if variety.tag == XSD_TAG + "restriction" else None
            names = [] if base is not None else [self._name(variety, "itemType", document)]
            names += self._names(variety.get("memberTypes", "").split(), variety, document)
            for type_ in (base, *(self.components.get("type", name) for name in names if name is not None)):
                if type_ is not None and type_.element.tag == XSD_TAG + "simpleType":
                    yield type_

    # Names

    def _base(self, element: Element, derivation: Element, document: SchemaDocument) -> GlobalComponent | None:
        base = self._refer("type", derivation, "base", document)
        return None if base is None else resolve_inside(base, element)

    def _refer(self, kind: str, element: Element, attribute: str, document: SchemaDocument) -> GlobalComponent | None:
        name = self._name(element, attribute, document)
        return None if name is None else self.components.get(kind, name)

    def _name(self, element: Element, attribute: str, document: SchemaDocument) -> str | None:
        text = element.get(attribute)
        return None if text is None else next(self._names((text,), element, document), None)

    @staticmethod
    def _names(texts: Iterable[str], element: Element, document: SchemaDocument) -> Iterator[str]:
        """Yield the expanded names of QNames, without built-in types; the judges refuse undeclared prefixes."""
        for text in texts:
            try:
                name = document.resolve(element, text)
            except SchemapressError:
                continue
            if not builtin(name):
                yield name

    def _check_depth(self, limit: str, what: str, depth: int, element: Element, document: SchemaDocument) -> None:
        if depth > getattr(self.limits, limit):
            raise self._beyond(limit, what, element, document)

    def _beyond(self, limit: str, what: str, element: Element, document: SchemaDocument) -> SchemapressError:
        return beyond(limit, self.limits, what, document.show(element))


def _is_counted(group: Element) -> bool:
    """Whether the number of occurrences of a group matters: it is bounded by more than 1, or at least 2."""
    return group.get("maxOccurs", "1").strip() not in ("0", "1", "unbounded") or (
        group.get("minOccurs", "1").strip() not in ("0", "1")
    )


def _derivation(element: Element) -> Element | None:
    """Return the restriction or extension of a complex type, or None."""
    for content in element:
        if content.tag in _CONTENTS:
            for derivation in content:
                if derivation.tag in _DERIVATIONS:
                    return derivation
    return None
