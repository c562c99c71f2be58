"""The plan of the validators: each declaration of the schema as a name and a Python expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemapress.load.schema import Schema
from schemapress.targets.code import Code, call, fill, fstring, identifier, literal, mapping, tuple_literal
from schemapress.targets.emitted_names import NameAllocator, constant, snake
from schemapress.targets.target import Import
from schemapress_runtime.names import clark, local_name
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
    Type,
    inherit_attributes,
    inherit_simple,
)
from schemapress_runtime.xsd.facets import arguments_of
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union
from schemapress_runtime.xsd.wildcard import Wildcard


@dataclass(frozen=True, slots=True)
class Definition:
    """The emitted function that makes a type or the content of a model group: its name, and what it returns.

    `component` is the class of the result, and `registered` the expression that the function is registered under; None
    where nothing looks it up by name.
    """

    name: Code
    component: Code
    expression: Code
    documentation: str
    registered: Code | None = None


@dataclass(frozen=True, slots=True)
class ValidatorsPlan:
    """Everything that the template prints, in order.

    `namespaces` has the constant of each namespace, in the form that names begin with. `has_references` says whether a
    particle refers to a global element. `options` are further arguments of the declarations; `imports` are further
    imports, and `arguments` those of the validator.
    """

    prefixes: tuple[tuple[str, str], ...]
    namespaces: tuple[tuple[Code, str], ...]
    definitions: tuple[Definition, ...]
    elements: tuple[tuple[Code, Code], ...]
    attributes: tuple[tuple[Code, Code], ...]
    has_references: bool = False
    options: tuple[Code, ...] = ()
    checks_late: bool = False
    arguments: Code = field(default_factory=lambda: fill("DECLARATIONS"))


_RESERVED = (
    *("ANY_TYPE", "ATTRIBUTES", "BUILTIN", "DECLARATIONS", "ELEMENTS", "NAMESPACES", "TYPES", "VALIDATOR"),
    *("all_of", "any_element", "choice", "element", "extension", "key", "keyref", "occurs", "reference"),
    *("restriction", "sequence", "unique", "validate", "validate_file", "check_late", "annotations"),
)
"""Names that the module has itself."""


def plan_validators(schema: Schema, quick_check: Import | None = None) -> ValidatorsPlan:
    """Return the plan of the validators of a schema, which ask the quick check first if there is one."""
    plan = _Planner(schema).plan()
    if quick_check is None:
        return plan
    (name,) = map(identifier, quick_check.names)
    late = fill("check_late(__name__, {}, {})", literal(str(quick_check.module)), literal(str(name)))
    return replace(plan, checks_late=True, arguments=fill("{}, {}", plan.arguments, late))


class _Planner:
    """Works out the declarations of one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._allocator = NameAllocator(*_RESERVED)
        self._namespaces = {
            namespace: self._allocator.unique(constant(prefix)) for namespace, prefix in schema.prefixes.items()
        }
        self.names: dict[Type, Code] = {
            type_: self._allocator.unique(_words_of(key)) for key, type_ in schema.types.items()
        }
        self._groups: dict[ModelGroup, Definition] = {}
        self._has_references = False

    def plan(self) -> ValidatorsPlan:
        """Return the plan."""
        types = self.schema.types.values()
        simple_types = [self._simple(type_) for type_ in types if isinstance(type_, SimpleType)]
        complex_types = [self._complex(type_) for type_ in types if isinstance(type_, ComplexType)]  # with their groups
        return ValidatorsPlan(
            prefixes=tuple((prefix, namespace) for namespace, prefix in self.schema.prefixes.items()),
            namespaces=tuple((name, clark(namespace, "")) for namespace, name in self._namespaces.items()),
            definitions=(*simple_types, *self._groups.values(), *complex_types),
            elements=tuple((self._name(name), self._global(element)) for name, element in self.schema.elements.items()),
            attributes=tuple((self._name(name), self._attribute(use)) for name, use in self.schema.attributes.items()),
            has_references=self._has_references,
            options=(fill("has_constraints=True"),) if self.schema.declarations.has_constraints else (),
        )

    def _name(self, text: str) -> Code:
        """Return a text with names in Clark notation, each namespace by its constant."""
        parts: list[str] = []
        for part in _CLARK_NAMESPACE.split(text):
            name = self._namespaces.get(part[1:-1]) if part.startswith("{") else None
            parts.append(part if name is None else name)
        return fstring(parts)

    def reference(self, type_: Type) -> Code:
        """Return the expression for a type."""
        function = self._function(type_)
        return fill("{}()", function) if type_ in self.names else function

    def _function(self, type_: Type) -> Code:
        """Return the function that makes a type, or the expression for a type that is always there."""
        if type_ is ANY_TYPE:
            return identifier("ANY_TYPE")
        if isinstance(type_, SimpleType) and type_.is_builtin:
            return fill("BUILTIN[{}]", literal(type_.label))
        return self.names[type_]

    def _define(self, type_: Type, component: str, expression: Code) -> Definition:
        name = type_.source.name
        return Definition(
            name=self.names[type_],
            component=identifier(component),
            expression=expression,
            documentation=type_.source.documentation,
            registered=None if name is None else self._name(name),
        )

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
        return self._define(type_, "SimpleType", expression)

    def _complex(self, type_: ComplexType) -> Definition:
        properties = _keep_true(mixed=type_.mixed, abstract=type_.abstract, block=type_.block)
        if type_.wildcard is not None:
            properties["wildcard"] = _wildcard("Wildcard", type_.wildcard)
        expression = self._derived(type_, properties) or self._whole(type_, properties)
        return self._define(type_, "ComplexType", expression)

    def _derived(self, type_: ComplexType, properties: Mapping[str, Code]) -> Code | None:
        """Return a type as what it adds to its base; None where it is not just that."""
        base = type_.base
        own = None if base is None else _own_attributes(base, type_)
        if base is None or own is None:
            return None
        content = type_.particle
        if type_.derivation == "extension" and isinstance(base, ComplexType) and base.particle is not None:
            content = _own_content(base.particle, type_)
            if content is None and type_.particle is not base.particle:
                return None
        arguments: dict[str, Code] = {}
        if content is not None:
            arguments["content"] = self._content(content)
        if type_.simple is not inherit_simple(base, type_.content):
            if type_.derivation == "extension" or type_.simple is None:
                return None
            arguments["simple"] = self.reference(type_.simple)
        if own:
            arguments["attributes"] = self._attributes(own)
        return call(type_.derivation, [literal(type_.label), self.reference(base)], {**arguments, **properties})

    def _whole(self, type_: ComplexType, properties: Mapping[str, Code]) -> Code:
        """Return a type with all that it has."""
        arguments: dict[str, Code] = {}
        if type_.particle is not None:
            arguments["content"] = self._content(type_.particle)
        if type_.simple is not None:
            arguments["simple"] = self.reference(type_.simple)
        if type_.attributes:
            arguments["attributes"] = self._attributes(type_.attributes)
        if type_.base is not None:
            arguments["base"] = self.reference(type_.base)
        if type_.derivation == "extension":
            arguments["derivation"] = literal("extension")
        return call("ComplexType", [literal(type_.label)], {**arguments, **properties})

    def _content(self, particle: Particle) -> Code:
        return fill("lambda: {}", self._particle(particle))

    def _attributes(self, attributes: Mapping[str, AttributeUse]) -> Code:
        return mapping({self._name(name): self._attribute(use) for name, use in attributes.items()})

    def _attribute(self, use: AttributeUse) -> Code:
        arguments = _keep_true(required=use.required) | _keep_given(fixed=use.fixed, default=use.default)
        return call("AttributeUse", [self.reference(use.type)], arguments)

    def _particle(self, particle: Particle) -> Code:
        occurs = {"minimum": literal(particle.minimum)} if particle.minimum != 1 else {}
        occurs |= {"maximum": literal(particle.maximum)} if particle.maximum != 1 else {}
        term = particle.term
        if isinstance(term, ModelGroup):
            if term.name is None:
                return self._group(term, occurs)
            content = fill("{}()", self._named_group(term))
            return call("occurs", [content], occurs) if occurs else content
        if isinstance(term, Wildcard):
            return _wildcard("any_element", term, occurs)
        if particle.is_reference:
            self._has_references = True
            return call("reference", [self._name(term.name)], occurs)
        given = [self._name(term.name), self.reference(term.type)]
        options = self._element_options(term)
        if term.constraints:
            options["constraints"] = self._constraints(term)
        return call("element", given, {**options, **occurs})

    def _group(self, group: ModelGroup, occurs: Mapping[str, Code]) -> Code:
        function = "all_of" if group.kind == "all" else group.kind
        return call(function, map(self._particle, group.particles), occurs)

    def _named_group(self, group: ModelGroup) -> Code:
        """Return the function that makes the content of a model group definition."""
        assert group.name is not None
        if group not in self._groups:
            name = self._allocator.unique(snake(local_name(group.name)))
            content = self._group(group, {})
            self._groups[group] = Definition(name, identifier("Particle"), content, "")
        return self._groups[group].name

    def _element_options(self, element: ElementDeclaration) -> dict[str, Code]:
        arguments = _keep_true(nillable=element.nillable) | _keep_given(fixed=element.fixed, default=element.default)
        arguments |= _keep_true(abstract=element.abstract, block=element.block)
        return arguments

    def _constraints(self, element: ElementDeclaration) -> Code:
        return tuple_literal(map(self._constraint, element.constraints))

    def _global(self, element: ElementDeclaration) -> Code:
        arguments = self._element_options(element)
        if element.constraints:
            arguments["constraints"] = fill("lambda: {}", self._constraints(element))
        if element.substitution_group is not None:
            arguments["substitution_group"] = self._name(element.substitution_group)
        return call("GlobalElement", [self._function(element.type)], arguments)

    def _constraint(self, constraint: IdentityConstraint) -> Code:
        refer = [] if constraint.refer is None else [constraint.refer]
        return call(
            constraint.kind, map(self._name, [constraint.name, *refer, constraint.selector, *constraint.fields])
        )


_CLARK_NAMESPACE = re.compile(r"(\{[^{}]*\})")


def _own_attributes(base: Type, type_: ComplexType) -> dict[str, AttributeUse] | None:
    """Return the attributes that a type does not have of its base; None where it lacks one."""
    inherited = base.attributes if isinstance(base, ComplexType) else {}
    own = {name: use for name, use in type_.attributes.items() if inherited.get(name) is not use}
    return own if list(inherit_attributes(base, own)) == list(type_.attributes) else None


def _own_content(inherited: Particle, type_: ComplexType) -> Particle | None:
    """Return the particle that an extension adds to the content of its base; None where there is none."""
    term = None if type_.particle is None else type_.particle.term
    if isinstance(term, ModelGroup) and len(term.particles) == 2 and term.particles[0] is inherited:
        return term.particles[1]
    return None


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


def _words_of(key: str) -> str:
    """Return a key as words for the name of a function: the local names on the way to an anonymous type."""
    parts = _CLARK_NAMESPACE.sub("", key).removesuffix("/type").split("/")
    return "_".join(map(snake, parts))
