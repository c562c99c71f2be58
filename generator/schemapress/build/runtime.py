"""The runtime of a package: a copy of the modules that it imports, or a requirement of the installed distribution."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from schemapress.targets.target import File
from schemapress_runtime.versions import RUNTIME_VERSION

FOLDER = "_runtime"
"""The folder of the copy; where there is none, the module that requires the installed one."""

INSTALLED = "schemapress_runtime"
"""The package of the installed one."""


def copy_modules(modules: Iterable[File]) -> Iterator[File]:
    """Yield the modules of the runtime that emitted modules import, and those that these import."""
    emitted = [file for file in modules if "/" not in file.path and file.path.endswith(".py")]
    waiting = [path for file in emitted for path in _find_imports(file.text, ())]
    needed: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in needed:
            needed.add(path)
            waiting += _find_needed_modules(path)
    for path in sorted(needed):
        yield File(path, _modules()[path], format=False)


def make_requirement() -> File:
    """Return the module that requires the installed runtime, which a package imports before all others."""
    text = f'''"""The runtime of this package is installed beside it: schemapress-runtime."""

from {INSTALLED}.versions import require_runtime

RUNTIME = require_runtime("{RUNTIME_VERSION}", __package__)
"""The version of the runtime that is installed."""
'''
    return File(f"{FOLDER}.py", text)


def make_verification() -> File:
    """Return the module that proves that a package is unchanged."""
    return File("verify.py", (files(INSTALLED) / "verify.py").read_text("utf-8"), format=False)


@cache
def _modules() -> dict[str, str]:
    """Return the text of each module of the runtime by the path of its copy."""
    return dict(_modules_of(files(INSTALLED), FOLDER))


def _modules_of(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.name.endswith(".py"):
            yield f"{path}/{entry.name}", entry.read_text("utf-8")
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _modules_of(entry, f"{path}/{entry.name}")


@cache
def _find_needed_modules(path: str) -> tuple[str, ...]:
    """Return the modules that a module of the runtime imports, by the paths of their copies."""
    return tuple(_find_imports(_modules()[path], tuple(path.split("/")[:-1])))


_IMPORT = re.compile(r"^[ ]*from (\.+)([\w.]*) import (?:\(([^)]*)\)|([^\n#]*))", re.MULTILINE)
"""A relative import: its dots, its module, and its names. Syntax trees of all modules would slow each build."""

_NAME = re.compile(r"\w+")


def _find_imports(text: str, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules of the runtime that a module of a package imports, and the packages around them."""
    known = _modules()
    for dots, module, within, names in _IMPORT.findall(text):
        around = (*package[: len(package) - len(dots) + 1], *filter(None, module.split(".")))
        stems = ["/".join(around[:length]) for length in range(1, len(around) + 1)]
        stems += ["/".join((*around, name)) for name in _NAME.findall(within or names)]
        for stem in stems:
            yield from (path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in known)
