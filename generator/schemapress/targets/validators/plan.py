"""The plan of the validators: each declaration of the schema as a name and a Python expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemapress.load.dependency import sort_bases_first
from schemapress.load.schema import Schema
from schemapress.targets.code import Code, call, fill, identifier, literal, mapping, tuple_literal
from schemapress.targets.emitted_names import NameAllocator, constant, snake
from schemapress.targets.target import Import
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
    Type,
)
from schemapress_runtime.xsd.facets import arguments_of
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union
from schemapress_runtime.xsd.wildcard import Wildcard


@dataclass(frozen=True, slots=True)
class Definition:
    """One emitted definition: a name, and the Python expression that it is bound to."""

    name: Code
    expression: Code
    documentation: str


@dataclass(frozen=True, slots=True)
class ContentFunction:
    """The function that gives the content model of a complex type."""

    function: Code
    expression: Code
    type_name: str


@dataclass(frozen=True, slots=True)
class ValidatorsPlan:
    """Everything that the template prints, in order.

    `options` are further arguments of the declarations; `imports` are further imports, and `arguments` those of the
    validator.
    """

    simple_types: tuple[Definition, ...]
    contents: tuple[ContentFunction, ...]
    complex_types: tuple[Definition, ...]
    elements: tuple[tuple[str, Code], ...]
    types: tuple[tuple[str, Code], ...]
    prefixes: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, Code], ...]
    options: tuple[Code, ...] = ()
    imports: tuple[tuple[Code, Code], ...] = ()
    arguments: Code = field(default_factory=lambda: fill("DECLARATIONS"))


def plan_validators(schema: Schema, quick_check: Import | None = None) -> ValidatorsPlan:
    """Return the plan of the validators of a schema, which ask the quick check first if there is one."""
    plan = _Planner(schema).plan()
    if quick_check is None:
        return plan
    (name,) = map(identifier, quick_check.names)
    return replace(plan, imports=((quick_check.module, name),), arguments=fill("{}, {}", plan.arguments, name))


class _Planner:
    """Works out the declarations of one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        names = NameAllocator("ANY_TYPE", "BUILTIN", "DECLARATIONS", "NAMESPACES", "VALIDATOR")
        self.names: dict[Type, Code] = {
            type_: names.unique(constant(_words_of(key))) for key, type_ in schema.types.items()
        }
        self._functions = {type_: names.unique(f"_{name.lower()}_content") for type_, name in self.names.items()}

    def plan(self) -> ValidatorsPlan:
        """Return the plan."""
        ordered = list(sort_bases_first(self.schema.types.values()))
        simple = [type_ for type_ in ordered if isinstance(type_, SimpleType)]
        complex_ = [type_ for type_ in ordered if isinstance(type_, ComplexType)]
        contents = tuple(self._content(type_) for type_ in complex_ if type_.particle is not None)
        return ValidatorsPlan(
            simple_types=tuple(self._simple(type_) for type_ in simple),
            contents=contents,
            complex_types=tuple(self._complex(type_) for type_ in complex_),
            elements=tuple(
                (name, self._declaration("ElementDeclaration", element))
                for name, element in self.schema.elements.items()
            ),
            types=tuple((type_.source.name, self.names[type_]) for type_ in ordered if type_.source.name is not None),
            prefixes=tuple((prefix, namespace) for namespace, prefix in self.schema.prefixes.items()),
            attributes=tuple((name, self._attribute(use)) for name, use in self.schema.attributes.items()),
            options=(fill("has_constraints=True"),) if self.schema.declarations.has_constraints else (),
        )

    def reference(self, type_: Type) -> Code:
        """Return the expression for a type."""
        if type_ is ANY_TYPE:
            return identifier("ANY_TYPE")
        if isinstance(type_, SimpleType) and type_.is_builtin:
            return fill("BUILTIN[{}]", literal(type_.label))
        return self.names[type_]

    def _simple(self, type_: SimpleType) -> Definition:
        label = literal(type_.label)
        if isinstance(type_, List):
            expression = call("List", [self.reference(type_.item), label])
        elif isinstance(type_, Union):
            expression = call("Union", [tuple_literal(map(self.reference, type_.members)), label])
        else:
            assert isinstance(type_, Restriction)
            assert type_.base is not None
            arguments = arguments_of(type_.facets)
            if type_.enumeration_namespaces:
                arguments["enumeration"] = type_.enumeration
                arguments["enumeration_namespaces"] = dict(type_.enumeration_namespaces)
            facets = {name: literal(value) for name, value in arguments.items()}
            expression = call("Restriction", [self.reference(type_.base), label], facets)
        return Definition(self.names[type_], expression, type_.source.documentation)

    def _complex(self, type_: ComplexType) -> Definition:
        arguments = {}
        if type_.particle is not None:
            arguments["content"] = self._functions[type_]
        if type_.simple is not None:
            arguments["simple"] = self.reference(type_.simple)
        if type_.attributes:
            arguments["attributes"] = mapping(
                {literal(name): self._attribute(use) for name, use in type_.attributes.items()}
            )
        if type_.base is not None:
            arguments["base"] = self.reference(type_.base)
        if type_.derivation == "extension":
            arguments["derivation"] = literal("extension")
        arguments |= _keep_true(mixed=type_.mixed, abstract=type_.abstract, block=type_.block)
        if type_.wildcard is not None:
            arguments["wildcard"] = _wildcard("Wildcard", type_.wildcard)
        expression = call("ComplexType", [literal(type_.label)], arguments)
        return Definition(self.names[type_], expression, type_.source.documentation)

    def _attribute(self, use: AttributeUse) -> Code:
        arguments = _keep_true(required=use.required) | _keep_given(fixed=use.fixed, default=use.default)
        return call("AttributeUse", [self.reference(use.type)], arguments)

    def _content(self, type_: ComplexType) -> ContentFunction:
        assert type_.particle is not None
        function = self._functions[type_]
        return ContentFunction(function, self._particle(type_.particle), type_.label)

    def _particle(self, particle: Particle) -> Code:
        occurs = {"minimum": literal(particle.minimum)} if particle.minimum != 1 else {}
        occurs |= {"maximum": literal(particle.maximum)} if particle.maximum != 1 else {}
        if isinstance(particle.term, ModelGroup):
            function = "all_of" if particle.term.kind == "all" else particle.term.kind
            return call(function, map(self._particle, particle.term.particles), occurs)
        if isinstance(particle.term, Wildcard):
            return _wildcard("any_element", particle.term, occurs)
        if particle.is_reference:
            return call("reference", [identifier("DECLARATIONS"), literal(particle.term.name)], occurs)
        return self._declaration("element", particle.term, occurs)

    def _declaration(
        self, function: str, element: ElementDeclaration, occurs: Mapping[str, Code] | None = None
    ) -> Code:
        arguments = _keep_true(nillable=element.nillable) | _keep_given(fixed=element.fixed, default=element.default)
        arguments |= _keep_true(abstract=element.abstract, block=element.block)
        if function == "ElementDeclaration":
            arguments |= _keep_given(substitution_group=element.substitution_group)
        if element.constraints:
            arguments["constraints"] = tuple_literal(map(_constraint, element.constraints))
        given = [literal(element.name), self.reference(element.type)]
        return call(function, given, {**arguments, **(occurs or {})})


def _keep_true(**arguments: object) -> dict[str, Code]:
    """Return the arguments that are true, or not empty."""
    return {name: literal(value) for name, value in arguments.items() if value}


def _keep_given(**arguments: str | None) -> dict[str, Code]:
    """Return the arguments that are not None."""
    return {name: literal(value) for name, value in arguments.items() if value is not None}


def _wildcard(function: str, wildcard: Wildcard, occurs: Mapping[str, Code] | None = None) -> Code:
    arguments = [literal(wildcard.kind)]
    arguments += [literal(wildcard.namespaces)] if wildcard.namespaces else []
    process = {"process": literal(wildcard.process)} if wildcard.process != "strict" else {}
    return call(function, arguments, {**process, **(occurs or {})})


def _constraint(constraint: IdentityConstraint) -> Code:
    arguments = [constraint.kind, constraint.name, constraint.selector, constraint.fields]
    refer = [] if constraint.refer is None else [constraint.refer]
    return call("IdentityConstraint", map(literal, [*arguments, *refer]))


def _words_of(key: str) -> str:
    """Return a key as words for a constant's name: the local names on the way to an anonymous type."""
    parts = [local_name(part) for part in key.removesuffix("/type").split("/")]
    return "_".join(snake(part) for part in parts)
