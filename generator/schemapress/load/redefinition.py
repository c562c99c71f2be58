"""Redefinitions (xs:redefine, XSD 1.0 Part 1 §4.2.2): a component that replaces another one of its name.

`source` reads the document that a redefinition names; this module redefines the components. The new component takes
the place of the old one and keeps it as its `redefined`. Inside the new component, a reference to its own name means
the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemapress_runtime.names import clark
from schemapress_runtime.xml.document import Element

from .document import XSD_TAG, SchemaDocument
from .global_component import COMPONENT_KINDS, GlobalComponent, make_up

_OLDER = "~"
"""Stands behind the key of a type that a redefinition replaced, once for each redefinition since."""


def list_redefinitions(documents: Iterable[SchemaDocument]) -> list[tuple[Element, SchemaDocument]]:
    """Return the definitions inside of xs:redefine, each with its document, in the order in which they apply.

    A document that redefines stands before the document that it redefines, so the last one applies first.
    """
    redefinitions = [
        (element, document)
        for document in documents
        for redefine_element in document.root.iterchildren(XSD_TAG + "redefine")
        for element in redefine_element
        if element.tag in COMPONENT_KINDS
    ]
    return redefinitions[::-1]


def redefine(
    element: Element, document: SchemaDocument, components: Mapping[tuple[str, str], GlobalComponent], *, strict: bool
) -> GlobalComponent:
    """Return the component of a definition inside of xs:redefine; unless `strict`, a missing old one is made up."""
    kind, name = COMPONENT_KINDS[str(element.tag)], clark(document.namespace, element.get("name", "").strip())
    old = components.get((kind, name))
    if old is None and not strict:
        old = make_up(kind, name, element, document)
    return GlobalComponent(kind, name, element, document, redefined=old)


def list_versions(component: GlobalComponent) -> list[GlobalComponent]:
    """Return the versions of a component, the newest first: each redefines the next."""
    versions = [component]
    while (older := versions[-1].redefined) is not None:
        versions.append(older)
    return versions


def resolve_inside(component: GlobalComponent, element: Element | None) -> GlobalComponent:
    """Return the component that a reference inside an element means: the redefined one if the element redefines it."""
    for version in list_versions(component):
        if version.element is element and version.redefined is not None:
            return version.redefined
    return component


def resolve_reference(component: GlobalComponent, reference: Element, kind: str) -> GlobalComponent:
    """Return the component that a reference means, by the global definition of its kind that the reference is in."""
    if component.redefined is None:
        return component
    ancestors = reference.iterancestors(XSD_TAG + kind)
    return resolve_inside(component, next((ancestor for ancestor in ancestors if ancestor.get("name")), None))


def key_of_version(name: str, age: int) -> str:
    """Return the key of a type that was redefined `age` times."""
    return name + _OLDER * age


def redefined_key(key: str, base: str) -> str | None:
    """Return the key of the type that the type of `key` redefines, where its base has its own name; else None."""
    return key + _OLDER if base == key.rstrip(_OLDER) else None
