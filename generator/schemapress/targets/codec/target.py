"""Target `codec`: `decode` and `encode`, validating on the way."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File

from .plan import plan_codec


class CodecTarget:
    """Emits `codec.py`."""

    name = "codec"
    requires: tuple[str, ...] = ("bindings", "validators", "scanner")

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module."""
        yield File("codec.py", context.render("codec.py.jinja", plan_codec(context)))
