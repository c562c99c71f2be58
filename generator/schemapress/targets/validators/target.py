"""Target `validators`: the declarations of the schema, for the walk over a parsed document."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File

from .plan import plan_validators


class ValidatorsTarget:
    """Emits `validators.py`."""

    name = "validators"
    requires: tuple[str, ...] = ()

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module."""
        yield File("validators.py", context.render("validators.py.jinja", plan_validators(context.schema)))
