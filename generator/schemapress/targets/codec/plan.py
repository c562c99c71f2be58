"""The plan of the codec: the messages, their prefixes, and the straight-line encoder of each class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from schemapress.targets.class_shapes import ClassShape, FieldShape
from schemapress.targets.code import Code, fill, fstring, identifier, join, literal
from schemapress.targets.emitted_names import NameAllocator, in_bindings, snake
from schemapress.targets.scanner.plain import MOST_SCANNED_LEVELS, NotPlain, PlainSchema
from schemapress.targets.target import EmitContext
from schemapress_runtime.binding.prefixes import Prefixes, declaration
from schemapress_runtime.names import local_name, namespace_of
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, ElementDeclaration, Particle, Type

from .prefix_plan import PrefixPlan, keeps_prefixes, plan_prefixes

_RESERVED = (
    *(
        "bindings",
        "value",
        "write",
        "item",
        "escape_text",
        "bounded_text",
        "listed_text",
        "member_text",
        "boolean_text",
    ),
    *("integer_text", "decimal_text", "date_time_text", "date_text", "time_text"),
)
"""Names that the code of an encoder uses itself."""


@dataclass(frozen=True, slots=True)
class Write:
    """Unconditional output of `statements`: texts with values between, and the output of the encoders of children."""

    kind: ClassVar = "write"
    statements: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class WriteOptional:
    """Output if a field is set; its value is in `variable`."""

    kind: ClassVar = "optional"
    field: Code
    variable: Code
    statements: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class WriteEach:
    """Output for each `item` of a field; `unfit` is the condition under which the encoder gives up."""

    kind: ClassVar = "each"
    field: Code
    unfit: Code
    statements: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Encoder:
    """The function that writes the content of one class; `namespaces` are those of all elements inside."""

    name: Code
    class_name: Code
    label: str
    steps: tuple[Write | WriteOptional | WriteEach, ...]
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
class JsonClass:
    """The parameter of `from_json` for the class of the object, and its line of the docstring."""

    annotation: Code
    default: Code
    note: Code


NAMED_BY_CALLER = JsonClass(
    fill("type[Message] | None"), literal(None), fill("; `class_` says of which message, which the JSON does not")
)
"""Where there are several messages: a JSON has no root element."""


@dataclass(frozen=True, slots=True)
class EncoderTable:
    """The table of the straight-line encoders, by the class of the message.

    `condition` tells whether the `encoder` of a row is the way to write an object. `names` are the variables of a row,
    and `type` is its type. `declared` is the variable of the declarations that depend on the document, if rows have
    any.
    """

    condition: Code
    names: Code
    type: Code
    declared: tuple[Code, ...]
    rows: tuple[tuple[Code, Code], ...]


_WITHOUT_DECLARATIONS = {"start": fill("str"), "end": fill("str"), "write_content": fill("_Encoder")}
_WITH_DECLARATIONS = {
    "start": fill("str"),
    "declared": fill("tuple[tuple[str, str], ...]"),
    "end": fill("str"),
    "write_content": fill("_Encoder"),
}
"""The two forms of a row, each as variables with their types."""


@dataclass(frozen=True, slots=True)
class CodecPlan:
    """Everything that the template of the codec prints."""

    message: Code
    roots: tuple[Root, ...]
    encoders: tuple[Encoder, ...]
    enumerations: tuple[tuple[Code, Code], ...]
    listed: tuple[tuple[Code, tuple[str, ...]], ...]
    prefixes: PrefixPlan
    json_class: JsonClass
    may_be_other_root: bool
    messages_arguments: Code

    @property
    def table(self) -> EncoderTable:
        """The table of the messages with an encoder of their own."""
        condition = fill("encoder is not None and prefixes is None")
        if self.may_be_other_root:
            condition = fill("{} and recall_root(value) is None", condition)
        form = _WITH_DECLARATIONS if any(root.declared for root in self.roots) else _WITHOUT_DECLARATIONS
        rows = []
        for root in self.roots:
            if root.encoder is not None:
                values = {
                    "start": literal(root.start),
                    "declared": literal(root.declared),
                    "end": literal(root.end),
                    "write_content": root.encoder,
                }
                rows.append((root.class_name, fill("({})", join(", ", [values[name] for name in form]))))
        return EncoderTable(
            condition=condition,
            names=join(", ", map(identifier, form)),
            type=fill("tuple[{}]", join(", ", form.values())),
            declared=tuple(identifier(name) for name in form if name == "declared"),
            rows=tuple(rows),
        )


def plan_codec(context: EmitContext) -> CodecPlan:
    """Return the plan of the codec of one API.

    Raises:
        NoMessages: no global element is bound to a class.
    """
    return _Planner(context).plan()


class _Planner:
    """Plans the codec of one API."""

    def __init__(self, context: EmitContext) -> None:
        self.context = context
        self._names = NameAllocator("_ENCODERS", "_Encoder")
        self.plain = PlainSchema(context.schema, self._names, whole=True)
        self.prefixes = plan_prefixes(context.schema)
        self.encoders: dict[tuple[Type, str, tuple[str, ...]], Encoder] = {}
        self._namespaces: dict[tuple[Type, str], frozenset[str]] = {}

    def plan(self) -> CodecPlan:
        """Return the plan."""
        roots = []
        for name, element in self.context.schema.elements.items():
            shape = self.context.shapes.of_root(name)
            if shape is not None:
                roots.append(self._root(element, shape))
        return CodecPlan(
            message=self.context.message_type(self.context.schema.elements),
            roots=tuple(roots),
            encoders=tuple(self.encoders.values()),
            enumerations=tuple(sorted(self.plain.enumerations.items())),
            listed=tuple(sorted(self.plain.listed.items())),
            prefixes=self.prefixes,
            json_class=self._json_class(),
            may_be_other_root=any(
                root.encoder is not None and self._may_be_other_root(self.context.schema.elements[root.element])
                for root in roots
            ),
            messages_arguments=self._messages_arguments(),
        )

    def _messages_arguments(self) -> Code:
        """Return the arguments of the runtime's `Messages`."""
        arguments = [fill("CLASSES"), fill("bindings"), fill("VALIDATOR.declarations")]
        if keeps_prefixes(self.context.schema):
            arguments.append(fill("keeps_prefixes=True"))
        if self.context.classes.class_type != "dataclasses":
            arguments.append(fill("class_type={}", literal(self.context.classes.class_type)))
        return join(", ", arguments)

    def _json_class(self) -> JsonClass:
        """Return the class of the documents as the default, if they all have the same root element."""
        names = self.context.shapes.root_names(self.context.schema.documents)
        return JsonClass(fill("type[Message]"), in_bindings(names[0]), fill("")) if len(names) == 1 else NAMED_BY_CALLER

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
        return any(other.type in bases for other in self.context.schema.elements.values())

    def _root(self, element: ElementDeclaration, shape: ClassShape) -> Root:
        prefixes = self.prefixes.messages.of(element.name)
        tag = _tag(element.name, prefixes)
        kept = dict(self.encoders)
        encoder: Encoder | None = None
        try:
            if element.name not in self.context.schema.documents:
                raise NotPlain("it is a part of documents")
            self.plain.check(element)
            type_ = element.type
            if not isinstance(type_, ComplexType):
                raise NotPlain("its content is simple")
            encoder = self._encoder(type_, shape, (), prefixes)
        except NotPlain:
            self.encoders = kept
        own = namespace_of(element.name)
        namespaces = encoder.namespaces - {"", own} if encoder else ()
        used = {_prefix(namespace, prefixes): namespace for namespace in namespaces}
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
        known = self._find_encoder(type_, shape, prefixes)
        if known is not None:
            return known
        if type_ in open_:
            raise NotPlain(f"{type_.label} contains itself")
        if len(open_) >= MOST_SCANNED_LEVELS:
            raise NotPlain(f"{type_.label} is too many levels deep")
        if type_.attributes:
            raise NotPlain(f"{type_.label} has attributes")
        name = self._names.unique(f"_{snake(type_.label)}")
        steps: list[_Text | Write | WriteOptional | WriteEach] = []
        namespaces: set[str] = set()
        locals_ = NameAllocator(*_RESERVED)
        for particle in self.plain.sequence(type_, shape):
            assert isinstance(particle.term, ElementDeclaration)
            self.plain.check(particle.term)
            field = self.plain.field(shape, particle)
            variable = locals_.unique(field.name)
            step, inside = self._step(particle, particle.term, field, variable, (*open_, type_), prefixes)
            namespaces |= {namespace_of(particle.term.name), *inside}
            steps.append(step)
        self._namespaces[type_, shape.name] = frozenset(namespaces)
        encoder = Encoder(name, in_bindings(shape.name), type_.label, _join_texts(steps), frozenset(namespaces))
        self.encoders[self._key(type_, shape, prefixes)] = encoder
        return encoder

    def _find_encoder(self, type_: ComplexType, shape: ClassShape, prefixes: Prefixes) -> Encoder | None:
        """Return the encoder of a type that is planned already, with the same prefix for each namespace inside."""
        if (type_, shape.name) not in self._namespaces:
            return None
        return self.encoders.get(self._key(type_, shape, prefixes))

    def _key(self, type_: ComplexType, shape: ClassShape, prefixes: Prefixes) -> tuple[Type, str, tuple[str, ...]]:
        namespaces = sorted(self._namespaces[type_, shape.name])
        return type_, shape.name, tuple(_prefix(namespace, prefixes) for namespace in namespaces)

    def _step(
        self,
        particle: Particle,
        element: ElementDeclaration,
        field: FieldShape,
        variable: Code,
        open_: tuple[Type, ...],
        prefixes: Prefixes,
    ) -> tuple[_Text | Write | WriteOptional | WriteEach, frozenset[str]]:
        """Plan the output of an element, and return it with the namespaces of all elements inside."""
        tag = _tag(element.name, prefixes)
        repeated = particle.maximum != 1
        optional = particle.minimum == 0 and not repeated
        type_ = element.type
        name = identifier(field.name)
        of_object = fill("value.{}", name)
        value = identifier("item") if repeated else variable if optional else of_object
        namespaces: frozenset[str] = frozenset()
        if isinstance(type_, ComplexType):
            if field.child is None:
                raise NotPlain(f"<{local_name(element.name)}> is bound to no class")
            encoder = self._encoder(type_, field.child, open_, prefixes)
            namespaces = encoder.namespaces
            statements: tuple[Code, ...] = (
                _write(literal(f"<{tag}>")),
                fill("{}({}, write)", encoder.name, value),
                _write(literal(f"</{tag}>")),
            )
        else:
            lexis = self.plain.lexical(element, field)
            if not lexis.text:
                raise NotPlain(f"<{local_name(element.name)}> has a type that is not written at once")
            text = fstring((f"<{tag}>", fill(lexis.text, value), f"</{tag}>"))
            if not (repeated or optional):
                return _Text(text), namespaces
            statements = (_write(text),)
        if repeated:
            return WriteEach(name, _unfit_list(of_object, particle), statements), namespaces
        return WriteOptional(name, variable, statements) if optional else Write(statements), namespaces


