"""The fields of a body as a tree of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError

from .page import PageBody, PageField, PagePlace

MOST_MESSAGE_LEVELS = 100
"""Levels of elements that a message may have."""

NAME_WITHOUT_COLON = re.compile(r"[^\W\d][\w.\-]*")
"""A name without a colon, nearly (Namespaces in XML 1.0 §3)."""


@dataclass(frozen=True, slots=True)
class MessageElement:
    """An element of a message: its field on the page, and its children.

    `listed` is False for an element that occurs only in the paths of other fields. `again` are further fields with the
    same path.
    """

    field: PageField
    children: tuple[MessageElement, ...] = ()
    listed: bool = True
    again: tuple[PageField, ...] = ()

    @property
    def name(self) -> str:
        """The name of the element."""
        return self.field.name

    def walk(self) -> Iterator[MessageElement]:
        """Yield the element and its descendants, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class MessageTree:
    """The body of a request or a response as a tree, without the root, which pages do not name; `key` identifies it."""

    key: str
    body: PageBody
    children: tuple[MessageElement, ...]

    def walk(self) -> Iterator[MessageElement]:
        """Yield all elements in the order of the page."""
        for child in self.children:
            yield from child.walk()


def read_message(body: PageBody) -> MessageTree:
    """Return the fields of a body as a tree, in the order in which each is first named.

    Raises:
        SchemapressError: a field has a name that no element can have, or is nested too deeply.
    """
    listed: dict[tuple[str, ...], list[PageField]] = {}
    inside: dict[tuple[str, ...], dict[str, PagePlace]] = {(): {}}
    for field in body.fields:
        if len(field.path) > MOST_MESSAGE_LEVELS:
            message = f"A field has {len(field.path)} levels of names; at most {MOST_MESSAGE_LEVELS} are read."
            raise SchemapressError(message, place=str(field.place), hint="Check that this is a page of documentation.")
        for index, name in enumerate(field.path):
            if NAME_WITHOUT_COLON.fullmatch(name) is None:
                message = f"The field `{field.dotted}` has the name {name!r}, which no XML element can have."
                raise SchemapressError(message, place=str(field.place), hint="Fix the page, or ask its author.")
            inside.setdefault(field.path[:index], {}).setdefault(name, field.place)
        listed.setdefault(field.path, []).append(field)

    def element(path: tuple[str, ...], place: PagePlace) -> MessageElement:
        fields = listed.get(path)
        children = tuple(element((*path, name), child_place) for name, child_place in inside.get(path, {}).items())
        if fields is None:
            return MessageElement(PageField(path, "object", place), children, listed=False)
        first, *again = fields
        if children and first.type not in ("object", "array"):
            first = replace(first, type="object")
        return MessageElement(first, children, again=tuple(again))

    children = tuple(element((name,), place) for name, place in inside[()].items())
    key = "request" if body.status is None else f"response-{body.status}"
    return MessageTree(key, body, children)
