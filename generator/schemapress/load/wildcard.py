"""The algebra of namespace constraints: what two wildcards admit together (XSD 1.0 Part 1 §3.10.6)."""

from __future__ import annotations

from .model import NamespaceConstraint, Wildcard
from .source import Element, SchemaDocument

ANY = NamespaceConstraint("any")


def read(value: str, target: str) -> NamespaceConstraint:
    """Return the constraint of a `namespace` attribute (Part 1 §3.10.2)."""
    if value.strip() == "##any":
        return ANY
    if value.strip() == "##other":
        return NamespaceConstraint("not", (target,))
    names = {"##targetNamespace": target, "##local": ""}
    return NamespaceConstraint("enumeration", tuple(dict.fromkeys(names.get(part, part) for part in value.split())))


def admits(constraint: NamespaceConstraint, namespace: str) -> bool:
    """Whether a constraint admits a namespace; "" is no namespace (§3.10.4, Wildcard allows Namespace Name)."""
    if constraint.kind == "not":
        return bool(namespace) and namespace not in constraint.namespaces
    return constraint.kind == "any" or namespace in constraint.namespaces


def union(one: NamespaceConstraint, other: NamespaceConstraint) -> NamespaceConstraint:
    """Return what one or the other admits (Attribute Wildcard Union)."""
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
    """Return what both admit (Attribute Wildcard Intersection)."""
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


def read_wildcard(element: Element, document: SchemaDocument) -> Wildcard:
    """Return the wildcard of xs:any or xs:anyAttribute."""
    process = element.get("processContents", "strict").strip()
    constraint = read(element.get("namespace", "##any"), document.namespace)
    return Wildcard(
        constraint, "lax" if process == "lax" else "skip" if process == "skip" else "strict", document.place(element)
    )
