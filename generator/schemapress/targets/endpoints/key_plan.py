"""The keys of an endpoint: expressions of functions that get them from a message."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts
from schemapress.targets.class_shapes import ClassShape, FieldShape
from schemapress.targets.code import Code, call, literal
from schemapress.targets.emitted_names import snake
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name


def plan_keys(context: EmitContext, endpoint: EndpointFacts) -> Iterator[tuple[str, Code]]:
    """Yield the arguments of the endpoint for its keys, and functions that get them from a message.

    Raises:
        SchemapressError: a key leads to no attribute of a class.
    """
    for fact, path in endpoint.keys.items():
        if path is None or endpoint.request is None:
            continue
        names = _attribute_names(context.shapes.of_root(endpoint.request), path)
        if names is None:
            message = f"The {fact} {path!r} of the endpoint {endpoint.name} leads to no attribute of a binding class."
            hint = "Name an element that is bound to an attribute of its own and can't repeat."
            raise SchemapressError(message, place=str(endpoint.place), hint=hint)
        getter = "attrgetter" if len(names) == 1 else "path_getter"
        yield snake(fact), call(getter, map(literal, names))


def _attribute_names(shape: ClassShape | None, path: str) -> list[str] | None:
    """Return the attributes that lead to the text of an element, or None where it has no attribute of its own."""
    names = []
    for name in path.split("/"):
        field = None if shape is None else _field(shape, name)
        if field is None or field.is_list or field.is_tuple:
            return None
        names.append(field.name)
        shape = field.child
    if shape is not None:
        if shape.text is None:
            return None
        names.append(shape.text.name)
    return names


def _field(shape: ClassShape, name: str) -> FieldShape | None:
    """Return the field of a child element, which may be in a namespace."""
    return next((field for child, field in shape.fields.items() if local_name(child) == name), None)
