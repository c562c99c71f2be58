"""A quick check whose module is imported late: the emitted scanner, which loads the classes of a package."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import resolve_name

from ..verdict import QuickCheck

ASKED_BEFORE = 100
"""Documents after which the module is imported: to load the classes takes as long as to read some thousand."""


def check_late(asking: str, module: str, name: str) -> QuickCheck:
    """Return the check that a module has by a name; it takes no document before the module is loaded.

    The module stands beside the one that is asking.

    A process that decodes has loaded it, and uses it from the first document on. One that only validates loads it
    after `ASKED_BEFORE` documents: with few, it never needs the classes.
    """
    asked = 0
    loaded: QuickCheck | None = None
    full_name = resolve_name(module, asking.rpartition(".")[0])

    def check(text: str) -> object:
        nonlocal asked, loaded
        if loaded is not None:
            return loaded(text)
        asked += 1
        if asked <= ASKED_BEFORE and full_name not in sys.modules:
            return False
        accepts: QuickCheck = getattr(import_module(full_name), name)
        loaded = accepts
        return accepts(text)

    return check
