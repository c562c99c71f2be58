"""Target `validators`: the declarations of the schema, for the walk over a parsed document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.schema.model import (
    XSD_NAMESPACE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
    Schema,
    SimpleType,
    Wildcard,
    clark,
    local_name,
)

from .naming import Names, constant, snake
from .target import Api, File

_BOUNDS = {
    "length": "length",
    "minLength": "min_length",
    "maxLength": "max_length",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
}
_TEXTS = {
    "minInclusive": "min_inclusive",
    "minExclusive": "min_exclusive",
    "maxInclusive": "max_inclusive",
    "maxExclusive": "max_exclusive",
    "whiteSpace": "whitespace",
}
_XSD = clark(XSD_NAMESPACE, "")
_ANY_TYPE = _XSD + "anyType"
_NAMES = (_XSD + "QName", _XSD + "NOTATION")


@dataclass(frozen=True, slots=True)
class Definition:
    """One emitted definition: a name, and the Python expression that it is bound to."""

    name: str
    expression: str
    documentation: str


@dataclass(frozen=True, slots=True)
class Content:
    """The function that gives the content model of a complex type."""

    function: str
    expression: str
    type_name: str
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the template prints, in order."""

    simple_types: tuple[Definition, ...]
    contents: tuple[Content, ...]
    complex_types: tuple[Definition, ...]
    elements: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    prefixes: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]
    has_constraints: bool


class Planner:
    """Works out the declarations of one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        names = Names("BUILTIN", "DECLARATIONS", "NAMESPACES", "ELEMENTS", "TYPES")
        self.names = {key: names.unique(constant(_spoken(key))) for key in schema.types}

    def plan(self) -> Plan:
        """Return the plan."""
        ordered = list(_bases_first(self.schema))
        simple = [type_ for type_ in ordered if isinstance(type_, SimpleType)]
        complex_ = [type_ for type_ in ordered if isinstance(type_, ComplexType)]
        contents = tuple(self._content(type_) for type_ in complex_ if type_.particle is not None)
        return Plan(
            simple_types=tuple(self._simple(type_) for type_ in simple),
            contents=contents,
            complex_types=tuple(self._complex(type_) for type_ in complex_),
            elements=tuple(
                (name, self._declaration("ElementDeclaration", element))
                for name, element in self.schema.elements.items()
            ),
            types=tuple((type_.name, self.names[type_.key]) for type_ in ordered if type_.name is not None),
            prefixes=tuple((prefix, namespace) for namespace, prefix in self.schema.prefixes.items()),
            attributes=tuple((name, self._attribute(use)) for name, use in self.schema.attributes.items()),
            has_constraints=any(_has_constraints(self.schema)),
        )

    def reference(self, key: str) -> str:
        """Return the expression for a type."""
        if key == _ANY_TYPE:
            return "ANY_TYPE"
        if key.startswith(_XSD):
            return f'BUILTIN["{local_name(key)}"]'
        return self.names[key]

    def _simple(self, type_: SimpleType) -> Definition:
        label = [repr(_label(type_.key)), repr(str(type_.place))]
        if type_.variety == "list":
            assert type_.item is not None
            expression = _call("List", [self.reference(type_.item), *label])
        elif type_.variety == "union":
            members = ", ".join(map(self.reference, type_.members))
            expression = _call("Union", [f"({members},)", *label])
        else:
            assert type_.base is not None
            names = _holds_names(self.schema, type_)
            expression = _call("Restriction", [self.reference(type_.base), *label, *_facets(type_, names)])
        return Definition(self.names[type_.key], expression, type_.documentation)

    def _complex(self, type_: ComplexType) -> Definition:
        arguments = [repr(_label(type_.key)), repr(str(type_.place))]
        if type_.particle is not None:
            arguments.append(f"content={self._function(type_)}")
        if type_.simple is not None:
            arguments.append(f"simple={self.reference(type_.simple)}")
        if type_.attributes:
            uses = [f"{use.name!r}: {self._attribute(use)}" for use in type_.attributes]
            arguments.append(f"attributes={{{', '.join(uses)}}}")
        if type_.base is not None:
            arguments.append(f"base={self.reference(type_.base)}")
        arguments += ['derivation="extension"'] if type_.derivation == "extension" else []
        arguments += ["mixed=True"] if type_.mixed else []
        arguments += ["abstract=True"] if type_.abstract else []
        arguments += [f"block={type_.block!r}"] if type_.block else []
        if type_.attribute_wildcard is not None:
            arguments.append(f"wildcard={_call('Wildcard', _wildcard(type_.attribute_wildcard))}")
        return Definition(self.names[type_.key], _call("ComplexType", arguments), type_.documentation)

    def _attribute(self, use: AttributeUse) -> str:
        arguments = [self.reference(use.type)]
        arguments += ["required=True"] if use.required else []
        arguments += [f"fixed={use.fixed!r}"] if use.fixed is not None else []
        arguments += [f"default={use.default!r}"] if use.default is not None else []
        return _call("Attribute", arguments)

    def _content(self, type_: ComplexType) -> Content:
        assert type_.particle is not None
        return Content(self._function(type_), self._particle(type_.particle), _label(type_.key), str(type_.place))

    def _function(self, type_: ComplexType) -> str:
        return f"_{self.names[type_.key].lower()}_content"

    def _particle(self, particle: Particle) -> str:
        occurs = [f"minimum={particle.minimum}"] if particle.minimum != 1 else []
        occurs += [f"maximum={particle.maximum}"] if particle.maximum != 1 else []
        if isinstance(particle.term, ModelGroup):
            function = "all_of" if particle.term.kind == "all" else particle.term.kind
            return _call(function, [*map(self._particle, particle.term.particles), *occurs])
        if isinstance(particle.term, Wildcard):
            return _call("any_element", [*_wildcard(particle.term), *occurs])
        if particle.is_reference:
            return _call("reference", ["DECLARATIONS", repr(particle.term.name), *occurs])
        return self._declaration("element", particle.term, occurs)

    def _declaration(self, function: str, element: ElementDeclaration, occurs: list[str] | None = None) -> str:
        arguments = [repr(element.name), self.reference(element.type), repr(str(element.place))]
        arguments += ["nillable=True"] if element.nillable else []
        arguments += [f"fixed={element.fixed!r}"] if element.fixed is not None else []
        arguments += [f"default={element.default!r}"] if element.default is not None else []
        arguments += ["abstract=True"] if element.abstract else []
        arguments += [f"block={element.block!r}"] if element.block else []
        if element.substitution_group is not None and function == "ElementDeclaration":
            arguments.append(f"substitution_group={element.substitution_group!r}")
        if element.constraints:
            arguments.append(f"constraints=({', '.join(map(_constraint, element.constraints))},)")
        return _call(function, [*arguments, *(occurs or [])])


def _wildcard(wildcard: Wildcard) -> list[str]:
    arguments = [repr(wildcard.constraint.kind)]
    arguments += [repr(wildcard.constraint.namespaces)] if wildcard.constraint.namespaces else []
    return [*arguments, *([f"process={wildcard.process!r}"] if wildcard.process != "strict" else [])]


def _constraint(constraint: IdentityConstraint) -> str:
    arguments = [constraint.kind, constraint.name, constraint.selector, constraint.fields]
    refer = [] if constraint.refer is None else [constraint.refer]
    return _call("IdentityConstraint", [repr(argument) for argument in [*arguments, *refer]])


class ValidatorsTarget:
    """Emits `validators.py`."""

    name = "validators"
    requires: tuple[str, ...] = ("bindings", "scanner")

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module."""
        plan = Planner(api.schema).plan()
        yield File("validators.py", api.render("validators.py.jinja", {"plan": plan, "api": api}))


