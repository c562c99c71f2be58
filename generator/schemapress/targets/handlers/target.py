"""Target `handlers`: an abstract class with one method per endpoint, and the applications around it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File
from schemapress.write.openapi import describe_served

from .plan import plan_handlers


class HandlersTarget:
    """Emits `handlers.py` and the OpenAPI document of what it serves, where the schema describes an endpoint."""

    name = "handlers"
    requires: tuple[str, ...] = ("codec",)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; none where no endpoint receives messages."""
        plan = plan_handlers(context)
        if plan.handlers:
            yield File("handlers.py", context.render("handlers.py.jinja", plan))
            document = describe_served(context.schema, context.name)
            lines = json.dumps(document, ensure_ascii=False, indent=1).splitlines()
            yield File("openapi.py", context.render("openapi.py.jinja", lines))
