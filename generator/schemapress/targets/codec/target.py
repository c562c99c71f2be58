"""Target `codec`: `decode` and `encode`, validating on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.targets.bindings.shape import ClassShape, FieldShape
from schemapress.targets.code import Code, fill, fstring, identifier, literal
from schemapress.targets.naming import Names, snake
from schemapress.targets.scanner.plain import MOST_LEVELS, NotPlain, PlainSchema
from schemapress.targets.target import Api, File, in_bindings
from schemapress_runtime.binding.prefixes import Prefixes, declaration
from schemapress_runtime.names import local_name, namespace_of
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, ElementDeclaration, Particle, Type

from .prefixes import PrefixPlan, keeps_prefixes, plan_prefixes

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
    """The function that writes the content of one class; `namespaces` are those of all elements inside."""

    name: Code
    class_name: Code
    label: str
    pieces: tuple[Piece, ...]
    namespaces: frozenset[str]


@dataclass(frozen=True, slots=True)
class Root:
    """A message: its element, class and tags; `encoder` is None where it is encoded the general way.

    `declared` has a declaration for each prefix that only some documents use, behind what those have in a tag; they
    belong behind `start`, which is whole where there are none.
    """

    element: str
    class_name: Code
    start: str
    end: str
    declared: tuple[tuple[str, str], ...]
    encoder: Code | None


@dataclass(frozen=True, slots=True)
class CodecPlan:
    """Everything that the template of the codec prints."""

    message: Code
    roots: tuple[Root, ...]
    encoders: tuple[Encoder, ...]
    enumerations: tuple[tuple[Code, Code], ...]
    listed: tuple[tuple[Code, tuple[str, ...]], ...]
    prefixes: PrefixPlan
    only_message: Code | None
    may_be_other_root: bool
    keeps_prefixes: bool

    @property
    def declares(self) -> bool:
        """Whether there are declarations that depend on the document."""
        return any(root.declared for root in self.roots)


class CodecPlanner:
    """Plans the codec of one API."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._names = Names("_ENCODERS")
        self.plain = PlainSchema(api.schema, self._names, whole=True)
        self.prefixes = plan_prefixes(api.schema)
        self.encoders: dict[tuple[Type, str, tuple[str, ...]], Encoder] = {}
        self._namespaces: dict[tuple[Type, str], frozenset[str]] = {}

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
            prefixes=self.prefixes,
            only_message=self._only_message(),
            may_be_other_root=any(
                root.encoder is not None and self._may_be_other_root(self.api.schema.elements[root.element])
                for root in roots
            ),
            keeps_prefixes=keeps_prefixes(self.api.schema),
        )

    def _only_message(self) -> Code | None:
        """Return the class of the documents, if they all have the same root element."""
        names = self.api.shapes.root_names(self.api.schema.documents)
        return in_bindings(names[0]) if len(names) == 1 else None

    def _may_be_other_root(self, element: ElementDeclaration) -> bool:
        """Whether an object of a message may be that of another root element, which has the type by xsi:type.

        An element and its type have one class where they have one name.
        """
        type_: Type | None = element.type
        if not isinstance(type_, ComplexType) or type_.source.name != element.name:
            return False
        bases: set[Type] = {ANY_TYPE}
        while isinstance(type_, ComplexType) and type_.base is not None:
            type_ = type_.base
            bases.add(type_)
        return any(other.type in bases for other in self.api.schema.elements.values())

    def _root(self, element: ElementDeclaration, shape: ClassShape) -> Root:
        prefixes = self.prefixes.messages.of(element.name)
        tag = _tag(element.name, prefixes)
        kept = dict(self.encoders)
        encoder: Encoder | None = None
        try:
            if element.name not in self.api.schema.documents:
                raise NotPlain("it is a part of documents")
            self.plain.check(element)
            type_ = element.type
            if not isinstance(type_, ComplexType):
                raise NotPlain("its content is simple")
            encoder = self._encoder(type_, shape, (), prefixes)
        except NotPlain:
            self.encoders = kept
        own = namespace_of(element.name)
        used = {_prefix(one, prefixes): one for one in (encoder.namespaces if encoder else ()) if one not in ("", own)}
        return Root(
            element=element.name,
            class_name=in_bindings(shape.name),
            start=f"<{tag}{declaration(_prefix(own, prefixes), own) if own else ''}{'' if used else '>'}",
            end=f"</{tag}>",
            declared=tuple((f"<{prefix}:", declaration(prefix, uri)) for prefix, uri in sorted(used.items())),
            encoder=None if encoder is None else encoder.name,
        )

    def _encoder(self, type_: ComplexType, shape: ClassShape, open_: tuple[Type, ...], prefixes: Prefixes) -> Encoder:
        """Plan the encoder of a type and of all in it, with the prefixes of a message, and return it."""
        known = self._known(type_, shape, prefixes)
        if known is not None:
            return known
        if type_ in open_:
            raise NotPlain(f"{type_.label} contains itself")
        if len(open_) >= MOST_LEVELS:
            raise NotPlain(f"{type_.label} is too many levels deep")
        if type_.attributes:
            raise NotPlain(f"{type_.label} has attributes")
        name = self._names.unique(f"_{snake(type_.label)}")
        pieces: list[Piece] = []
        namespaces: set[str] = set()
        locals_ = Names(*_RESERVED)
        for particle in self.plain.sequence(type_, shape):
            assert isinstance(particle.term, ElementDeclaration)
            self.plain.check(particle.term)
            field = self.plain.field(shape, particle)
            variable = locals_.unique(field.name)
            piece, inside = self._piece(particle, particle.term, field, variable, (*open_, type_), prefixes)
            namespaces |= {namespace_of(particle.term.name), *inside}
            if pieces and _joins(pieces[-1], piece):
                piece = Piece((*pieces.pop().texts, *piece.texts))
            pieces.append(piece)
        self._namespaces[type_, shape.name] = frozenset(namespaces)
        encoder = Encoder(name, in_bindings(shape.name), type_.label, tuple(pieces), frozenset(namespaces))
        self.encoders[self._key(type_, shape, prefixes)] = encoder
        return encoder

    def _known(self, type_: ComplexType, shape: ClassShape, prefixes: Prefixes) -> Encoder | None:
        """Return the encoder of a type that is planned already, with the same prefix for each namespace inside."""
        if (type_, shape.name) not in self._namespaces:
            return None
        return self.encoders.get(self._key(type_, shape, prefixes))

    def _key(self, type_: ComplexType, shape: ClassShape, prefixes: Prefixes) -> tuple[Type, str, tuple[str, ...]]:
        namespaces = sorted(self._namespaces[type_, shape.name])
        return type_, shape.name, tuple(_prefix(one, prefixes) for one in namespaces)

    def _piece(
        self,
        particle: Particle,
        element: ElementDeclaration,
        field: FieldShape,
        variable: Code,
        open_: tuple[Type, ...],
        prefixes: Prefixes,
    ) -> tuple[Piece, frozenset[str]]:
        """Plan what writes an element, and return it with the namespaces of all elements inside of that."""
        tag = _tag(element.name, prefixes)
        repeated = particle.maximum != 1
        optional = particle.minimum == 0 and not repeated
        minimum, maximum = (particle.minimum, particle.maximum) if repeated else (0, None)
        type_ = element.type
        name = identifier(field.name)
        if isinstance(type_, ComplexType):
            if field.child is None:
                raise NotPlain(f"<{local_name(element.name)}> is bound to no class")
            encoder = self._encoder(type_, field.child, open_, prefixes)
            start, end = literal(f"<{tag}>"), f"</{tag}>"
            piece = Piece((start,), name, variable, optional, repeated, encoder.name, end, minimum, maximum)
            return piece, encoder.namespaces
        lexis = self.plain.lexical(element, field)
        if not lexis.text:
            raise NotPlain(f"<{local_name(element.name)}> has a type that is not written at once")
        value = identifier("item") if repeated else variable if optional else fill("value.{}", name)
        text = fstring((f"<{tag}>", fill(lexis.text, value), f"</{tag}>"))
        if not (repeated or optional):
            return Piece((text,)), frozenset()
        return Piece((text,), name, variable, optional, repeated, None, "", minimum, maximum), frozenset()


def _prefix(namespace: str, prefixes: Prefixes) -> str:
    """Return the prefix of elements of a namespace; empty where they have none."""
    return "" if namespace in ("", prefixes.default) else prefixes.named[namespace]


def _tag(name: str, prefixes: Prefixes) -> str:
    """Return the name of an element as its tags have it."""
    prefix = _prefix(namespace_of(name), prefixes)
    return f"{prefix}:{local_name(name)}" if prefix else local_name(name)


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
