"""Target `scanner`: regular expressions that validate and bind a message in the form in which it usually arrives."""

from __future__ import annotations

from collections.abc import Iterator

from .scan_plan import ScanPlanner
from .scan_steps import ScanPlan
from .target import Api, File


def scan_plan(api: Api) -> ScanPlan:
    """Return the plan of the scanner for an API."""
    roots = ((element, api.shapes.of_root(name)) for name, element in api.schema.documents.items())
    return ScanPlanner(api.schema).plan(roots)


class ScannerTarget:
    """Emits `scanner.py`."""

    name = "scanner"
    requires: tuple[str, ...] = ("bindings",)

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module; what can't be scanned is left to the walk."""
        roots = api.message_type(api.schema.documents)
        yield File("scanner.py", api.render("scanner.py.jinja", {"plan": scan_plan(api), "api": api, "roots": roots}))
