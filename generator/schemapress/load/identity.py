"""Identity constraints of an element declaration (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from typing import Literal

from schemapress_runtime.names import clark
from schemapress_runtime.xsd.components import IdentityConstraint

from .document import SchemaElement

_KINDS: dict[str, Literal["key", "unique", "keyref"]] = {"key": "key", "unique": "unique", "keyref": "keyref"}


def read_constraints(element: SchemaElement) -> tuple[IdentityConstraint, ...]:
    """Return the identity constraints of an element declaration."""
    return tuple(map(_read_constraint, element.children(*_KINDS)))


def _read_constraint(element: SchemaElement) -> IdentityConstraint:
    selector = element.child("selector")
    refer = element.optional("refer")
    return IdentityConstraint(
        kind=_KINDS[element.kind],
        name=clark(element.document.namespace, element.get("name")),
        selector="" if selector is None else _read_path(selector),
        fields=tuple(map(_read_path, element.children("field"))),
        refer=None if refer is None else element.resolve(refer),
        place=element.place,
    )


def _read_path(element: SchemaElement) -> str:
    """Return a path with its prefixes resolved; names without one are in no namespace (§3.11.6)."""
    alternatives = []
    for path in element.get("xpath").split("|"):
        steps = path.replace("::", ":: ").replace("/", " / ").split()
        alternatives.append("".join(_resolve_step(step, element) for step in steps))
    return "|".join(alternatives)


def _resolve_step(step: str, element: SchemaElement) -> str:
    mark, name = ("@", step[1:]) if step.startswith("@") else ("", step)
    prefix, colon, local = name.partition(":")
    if not colon or not local or name.endswith("::"):
        return {"child::": "", "attribute::": "@"}.get(step, step)
    if local == "*":
        return f"{mark}{{{element.element.nsmap.get(prefix, '')}}}*"
    return mark + element.resolve(name)