def _prefix(namespace: str, prefixes: Prefixes) -> str:
    """Return the prefix of elements of a namespace; empty where they have none."""
    return "" if namespace in ("", prefixes.default) else prefixes.named[namespace]


def _tag(name: str, prefixes: Prefixes) -> str:
    """Return the name of an element as its tags have it."""
    prefix = _prefix(namespace_of(name), prefixes)
    return f"{prefix}:{local_name(name)}" if prefix else local_name(name)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that is written in any case; those that follow each other are written by one call."""

    text: Code


def _join_texts(
    steps: Iterable[_Text | Write | WriteOptional | WriteEach],
) -> tuple[Write | WriteOptional | WriteEach, ...]:
    """Return the steps, with one call for texts that follow each other, one text per line."""
    joined: list[Write | WriteOptional | WriteEach] = []
    for are_texts, group in groupby(steps, lambda step: isinstance(step, _Text)):
        if are_texts:
            joined.append(Write((_write(*(step.text for step in group if isinstance(step, _Text))),)))
        else:
            joined += [step for step in group if not isinstance(step, _Text)]
    return tuple(joined)


def _write(*texts: Code) -> Code:
    """Return the call that writes texts."""
    return fill("write({})", join("\n", texts))


def _unfit_list(items: Code, particle: Particle) -> Code:
    """Return the condition under which a field has no list of as many items as its particle admits."""
    unfit = fill("type({}) is not list", items)
    if particle.minimum:
        unfit = fill("{} or len({}) < {}", unfit, items, particle.minimum)
    if particle.maximum is not None:
        unfit = fill("{} or len({}) > {}", unfit, items, particle.maximum)
    return unfit
