"""Where in its source a version has what a difference is about."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side
from schemapress_runtime.xsd.components import ComplexType
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import Restriction


def place_of(side: Side, aspect: str, value: str | None) -> Place:
    """Return where one version has what a difference in an aspect is about; the type where it is not there.

    `value` is the text that only one version takes.
    """
    facet = _facet(side, aspect, value)
    if facet is not None:
        return facet
    if not side.subject:
        return side.declaration.place
    if isinstance(side.type, ComplexType):
        if side.subject in side.type.attributes:
            return side.type.attributes[side.subject].place
        for element in side.type.particle.elements() if side.type.particle is not None else ():
            if element.name == side.subject:
                return element.place
    return side.type.source.place


def _facet(side: Side, aspect: str, value: str | None) -> Place | None:
    names = facets_about(aspect)
    for step in chain(side.text_type) if names else ():
        own = step.facets if isinstance(step, Restriction) and not step.is_builtin else ()
        facets = [facet for facet in own if facet.name in names]
        if facets:
            return next((facet.place for facet in facets if facet.value == value), facets[-1].place)
    return None
