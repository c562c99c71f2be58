"""Target `testing`: a client that calls handlers without a socket, and sample messages."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File


class TestingTarget:
    """Emits `testing.py`, where the schema describes an endpoint."""

    name = "testing"
    requires: tuple[str, ...] = ("handlers", "client")

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; none where there is no endpoint."""
        if context.schema.endpoints:
            from .plan import plan_testing  # which loads much that an API without endpoints does not need

            yield File("testing.py", context.render("testing.py.jinja", plan_testing(context)))
