"""Elements that are nil (XSD 1.0 Part 1 §2.6.2) and an object all the same: for their attributes, or as a root element.

xsdata has None for an element that is nil, which loses its attributes, and can't make a nil root element whose content
has required parts. Such an element is an object whose content is None instead, and which remembers that it is nil.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .class_kinds import make_object, needed_fields
from .object_parts import default_of
from .remembered import IS_NIL


def remember_nil(value: object) -> None:
    """Let an object remember that its element is nil."""
    IS_NIL.keep(value, True)


def was_nil(value: object) -> bool:
    """Whether an object remembers that its element is nil."""
    return IS_NIL.of(value) is True


def nil_object(class_: type, meta: Any, values: Mapping[str, Any]) -> object:  # xsdata's XmlMeta, values of any type
    """Return the object of an element that is nil: of the values of its attributes, with None for its content."""
    content = {variable.name for variable in meta.get_element_vars() if variable.init} & needed_fields(class_)
    text = {meta.text.name} if meta.text is not None and meta.text.init else set()
    value = make_object(class_, {**dict.fromkeys(content | text), **values})
    remember_nil(value)
    return value


def is_nil(value: Any, meta: Any) -> bool:  # an object of any class, and xsdata's XmlMeta
    """Whether an object of a nillable element is nil: it has no content, and remembers it, or would need some."""
    content = meta.get_element_vars()
    if not all(_is_absent(getattr(value, variable.name), variable) for variable in content):
        return False
    needed = needed_fields(value.__class__)
    return was_nil(value) or any(
        variable.name in needed and not variable.nillable and getattr(value, variable.name) is None
        for variable in content
    )


def _is_absent(item: object, variable: Any) -> bool:  # xsdata's XmlVar
    if item is None or (isinstance(item, list | tuple | dict) and not item):
        return True
    return not callable(variable.default) and item == default_of(variable)
