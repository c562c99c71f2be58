"""The class of a root element that an endpoint names."""

from __future__ import annotations

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts
from schemapress.targets.code import Code
from schemapress.targets.emitted_names import in_bindings
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name


def class_of_root(context: EmitContext, endpoint: EndpointFacts, element: str) -> Code:
    """Return the class of a root element that an endpoint names.

    Raises:
        SchemapressError: there is none.
    """
    shape = context.shapes.of_root(element)
    if shape is None:
        message = f"The element {local_name(element)} of the endpoint {endpoint.name} is bound to no class."
        raise SchemapressError(message, place=str(endpoint.place), hint="Give it a complex type.")
    return in_bindings(shape.name)
