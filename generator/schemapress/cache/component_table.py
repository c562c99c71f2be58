"""The components of a schema as a table of JSON, of which a process restores only what it meets.

A row has one component. Types, global declarations, the particle of each content model, and whatever several components
refer to have rows of their own; everything else stands in the row of its owner. So components that share another one
share it once they are restored.

In JSON, a list begins with the code of what it is: a reference to a row, a tuple, a built-in type, or a class of
components with the values of its fields in their order, without those at the end that have their defaults. An object is
a mapping. The fields are those of the dataclasses, so a new one is in the table without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial
from operator import attrgetter
from threading import RLock
from types import NoneType
from typing import NamedTuple, cast

from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    Declarations,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
    Type,
)
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.on_demand import OnDemand
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import List, Restriction, TypeSource, Union
from schemapress_runtime.xsd.wildcard import Wildcard

_VALUES: tuple[type, ...] = (Place, TypeSource, Facet)
"""The dataclasses whose objects are values: nothing depends on which of several equal ones it is."""

DATACLASSES: tuple[type, ...] = (
    *_VALUES,
    *(Wildcard, IdentityConstraint, AttributeUse, ModelGroup, Particle, ElementDeclaration, ComplexType),
)
"""The classes of components that are dataclasses; a default value is of a class before its own."""

_CONSTRUCTED: Mapping[type, tuple[tuple[str, ...], Callable[..., object]]] = {
    Restriction: (("base", "label", "facets", "source"), Restriction.by_facets),
    List: (("item", "label", "source"), List),
    Union: (("members", "label", "source"), Union),
}
"""Simple types, which have constructors: the attributes that they take, and the constructor."""

_GLOBAL = ("elements", "types", "attributes")
"""The fields of the declarations that have components."""

_REFERENCE, _TUPLE, _BUILT_IN_TYPE, _CONTENT, _DECLARATIONS, _FIRST_CLASS = range(6)

_BUILT_IN_BY_NAME: Mapping[str, Type] = {**BUILTIN, "anyType": ANY_TYPE}
_BUILT_IN = {id(type_): [_BUILT_IN_TYPE, name] for name, type_ in _BUILT_IN_BY_NAME.items()}

_PLAIN = frozenset((str, int, bool, NoneType))
_NEVER_SHARED = _PLAIN.union(_VALUES)
_TYPES = frozenset((ComplexType, *_CONSTRUCTED))
_to_text = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class _Class(NamedTuple):
    """A class of components.

    `fields` are written with the values that `values` returns, and `make` takes these. The last fields may be left out;
    `defaults` has them as JSON. `required` is the length of a row without them, the code included.
    """

    code: int
    fields: tuple[str, ...]
    values: Callable[[object], tuple[object, ...]]
    make: Callable[..., object]
    required: int
    defaults: Sequence[object]


_CLASSES: dict[type, _Class] = {}


class _Writer:
    """Writes the rows of components, and numbers them as they are referred to."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._numbered: list[object] = []
        self._shared: set[int] = set()
        self._needed: dict[int, None] = {}

    def find_shared(self, roots: Iterable[object]) -> None:
        """Note the components that roots and components refer to more than once, a root counted as one reference."""
        waiting = list(roots)
        seen: set[int] = set()
        while waiting:
            value = waiting.pop()
            class_ = type(value)
            if class_ is tuple:
                waiting += [item for item in cast("tuple[object, ...]", value) if type(item) not in _NEVER_SHARED]
            elif id(value) in seen:
                self._shared.add(id(value))
            elif class_ in _CLASSES and id(value) not in _BUILT_IN:
                seen.add(id(value))
                items = _CLASSES[class_].values(value)
                waiting += [item for item in items if type(item) not in _NEVER_SHARED]
                if isinstance(value, ComplexType):
                    waiting.append(value.particle)
            elif isinstance(value, Mapping):
                waiting += value.values()

    def number(self, component: object) -> int:
        """Return the number of the row of a component."""
        number = self._numbers.get(id(component))
        if number is None:
            number = self._numbers[id(component)] = len(self._numbers)
            self._numbered.append(component)
        return number

    def rows(self) -> Iterator[str]:
        """Yield the rows of the components that were numbered, and of those that they refer to, in their order.

        A row has the numbers of the rows to restore before it, and the component.
        """
        for component in self._numbered:  # which grows on the way
            self._needed = {}
            row = self._inside(component)
            yield _to_text([list(self._needed), row])

    def as_json(self, value: object) -> object:
        """Return a value as it stands in the row of its owner."""
        class_ = type(value)
        if class_ in _PLAIN:
            return value
        if class_ is tuple:
            return [_TUPLE, *map(self.as_json, cast("tuple[object, ...]", value))]
        if id(value) in _BUILT_IN:
            return _BUILT_IN[id(value)]
        if class_ in _TYPES or id(value) in self._shared:
            number = self.number(value)
            self._needed[number] = None
            return [_REFERENCE, number]
        if class_ in _CLASSES:
            return self._inside(value)
        if isinstance(value, Declarations):
            return [_DECLARATIONS]
        assert isinstance(value, Mapping), class_
        return {name: self.as_json(item) for name, item in value.items()}

    def _inside(self, component: object) -> list[object]:
        """Return a component with the values of its fields."""
        class_ = _CLASSES[type(component)]
        values = class_.values(component)
        if isinstance(component, ComplexType):
            particle = component.particle
            content = None if particle is None else [_CONTENT, self.number(particle)]
            before, after = values[: _CONTENT_PLACE - 1], values[_CONTENT_PLACE:]
            row = [class_.code, *map(self.as_json, before), content, *map(self.as_json, after)]
        else:
            row = [class_.code, *map(self.as_json, values)]
        least = class_.required
        while len(row) > least and row[-1] == class_.defaults[len(row) - least - 1]:
            row.pop()
        return row


