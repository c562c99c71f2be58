"""Target `scanner`: regular expressions that validate and bind a message in the form in which it usually arrives."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import EmitContext, File


class ScannerTarget:
    """Emits `scanner.py`."""

    name = "scanner"
    requires: tuple[str, ...] = ("bindings",)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the module; messages that can't be scanned are left to the walk."""
        yield File("scanner.py", context.render("scanner.py.jinja", context.scan_plan))
