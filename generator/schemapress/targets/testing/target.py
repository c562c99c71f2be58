"""Target `testing`: a client that calls handlers without a socket, and sample messages."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File

from .plan import plan_testing


class TestingTarget:
    """Emits `testing.py`, where the schema describes an endpoint."""

    name = "testing"
    requires: tuple[str, ...] = ("handlers", "client")

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; none where there is no endpoint."""
        if context.schema.endpoints:
            yield File("testing.py", context.render("testing.py.jinja", plan_testing(context)))
