"""The plan of parameters: their arguments, and the Python types of their values, as binding classes have them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from xsdata.models.enums import DataType
from xsdata.utils.text import is_reserved

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts, ParameterFacts
from schemapress.targets.class_shapes import Shapes
from schemapress.targets.code import Code, call, fill, identifier, literal, tuple_literal, union_annotation
from schemapress.targets.emitted_names import in_bindings, snake
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union

_ARGUMENTS = ("self", "message", "request")
"""The names of the arguments that are no parameters."""

_ORDER = ("int", "bool", "float", "Decimal", "XmlTime", "XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod")
"""The order in which xsdata tries the types of a union; enumerations come before, and others after."""

_DATA_TYPES = {data_type.code: data_type for data_type in DataType}  # `DataType.from_code` knows none of bytes


@dataclass(frozen=True, slots=True)
class ParameterPlan:
    """A parameter as an argument of the method, and the expression of the parameter itself."""

    argument: Code
    expression: Code


@dataclass(frozen=True, slots=True)
class _PythonTypes:
    """The Python types of the values of a simple type; `format` is that of bytes."""

    names: tuple[Code, ...]
    is_list: bool = False
    format: str | None = None

    @property
    def annotation(self) -> Code:
        union = union_annotation(self.names)
        return fill("list[{}]", union) if self.is_list else union


def plan_parameters(shapes: Shapes, endpoint: EndpointFacts) -> tuple[ParameterPlan, ...]:
    """Return the plan of the parameters of an endpoint.

    Raises:
        SchemapressError: the type of one has values that no class of the bindings has.
    """
    names = _name_arguments(parameter.name for parameter in endpoint.parameters)
    return tuple(
        _plan_parameter(shapes, parameter, name) for parameter, name in zip(endpoint.parameters, names, strict=True)
    )


def _name_arguments(names: Iterable[str]) -> Iterator[Code]:
    """Yield the names of arguments, as xsdata names fields: `id` stays, and `class` becomes `class_value`."""
    taken = set(_ARGUMENTS)
    for name in names:
        wanted = snake(name)
        if is_reserved(wanted) or keyword.iskeyword(wanted) or wanted in _ARGUMENTS:
            wanted = f"{wanted}_value"
        free = (wanted if number == 1 else f"{wanted}_{number}" for number in count(1))
        argument = next(name for name in free if name not in taken)
        taken.add(argument)
        yield identifier(argument)


def _plan_parameter(shapes: Shapes, parameter: ParameterFacts, name: Code) -> ParameterPlan:
    types = _python_types(shapes, parameter, parameter.type)
    annotation = types.annotation if parameter.required else fill("{} | None = None", types.annotation)
    options = {} if parameter.required else {"required": literal(False)}
    if types.format is not None:
        options["format"] = literal(types.format)
    return ParameterPlan(
        argument=fill("{}: {}", name, annotation),
        expression=call(
            "Parameter",
            [
                *map(literal, (parameter.name, str(name), parameter.location)),
                _type_expression(parameter.type),
                tuple_literal(types.names),
            ],
            options,
        ),
    )


def _type_expression(type_: SimpleType) -> Code:
    if type_.is_builtin:
        return fill("BUILTIN[{}]", literal(type_.label))
    return call("find_simple_type", [identifier("DECLARATIONS"), literal(type_.source.name)])


def _python_types(shapes: Shapes, parameter: ParameterFacts, type_: SimpleType) -> _PythonTypes:
    """Return the types of the values of a type, which may be the base, item or member of the parameter's."""
    if type_.is_builtin:
        data_type = _DATA_TYPES[type_.label]
        item = _item_of_builtin(type_)
        return _PythonTypes((identifier(data_type.type.__name__),), item, data_type.format)
    if isinstance(type_, List):
        item_types = _python_types(shapes, parameter, type_.item)
        return _PythonTypes(item_types.names, True, item_types.format)
    if isinstance(type_, Union):
        members = [_python_types(shapes, parameter, member) for member in type_.members]
        names = sorted(dict.fromkeys(name for member in members for name in member.names), key=_rank)
        formats = [member.format for member in members if member.format]
        return _PythonTypes(tuple(names), any(member.is_list for member in members), formats[0] if formats else None)
    assert isinstance(type_, Restriction)
    assert type_.base is not None
    if any(facet.name == "enumeration" for facet in type_.facets):
        enumeration = _find_enumeration(shapes, parameter, type_)
        if enumeration is not None:
            return _PythonTypes((enumeration,))
    return _python_types(shapes, parameter, type_.base)


def _item_of_builtin(type_: SimpleType) -> bool:
    """Whether a built-in type is one of lists: NMTOKENS, IDREFS and ENTITIES."""
    base: SimpleType | None = type_
    while isinstance(base, Restriction):
        base = base.base
    return isinstance(base, List)


def _find_enumeration(shapes: Shapes, parameter: ParameterFacts, type_: SimpleType) -> Code | None:
    """Return the enumeration of the bindings that has the name of a type, whatever the convention for names is.

    There is none where no message uses the type.
    """
    wanted = _plain(local_name(type_.source.name or ""))
    named = [name for name in shapes.enumerations if _plain(name) == wanted]
    if len(named) > 1:
        message = f"The type {type_.label} of the parameter {parameter.name!r} may be bound to {' or '.join(named)}."
        hint = "Give one of these types another name."
        raise SchemapressError(message, place=str(parameter.place), hint=hint)
    return in_bindings(named[0]) if named else None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _rank(name: str) -> int:
    if "." in name:
        return -1
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
