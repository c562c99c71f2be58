"""The rooms of the generator stand above each other: data flows one way, and no import runs up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import schemapress

ROOMS = (
    *("errors", "workflow_command", "junit", "limits", "reserved", "workspace"),
    *("load", "compiled", "documents", "project", "targets", "build", "diff", "write", "capture", "cli"),
)
"""Each room imports those before it alone; the package itself has the version and the functions of `compiled`."""

ROOT = Path(schemapress.__file__).parent


def imports(path: Path) -> Iterator[str]:
    """Yield the names of the rooms that a module imports, those inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("schemapress."))


def test_no_room_imports_one_above_it() -> None:
    for path in ROOT.rglob("*.py"):
        room = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if room not in ("__init__", "__main__"):
            assert room in ROOMS, path
            above = {name for name in imports(path) if ROOMS.index(name) > ROOMS.index(room)}
            assert above == set(), path
