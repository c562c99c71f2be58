"""Wildcards, and the algebra of their namespace constraints (XSD 1.0 Part 1 §3.10)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from ..names import namespace_of
from .place import NOWHERE, Place

Process = Literal["strict", "lax", "skip"]
"""The validation of admitted elements and attributes: required (strict), if declared (lax), or none (skip)."""


@dataclass(frozen=True, slots=True)
class NamespaceConstraint:
    """Which namespaces are admitted (§3.10.1): any, all but those listed, or those listed; "" is no namespace."""

    kind: Literal["any", "not", "enumeration"]
    namespaces: tuple[str, ...] = ()

    def admits(self, namespace: str) -> bool:
        """Whether a namespace is admitted (§3.10.4, Wildcard allows Namespace Name)."""
        if self.kind == "not":
            return bool(namespace) and namespace not in self.namespaces
        return self.kind == "any" or namespace in self.namespaces


ANY = NamespaceConstraint("any")


def union(first: NamespaceConstraint, second: NamespaceConstraint) -> NamespaceConstraint:
    """Return the union of two constraints (§3.10.6, Attribute Wildcard Union)."""
    if first == second:
        return first
    if "any" in (first.kind, second.kind):
        return ANY
    if first.kind == second.kind == "enumeration":
        return NamespaceConstraint("enumeration", tuple(dict.fromkeys(first.namespaces + second.namespaces)))
    if first.kind == second.kind == "not":
        return NamespaceConstraint("not", ("",))
    negated, listed = (first, second) if first.kind == "not" else (second, first)
    if negated.namespaces[0] in listed.namespaces:
        return ANY if "" in listed.namespaces or negated.namespaces == ("",) else NamespaceConstraint("not", ("",))
    return negated


def intersection(first: NamespaceConstraint, second: NamespaceConstraint) -> NamespaceConstraint:
    """Return the intersection of two constraints (§3.10.6, Attribute Wildcard Intersection)."""
    if first == second or second.kind == "any":
        return first
    if first.kind == "any":
        return second
    if first.kind == second.kind == "enumeration":
        return NamespaceConstraint("enumeration", tuple(name for name in first.namespaces if name in second.namespaces))
    if first.kind == second.kind == "not":
        return first if second.namespaces == ("",) else second
    negated, listed = (first, second) if first.kind == "not" else (second, first)
    kept = tuple(name for name in listed.namespaces if name not in (*negated.namespaces, ""))
    return NamespaceConstraint("enumeration", kept)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A wildcard for elements or attributes; `kind` and `namespaces` are those of its constraint."""

    kind: Literal["any", "not", "enumeration"]
    namespaces: tuple[str, ...] = ()
    process: Process = "strict"
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def constraint(self) -> NamespaceConstraint:
        """Which namespaces the wildcard admits."""
        return NamespaceConstraint(self.kind, self.namespaces)

    def with_constraint(self, constraint: NamespaceConstraint) -> Wildcard:
        """Return the wildcard with another constraint."""
        return replace(self, kind=constraint.kind, namespaces=constraint.namespaces)

    def admits(self, tag: str) -> bool:
        """Whether the namespace of a name is admitted (§3.10.4, Wildcard allows Namespace Name)."""
        return self.kind == "any" or self.constraint.admits(namespace_of(tag))

    @property
    def expected(self) -> str:
        """The admitted namespaces, in words."""
        if self.kind == "any":
            return "any element"
        if self.kind == "not" and not any(self.namespaces):
            return "any element that has a namespace"
        names = " or ".join(name or "no namespace" for name in self.namespaces)
        return f"any element of another namespace than {names}" if self.kind == "not" else f"any element of {names}"
