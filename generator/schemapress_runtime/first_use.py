"""Names of a package whose modules are imported when a name is first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module


def import_on_first_use(package: str, names: Mapping[str, str], modules: Collection[str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package. `names` has the module of each name; `modules` are attributes themselves.

    Threads that use a name at once get the same object: Python imports a module once.
    """

    def look_up(name: str) -> object:
        if name in names:
            value = getattr(import_module(names[name], package), name)
        elif name in modules:
            return import_module(f".{name}", package)
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, value)
        return value

    return look_up
