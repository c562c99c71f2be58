"""Names of schema components as Python identifiers."""

from __future__ import annotations

import builtins
import keyword
import re

from .code import Code, as_identifier, fill, identifier

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[^\W_]+")


def snake(name: str) -> str:
    """Return `name` in snake case, as an identifier: `faultStartTime` gives `fault_start_time`."""
    return as_identifier("_".join(word.lower() for word in _WORDS.findall(name)), "unnamed")


def constant(name: str) -> str:
    """Return `name` in capitals: `FaultStatus` gives `FAULT_STATUS`."""
    return as_identifier(snake(name).upper(), "UNNAMED")


class NameAllocator:
    """Hands out identifiers, each once; one that is taken, or that Python reserves, gets a suffix."""

    def __init__(self, *taken: str) -> None:
        self._taken = {*taken, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}

    def unique(self, wanted: str) -> Code:
        """Return `wanted`, or the first free one of `wanted_`, `wanted_2`, `wanted_3`…"""
        wanted = as_identifier(wanted, "unnamed")
        name = wanted
        if name in self._taken and keyword.iskeyword(name):
            name = f"{wanted}_"
        number = 2
        while name in self._taken:
            name = f"{wanted}_{number}"
            number += 1
        self._taken.add(name)
        return identifier(name)


def in_bindings(class_name: str) -> Code:
    """Return the name of a binding class in emitted modules: qualified by its module, so that no other name clashes."""
    return fill("bindings.{}", identifier(class_name))
