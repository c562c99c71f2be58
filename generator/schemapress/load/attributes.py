"""The attributes of a complex type: its own, those of its attribute groups and of its base (XSD 1.0 Part 1 §3.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from schemapress_runtime.names import clark
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.components import AttributeUse, ComplexType
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard, intersection, union

from .document import SchemaElement
from .global_component import GlobalComponent
from .global_components import GlobalComponents
from .redefinition import resolve_reference
from .wildcard import read_wildcard


@dataclass(frozen=True, slots=True)
class AttributeSet:
    """Attribute uses by their names, the names that are prohibited, and the wildcard."""

    uses: Mapping[str, AttributeUse] = field(default_factory=dict)
    prohibited: frozenset[str] = frozenset()
    wildcard: Wildcard | None = None


class AttributeLoader:
    """Reads attributes, on behalf of a loader of types."""

    def __init__(
        self, components: GlobalComponents, attribute_type: Callable[[SchemaElement, str], SimpleType]
    ) -> None:
        """Take the global components, and a function that returns the simple type of an attribute."""
        self._components = components
        self._attribute_type = attribute_type
        self._global: dict[str, AttributeUse] = {}
        self._groups: dict[tuple[Element, str], AttributeSet] = {}
        self._met_circle = False

    def read(self, parent: SchemaElement, owner: str) -> AttributeSet:
        """Return the attributes in a complex type, a derivation or a group; `owner` is the key of the type."""
        return self._read(parent, owner, ())

    def inherit(self, base: ComplexType | None, own: AttributeSet, *, extends: bool) -> AttributeSet:
        """Return the attributes of a type derived from `base`: its own, and those that it inherits unchanged."""
        if base is None:
            return own
        replaced = own.uses.keys() | (frozenset() if extends else own.prohibited)
        uses = {**{name: use for name, use in base.attributes.items() if name not in replaced}, **own.uses}
        wildcard = _unite(own.wildcard, base.wildcard) if extends else own.wildcard
        return AttributeSet(uses, frozenset(), wildcard)

    def global_attribute(self, component: GlobalComponent) -> AttributeUse:
        """Return a global attribute declaration."""
        return self._attribute(component.source, None)[1]

    def _attribute(self, attribute: SchemaElement, owner: str | None) -> tuple[str, AttributeUse]:
        """Return the name of an attribute, and its declaration; a global one has no owner."""
        local = attribute.get("name").strip()
        form = attribute.get("form", attribute.document.attribute("attributeFormDefault", "unqualified"))
        qualified = owner is None or form == "qualified"
        name = clark(attribute.document.namespace if qualified else "", local)
        key = f"{name}/@type" if owner is None else f"{owner}/@{local}"
        return name, AttributeUse(
            type=self._attribute_type(attribute, key),
            place=attribute.place,
            documentation=attribute.documentation,
            required=attribute.get("use") == "required",
            fixed=attribute.optional("fixed"),
            default=attribute.optional("default"),
        )

    def _read(self, parent: SchemaElement, owner: str, open_: tuple[GlobalComponent, ...]) -> AttributeSet:
        """Return the attributes in an element; `open_` are the attribute groups that the element stands in."""
        uses: dict[str, AttributeUse] = {}
        prohibited: set[str] = set()
        local: Wildcard | None = None
        wildcards_of_groups: list[Wildcard] = []
        for child in parent.children("attribute", "attributeGroup", "anyAttribute"):
            if child.kind == "attribute":
                name, use = self._use(child, owner)
                if child.get("use") == "prohibited":
                    prohibited.add(name)
                else:
                    uses[name] = use
            elif child.kind == "anyAttribute":
                local = read_wildcard(child)
            elif (group := self._resolve_group(child)) in open_:
                self._met_circle = True
            else:
                of_group = self._read_group(group, owner, (*open_, group))
                uses.update(of_group.uses)
                wildcards_of_groups += [of_group.wildcard] if of_group.wildcard is not None else []
        return AttributeSet(uses, frozenset(prohibited), _complete(local, wildcards_of_groups))

    def _read_group(self, group: GlobalComponent, owner: str, open_: tuple[GlobalComponent, ...]) -> AttributeSet:
        """Return the attributes of a group, read once; but in a circle, what they are depends on where it begins."""
        place = (group.element, group.document.namespace)
        known = self._groups.get(place)
        if known is None:
            known = self._read(group.source, owner, open_)
            if not self._met_circle:
                self._groups[place] = known
        return known

    def _resolve_group(self, reference: SchemaElement) -> GlobalComponent:
        name = reference.resolve(reference.get("ref"))
        group = self._components.find("attributeGroup", name, reference.element, reference.document)
        return resolve_reference(group, reference.element, "attributeGroup")

    def _use(self, attribute: SchemaElement, owner: str) -> tuple[str, AttributeUse]:
        """Return the name of an attribute use, and the use."""
        reference = attribute.optional("ref")
        if reference is None:
            return self._attribute(attribute, owner)
        name = attribute.resolve(reference)
        if name not in self._global:
            component = self._components.find("attribute", name, attribute.element, attribute.document)
            self._global[name] = self.global_attribute(component)
        declaration = self._global[name]
        return name, replace(
            declaration,
            required=attribute.get("use") == "required",
            fixed=declaration.fixed if attribute.optional("fixed") is None else attribute.get("fixed"),
            default=declaration.default if attribute.optional("default") is None else attribute.get("default"),
        )


def _complete(local: Wildcard | None, of_groups: list[Wildcard]) -> Wildcard | None:
    """Return the complete wildcard: the intersection of the local one and those of the groups (Part 1 §3.4.2)."""
    if local is None and not of_groups:
        return None
    first, *others = [*([local] if local is not None else []), *of_groups]
    constraint = first.constraint
    for other in others:
        constraint = intersection(constraint, other.constraint)
    return first.with_constraint(constraint)


def _unite(own: Wildcard | None, base: Wildcard | None) -> Wildcard | None:
    if own is None or base is None:
        return own or base
    return own.with_constraint(union(own.constraint, base.constraint))
