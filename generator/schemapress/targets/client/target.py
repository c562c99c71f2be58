"""Target `client`: a class with one method per endpoint, and the same for an event loop."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File

from .plan import plan_client


class ClientTarget:
    """Emits `client.py`, where the schema describes an endpoint."""

    name = "client"
    requires: tuple[str, ...] = ("codec",)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; none where there is no endpoint."""
        plan = plan_client(context)
        if plan.calls:
            yield File("client.py", context.render("client.py.jinja", plan))
