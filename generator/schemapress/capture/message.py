"""The fields of a body as a tree of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError

from .endpoint import Body, Field, Place

MOST_LEVELS = 100
"""Levels of elements in a message that a page may describe."""

NCNAME = re.compile(r"[^\W\d][\w.\-]*")
"""As far as it goes, a name without a colon (Namespaces in XML 1.0 §3)."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a message: what the page says of it, and the elements inside.

    `listed` is False for one that the page names only on the way to another field. `again` are further fields
    of the same path.
    """

    field: Field
    children: tuple[Element, ...] = ()
    listed: bool = True
    again: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        """The name of the element."""
        return self.field.name

    def walk(self) -> Iterator[Element]:
        """Yield the element and all inside, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Message:
    """The body of a request or a response, whose root the page does not name; `key` tells them apart."""

    key: str
    body: Body
    children: tuple[Element, ...]

    def walk(self) -> Iterator[Element]:
        """Yield all elements in the order of the page."""
        for child in self.children:
            yield from child.walk()


def read_message(body: Body) -> Message:
    """Return the fields of a body as a tree, in the order in which each is first named.

    Raises:
        SchemapressError: the name of a field can't be that of an element, or it is nested too deeply.
    """
    listed: dict[tuple[str, ...], list[Field]] = {}
    inside: dict[tuple[str, ...], dict[str, Place]] = {(): {}}
    for field in body.fields:
        if len(field.path) > MOST_LEVELS:
            message = f"A field has {len(field.path)} levels of names; {MOST_LEVELS} are the most that is read."
            raise SchemapressError(message, place=str(field.place), hint="Is this a page at all?")
        for index, name in enumerate(field.path):
            if NCNAME.fullmatch(name) is None:
                message = f"The field `{field.dotted}` has the name {name!r}, which no XML element can have."
                raise SchemapressError(message, place=str(field.place), hint="Correct the page, or ask who wrote it.")
            inside.setdefault(field.path[:index], {}).setdefault(name, field.place)
        listed.setdefault(field.path, []).append(field)

    def element(path: tuple[str, ...], place: Place) -> Element:
        fields = listed.get(path)
        children = tuple(element((*path, name), where) for name, where in inside.get(path, {}).items())
        if fields is None:
            return Element(Field(path, "object", place), children, listed=False)
        first, *again = fields
        if children and first.type not in ("object", "array"):
            first = replace(first, type="object")
        return Element(first, children, again=tuple(again))

    children = tuple(element((name,), place) for name, place in inside[()].items())
    key = "request" if body.status is None else f"response-{body.status}"
    return Message(key, body, children)
