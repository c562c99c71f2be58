"""Where a version declares the subject of a difference."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.inclusion.simple_types import chain
from schemapress_runtime.xsd.components import ComplexType
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import Restriction


def place_of(side: Side, aspect: Aspect, value: str | None) -> Place:
    """Return where one version declares the subject of a difference; its type if the subject is absent.

    For a child that is a reference to a global element, that is the reference. `value` is the text that only one
    version accepts.
    """
    facet = facet_place(side, aspect, value)
    if facet is not None:
        return facet
    if not side.subject:
        return side.declaration.place
    declared = _reference_place(side) or declared_place(side)
    return side.type.source.place if declared is None else declared


def declared_place(side: Side) -> Place | None:
    """Return where one version declares an attribute or a child; None if it does not."""
    if not isinstance(side.type, ComplexType):
        return None
    if side.is_of_attribute:
        use = side.type.attributes.get(side.subject)
        return None if use is None else use.place
    elements = side.type.particle.elements() if side.type.particle is not None else ()
    return next((element.place for element in elements if element.name == side.subject), None)


def _reference_place(side: Side) -> Place | None:
    """Return where a type refers to a child that is a global element; None if it does not."""
    particle = side.type.particle if isinstance(side.type, ComplexType) and not side.is_of_attribute else None
    particles = () if particle is None else particle.element_particles()
    return next(
        (particle.place for particle, child in particles if child.name == side.subject and particle.is_reference), None
    )


def facet_place(side: Side, aspect: Aspect, value: str | None) -> Place | None:
    """Return where one version has the facet that a difference is about; None if it has none."""
    for step in chain(side.text_type) if aspect.facets else ():
        if isinstance(step, Restriction) and not step.is_builtin:
            facets = [facet for facet in step.facets if facet.name in aspect.facets]
            if facets:
                return next((facet.place for facet in facets if facet.value == value), facets[-1].place)
    return None
