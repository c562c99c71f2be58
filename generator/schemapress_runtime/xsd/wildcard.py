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


def union(one: NamespaceConstraint, other: NamespaceConstraint) -> NamespaceConstraint:
    """Return the union of two constraints (§3.10.6, Attribute Wildcard Union)."""
    if one == other:
        return one
    if "any" in (one.kind, other.kind):
        return ANY
    if one.kind == other.kind == "enumeration":
        return NamespaceConstraint("enumeration", tuple(dict.fromkeys(one.namespaces + other.namespaces)))
    if one.kind == other.kind == "not":
        return NamespaceConstraint("not", ("",))
    negated, listed = (one, other) if one.kind == "not" else (other, one)
    if negated.namespaces[0] in listed.namespaces:
        return ANY if "" in listed.namespaces or negated.namespaces == ("",) else NamespaceConstraint("not", ("",))
    return negated


def intersection(one: NamespaceConstraint, other: NamespaceConstraint) -> NamespaceConstraint:
    """Return the intersection of two constraints (§3.10.6, Attribute Wildcard Intersection)."""
    if one == other or other.kind == "any":
        return one
    if one.kind == "any":
        return other
    if one.kind == other.kind == "enumeration":
        return NamespaceConstraint("enumeration", tuple(name for name in one.namespaces if name in other.namespaces))
    if one.kind == other.kind == "not":
        return one if other.namespaces == ("",) else other
    negated, listed = (one, other) if one.kind == "not" else (other, one)
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
