"""Target `scanner`: regular expressions that validate and bind a message in the form in which it usually arrives."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.targets.target import Api, File


class ScannerTarget:
    """Emits `scanner.py`."""

    name = "scanner"
    requires: tuple[str, ...] = ("bindings",)

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module; what can't be scanned is left to the walk."""
        roots = api.message_type(api.schema.documents)
        yield File("scanner.py", api.render("scanner.py.jinja", {"plan": api.scan_plan, "api": api, "roots": roots}))
