"""The global components of a set of schema documents, by kind and name."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.errors import SchemapressError
from schemapress_runtime.names import clark, local_name, namespace_of
from schemapress_runtime.xml.document import Element

from .document import XSD_TAG, SchemaDocument, references
from .global_component import COMPONENT_KINDS, GlobalComponent, make_up
from .redefinition import list_redefinitions, redefine
from .resolution import namespaces_of


class GlobalComponents:
    """All global components of a schema."""

    def __init__(self, documents: list[SchemaDocument], *, strict: bool = True) -> None:
        """Take the documents; unless `strict`, a missing component is made up and constrains nothing (§5.3)."""
        self._strict = strict
        self._components: dict[tuple[str, str], GlobalComponent] = {}
        for document in documents:
            for element in document.root:
                self._add(element, document)
        for element, document in list_redefinitions(documents):
            component = redefine(element, document, self._components, strict=strict)
            self._components[component.kind, component.name] = component

    def find(self, kind: str, name: str, user: Element, document: SchemaDocument) -> GlobalComponent:
        """Return a component that an element refers to.

        Raises:
            SchemapressError: there is none.
        """
        component = self._components.get((kind, name))
        if component is None and not self._strict:
            component = self._components[kind, name] = make_up(kind, name, user, document)
        if component is None:
            readable = "xs:" + local_name(name) if name.startswith(XSD_TAG) else name
            message = f"{kind[0].upper()}{kind[1:]} {readable} is not declared."
            raise SchemapressError(message, place=document.show(user), hint=_hint_for_missing(name, document))
        return component

    def get(self, kind: str, name: str) -> GlobalComponent | None:
        """Return a component, or None where there is none."""
        return self._components.get((kind, name))

    def of_kind(self, kind: str) -> Iterator[GlobalComponent]:
        """Yield all components of a kind, in the order of the source."""
        for component in list(self._components.values()):
            if component.kind == kind:
                yield component

    def _add(self, element: Element, document: SchemaDocument) -> None:
        kind, local = COMPONENT_KINDS.get(str(element.tag)), element.get("name")
        if kind is not None and local is not None:
            name = clark(document.namespace, local.strip())
            known = self._components.setdefault((kind, name), GlobalComponent(kind, name, element, document))
            if self._strict and known.document.path != document.path and not _are_alike(known.element, element):
                message = f"{kind} {local.strip()!r} is defined differently at {known.document.show(known.element)}."
                raise SchemapressError(message[0].upper() + message[1:], place=document.show(element), hint=_ONE_SCHEMA)


def _hint_for_missing(name: str, document: SchemaDocument) -> str:
    """Return how to fix a reference to a component that no document declares."""
    namespace = namespace_of(name)
    for reference, target in zip(references(document.root), document.targets, strict=False):
        location = reference.get("schemaLocation", "").strip()
        if reference.get("namespace") == namespace and target is None and location:
            return (
                f"Its namespace is imported from {location} without a local copy: add the XSD to the specification "
                "folder, or map the URL in catalog.xml."
            )
    return "Declare it, fix its name or its prefix, or import the schema that declares it."


_ONE_SCHEMA = (
    "One schema has one definition per name. If these are two versions, put each into its own folder, or name the "
    "documents that belong together: [tool.schemapress.entries], or --schema for each of them."
)


def _are_alike(element: Element, other: Element) -> bool:
    """Whether two definitions are equal, apart from documentation and white space."""
    pairs: list[tuple[Element, Element]] = [(element, other)]
    while pairs:
        left, right = pairs.pop()
        if left.tag != right.tag or sorted(left.items()) != sorted(right.items()):
            return False
        if left.nsmap != right.nsmap and namespaces_of(left) != namespaces_of(right):
            return False
        children = [[child for child in side if child.tag != XSD_TAG + "annotation"] for side in (left, right)]
        if len(children[0]) != len(children[1]):
            return False
        pairs += zip(*children, strict=True)
    return True
