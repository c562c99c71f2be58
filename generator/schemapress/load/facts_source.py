"""What endpoint facts stand in: `xs:appinfo` of a schema document, or `endpoints.toml` beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress_runtime.names import XSD_NAMESPACE, clark
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.place import Place

from .document import ENDPOINT_NAMESPACE, PERSONAL, XSD_TAG, SchemaDocument
from .endpoint_facts import DOCS

_PERSONAL_OWNERS = tuple(XSD_TAG + kind for kind in ("element", "complexType", "simpleType"))


class FactsSource(Protocol):
    """What endpoint facts stand in: a schema document, or `endpoints.toml`."""

    @property
    def endpoints(self) -> Iterable[Element]:
        """The outermost elements of facts."""
        ...

    def place(self, element: Element) -> Place:
        """Return the place of an element."""
        ...

    def show(self, element: Element, fact: str | None = None) -> str:
        """Return the place of an element for a message or, if the source knows it, that of one of its attributes."""
        ...

    def name_element(self, name: str) -> str:
        """Return the name of an element of endpoint facts as messages have it."""
        ...

    @property
    def noun(self) -> str:
        """What messages call an attribute."""
        ...

    def find_name(self, element: Element, fact: str, known: Mapping[str, object]) -> str | None:
        """Return the name in Clark notation that an attribute means, among known ones; None if it is none of them.

        One of a built-in type counts as known.
        """
        ...


@dataclass(frozen=True, slots=True)
class FactsInSchema:
    """The facts in the `xs:appinfo` of a schema document, which names elements of its own namespace."""

    document: SchemaDocument

    @property
    def endpoints(self) -> Iterator[Element]:
        """The elements of endpoint facts that are not inside another such element.

        Raises:
            SchemapressError: a `<personal>`, which is about no endpoint, stands at no element and no type.
        """
        for element in self.document.root.iter(f"{{{ENDPOINT_NAMESPACE}}}*"):
            parent = element.getparent()
            if element.tag == PERSONAL:
                _check_personal(element, self.document)
            elif parent is None or etree.QName(parent).namespace != ENDPOINT_NAMESPACE:
                yield element

    def place(self, element: Element) -> Place:
        """Return the place of an element."""
        return self.document.place(element)

    def show(self, element: Element, fact: str | None = None) -> str:
        """Return the place of an element for a message, which is that of its attributes."""
        return self.document.show(element)

    def name_element(self, name: str) -> str:
        """Return the name of an element of endpoint facts as messages have it."""
        return f"<{name}>"

    @property
    def noun(self) -> str:
        """What messages call an attribute."""
        return "attribute"

    def find_name(self, element: Element, fact: str, known: Mapping[str, object]) -> str | None:
        """Return the global component that an attribute names in Clark notation; None if there is none."""
        prefix, colon, local = element.get(fact, "").rpartition(":")
        namespace = element.nsmap.get(prefix) if colon else self.document.namespace
        if namespace is None:
            message = f"The prefix of the {fact} {prefix}:{local} is not declared."
            raise SchemapressError(message, place=self.show(element), hint=f"Declare it: xmlns:{prefix}.")
        name = clark(namespace, local)
        return name if namespace == XSD_NAMESPACE or name in known else None


def _check_personal(element: Element, document: SchemaDocument) -> None:
    """Check that <personal> says something about an element or a type. SchemapressError: it does not."""
    owner = element.getparent()
    for _ in range(2):  # xs:appinfo, xs:annotation
        owner = None if owner is None else owner.getparent()
    if owner is None or owner.tag not in _PERSONAL_OWNERS or owner.get("ref") is not None:
        message = "The <personal> of the endpoint facts stands at no element and no type."
        hint = "Put it into xs:appinfo of an xs:element without ref, an xs:complexType or an xs:simpleType."
        raise SchemapressError(message, place=document.show(element), hint=f"{hint} {DOCS}")
    if len(element) or element.attrib or (element.text or "").strip():
        message = "The <personal> of the endpoint facts has a content or attributes."
        raise SchemapressError(message, place=document.show(element), hint=f"It is empty. {DOCS}")
