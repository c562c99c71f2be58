"""References to the heads of substitution groups, which one of the judges takes for the head alone."""

from __future__ import annotations

from functools import cached_property

from schemapress_runtime.xml.document import Element

from .document import XSD_TAG, SchemaDocument
from .global_components import GlobalComponents


class HeadReferences:
    """Finds complex types whose base refers to the head of a substitution group.

    In a restriction of such a type, a reference to a head counts as a choice of its members (XSD 1.0 Part 1 §3.9.6).
    The xmlschema library ignores that: it refuses a restriction of a repeated head to one of its members, as in GML.
    """

    def __init__(self, components: GlobalComponents) -> None:
        self._components = components

    @cached_property
    def _heads(self) -> frozenset[str]:
        elements = (component.source for component in self._components.of_kind("element"))
        heads = ((element, element.optional("substitutionGroup")) for element in elements)
        return frozenset(element.resolve(head) for element, head in heads if head is not None)

    def __call__(self, element: Element, document: SchemaDocument) -> bool:
        """Whether the base of a complex type, given by its definition, refers to a head."""
        waiting = [(element, document)]
        seen = {element}
        while waiting:
            component, inside = waiting.pop()
            for child in component.iter(
                f"{XSD_TAG}element", f"{XSD_TAG}group", f"{XSD_TAG}restriction", f"{XSD_TAG}extension"
            ):
                kind = _REFERENCES[str(child.tag)]
                named = child.get("base" if kind == "type" else "ref")
                if named is None:
                    continue
                name = inside.resolve(child, named)
                if kind == "element" and component is not element and name in self._heads:
                    return True
                other = None if kind == "element" else self._components.get(kind, name)
                if other is not None and other.element not in seen:
                    seen.add(other.element)
                    waiting.append((other.element, other.document))
        return False


_REFERENCES = {
    XSD_TAG + "element": "element",
    XSD_TAG + "group": "group",
    XSD_TAG + "restriction": "type",
    XSD_TAG + "extension": "type",
}
