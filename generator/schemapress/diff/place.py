"""Where a version declares the subject of a difference."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.inclusion.simple_types import chain
from schemapress.load.declarations import Declared
from schemapress.load.model import ComplexType, Place, SimpleType
from schemapress_runtime.xsd.declaration import ElementDeclaration


class Places:
    """Finds places in one schema, by the components that its declarations were made from."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared

    def of_element(self, declaration: ElementDeclaration) -> Place | None:
        """Return where an element is declared; None for an undeclared element under a wildcard."""
        element = self._declared.elements.get(declaration)
        return None if element is None else element.place

    def of(self, side: Side, aspect: Aspect, value: str | None) -> Place | None:
        """Return where one version declares the subject of a difference; its type if the subject is absent.

        `value` is the text that only one version accepts. A built-in component has no place.
        """
        type_ = self._declared.types.get(side.type)
        subject: Place | None = None
        if isinstance(type_, ComplexType) and side.subject:
            uses = (use.place for use in type_.attributes if use.name == side.subject)
            elements = type_.particle.elements() if type_.particle is not None else ()
            children = (element.place for element in elements if element.name == side.subject)
            subject = next(uses, None) or next(children, None)
        facet = self._facet(side, aspect, value)
        if facet is not None:
            return facet
        if subject is not None:
            return subject
        if side.subject:
            return None if type_ is None else type_.place
        return self.of_element(side.declaration)

    def _facet(self, side: Side, aspect: Aspect, value: str | None) -> Place | None:
        names = aspect.facets
        for step in chain(side.text_type) if names else ():
            type_ = self._declared.types.get(step)
            facets = [one for one in type_.facets if one.name in names] if isinstance(type_, SimpleType) else []
            if facets:
                return next((one.place for one in facets if one.value == value), facets[-1].place)
        return None
