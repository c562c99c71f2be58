"""The rooms of the generator stand above each other: data flows one way, no import runs up, and none in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import schemapress
import schemapress_runtime

ROOMS = (
    *(
        "errors",
        "documentation",
        "workflow_command",
        "junit",
        "limits",
        "reserved",
        "private_fields",
        "workspace",
        "file_mode",
    ),
    *("load", "cache", "compilation", "documents", "project", "write", "inclusion", "targets", "build", "diff"),
    *("capture", "generated_package", "sending", "receiver", "cli"),
)
"""Each room imports those before it alone; the package itself has the version and the functions of `compilation`."""

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


def modules_of(package: Path) -> dict[str, Path]:
    """Return the modules of a package, by their full names."""
    modules = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def imported_modules(name: str, path: Path) -> Iterator[str]:
    """Yield what may be the modules that a module imports, those inside of functions too, but not those for types."""
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            yield from (source, *(f"{source}.{alias.name}" for alias in node.names))


def is_around(package: str, module: str) -> bool:
    """Whether a package has a module in it, or is that itself: Python loads it first, whatever the module imports."""
    return f"{module}.".startswith(f"{package}.")


@pytest.mark.parametrize("package", [schemapress, schemapress_runtime])
def test_no_modules_import_each_other_in_a_circle(package: ModuleType) -> None:
    assert package.__file__ is not None
    modules = modules_of(Path(package.__file__).parent)
    graph = {
        name: {other for other in imported_modules(name, path) if other in modules and not is_around(other, name)}
        for name, path in modules.items()
    }

    TopologicalSorter(graph).prepare()
