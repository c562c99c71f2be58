"""Wildcards: which namespaces they admit, and how what they admit is validated (XSD 1.0 Part 1 §3.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Process = Literal["strict", "lax", "skip"]
"""How what a wildcard admits is validated: it must be declared, if it is declared, or not at all."""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A wildcard for elements or attributes; `namespaces` are those admitted, or, for `not`, those that are not."""

    kind: Literal["any", "not", "enumeration"]
    namespaces: tuple[str, ...] = ()
    process: Process = "strict"

    def admits(self, tag: str) -> bool:
        """Whether the namespace of a name is admitted (§3.10.4, Wildcard allows Namespace Name)."""
        namespace = tag[1 : tag.index("}")] if tag.startswith("{") else ""
        if self.kind == "any":
            return True
        if self.kind == "not":
            return bool(namespace) and namespace not in self.namespaces
        return namespace in self.namespaces

    @property
    def expected(self) -> str:
        """What the wildcard admits, in words."""
        if self.kind == "any":
            return "any element"
        if self.kind == "not" and not any(self.namespaces):
            return "any element that has a namespace"
        names = " or ".join(name or "no namespace" for name in self.namespaces)
        return f"any element of another namespace than {names}" if self.kind == "not" else f"any element of {names}"
