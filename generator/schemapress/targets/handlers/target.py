"""Target `handlers`: an abstract class with one method per endpoint, and the applications around it."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File

from .plan import plan_handlers


class HandlersTarget:
    """Emits `handlers.py`, where the schema describes an endpoint."""

    name = "handlers"
    requires: tuple[str, ...] = ("codec",)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; none where no endpoint receives messages."""
        plan = plan_handlers(context)
        if plan.handlers:
            yield File("handlers.py", context.render("handlers.py.jinja", plan))
