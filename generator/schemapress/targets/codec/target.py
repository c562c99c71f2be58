"""Target `codec`: `decode` and `encode`, validating on the way."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.code import module
from schemapress.targets.target import EmitContext, File, Import

from .plan import plan_codec

_EXPORTS = Import(
    module(".codec"),
    ("Message", "XmlParser", "XmlSerializer", "decode", "encode", "from_json", "iter_decode", "to_json"),
)


class CodecTarget:
    """Emits `codec.py`."""

    name = "codec"
    requires: tuple[str, ...] = ("bindings", "validators", "scanner")

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module."""
        text = context.render("codec.py.jinja", plan_codec(context))
        documentation = "`decode` turns a document into an object, `encode` an object into a document."
        yield File("codec.py", text, exports=(_EXPORTS,), documentation=documentation)
