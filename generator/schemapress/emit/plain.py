"""The plain part of a schema: sequences of elements with texts that a regular expression describes.

Straight-line code (the scanner, the encoder) is emitted for this part alone; the rest takes the general way.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.schema.model import (
    ComplexType,
    ElementDeclaration,
    Particle,
    Schema,
    Wildcard,
    local_name,
    namespace_of,
)

from .lexical import Lexical, lexical
from .naming import constant
from .shape import ClassShape, FieldShape


class NotPlain(Exception):
    """The schema has a shape that no straight-line code is emitted for; the message says which."""


def label(type_: ComplexType) -> str:
    """Return how code and messages name a type: by its name, or by that of the element that it types."""
    return local_name(type_.key.removesuffix("/type").rpartition("/")[2])


class PlainSchema:
    """Reads a schema as long as it is plain. Every method raises NotPlain where it is not.

    `enumerations` collects, for each mapping from texts to members that code refers to, its enumeration.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.enumerations: dict[str, str] = {}

    def sequence(self, type_: ComplexType, shape: ClassShape) -> list[Particle]:
        """Return the element particles of a type that is a plain sequence."""
        if type_.attributes:
            raise NotPlain(f"{label(type_)} has attributes")
        if type_.simple is not None or not shape.bindable:
            raise NotPlain(f"{label(type_)} is more than a sequence of elements")
        return [] if type_.particle is None else list(self._flatten(type_.particle, type_))

    def _flatten(self, particle: Particle, type_: ComplexType) -> Iterator[Particle]:
        if isinstance(particle.term, ElementDeclaration):
            self.check(particle.term)
            yield particle
        elif isinstance(particle.term, Wildcard):
            raise NotPlain(f"{label(type_)} has a wildcard inside")
        elif particle.term.kind != "sequence" or (particle.minimum, particle.maximum) != (1, 1):
            raise NotPlain(f"{label(type_)} has a {particle.term.kind} inside, or a group that repeats")
        else:
            for child in particle.term.particles:
                yield from self._flatten(child, type_)

    def check(self, element: ElementDeclaration) -> None:
        """Check that an element has no more to it than a name and a type."""
        if element.nillable or element.fixed is not None or element.default is not None:
            raise NotPlain(f"<{local_name(element.name)}> is nillable, or has a fixed or default value")

    def field(self, shape: ClassShape, particle: Particle) -> FieldShape:
        """Return the field of a class for a child element; it is a list where the particle repeats."""
        assert isinstance(particle.term, ElementDeclaration)
        name = local_name(particle.term.name)
        field = shape.fields.get(particle.term.name)
        if field is None:
            raise NotPlain(f"{shape.name} has no field of its own for <{name}>")
        if field.is_list != (particle.maximum != 1):
            raise NotPlain(f"{shape.name}.{field.name} holds more than one particle <{name}>")
        return field

    def lexical(self, element: ElementDeclaration, field_: FieldShape) -> Lexical:
        """Return how the text of an element with a simple type is read and written."""
        mapping = f"_{constant(field_.type.replace('.', '_'))}" if field_.enumeration else None
        lexis = lexical(self.schema, element.type, mapping)
        if lexis is None or (lexis.type and lexis.type != field_.type):
            raise NotPlain(f"<{local_name(element.name)}> has a type that scanners do not read")
        if mapping is not None:
            self.enumerations[mapping] = field_.type
        return lexis

    def tag(self, element: ElementDeclaration) -> str:
        """Return the name of an element in a tag, with the prefix that the schema has for its namespace."""
        prefix = self.schema.prefixes.get(namespace_of(element.name))
        return f"{prefix}:{local_name(element.name)}" if prefix else local_name(element.name)
