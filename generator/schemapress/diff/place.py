"""Where in its source a version has what a difference is about."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side
from schemapress.load.declarations import Declared
from schemapress.load.model import ComplexType, Place, SimpleType
from schemapress_runtime.xsd.declaration import ElementDeclaration
from schemapress_runtime.xsd.facets import facets_about


class Places:
    """Finds places in one schema, by the components that its declarations were made of."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared

    def of_element(self, declaration: ElementDeclaration) -> Place | None:
        """Return where an element is declared; None for what stands in for a declaration under a wildcard."""
        element = self._declared.elements.get(declaration)
        return None if element is None else element.place

    def of(self, side: Side, aspect: str, value: str | None) -> Place | None:
        """Return where one version has what a difference in an aspect is about; the type where it is not there.

        `value` is the text that only one version takes. What is built in has no place.
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

    def _facet(self, side: Side, aspect: str, value: str | None) -> Place | None:
        names = facets_about(aspect)
        for step in chain(side.text_type) if names else ():
            type_ = self._declared.types.get(step)
            facets = [one for one in type_.facets if one.name in names] if isinstance(type_, SimpleType) else []
            if facets:
                return next((one.place for one in facets if one.value == value), facets[-1].place)
        return None
