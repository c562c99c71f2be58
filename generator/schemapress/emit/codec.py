"""Target `codec`: `decode` and `encode`, validating on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from schemapress.schema.model import ComplexType, ElementDeclaration, Particle, local_name

from .code import Code, fill, fstring, identifier, literal
from .naming import Names, snake
from .plain import MOST_LEVELS, NotPlain, PlainSchema, label
from .shape import ClassShape, FieldShape
from .target import Api, File, in_bindings

_RESERVED = (
    *("bindings", "value", "write", "item", "text", "bounded_text", "listed_text", "member_text", "boolean_text"),
    *("integer_text", "decimal_text", "date_time_text", "date_text", "time_text"),
)
"""Names that the code of an encoder uses itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what an encoder writes, in order.

    `texts`, one a line, are texts with values between, `after` what follows the content that `call` writes. With
    `condition` it is written where the `field` is set, the value being in `variable`; with `loop`, for
    each item of the field.
    """

    texts: tuple[Code, ...]
    field: Code | None = None
    variable: Code | None = None
    condition: bool = False
    loop: bool = False
    call: Code | None = None
    after: str = ""
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Encoder:
    """The function that writes the content of one class."""

    name: Code
    class_name: Code
    label: str
    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """A message: its element, class and tags; `encoder` is None where it is encoded the general way."""

    element: str
    class_name: Code
    start: str
    end: str
    encoder: Code | None


@dataclass(frozen=True, slots=True)
class CodecPlan:
    """Everything that the template of the codec prints."""

    message: Code
    roots: tuple[Root, ...]
    encoders: tuple[Encoder, ...]
    enumerations: tuple[tuple[Code, Code], ...]
    listed: tuple[tuple[Code, tuple[str, ...]], ...]


class CodecPlanner:
    """Plans the codec of one API."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._names = Names("_ENCODERS")
        self.plain = PlainSchema(api.schema, self._names, whole=True)
        self.encoders: dict[tuple[str, str], Encoder] = {}

    def plan(self) -> CodecPlan:
        """Return the plan."""
        roots = []
        for name, element in self.api.schema.elements.items():
            shape = self.api.shapes.of_root(name)
            if shape is not None:
                roots.append(self._root(element, shape))
        return CodecPlan(
            message=self.api.message_type(self.api.schema.elements),
            roots=tuple(roots),
            encoders=tuple(self.encoders.values()),
            enumerations=tuple(sorted(self.plain.enumerations.items())),
            listed=tuple(sorted(self.plain.listed.items())),
        )

    def _root(self, element: ElementDeclaration, shape: ClassShape) -> Root:
        tag = self.plain.tag(element)
        prefixes = self.api.schema.prefixes.items()
        declarations = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for uri, prefix in prefixes)
        kept = dict(self.encoders)
        try:
            if element.name not in self.api.schema.documents:
                raise NotPlain("it is a part of documents")
            self.plain.check(element)
            type_ = self.api.schema.types.get(element.type)
            if not isinstance(type_, ComplexType):
                raise NotPlain("its content is simple")
            encoder: Code | None = self._encoder(type_, shape, ())
        except NotPlain:
            self.encoders, encoder = kept, None
        return Root(element.name, in_bindings(shape.name), f"<{tag}{declarations}>", f"</{tag}>", encoder)

    def _encoder(self, type_: ComplexType, shape: ClassShape, open_: tuple[str, ...]) -> Code:
        """Plan the encoder of a type and of all in it, and return its name."""
        known = self.encoders.get((type_.key, shape.name))
        if known is not None:
            return known.name
        if type_.key in open_:
            raise NotPlain(f"{label(type_)} contains itself")
        if len(open_) >= MOST_LEVELS:
            raise NotPlain(f"{label(type_)} is too many levels deep")
        if type_.attributes:
            raise NotPlain(f"{label(type_)} has attributes")
        name = self._names.unique(f"_{snake(label(type_))}")
        pieces: list[Piece] = []
        locals_ = Names(*_RESERVED)
        for particle in self.plain.sequence(type_, shape):
            assert isinstance(particle.term, ElementDeclaration)
            self.plain.check(particle.term)
            field = self.plain.field(shape, particle)
            variable = locals_.unique(field.name)
            piece = self._piece(particle, particle.term, field, variable, (*open_, type_.key))
            if pieces and _joins(pieces[-1], piece):
                piece = Piece((*pieces.pop().texts, *piece.texts))
            pieces.append(piece)
        encoder = Encoder(name, in_bindings(shape.name), label(type_), str(type_.place), tuple(pieces))
        self.encoders[type_.key, shape.name] = encoder
        return name

    def _piece(
        self,
        particle: Particle,
        element: ElementDeclaration,
        field: FieldShape,
        variable: Code,
        open_: tuple[str, ...],
    ) -> Piece:
        tag = self.plain.tag(element)
        repeated = particle.maximum != 1
        optional = particle.minimum == 0 and not repeated
        minimum, maximum = (particle.minimum, particle.maximum) if repeated else (0, None)
        type_ = self.api.schema.types.get(element.type)
        name = identifier(field.name)
        if isinstance(type_, ComplexType):
            if field.child is None:
                raise NotPlain(f"<{local_name(element.name)}> is bound to no class")
            written_by = self._encoder(type_, field.child, open_)
            start = literal(f"<{tag}>")
            return Piece((start,), name, variable, optional, repeated, written_by, f"</{tag}>", minimum, maximum)
        lexis = self.plain.lexical(element, field)
        if not lexis.text:
            raise NotPlain(f"<{local_name(element.name)}> has a type that is not written at once")
        value = identifier("item") if repeated else variable if optional else fill("value.{}", name)
        text = fstring((f"<{tag}>", fill(lexis.text, value), f"</{tag}>"))
        if not (repeated or optional):
            return Piece((text,))
        return Piece((text,), name, variable, optional, repeated, None, "", minimum, maximum)


def _joins(one: Piece, other: Piece) -> bool:
    """Whether two pieces are written by one f-string: both are always there, and nothing is called between."""
    return not any((one.field, one.call, other.field, other.call))


class CodecTarget:
    """Emits `codec.py`."""

    name = "codec"
    requires: tuple[str, ...] = ("bindings", "validators", "scanner")

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module."""
        plan = CodecPlanner(api).plan()
        yield File("codec.py", api.render("codec.py.jinja", {"plan": plan, "api": api}))
