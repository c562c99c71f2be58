"""Details of a document that the fields of its object can't hold, remembered so that they are written again.

It does not count when objects are compared, and is lost when one is copied field by field. A class with slots has no
place for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Remembered(Generic[_Item]):
    """One thing that objects remember, in an attribute of its own."""

    def __init__(self, name: str) -> None:
        """Take the name of the attribute, which no field has."""
        self.name = name

    def keep(self, value: object, item: _Item) -> None:
        """Let an object remember an item, if its class has a place for it."""
        try:
            object.__setattr__(value, self.name, item)  # as a frozen class allows it too
        except AttributeError:  # a class with slots
            return

    def of(self, value: object) -> _Item | None:
        """Return the detail that an object remembers, or None."""
        item: _Item | None = getattr(value, self.name, None)
        return item


ELEMENT_ORDER: Remembered[Sequence[str]] = Remembered("_element_order")
"""The names of an object's fields, one for each element, in the order of the document."""

IS_NIL: Remembered[bool] = Remembered("_is_nil")
"""Whether the element of an object is nil."""

DOCUMENT_PREFIXES: Remembered[Mapping[str, str]] = Remembered("_document_prefixes")
"""Namespaces by the prefixes that the document has for them."""

ROOT_ELEMENT: Remembered[str] = Remembered("_root_element")
"""The tag of the root element of an object."""

NAMES = frozenset(remembered.name for remembered in (ELEMENT_ORDER, IS_NIL, DOCUMENT_PREFIXES, ROOT_ELEMENT))
"""The names that no field may have."""
