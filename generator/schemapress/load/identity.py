"""Identity constraints of an element declaration (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from typing import Literal

from schemapress_runtime.names import clark
from schemapress_runtime.xsd.components import IdentityConstraint

from .source import XSD, Element, SchemaDocument

_KINDS: dict[str, Literal["key", "unique", "keyref"]] = {
    XSD + "key": "key",
    XSD + "unique": "unique",
    XSD + "keyref": "keyref",
}


def identity_constraints(element: Element, document: SchemaDocument) -> tuple[IdentityConstraint, ...]:
    """Return the constraints that an element declaration has."""
    return tuple(_constraint(child, document) for child in element if child.tag in _KINDS)


def _constraint(element: Element, document: SchemaDocument) -> IdentityConstraint:
    selector = element.find(XSD + "selector")
    refer = element.get("refer")
    return IdentityConstraint(
        kind=_KINDS[str(element.tag)],
        name=clark(document.namespace, element.get("name", "")),
        selector="" if selector is None else _path(selector, document),
        fields=tuple(_path(field, document) for field in element.findall(XSD + "field")),
        refer=None if refer is None else document.resolve(element, refer),
        place=document.place(element),
    )


def _path(element: Element, document: SchemaDocument) -> str:
    """Return a path with its prefixes resolved; names without one are in no namespace (§3.11.6)."""
    alternatives = []
    for path in element.get("xpath", "").split("|"):
        steps = [
            _step(step.strip(), element, document) for step in path.replace("::", ":: ").replace("/", " / ").split()
        ]
        alternatives.append("".join(steps))
    return "|".join(alternatives)


def _step(step: str, element: Element, document: SchemaDocument) -> str:
    mark, name = ("@", step[1:]) if step.startswith("@") else ("", step)
    prefix, colon, local = name.partition(":")
    if not colon or not local or name.endswith("::"):
        return {"child::": "", "attribute::": "@"}.get(step, step)
    if local == "*":
        return f"{mark}{{{element.nsmap.get(prefix, '')}}}*"
    return mark + document.resolve(element, name)
