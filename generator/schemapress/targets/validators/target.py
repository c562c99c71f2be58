"""Target `validators`: the declarations of the schema, for the walk over a parsed document."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.code import fill, module
from schemapress.targets.target import EmitContext, File, Import

from .plan import plan_validators


class ValidatorsTarget:
    """Emits `validators.py`."""

    name = "validators"
    requires: tuple[str, ...] = ()

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module."""
        exports = (
            Import(fill("{}.limits", context.runtime), ("DocumentLimits",)),
            Import(fill("{}.report.problem", context.runtime), ("InvalidDocument", "Problem", "Report")),
            Import(module(".validators"), ("NAMESPACES", "validate", "validate_file")),
        )
        text = context.render("validators.py.jinja", plan_validators(context.schema, context.quick_check))
        documentation = "`validate` reports every problem of a document, `validate_file` of one in a file."
        yield File("validators.py", text, exports=exports, documentation=documentation)
