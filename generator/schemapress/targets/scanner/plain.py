"""The plain part of a schema: sequences of elements with texts that a regular expression describes.

Straight-line code (the scanner, the encoder) is emitted for this part alone; the rest takes the general way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemapress.load.schema import Schema
from schemapress.targets.class_shapes import ClassShape, FieldShape
from schemapress.targets.code import Code
from schemapress.targets.emitted_names import NameAllocator, constant, in_bindings
from schemapress_runtime.names import local_name, namespace_of
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, ElementDeclaration, ModelGroup, Particle
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

from .lexical import NON_EMPTY, TEXT, Lexical, in_attribute, lexical

MOST_SCANNED_LEVELS = 100
"""Types, each with an element of the next, for which straight-line code is emitted: a level takes a few calls."""


class NotPlain(GiveUp):
    """The schema has a shape that no straight-line code is emitted for; the message says which."""


def _is_run(group: ModelGroup) -> bool:
    """Whether the particles of a group follow each other; so does the only one of a choice."""
    return group.kind == "sequence" or len(group.particles) == 1


PlainAttributes = list[tuple[str, AttributeUse, FieldShape, Lexical]]
"""The attributes of a type: the name of each, its use, its field, and its lexical form."""


class PlainSchema:
    """Reads a schema as long as it is plain. Every method raises NotPlain where it is not.

    `enumerations` collects, for each mapping from texts to members that code refers to, its enumeration; `listed`
    the texts in each constant that code refers to.
    """

    def __init__(self, schema: Schema, names: NameAllocator, *, whole: bool) -> None:
        """Take a schema, and the names of the module that the code will be in.

        Unless the `whole` of a type must be plain, optional groups that are not are left out.
        """
        self.schema = schema
        self._names = names
        self._whole = whole
        self.enumerations: dict[Code, Code] = {}
        self.listed: dict[Code, tuple[str, ...]] = {}
        self._mappings: dict[str, Code] = {}
        self._lists: dict[tuple[str, ...], Code] = {}
        self._lexical: dict[tuple[SimpleType, Code | None], Lexical | None] = {}
        self._attributes: dict[tuple[ComplexType, str], PlainAttributes | NotPlain] = {}

    def sequence(self, type_: ComplexType, shape: ClassShape) -> list[Particle]:
        """Return the element particles of a type that is a plain sequence; its attributes are another matter."""
        if type_.abstract or type_.mixed:
            raise NotPlain(f"{type_.label} is abstract or mixed")
        if type_.simple is not None or not shape.bindable:
            raise NotPlain(f"{type_.label} is more than a sequence of elements")
        particles = [] if type_.particle is None else list(self._flatten(type_.particle, type_))
        names = [particle.term.name for particle in particles if isinstance(particle.term, ElementDeclaration)]
        if len({*names}) < len(names):
            raise NotPlain(f"{type_.label} has an element at two places, whose field holds both")
        return particles

    def attributes(self, type_: ComplexType, shape: ClassShape) -> PlainAttributes:
        """Return the plain attributes with their names, in the order of canonical XML; raise if another is required."""
        known = self._attributes.get((type_, shape.name))
        if known is None:
            try:
                known = self._read_attributes(type_, shape)
            except NotPlain as reason:
                known = reason
            self._attributes[type_, shape.name] = known
        if isinstance(known, NotPlain):
            raise NotPlain(*known.args)
        return known

    def _read_attributes(self, type_: ComplexType, shape: ClassShape) -> PlainAttributes:
        plain = []
        for name, use in sorted(type_.attributes.items()):
            field = shape.attributes.get(name)
            lexis = None
            if field is not None and not name.startswith("{") and use.fixed is None and use.default is None:
                try:
                    lexis = in_attribute(self._of_type(use.type, field, name))
                except NotPlain:
                    lexis = None
            if field is not None and lexis is not None:
                plain.append((name, use, field, lexis))
            elif use.required:
                raise NotPlain(f"{type_.label} requires the attribute {local_name(name)}")
        return plain

    def check_attributes(self, type_: ComplexType) -> None:
        """Raise if a type requires an attribute, for its start tag is read without any."""
        for name, use in type_.attributes.items():
            if use.required:
                raise NotPlain(f"{type_.label} requires the attribute {local_name(name)}")

    def _flatten(self, particle: Particle, type_: ComplexType) -> Iterator[Particle]:
        if isinstance(particle.term, ElementDeclaration):
            yield particle
        elif particle.minimum == 0 and not self._whole:
            return
        elif isinstance(particle.term, Wildcard):
            raise NotPlain(f"{type_.label} has a wildcard inside")
        elif not _is_run(particle.term) or (particle.minimum, particle.maximum) != (1, 1):
            raise NotPlain(f"{type_.label} has a {particle.term.kind} inside, or a group that repeats")
        else:
            for child in particle.term.particles:
                yield from self._flatten(child, type_)

    def check(self, element: ElementDeclaration) -> None:
        """Check that an element has no more to it than a name and a type."""
        if element.nillable or element.fixed is not None or element.default is not None:
            raise NotPlain(f"<{local_name(element.name)}> is nillable, or has a fixed or default value")
        if element.abstract or element.constraints:
            raise NotPlain(f"<{local_name(element.name)}> is abstract, or has identity constraints")

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

    def lexical(self, element: ElementDeclaration, field: FieldShape) -> Lexical:
        """Return the lexical form of an element with a simple type, for reading and writing."""
        if not isinstance(element.type, SimpleType):
            raise NotPlain(f"<{local_name(element.name)}> has no simple type")
        return self._of_type(element.type, field, element.name)

    def content(self, type_: ComplexType, shape: ClassShape) -> Lexical:
        """Return the lexical form of simple content; it may not be empty, which xsdata binds in its own way."""
        if type_.simple is None or shape.text is None or type_.abstract or not shape.bindable:
            raise NotPlain(f"{type_.label} has no plain text")
        lexis = self._of_type(type_.simple, shape.text, type_.source.key)
        return replace(lexis, pattern=NON_EMPTY) if lexis.pattern == TEXT else lexis

    def _of_type(self, type_: SimpleType, field: FieldShape, name: str) -> Lexical:
        mapping = self._mapping(field.type) if field.enumeration else None
        if (type_, mapping) not in self._lexical:
            self._lexical[type_, mapping] = lexical(type_, mapping, lambda values: self._list(values, name))
        lexis = self._lexical[type_, mapping]
        if lexis is None or (lexis.type and lexis.type != field.type):
            raise NotPlain(f"{local_name(name)} has a type that scanners do not read")
        if mapping is not None:
            self.enumerations[mapping] = in_bindings(field.type)
        return lexis

    def _mapping(self, enumeration: str) -> Code:
        if enumeration not in self._mappings:
            self._mappings[enumeration] = self._names.unique(f"_{constant(enumeration.replace('.', '_'))}")
        return self._mappings[enumeration]

    def _list(self, values: tuple[str, ...], name: str) -> Code:
        if values not in self._lists:
            self._lists[values] = self._names.unique(f"_{constant(local_name(name.removesuffix('/type')))}_VALUES")
            self.listed[self._lists[values]] = values
        return self._lists[values]

    def tag(self, element: ElementDeclaration) -> str:
        """Return the name of an element in a tag, with the prefix that the schema has for its namespace."""
        prefix = self.schema.prefixes.get(namespace_of(element.name))
        return f"{prefix}:{local_name(element.name)}" if prefix else local_name(element.name)