def _has_constraints(schema: Schema) -> Iterator[bool]:
    yield from (bool(element.constraints) for element in schema.elements.values())
    for type_ in schema.types.values():
        if isinstance(type_, ComplexType) and type_.particle is not None:
            yield from (bool(element.constraints) for element in type_.particle.elements())


def _holds_names(schema: Schema, type_: SimpleType) -> bool:
    """Whether values of a type are, or contain, names with prefixes."""
    keys = [key for key in (type_.base, type_.item, *type_.members) if key is not None]
    found = False
    for key in keys:
        other = schema.types.get(key)
        found |= key in _NAMES or (isinstance(other, SimpleType) and _holds_names(schema, other))
    return found


def _facets(type_: SimpleType, names: bool) -> list[str]:
    arguments = []
    patterns = [facet for facet in type_.facets if facet.name == "pattern"]
    if patterns:
        arguments.append(f"patterns=({', '.join(repr(facet.value) for facet in patterns)},)")
    values = type_.enumeration()
    if values:
        arguments.append(f"enumeration=({', '.join(map(repr, values))},)")
        if names:
            namespaces = {prefix: uri for facet in type_.facets for prefix, uri in facet.namespaces}
            arguments.append(f"enumeration_namespaces={namespaces!r}")
    for facet in type_.facets:
        if facet.name in _BOUNDS:
            arguments.append(f"{_BOUNDS[facet.name]}={int(facet.value)}")
        elif facet.name in _TEXTS:
            arguments.append(f"{_TEXTS[facet.name]}={facet.value!r}")
    return arguments


def _bases_first(schema: Schema) -> Iterator[SimpleType | ComplexType]:
    """Yield all types so that each comes behind those that its definition uses at once."""
    done: set[str] = set()

    def visit(key: str | None) -> Iterator[SimpleType | ComplexType]:
        if key is None or key in done or key not in schema.types:
            return
        done.add(key)
        type_ = schema.types[key]
        needed: tuple[str | None, ...]
        if isinstance(type_, SimpleType):
            needed = (type_.base, type_.item, *type_.members)
        else:
            needed = (type_.base, type_.simple, *(use.type for use in type_.attributes))
        for other in needed:
            yield from visit(other)
        yield type_

    for key in schema.types:
        yield from visit(key)


def _spoken(key: str) -> str:
    """Return a key as words for a constant's name: the local names on the way to an anonymous type."""
    parts = [local_name(part) for part in key.removesuffix("/type").split("/")]
    return "_".join(snake(part) for part in parts)


def _label(key: str) -> str:
    """Return how messages name a type."""
    return local_name(key.removesuffix("/type").rpartition("/")[2])


def _call(function: str, arguments: list[str]) -> str:
    return f"{function}({', '.join(arguments)})"
