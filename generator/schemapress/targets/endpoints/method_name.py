"""The name of an endpoint's method: the same in the handlers, the client and the test kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress.load.schema import EndpointFacts
from schemapress.targets.code import Code
from schemapress.targets.emitted_names import NameAllocator, snake

_TAKEN = (
    *("self", "message", "request", "blocks", "bindings"),
    *("abstractmethod", "prefixes", "understood_headers"),  # of the handlers
    *("close", "send_document"),  # of the client
)
"""Names that the classes have for something else."""


def name_methods(endpoints: Iterable[EndpointFacts]) -> Iterator[tuple[EndpointFacts, Code]]:
    """Yield each endpoint and the name of its method: its own in snake case, with a number if that is taken."""
    names = NameAllocator(*_TAKEN)
    for endpoint in endpoints:
        yield endpoint, names.unique(snake(endpoint.name))
