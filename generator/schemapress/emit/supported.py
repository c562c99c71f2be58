"""What of XSD can be emitted: everything else stops the build, so that nothing is silently left unchecked."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.errors import UnsupportedConstruct
from schemapress.schema.model import (
    XSD_NAMESPACE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Place,
    Schema,
    SimpleType,
    Wildcard,
    clark,
    local_name,
)

_BUILTIN = {
    clark(XSD_NAMESPACE, name) for name in ("ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NOTATION", "anyType")
}


def check_supported(schema: Schema) -> None:
    """Check that a schema has only constructs that can be emitted.

    Raises:
        UnsupportedConstruct: it has another one; with the file and the line.
    """
    for construct, place in _unsupported(schema):
        raise UnsupportedConstruct(construct, str(place))


def _unsupported(schema: Schema) -> Iterator[tuple[str, Place]]:
    for element in schema.elements.values():
        yield from _of_element(element)
    for attribute in schema.attributes.values():
        yield from _of_reference(attribute.type, attribute.place)
    for type_ in schema.types.values():
        if isinstance(type_, SimpleType):
            for key in (type_.base, type_.item, *type_.members):
                yield from _of_reference(key, type_.place)
        else:
            yield from _of_complex(type_)


def _of_complex(type_: ComplexType) -> Iterator[tuple[str, Place]]:
    if type_.abstract:
        yield "An abstract type", type_.place
    if type_.mixed:
        yield "Mixed content", type_.place
    if type_.attribute_wildcard is not None:
        yield "An attribute wildcard (xs:anyAttribute)", type_.attribute_wildcard.place
    for use in type_.attributes:
        yield from _of_attribute(use)
    if type_.particle is not None:
        yield from _of_particle(type_.particle)


def _of_attribute(use: AttributeUse) -> Iterator[tuple[str, Place]]:
    yield from _of_reference(use.type, use.place)


def _of_particle(particle: Particle) -> Iterator[tuple[str, Place]]:
    if isinstance(particle.term, Wildcard):
        yield "An element wildcard (xs:any)", particle.term.place
    elif isinstance(particle.term, ModelGroup):
        for child in particle.term.particles:
            yield from _of_particle(child)
    else:
        yield from _of_element(particle.term)


def _of_element(element: ElementDeclaration) -> Iterator[tuple[str, Place]]:
    yield from _of_reference(element.type, element.place)
    if element.abstract:
        yield "An abstract element", element.place
    if element.substitution_group is not None:
        yield "A substitution group", element.place
    for constraint in element.constraints:
        yield f"An identity constraint (xs:{constraint.kind})", constraint.place


def _of_reference(key: str | None, place: Place) -> Iterator[tuple[str, Place]]:
    if key in _BUILTIN:
        yield f"The type xs:{local_name(key)}", place
