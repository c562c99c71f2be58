"""Target `validators`: the declarations of the schema, for the walk over a parsed document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.schema.model import (
    XSD_NAMESPACE,
    ComplexType,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Schema,
    SimpleType,
    clark,
    local_name,
)
from schemapress.schema.pattern import python_pattern

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


class Planner:
    """Works out the declarations of one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        names = Names("BUILTIN", "DECLARATIONS", "NAMESPACES", "ELEMENTS", "TYPES")
        self.names = {key: names.unique(constant(_spoken(key))) for key in schema.types}

    def plan(self) -> Plan:
        """Return the plan. Raises SchemapressError for a pattern that is none."""
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
        )

    def reference(self, key: str) -> str:
        """Return the expression for a type."""
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
            expression = _call("Restriction", [self.reference(type_.base), *label, *_facets(type_)])
        return Definition(self.names[type_.key], expression, type_.documentation)

    def _complex(self, type_: ComplexType) -> Definition:
        arguments = [repr(_label(type_.key)), repr(str(type_.place))]
        if type_.particle is not None:
            arguments.append(f"content={self._function(type_)}")
        if type_.simple is not None:
            arguments.append(f"simple={self.reference(type_.simple)}")
        if type_.attributes:
            uses = []
            for use in type_.attributes:
                attribute = [self.reference(use.type)]
                attribute += ["required=True"] if use.required else []
                attribute += [f"fixed={use.fixed!r}"] if use.fixed is not None else []
                uses.append(f"{use.name!r}: {_call('Attribute', attribute)}")
            arguments.append(f"attributes={{{', '.join(uses)}}}")
        if type_.base is not None:
            arguments.append(f"base={self.reference(type_.base)}")
        return Definition(self.names[type_.key], _call("ComplexType", arguments), type_.documentation)

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
        assert isinstance(particle.term, ElementDeclaration)
        return self._declaration("element", particle.term, occurs)

    def _declaration(self, function: str, element: ElementDeclaration, occurs: list[str] | None = None) -> str:
        arguments = [repr(element.name), self.reference(element.type), repr(str(element.place))]
        arguments += ["nillable=True"] if element.nillable else []
        arguments += [f"fixed={element.fixed!r}"] if element.fixed is not None else []
        arguments += [f"default={element.default!r}"] if element.default is not None else []
        return _call(function, [*arguments, *(occurs or [])])


class ValidatorsTarget:
    """Emits `validators.py`."""

    name = "validators"
    requires: tuple[str, ...] = ("bindings", "scanner")

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module. Raises SchemapressError for a pattern that is none."""
        plan = Planner(api.schema).plan()
        yield File("validators.py", api.render("validators.py.jinja", {"plan": plan, "api": api}))


def _facets(type_: SimpleType) -> list[str]:
    arguments = []
    pattern = python_pattern(type_.facets)
    if pattern is not None:
        sources = " | ".join(facet.value for facet in type_.facets if facet.name == "pattern")
        arguments += [f"pattern={pattern!r}", f"pattern_source={sources!r}"]
    values = type_.enumeration()
    if values:
        arguments.append(f"enumeration=({', '.join(map(repr, values))},)")
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
