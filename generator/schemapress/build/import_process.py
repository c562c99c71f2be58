"""The process that packages are imported in, once, before they are installed.

It reads JSON objects from standard input, one per line: the `folder` of a package and the names of its `modules`; and
answers each with a line: `null`, or what was raised and where, and the module that an import failed at.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import sys
import traceback
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import lxml.etree  # noqa: F401  # what every package imports, while there is nothing to do yet
import xsdata.models.datatype  # noqa: F401  # every package imports it, too

import schemapress_runtime


def main() -> None:
    """Import one package after the other, until there are no more."""
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            answer = _failure(f"schemapress_built_{number}", Path(order["folder"]), order["modules"])
        print(json.dumps(answer), flush=True)


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
        sys.modules[f"{name}._runtime"] = _runtime(f"{name}._runtime")
    spec.loader.exec_module(package)
    return package


def _runtime(name: str) -> ModuleType:
    """Return the package of the runtime modules, which are copies of ours, and ours are compiled already."""
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = list(schemapress_runtime.__path__)
    return importlib.util.module_from_spec(spec)


if __name__ == "__main__":
    gc.set_threshold(100_000, 50, 100)
    main()
