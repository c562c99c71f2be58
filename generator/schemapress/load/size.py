"""How large a schema is before anything is made of it: what goes beyond a limit is refused while it is still small.

Everything is counted with each part once, however often it is referred to: groups that refer to groups twice are
counted in time linear in the documents, though what they stand for is exponential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits, beyond
from schemapress_runtime.xsd.facets import facets_about

from .globals import Global, Globals, enclosing
from .source import XSD, Element, SchemaDocument
from .substitution import SubstitutionGroups
from .types import builtin

MOST_JUDGED, MOST_COUNTED = 50, 16
"""Particles up to which libxml2 judges a content model, and one with a group that is counted.

What it takes grows with the third power of a model, and much faster where groups that are counted are in one another.
"""

_GROUPS = tuple(XSD + name for name in ("sequence", "choice", "all", "group"))
_COUNTING = tuple(XSD + name for name in (*facets_about("length"), *facets_about("digits")))
_BOUNDS = tuple(XSD + name for name in facets_about("range"))
_ATTRIBUTES = "The chain of types and attribute groups"


@dataclass(frozen=True, slots=True)
class Extent:
    """What a part counts, how many levels it has, and whether it has a group with another maxOccurs than 1 or none."""

    count: int = 0
    levels: int = 0
    is_counted: bool = False

    @property
    def is_hard(self) -> bool:
        """Whether a content model is kept from libxml2."""
        return self.count > (MOST_COUNTED if self.is_counted else MOST_JUDGED)


def _together(parts: Iterable[Extent], more: int = 0) -> Extent:
    """Return the extent of what several parts make, with more levels."""
    listed = list(parts)
    levels = more + max((part.levels for part in listed), default=0)
    return Extent(sum(part.count for part in listed), levels, any(part.is_counted for part in listed))


_RESTRICTION = XSD + "restriction"


@dataclass(frozen=True, slots=True)
class Hard:
    """The complex types whose content models are too hard for libxml2, each with its document.

    `restricted` are those of them that restrict another one or are restricted, which the xmlschema library compares.
    """

    types: tuple[tuple[Element, SchemaDocument], ...]
    restricted: frozenset[Element]


def measure(documents: list[SchemaDocument], found: Globals, limits: SourceLimits) -> Hard:
    """Return the complex types whose content models are hard to judge.

    Raises:
        SchemapressError: something goes beyond a limit, with its line.
    """
    return _Measure(documents, found, limits).hard()


@dataclass(eq=False)
class _Measure:
    documents: list[SchemaDocument]
    found: Globals
    limits: SourceLimits
    _extents: dict[tuple[str, Element, str], Extent] = field(default_factory=dict)
    _enumerated: dict[Element, int] = field(default_factory=dict)
    _compared: int = 0

    def __post_init__(self) -> None:
        elements = self.found.of_kind("element")
        heads = ((one.name, self._name(one.element, "substitutionGroup", one.document)) for one in elements)
        self._groups = SubstitutionGroups(heads)

    def hard(self) -> Hard:
        hard: list[tuple[Element, SchemaDocument]] = []
        restricted: set[Element] = set()
        particles = attributes = 0
        for document in self.documents:
            for element in document.root.iter(XSD + "*"):
                self._check_numbers(element, document)
                if element.tag == XSD + "simpleType":
                    self._simple(element, document, 0)
                elif element.tag == XSD + "complexType":
                    content = self._content(element, document, 0)
                    hard += [(element, document)] if content.is_hard else []
                    restricted.update(self._restricted(element, document))
                    particles += content.count
                    attributes += self._attributes(element, document, 0).count
                    if particles > self.limits.schema_particles:
                        raise self._beyond("schema_particles", "The schema", element, document)
                    if attributes > self.limits.schema_attribute_uses:
                        raise self._beyond("schema_attribute_uses", "The schema", element, document)
        return Hard(tuple(hard), frozenset(restricted))

    # Numbers

    def _check_numbers(self, element: Element, document: SchemaDocument) -> None:
        names = ("value",) if element.tag in _COUNTING else ("minOccurs", "maxOccurs")
        for name in names:
            digits = element.get(name, "").strip().lstrip("+")
            if len(digits) > self.limits.number_digits and digits.isdecimal():
                raise self._beyond("number_digits", f"The number in {name}", element, document)
        if element.tag in _BOUNDS and len(element.get("value", "")) > self.limits.bound_characters:
            raise self._beyond("bound_characters", "The value", element, document)
        if element.tag == XSD + "enumeration" and len(element.get("value", "")) > self.limits.enumeration_characters:
            raise self._beyond("enumeration_characters", "The value", element, document)
        if element.tag == XSD + "pattern" and len(element.get("value", "")) > self.limits.pattern_characters:
            raise self._beyond("pattern_characters", "The pattern", element, document)

    # Content models

    def _content(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        """Return the particles of a complex type, with those that it inherits, and the types that it is made of."""
        key = ("content", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", "The type", depth, element, document)
        self._extents[key] = Extent()  # a type that is made of itself is for the judges
        derivation = _derivation(element)
        holder = element if derivation is None else derivation
        parts = [self._particles(child, document, 1) for child in holder if child.tag in _GROUPS]
        levels = 0
        base = None if derivation is None else self._base(element, derivation, document)
        if base is not None and base.element.tag == XSD + "complexType":
            inherited = self._content(base.element, base.document, depth + 1)
            levels = inherited.levels
            parts += [inherited] if derivation is not None and derivation.tag == XSD + "extension" else []
        elif base is not None:
            levels = self._simple(base.element, base.document, depth + 1).levels
        extent = replace(_together(parts), levels=levels + 1)
        if extent.count > self.limits.content_model_particles:
            raise self._beyond("content_model_particles", "The content model", element, document)
        self._check_depth("derivation_levels", "The type", extent.levels, element, document)
        self._extents[key] = extent
        return extent

    def _particles(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        if element.tag == XSD + "any":
            return Extent(1)
        if element.tag == XSD + "element":
            name = self._name(element, "ref", document)
            return Extent(1 if name is None else 1 + len(self._groups.members(name)))
        if element.tag not in _GROUPS:
            return Extent()
        self._check_depth("group_levels", "The content model", depth, element, document)
        if element.tag == XSD + "group" and element.get("name") is None:
            return self._group(element, document, depth)
        inner = _together((self._particles(child, document, depth + 1) for child in element), 1)
        return replace(inner, count=inner.count + 1, is_counted=inner.is_counted or _is_counted(element))

    def _group(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        group = self._referred("group", element, "ref", document)
        if group is None:
            return Extent(1, 1)
        group = group.meant_inside(enclosing(element, "group"))
        key = ("group", group.element, group.document.namespace)
        if key not in self._extents:
            self._extents[key] = Extent()
            inner = (self._particles(child, group.document, depth + 1) for child in group.element)
            self._extents[key] = _together(inner)
        extent = self._extents[key]
        self._check_depth("group_levels", "The content model", depth + extent.levels, element, document)
        return replace(extent, is_counted=extent.is_counted or _is_counted(element))

    def _restricted(self, element: Element, document: SchemaDocument) -> Iterator[Element]:
        """Yield a type that restricts another one's content, and all that it is made of."""
        if element.find(f"{XSD}complexContent/{XSD}restriction") is None:
            return
        seen: set[Element] = set()
        while element not in seen:
            seen.add(element)
            yield element
            if self._content(element, document, 0).count > self.limits.restricted_particles:
                raise self._beyond("restricted_particles", "The content model", element, document)
            derivation = _derivation(element)
            base = None if derivation is None else self._base(element, derivation, document)
            if base is None or base.element.tag != XSD + "complexType":
                return
            element, document = base.element, base.document

    # Attributes

    def _attributes(self, element: Element, document: SchemaDocument, depth: int) -> Extent:
        """Return the attributes of a complex type or an attribute group, with those that it inherits or refers to."""
        key = ("attributes", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", _ATTRIBUTES, depth, element, document)
        self._extents[key] = Extent()
        derivation = _derivation(element)
        count = levels = 0
        for child in element if derivation is None else derivation:
            if child.tag == XSD + "attribute":
                count += 1
            elif child.tag == XSD + "attributeGroup":
                count += 1  # it is read, even if it has no attribute
                group = self._referred("attributeGroup", child, "ref", document)
                if group is not None:
                    group = group.meant_inside(element)
                    referred = self._attributes(group.element, group.document, depth + 1)
                    count, levels = count + referred.count, max(levels, referred.levels)
        base = None if derivation is None else self._base(element, derivation, document)
        if base is not None and base.element.tag == XSD + "complexType":
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
        """Return the members of a simple type, if it is a union, or 1, and the types that it is made of."""
        key = ("simple", element, document.namespace)
        if key in self._extents:
            return self._extents[key]
        self._check_depth("derivation_levels", "The type", depth, element, document)
        self._extents[key] = Extent(1)
        parts = [self._simple(one.element, one.document, depth + 1) for one in self._parts(element, document)]
        named = [name for union in element.iterchildren(XSD + "union") for name in union.get("memberTypes", "").split()]
        count = max(sum(part.count for part in parts), len(named), 1)
        extent = Extent(count, 1 + max((part.levels for part in parts), default=0))
        self._check_enumerations(element, document)
        if extent.count > self.limits.union_members:
            raise self._beyond("union_members", "The union", element, document)
        self._check_depth("derivation_levels", "The type", extent.levels, element, document)
        self._extents[key] = extent
        return extent

    def _check_enumerations(self, element: Element, document: SchemaDocument) -> None:
        """Count the comparisons of the values of a type with those of the types that it restricts.

        Raises:
            SchemapressError: there are too many of all types together.
        """
        own = sum(len(restriction.findall(XSD + "enumeration")) for restriction in element.iterchildren(_RESTRICTION))
        bases = [self._enumerated.get(part.element, 0) for part in self._parts(element, document)]
        self._enumerated[element] = own + max(bases, default=0)
        self._compared += own * max(bases, default=0)
        if self._compared > self.limits.enumeration_comparisons:
            raise self._beyond("enumeration_comparisons", "The schema", element, document)

    def _parts(self, element: Element, document: SchemaDocument) -> Iterator[Global]:
        """Yield the simple types that one is made of, but those of XML Schema itself."""
        for variety in element.iterchildren(XSD + "restriction", XSD + "list", XSD + "union"):
            for inline in variety.iterchildren(XSD + "simpleType"):
                yield Global("type", "", inline, document)
            base = self._base(element, variety, document) if variety.tag == XSD + "restriction" else None
            names = [] if base is not None else [self._name(variety, "itemType", document)]
            names += self._names(variety.get("memberTypes", "").split(), variety, document)
            for found in (base, *(self.found.get("type", name) for name in names if name is not None)):
                if found is not None and found.element.tag == XSD + "simpleType":
                    yield found

    # Names

    def _base(self, element: Element, derivation: Element, document: SchemaDocument) -> Global | None:
        base = self._referred("type", derivation, "base", document)
        return None if base is None else base.meant_inside(element)

    def _referred(self, kind: str, element: Element, attribute: str, document: SchemaDocument) -> Global | None:
        name = self._name(element, attribute, document)
        return None if name is None else self.found.get(kind, name)

    def _name(self, element: Element, attribute: str, document: SchemaDocument) -> str | None:
        text = element.get(attribute)
        return next(self._names([] if text is None else [text], element, document), None)

    @staticmethod
    def _names(texts: Iterable[str], element: Element, document: SchemaDocument) -> Iterator[str]:
        """Yield the names that texts stand for; those whose prefixes are not declared are for the judges."""
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
    """Whether the occurrences of a group are counted, not only whether there are some."""
    return group.get("maxOccurs", "1").strip() not in ("0", "1", "unbounded") or (
        group.get("minOccurs", "1").strip() not in ("0", "1")
    )


def _derivation(element: Element) -> Element | None:
    """Return the restriction or extension in the content of a complex type."""
    for content in element.iterchildren(XSD + "simpleContent", XSD + "complexContent"):
        for derivation in content.iterchildren(XSD + "restriction", XSD + "extension"):
            return derivation
    return None
