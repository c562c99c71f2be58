"""The prefixes of a document that its object remembers, for texts that are names with their prefixes.

A type of names that has a pattern is one of texts to xsdata, for the pattern is one of the prefix too. Such a text says
nothing of the namespace, which the root object remembers: it is written with the same declarations.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..xml.document import Element, attributes_of
from .remembered import DOCUMENT_PREFIXES


def remember_prefixes(value: object, prefixes: Mapping[str, str]) -> None:
    """Let the object of a document remember namespaces by their prefixes, if there are any."""
    if prefixes:
        DOCUMENT_PREFIXES.keep(value, dict(prefixes))


def recall_prefixes(value: object) -> Mapping[str, str]:
    """Return the namespaces that an object remembers by their prefixes."""
    return DOCUMENT_PREFIXES.of(value) or {}


def prefixes_in_values(root: Element) -> dict[str, str]:
    """Return the namespaces of the prefixes in the values of a document; not of one with several namespaces."""
    namespace_of: dict[str, str] = {}
    several: set[str] = set()
    for element in root.iter("*"):
        namespaces = element.nsmap
        for text in (element.text or "", *attributes_of(element).values()):
            for token in text.split() if ":" in text else ():
                prefix, colon, _ = token.partition(":")
                namespace = namespaces.get(prefix) if colon else None
                if namespace is not None and namespace_of.setdefault(prefix, namespace) != namespace:
                    several.add(prefix)
    return {prefix: namespace for prefix, namespace in namespace_of.items() if prefix not in several}
