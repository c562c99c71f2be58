"""The plan of the scanner: runs of elements that one expression matches, loops, and calls between types.

A complex type without repetition is written into the expression of its parent. Every other type gets a
method: it matches run after run, and loops over what repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemapress.load.schema import Schema
from schemapress.targets.class_shapes import ClassShape, FieldShape
from schemapress.targets.code import Code, call, fill, identifier
from schemapress.targets.emitted_names import NameAllocator, constant, in_bindings, snake
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ComplexType, ElementDeclaration, Particle, Type

from .lexical import Lexical
from .parts import Weights, used_expressions, used_methods
from .plain import MOST_SCANNED_LEVELS, NotPlain, PlainSchema
from .regex import Regex, matching, regex
from .steps import Call, ExpressionSource, Loop, Method, Run, ScannedRoot, ScanPlan

_MOST_GROUPS = 60
"""Groups of one type that are still written into the expression of its parent."""

_MOST_GROUPS_OF_A_MESSAGE = 1_000
"""Groups of all expressions that one message needs; a larger message is left to the reader."""

_RESERVED = (
    *("self", "text", "position", "match"),
    *("bindings", "Decimal", "boolean", "date", "date_time", "time"),
)
"""Names that the code of a method uses itself."""

_MOST_PIECES = 2_500
"""Pieces of the expression that accepts a whole message; a longer message is accepted type by type."""


_SPACE = identifier("SPACE")


@dataclass(slots=True)
class _Inline:
    """A particle as part of an expression: its source, the variables of its groups, the value it makes."""

    pieces: list[Regex]
    variables: list[Code]
    value: Code


@dataclass(slots=True)
class _Body:
    """The method that is being planned."""

    names: NameAllocator
    base: Code
    steps: list[Run | Loop | Call] = field(default_factory=list)
    arguments: list[tuple[Code, Code]] = field(default_factory=list)
    pieces: list[Regex] = field(default_factory=list)
    variables: list[Code] = field(default_factory=list)


def plan_scanner(context: EmitContext) -> ScanPlan:
    """Return the plan of the scanner of one API; messages that can't be scanned are left to the other passes.

    Raises:
        NoMessages: no global element is bound to a class.
    """
    documents = context.schema.documents
    roots = ((element, context.shapes.of_root(name)) for name, element in documents.items())
    return _Planner(context.schema).plan(context.message_type(documents), roots)


class _Planner:
    """Plans the scanner of one schema and its binding classes."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._constants = NameAllocator("_SCANNERS", "_Scanner")
        self.plain = PlainSchema(schema, self._constants, whole=False)
        self.expressions: dict[str, ExpressionSource] = {}
        self.parts: dict[tuple[Type, str], str] = {}
        self.methods: dict[tuple[Type, str, bool], Method] = {}
        self._flat: dict[tuple[Type, str], bool] = {}
        self._open: list[Type] = []
        self._names = NameAllocator("prefixes")

    def plan(self, message: Code, roots: Iterator[tuple[ElementDeclaration, ClassShape | None]]) -> ScanPlan:
        """Return the plan for all roots that can be scanned; `unscanned` says why another can't."""
        messages, unscanned = [], []
        for element, shape in roots:
            kept = (dict(self.expressions), dict(self.parts), dict(self.methods))
            try:
                messages.append(self._message(element, shape))
            except NotPlain as reason:
                self.expressions, self.parts, self.methods = kept
                self._open.clear()
                unscanned.append((local_name(element.name), str(reason)))
        methods = used_methods([message.method for message in messages], self.methods.values())
        return ScanPlan(
            message,
            tuple(messages),
            used_expressions(messages, methods, list(self.expressions.values())),
            tuple(methods),
            tuple(sorted(self.plain.enumerations.items())),
            tuple(unscanned),
            tuple((prefix, namespace) for namespace, prefix in self.schema.prefixes.items()),
        )

    def _message(self, element: ElementDeclaration, shape: ClassShape | None) -> ScannedRoot:
        type_ = element.type
        if shape is None or not isinstance(type_, ComplexType):
            raise NotPlain("its content is simple")
        if type_.particle is None:
            raise NotPlain("its content is empty")
        self.plain.check(element)
        method = self._method(type_, shape, root=self.plain.tag(element))
        weights = self._weights()
        if weights.groups(method.name) > _MOST_GROUPS_OF_A_MESSAGE:
            raise NotPlain("a scanner for it would be too long")
        if weights.of_method(method.name) > _MOST_PIECES:
            return ScannedRoot(element.name, method.name, None)
        pieces = tuple(self._accept(method))
        return ScannedRoot(element.name, method.name, self._expression(f"_accept{method.name}", pieces, capture=False))

    def _accept(self, method: Method) -> Iterator[Regex]:
        """Yield the pieces of one expression for all that a method matches."""
        for step in method.steps:
            if isinstance(step, Run):
                yield regex(self._constant_of(step.expression))
                continue
            repeat = f"){{{step.minimum},{'' if step.maximum is None else step.maximum}}}+"
            if isinstance(step, Loop):
                yield regex("(?:", self._constant_of(step.expression), repeat)
            else:
                yield regex("(?:", self._constant_of(step.before))
                yield from self._accept(self._weights().methods[step.method])
                yield regex(self._constant_of(step.after), repeat)

    def _constant_of(self, expression: str) -> Code:
        return self.expressions[expression].constant

    def _weights(self) -> Weights:
        return Weights(self.expressions, {method.name: method for method in self.methods.values()})

    # Types with a method

    def _method(self, type_: ComplexType, shape: ClassShape, root: str | None = None) -> Method:
        key = (type_, shape.name, root is not None)
        if root is None and key in self.methods:
            return self.methods[key]
        if type_ in self._open:
            raise NotPlain(f"{type_.label} contains itself")
        if len(self._open) >= MOST_SCANNED_LEVELS:
            raise NotPlain(f"{type_.label} is too many levels deep")
        self._open.append(type_)
        base = self._names.unique(f"_{snake(type_.label)}")
        body = _Body(NameAllocator(*_RESERVED), base)
        self.plain.check_attributes(type_)  # optional ones are left out, as is a document that has them
        for particle in self.plain.sequence(type_, shape):
            try:
                self._step(body, particle, shape)
            except NotPlain:
                if particle.minimum > 0:
                    raise
                self._open[:] = self._open[: self._open.index(type_) + 1]
        if root is not None:
            body.pieces += [_end_tag(root), regex(r"\Z")]
        self._flush(body)
        self._open.pop()
        made = in_bindings(shape.name)
        method = Method(base, type_.label, made, tuple(body.steps), tuple(body.arguments))
        self.methods[key] = method
        return method

    def _step(self, body: _Body, particle: Particle, shape: ClassShape) -> None:
        element = particle.term
        assert isinstance(element, ElementDeclaration)
        self.plain.check(element)
        field_ = self.plain.field(shape, particle)
        variable, argument = body.names.unique(field_.name), identifier(field_.name)
        collected = fill("tuple({})", variable) if field_.is_tuple else variable
        item = variable
        if particle.maximum == 1:
            inline = self._inline(particle, field_, body.names, variable)
            if inline is not None:
                body.pieces += inline.pieces
                body.variables += inline.variables
                body.arguments.append((argument, inline.value))
                return
        else:
            item = body.names.unique(f"{variable}_item")
            inline = self._inline(Particle(element), field_, body.names, item)
            if inline is not None:
                self._flush(body)
                loop = self._expression(f"{body.base}_{field_.name}", inline.pieces)
                body.steps.append(
                    Loop(loop, tuple(inline.variables), variable, inline.value, particle.minimum, particle.maximum)
                )
                body.arguments.append((argument, collected))
                return
        self._flush(body)
        body.steps.append(self._call(body, particle, element, field_, variable, item))
        body.arguments.append((argument, collected))

    def _call(
        self,
        body: _Body,
        particle: Particle,
        element: ElementDeclaration,
        field_: FieldShape,
        variable: Code,
        item: Code,
    ) -> Call:
        type_ = element.type
        assert isinstance(type_, ComplexType)
        assert field_.child is not None
        method = self._method(type_, field_.child)
        tag = self.plain.tag(element)
        return Call(
            before=self._expression(f"{body.base}_{field_.name}_start", [regex("<", matching(tag), ">", _SPACE)]),
            after=self._expression(f"{body.base}_{field_.name}_end", [_end_tag(tag)]),
            method=method.name,
            scanned=body.names.unique(f"scanned_{variable}"),
            item=item,
            target=variable,
            minimum=particle.minimum,
            maximum=particle.maximum,
        )

    def _flush(self, body: _Body) -> None:
        if body.pieces:
            number = 1 + sum(isinstance(step, Run) for step in body.steps)
            name = self._expression(f"{body.base}_{number}", body.pieces)
            body.steps.append(Run(name, tuple(body.variables)))
            body.pieces, body.variables = [], []

    def _expression(self, wanted: str, pieces: Iterable[Regex], *, capture: bool = True) -> Code:
        name = self._names.unique(wanted)
        self.expressions[name] = ExpressionSource(self._constant(name), tuple(pieces), name, capture)
        return name

    def _constant(self, name: str) -> Code:
        return self._constants.unique(f"_{constant(name)}")

    # Types that are written into an expression

    def _inline(self, particle: Particle, field_: FieldShape, names: NameAllocator, variable: Code) -> _Inline | None:
        """Return the particle as part of an expression, or None where its type needs a method."""
        element = particle.term
        assert isinstance(element, ElementDeclaration)
        type_ = element.type
        tag = self.plain.tag(element)
        if isinstance(type_, ComplexType):
            if field_.child is None:
                raise NotPlain(f"<{local_name(element.name)}> is bound to no class")
            if type_.simple is not None:
                return self._inline_text(particle, type_, field_.child, names, variable, tag)
            if not self._is_flat(type_, field_.child):
                return None
            return self._inline_complex(particle, type_, field_.child, names, variable, tag)
        lexis = self.plain.lexical(element, field_)
        parts = _variables(lexis, names, variable)
        value = fill(lexis.value, *parts)
        piece = regex("<", matching(tag), ">", lexis.pattern, _end_tag(tag))
        if particle.minimum == 1:
            return _Inline([piece], parts, value)
        if value != parts[0]:
            value = fill("None if {} is None else {}", parts[0], value)
        return _Inline([regex("(?:", piece, ")?+")], parts, value)

    def _inline_complex(
        self, particle: Particle, type_: ComplexType, shape: ClassShape, names: NameAllocator, variable: Code, tag: str
    ) -> _Inline:
        start, variables, arguments = self._start_tag(type_, shape, names, variable)
        pieces = []
        for child, field_ in self._children(type_, shape):
            inline = self._inline(child, field_, names, names.unique(f"{variable}_{field_.name}"))
            assert inline is not None
            pieces += inline.pieces
            variables += inline.variables
            arguments[field_.name] = inline.value
        # Empty content admits not even white space (Part 1 §3.4.4 clause 2.1).
        content = regex() if type_.particle is None else regex(_SPACE, self._part(type_, shape, pieces))
        value = call(in_bindings(shape.name), (), arguments)
        if particle.minimum == 1:
            return _Inline([regex("<", matching(tag), start, ">", content, _end_tag(tag))], variables, value)
        piece = regex("(?:(<", matching(tag), ")", start, ">", content, _end_tag(tag), ")?+")
        return _Inline([piece], [variable, *variables], fill("None if {} is None else {}", variable, value))

    def _inline_text(
        self, particle: Particle, type_: ComplexType, shape: ClassShape, names: NameAllocator, variable: Code, tag: str
    ) -> _Inline:
        """Return an element with text and attributes as part of an expression."""
        lexis = self.plain.content(type_, shape)
        assert shape.text is not None
        start, variables, arguments = self._start_tag(type_, shape, names, variable)
        parts = _variables(lexis, names, variable)
        value = call(in_bindings(shape.name), (), {shape.text.name: fill(lexis.value, *parts), **arguments})
        piece = regex("<", matching(tag), start, ">", lexis.pattern, _end_tag(tag))
        if particle.minimum == 1:
            return _Inline([piece], [*variables, *parts], value)
        value = fill("None if {} is None else {}", parts[0], value)
        return _Inline([regex("(?:", piece, ")?+")], [*variables, *parts], value)

    def _start_tag(
        self, type_: ComplexType, shape: ClassShape, names: NameAllocator, variable: Code
    ) -> tuple[Regex, list[Code], dict[str, Code]]:
        """Return the attributes of a start tag as an expression, with their variables and arguments."""
        source, variables, arguments = regex(), [], {}
        for name, use, field_, lexis in self.plain.attributes(type_, shape):
            parts = [names.unique("_".join(filter(None, (variable, field_.name, part)))) for part in lexis.parts]
            value = fill(lexis.value, *parts)
            piece = regex(" ", matching(name), r"=\x22", lexis.pattern, r"\x22")
            source = regex(source, piece) if use.required else regex(source, "(?:", piece, ")?+")
            variables += parts
            if not use.required and value != parts[0]:
                value = fill("None if {} is None else {}", parts[0], value)
            arguments[field_.name] = value
        return source, variables, arguments

    def _children(self, type_: ComplexType, shape: ClassShape) -> Iterator[tuple[Particle, FieldShape]]:
        """Yield the particles of a flat type that are plain; an optional one that is not is left out."""
        for particle in self.plain.sequence(type_, shape):
            assert isinstance(particle.term, ElementDeclaration)
            try:
                self.plain.check(particle.term)
                field_ = self.plain.field(shape, particle)
                self._groups_of(particle, field_, (type_,))
            except NotPlain:
                if particle.minimum > 0:
                    raise
                continue
            yield particle, field_

    def _part(self, type_: ComplexType, shape: ClassShape, pieces: list[Regex]) -> Code:
        """Return the constant that has the content of a type, written once for all its uses."""
        key = (type_, shape.name)
        if key not in self.parts:
            name = self._names.unique(f"_{snake(type_.label)}_part")
            self.expressions[name] = ExpressionSource(self._constant(name.removesuffix("_part")), tuple(pieces))
            self.parts[key] = name
        return self._constant_of(self.parts[key])

    def _is_flat(self, type_: ComplexType, shape: ClassShape) -> bool:
        key = (type_, shape.name)
        if key not in self._flat:
            self._flat[key] = self._groups(type_, shape, ()) <= _MOST_GROUPS
        return self._flat[key]

    def _groups(self, type_: ComplexType, shape: ClassShape, open_: tuple[Type, ...]) -> int:
        """Count the groups of a type as part of an expression; too many where it repeats anything.

        Each level is a group, so what is deeper than groups may be many is not looked at.
        """
        if type_ in open_ or len(open_) > _MOST_GROUPS:
            return _MOST_GROUPS + 1
        count = len(self.plain.attributes(type_, shape))
        for particle in self.plain.sequence(type_, shape):
            if count > _MOST_GROUPS:
                break
            assert isinstance(particle.term, ElementDeclaration)
            try:
                self.plain.check(particle.term)
                field_ = self.plain.field(shape, particle)
                count += self._groups_of(particle, field_, (*open_, type_))
            except NotPlain:
                if particle.minimum > 0:
                    raise
        return count

    def _groups_of(self, particle: Particle, field_: FieldShape, open_: tuple[Type, ...]) -> int:
        """Count the groups of one particle; raise where it can't be scanned at all."""
        assert isinstance(particle.term, ElementDeclaration)
        child = particle.term.type
        if not isinstance(child, ComplexType):
            count = len(self.plain.lexical(particle.term, field_).parts)
        elif field_.child is None:
            raise NotPlain(f"<{local_name(particle.term.name)}> is bound to no class")
        elif child.simple is not None:
            parts = self.plain.content(child, field_.child).parts
            count = len(parts) + len(self.plain.attributes(child, field_.child))
        else:
            count = 1 + self._groups(child, field_.child, open_)
        return count if particle.maximum == 1 else _MOST_GROUPS + 1


def _variables(lexis: Lexical, names: NameAllocator, variable: Code) -> list[Code]:
    """Return the variables for the groups of a type: the one that there is already, or one for each part."""
    if lexis.parts == ("",):
        return [variable]
    return [names.unique(f"{variable}_{part}") for part in lexis.parts]


def _end_tag(tag: str) -> Regex:
    """Return the expression of an end tag, and the space behind it."""
    return regex("</", matching(tag), ">", _SPACE)
