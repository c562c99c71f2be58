"""Target `codec`: `decode` and `encode`, validating on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.schema.model import ComplexType, ElementDeclaration, Particle, local_name

from .naming import Names, snake
from .plain import NotPlain, PlainSchema, label
from .shape import ClassShape, FieldShape
from .target import Api, File

_RESERVED = (
    *("value", "write", "item", "text", "bounded_text", "listed_text", "member_text", "boolean_text"),
    *("integer_text", "decimal_text", "date_time_text", "date_text", "time_text"),
)
"""Names that the code of an encoder uses itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what an encoder writes, in order.

    `texts`, one a line, are the insides of f-strings, `after` what follows the content that `call` writes. With
    `condition` it is written where the field is set, the value being in `variable`; with `loop`, for
    each item of the field.
    """

    texts: tuple[str, ...]
    field: str = ""
    variable: str = ""
    condition: bool = False
    loop: bool = False
    call: str = ""
    after: str = ""
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Encoder:
    """The function that writes the content of one class."""

    name: str
    class_name: str
    label: str
    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """A message: its element, class and tags; `encoder` is empty where it is encoded the general way."""

    element: str
    class_name: str
    start: str
    end: str
    encoder: str


@dataclass(frozen=True, slots=True)
class CodecPlan:
    """Everything that the template of the codec prints."""

    roots: tuple[Root, ...]
    encoders: tuple[Encoder, ...]
    enumerations: tuple[tuple[str, str], ...]


class CodecPlanner:
    """Plans the codec of one API."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.plain = PlainSchema(api.schema, whole=True)
        self.encoders: dict[tuple[str, str], Encoder] = {}
        self._names = Names("value", "write", "encode", "decode", "text")

    def plan(self) -> CodecPlan:
        """Return the plan."""
        roots = []
        for name, element in self.api.schema.elements.items():
            shape = self.api.shapes.of_root(name)
            if shape is not None:
                roots.append(self._root(element, shape))
        return CodecPlan(tuple(roots), tuple(self.encoders.values()), tuple(sorted(self.plain.enumerations.items())))

    def _root(self, element: ElementDeclaration, shape: ClassShape) -> Root:
        tag = self.plain.tag(element)
        declarations = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in self.api.schema.prefixes.items())
        kept = dict(self.encoders)
        try:
            if element.name not in self.api.schema.documents:
                raise NotPlain("it is a part of documents")
            self.plain.check(element)
            type_ = self.api.schema.types.get(element.type)
            if not isinstance(type_, ComplexType):
                raise NotPlain("its content is simple")
            encoder = self._encoder(type_, shape, ())
        except NotPlain:
            self.encoders, encoder = kept, ""
        return Root(element.name, shape.name, f"<{tag}{declarations}>", f"</{tag}>", encoder)

    def _encoder(self, type_: ComplexType, shape: ClassShape, open_: tuple[str, ...]) -> str:
        """Plan the encoder of a type and of all in it, and return its name."""
        known = self.encoders.get((type_.key, shape.name))
        if known is not None:
            return known.name
        if type_.key in open_:
            raise NotPlain(f"{label(type_)} contains itself")
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
        encoder = Encoder(name, shape.name, label(type_), str(type_.place), tuple(pieces))
        self.encoders[type_.key, shape.name] = encoder
        return name

    def _piece(
        self,
        particle: Particle,
        element: ElementDeclaration,
        field: FieldShape,
        variable: str,
        open_: tuple[str, ...],
    ) -> Piece:
        tag = self.plain.tag(element)
        repeated = particle.maximum != 1
        optional = particle.minimum == 0 and not repeated
        minimum, maximum = (particle.minimum, particle.maximum) if repeated else (0, None)
        type_ = self.api.schema.types.get(element.type)
        if isinstance(type_, ComplexType):
            if field.child is None:
                raise NotPlain(f"<{local_name(element.name)}> is bound to no class")
            call = self._encoder(type_, field.child, open_)
            return Piece((f"<{tag}>",), field.name, variable, optional, repeated, call, f"</{tag}>", minimum, maximum)
        lexis = self.plain.lexical(element, field)
        if not lexis.text:
            raise NotPlain(f"<{local_name(element.name)}> has a type that is not written at once")
        value = "item" if repeated else variable if optional else f"value.{field.name}"
        text = f"<{tag}>{{{lexis.text.format(value)}}}</{tag}>"
        return Piece(
            (text,), field.name if repeated or optional else "", variable, optional, repeated, "", "", minimum, maximum
        )


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
