"""Target `scanner`: regular expressions that validate and bind a message in the form in which it usually arrives."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.code import module
from schemapress.targets.target import EmitContext, File, Import
from schemapress_runtime.names import local_name

from .plan import plan_scanner


class ScannerTarget:
    """Emits `scanner.py`."""

    name = "scanner"
    requires: tuple[str, ...] = ("bindings",)
    quick_check = Import(module(".scanner"), ("accepts",))

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; messages that can't be scanned are left to the walk."""
        plan = plan_scanner(context)
        scanned = tuple((local_name(message.element), None) for message in plan.messages)
        text = context.render("scanner.py.jinja", plan)
        yield File("scanner.py", text, roots=(*scanned, *plan.unscanned))
