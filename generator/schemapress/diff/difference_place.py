"""Where a version declares the subject of a difference."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.inclusion.simple_types import chain
from schemapress_runtime.xsd.components import ComplexType
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import Restriction


def place_of(side: Side, aspect: Aspect, value: str | None) -> Place:
    """Return where one version declares the subject of a difference; its type if the subject is absent.

    `value` is the text that only one version accepts.
    """
    facet = _facet_place(side, aspect, value)
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


def _facet_place(side: Side, aspect: Aspect, value: str | None) -> Place | None:
    for step in chain(side.text_type) if aspect.facets else ():
        if isinstance(step, Restriction) and not step.is_builtin:
            facets = [facet for facet in step.facets if facet.name in aspect.facets]
            if facets:
                return next((facet.place for facet in facets if facet.value == value), facets[-1].place)
    return None
