"""The root element of an object: that of its class, or the one whose type its class is derived from.

An object of a derived type, which xsi:type named, is of the class of that type, and not of the class of the root
element. What is decoded remembers its root element then, beside the fields, as objects remember an order of elements.
An object that was made by hand belongs to the one message whose type its class is derived from, if there is one alone;
xsdata's DerivedElement says which one where there are several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..binding.class_kinds import is_derived, is_object
from ..binding.remembered import ROOT_ELEMENT
from ..report.display import name_classes
from ..xsd.components import ANY_TYPE, is_derived_from
from .messages import Messages


@dataclass(frozen=True, slots=True)
class RootElement:
    """The tag of a root element, and its object; `is_derived` where xsi:type has to say of which type that is."""

    tag: str
    value: Any  # an object of the class of a message, or of one of a derived type
    is_derived: bool


def remember_root(value: object, tag: str) -> None:
    """Let an object remember the tag of its root element."""
    ROOT_ELEMENT.keep(value, tag)


def recall_root(value: object) -> str | None:
    """Return the tag that an object remembers, or None where it remembers none."""
    return ROOT_ELEMENT.of(value)


def root_of(value: object, messages: Messages[Any]) -> RootElement:  # messages of any class
    """Return the root element that an object is written as.

    Raises:
        TypeError: the object is no message, or there are several that it could be.
    """
    classes = messages.classes
    tag = recall_root(value)
    if tag is None or tag not in classes:
        own = messages.tags.get(type(value))
        if own is not None:
            return RootElement(own, value, is_derived=False)
        if is_derived(value):
            tag, value = value.qname, value.value
            if tag not in classes or not is_object(value):
                given = f"the content {type(value).__name__} of an element {tag!r}"
                raise TypeError(f"expected an object of {name_classes(classes.values())}, not {given}")
        else:
            tag = _only_root(type(value), messages)
    return RootElement(tag, value, is_derived=type(value) is not classes[tag])


def is_message_of(value: object, class_: type, messages: Messages[Any]) -> bool:  # as above
    """Whether an object that was decoded is a message of a class, or of a type derived from that of its root."""
    if type(value) is class_ and recall_root(value) is None:
        return True
    tag = recall_root(value)
    tags = roots_of_derived(type(value), messages) if tag is None else [tag]
    return any(messages.classes.get(tag) is class_ for tag in tags)


def _only_root(class_: type, messages: Messages[Any]) -> str:  # as above
    tags = roots_of_derived(class_, messages)
    if not tags:
        raise TypeError(f"expected an object of {name_classes(messages.classes.values())}, not of {class_.__name__}")
    if len(tags) > 1:
        names = name_classes(messages.classes[tag] for tag in tags)
        hint = f"say which, as DerivedElement(qname={tags[0]!r}, value=…) does"
        raise TypeError(f"an object of {class_.__name__} can be that of the element of {names}: {hint}")
    return tags[0]


def roots_of_derived(class_: type, messages: Messages[Any]) -> list[str]:  # as above
    """Return the tags of the messages of whose type that of a class is derived, by methods that are not blocked.

    Those of any type are not among them.
    """
    return [tag for tag in _roots_that_admit(class_, messages) if not is_of_any_type(tag, messages)]


def roots_of_any_type(class_: type, messages: Messages[Any]) -> list[str]:  # as above
    """Return the tags of the messages of any type, if a class is that of a type which xsi:type can name there."""
    return [tag for tag in _roots_that_admit(class_, messages) if is_of_any_type(tag, messages)]


def is_of_any_type(tag: str, messages: Messages[Any]) -> bool:  # as above
    """Whether the root element of a tag is of any type."""
    return messages.declarations.elements[tag].type is ANY_TYPE


def _roots_that_admit(class_: type, messages: Messages[Any]) -> list[str]:  # as above
    if not is_object(class_) or "." in class_.__qualname__ or not messages.owns(class_):
        return []
    name = messages.context.build(class_).target_qname
    type_ = messages.declarations.types.get(name)
    if type_ is None:
        return []
    return [
        tag
        for tag in messages.classes
        if (declared := messages.declarations.elements[tag]).type is not type_
        and not declared.abstract
        and is_derived_from(type_, declared.type, declared.blocked)
    ]