def _describe(code: int, class_: type) -> _Class:
    """Return the description of a class; those of its default values are there."""
    if class_ in _CONSTRUCTED:
        names, make = _CONSTRUCTED[class_]
        return _Class(code, names, attrgetter(*names), make, len(names) + 1, ())
    given = [field for field in fields(class_) if field.init]
    assert not any(field.kw_only for field in given), class_
    names = tuple(field.name for field in given)
    defaults: list[object] = []
    for field in given:
        if field.default is not MISSING:
            defaults.append(_Writer().as_json(field.default))
        elif field.default_factory is not MISSING:
            defaults.append(_Writer().as_json(field.default_factory()))
    return _Class(code, names, attrgetter(*names), class_, len(names) - len(defaults) + 1, defaults)


for _code, _class in enumerate((*DATACLASSES, *_CONSTRUCTED), _FIRST_CLASS):
    _CLASSES[_class] = _describe(_code, _class)

_CONTENT_PLACE = 1 + _CLASSES[ComplexType].fields.index("content")
"""Where the row of a complex type has what makes its particle. The particle is restored when it is asked for."""


def describe_layout() -> list[object]:
    """Return what decides on the meaning of a table: the classes with their codes, their fields and the defaults."""
    classes = [[one.code, class_.__name__, one.fields, one.defaults] for class_, one in _CLASSES.items()]
    return [*classes, [field.name for field in fields(Declarations)]]


def write_table(declarations: Declarations) -> tuple[dict[str, object], Iterator[str]]:
    """Return the head of a table, which has the row numbers of the global components, and the rows.

    Raises:
        RecursionError: components are inside each other in more levels than Python has calls.
    """
    writer = _Writer()
    writer.find_shared(component for name in _GLOBAL for component in getattr(declarations, name).values())
    head: dict[str, object] = {}
    for field in fields(Declarations):
        value = getattr(declarations, field.name)
        if field.name in _GLOBAL:
            value = {name: writer.number(component) for name, component in value.items()}
        elif field.name == "heads" and value is None:
            value = _heads(declarations)
        head[field.name] = dict(value) if isinstance(value, Mapping) else value
    return head, writer.rows()


def _heads(declarations: Declarations) -> dict[str, str]:
    """Return the head of each element that is in a substitution group, so that nobody has to restore all elements."""
    heads = ((name, element.substitution_group) for name, element in declarations.elements.items())
    return {name: head for name, head in heads if head is not None}


class ComponentTable:
    """Restores the components of a table, each when it is first asked for, and once, whatever the thread."""

    def __init__(self, head: Mapping[str, object], rows: Sequence[bytes]) -> None:
        """Take the head of a table and its rows, as `write_table` returned them."""
        self._rows = rows
        self._restored: dict[int, object] = {}
        self._restoring = RLock()
        arguments = dict(head)
        for name in _GLOBAL:
            numbers = cast("dict[str, int]", head[name])
            arguments[name] = OnDemand({key: partial(self.component, number) for key, number in numbers.items()})
        self.declarations = Declarations(**arguments)  # type: ignore[arg-type]  # as they were written
        self._makers = {class_.code: class_.make for class_ in _CLASSES.values()}

    def component(self, number: int) -> object:
        """Return the component of a row."""
        try:
            return self._restored[number]
        except KeyError:
            with self._restoring:
                self._restore_row(number)
            return self._restored[number]

    def _restore_row(self, number: int) -> None:
        """Restore a row after those that it needs, however long the chain of them is."""
        restored = self._restored
        waiting = [number]
        values: dict[int, object] = {}
        while waiting:
            number = waiting[-1]
            if number not in restored:
                if number not in values:
                    needed, values[number] = json.loads(self._rows[number])
                    missing = [other for other in needed if other not in restored]
                    if missing:
                        waiting += missing
                        continue
                restored[number] = self._restore(values.pop(number))
            waiting.pop()

    def _restore(self, value: object) -> object:
        """Return a value of a row whose references are restored."""
        if isinstance(value, list):
            code = value[0]
            if code >= _FIRST_CLASS:
                return self._makers[code](*map(self._restore, value[1:]))
            if code == _REFERENCE:
                return self._restored[value[1]]
            if code == _TUPLE:
                return tuple(map(self._restore, value[1:]))
            if code == _BUILT_IN_TYPE:
                return _BUILT_IN_BY_NAME[value[1]]
            if code == _CONTENT:
                return partial(self.component, value[1])
            return self.declarations
        if isinstance(value, dict):
            return {name: self._restore(item) for name, item in value.items()}
        return value
