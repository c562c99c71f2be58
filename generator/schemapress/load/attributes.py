"""The attributes of a complex type: its own, those of its attribute groups and of its base (XSD 1.0 Part 1 §3.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from schemapress_runtime.names import clark
from schemapress_runtime.xsd.components import AttributeUse, ComplexType
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard, intersection, union

from .globals import Global, Globals, enclosing
from .source import XSD, Element, SchemaDocument, documentation
from .wildcard import read_wildcard


@dataclass(frozen=True, slots=True)
class AttributeSet:
    """Attribute uses by their names, the names that are prohibited, and the wildcard."""

    uses: Mapping[str, AttributeUse] = field(default_factory=dict)
    prohibited: frozenset[str] = frozenset()
    wildcard: Wildcard | None = None


class AttributeLoader:
    """Reads attributes, on behalf of a loader of types."""

    def __init__(self, found: Globals, simple_type_of: Callable[[Element, SchemaDocument, str], SimpleType]) -> None:
        """Take the global components, and what gives the simple type of an attribute."""
        self._globals = found
        self._simple_type_of = simple_type_of
        self._global: dict[str, AttributeUse] = {}

    def read(self, element: Element, document: SchemaDocument, owner: str) -> AttributeSet:
        """Return what stands in a complex type, a derivation or an attribute group."""
        return self._read(element, document, owner, ())

    def derived(self, base: ComplexType | None, own: AttributeSet, extends: bool) -> AttributeSet:
        """Return the attributes of a type that is derived from `base`."""
        if base is None:
            return own
        replaced = own.uses.keys() | own.prohibited
        uses = {**{name: use for name, use in base.attributes.items() if name not in replaced}, **own.uses}
        wildcard = _united(own.wildcard, base.wildcard) if extends else own.wildcard
        return AttributeSet(uses, frozenset(), wildcard)

    def of_global(self, found: Global) -> AttributeUse:
        """Return a global attribute."""
        return self._attribute(found.element, found.document, None)[1]

    def _attribute(self, element: Element, document: SchemaDocument, owner: str | None) -> tuple[str, AttributeUse]:
        """Return the name of an attribute, and its declaration; a global one has no owner."""
        local = element.get("name", "").strip()
        form = element.get("form", document.attribute("attributeFormDefault", "unqualified"))
        qualified = owner is None or form == "qualified"
        name = clark(document.namespace if qualified else "", local)
        key = f"{name}/@type" if owner is None else f"{owner}/@{local}"
        return name, AttributeUse(
            type=self._simple_type_of(element, document, key),
            place=document.place(element),
            documentation=documentation(element),
            required=element.get("use") == "required",
            fixed=element.get("fixed"),
            default=element.get("default"),
        )

    def _read(self, element: Element, document: SchemaDocument, owner: str, open_: tuple[Global, ...]) -> AttributeSet:
        uses: dict[str, AttributeUse] = {}
        prohibited: set[str] = set()
        local, others = None, []
        for child in element:
            if child.tag == XSD + "attribute":
                name, use = self._use(child, document, owner)
                if child.get("use") == "prohibited":
                    prohibited.add(name)
                else:
                    uses[name] = use
            elif child.tag == XSD + "attributeGroup":
                for group in self._groups(child, document, open_):
                    inside = self._read(group.element, group.document, owner, (*open_, group))
                    uses.update(inside.uses)
                    others += [inside.wildcard] if inside.wildcard is not None else []
            elif child.tag == XSD + "anyAttribute":
                local = read_wildcard(child, document)
        return AttributeSet(uses, frozenset(prohibited), _complete(local, others))

    def _groups(self, element: Element, document: SchemaDocument, open_: tuple[Global, ...]) -> Iterator[Global]:
        name = document.resolve(element, element.get("ref", ""))
        found = self._globals.find("attributeGroup", name, element, document)
        found = found.meant_inside(enclosing(element, "attributeGroup"))
        if found not in open_:
            yield found

    def _use(self, element: Element, document: SchemaDocument, owner: str) -> tuple[str, AttributeUse]:
        """Return the name of an attribute use, and the use."""
        reference = element.get("ref")
        if reference is None:
            return self._attribute(element, document, owner)
        name = document.resolve(element, reference)
        if name not in self._global:
            found = self._globals.find("attribute", name, element, document)
            self._global[name] = self.of_global(found)
        declared = self._global[name]
        return name, replace(
            declared,
            required=element.get("use") == "required",
            fixed=element.get("fixed", declared.fixed),
            default=element.get("default", declared.default),
        )


def _complete(local: Wildcard | None, others: list[Wildcard]) -> Wildcard | None:
    """Return the complete wildcard: the local one and those of the groups together (Part 1 §3.4.2)."""
    if local is None and not others:
        return None
    first, *rest = [*([local] if local is not None else []), *others]
    constraint = first.constraint
    for other in rest:
        constraint = intersection(constraint, other.constraint)
    return first.constrained(constraint)


def _united(own: Wildcard | None, base: Wildcard | None) -> Wildcard | None:
    if own is None or base is None:
        return own or base
    return own.constrained(union(own.constraint, base.constraint))
