"""Wildcards of the source (XSD 1.0 Part 1 §3.10.2)."""

from __future__ import annotations

from schemapress_runtime.xsd.wildcard import ANY, NamespaceConstraint, Process, Wildcard

from .document import SchemaElement

_PROCESSES: dict[str, Process] = {"strict": "strict", "lax": "lax", "skip": "skip"}


def read_constraint(value: str, target: str) -> NamespaceConstraint:
    """Return the constraint of a `namespace` attribute in a document of a target namespace."""
    if value.strip() == "##any":
        return ANY
    if value.strip() == "##other":
        return NamespaceConstraint("not", (target,))
    names = {"##targetNamespace": target, "##local": ""}
    return NamespaceConstraint("enumeration", tuple(dict.fromkeys(names.get(part, part) for part in value.split())))


def read_wildcard(element: SchemaElement) -> Wildcard:
    """Return the wildcard of xs:any or xs:anyAttribute."""
    constraint = read_constraint(element.get("namespace", "##any"), element.document.namespace)
    process = _PROCESSES[element.get("processContents", "strict").strip()]
    return Wildcard(constraint.kind, constraint.namespaces, process, element.place)
