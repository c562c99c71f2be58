"""The process that a package is imported in before it is installed.

It reads a JSON object from standard input: the `folder` of a package and the names of its `modules`; and answers with
`null`, or what was raised and where, and the module that an import failed at.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import schemapress_runtime

_NAME = "schemapress_built"
"""The name under which a package is imported."""

MOST_FILES = 65_536
"""File descriptors that are closed; a build has a few."""


def close_streams() -> None:
    """Let what is printed go nowhere, whether Python or a library of C prints it, and nothing be read."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    sys.stdout = sys.stderr = os.fdopen(1, "w", closefd=False)


def close_files(but: int) -> None:
    """Close all files of a copy of a process but one; its streams lead nowhere."""
    close_streams()
    os.closerange(3, but)
    os.closerange(but + 1, MOST_FILES)


def answer(order: str) -> str:
    """Import the package that an order names, and return the answer."""
    asked = json.loads(order)
    sys.dont_write_bytecode = True
    return json.dumps(_failure(_NAME, Path(asked["folder"]), asked["modules"]))


def _failure(name: str, folder: Path, modules: list[str]) -> dict[str, object] | None:
    """Import the modules of the package in a folder; return the failure, if any."""
    try:
        package = import_package(name, folder)
        for module in modules:
            importlib.import_module(f"{name}.{module}")
        for exported in getattr(package, "__all__", ()):  # which are looked up when they are first used
            getattr(package, exported)
    except BaseException as error:  # whatever it is, the package can't be used
        lines = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
        place = f"{Path(lines[-1].filename).name}:{lines[-1].lineno}" if lines else "__init__.py"
        if isinstance(error, SyntaxError) and error.filename is not None:
            place = f"{Path(error.filename).name}:{error.lineno}"
        missing = error.name if isinstance(error, ImportError) else None
        return {"message": f"{type(error).__name__}: {error}", "place": place, "module": missing}
    return None


def import_package(name: str, folder: Path) -> ModuleType:
    """Import and return the package in a folder under a name, with our own runtime in the place of its copy."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = sys.modules[name] = importlib.util.module_from_spec(spec)
    if (folder / "_runtime").is_dir():
        _put_runtime(f"{name}._runtime")
    spec.loader.exec_module(package)
    return package


def _put_runtime(name: str) -> None:
    """Put our runtime in the place of a copy: the modules that are loaded, and the files of the others."""
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = list(schemapress_runtime.__path__)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    ours = f"{schemapress_runtime.__name__}."
    for loaded in [module for module in sys.modules if module.startswith(ours)]:
        sys.modules[f"{name}.{loaded.removeprefix(ours)}"] = sys.modules[loaded]


if __name__ == "__main__":
    asked_for = sys.stdin.read()
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as output:
        close_streams()
        output.write(answer(asked_for))
