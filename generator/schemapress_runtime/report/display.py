"""Names and quotations in messages: elements, namespaces, texts, classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..limits import MAX_SHOWN
from ..names import local_name, namespace_of

if TYPE_CHECKING:
    from lxml import etree

_MOST_ALTERNATIVES = 12
"""Alternatives that one phrase lists, so that it stays on a few lines."""

_MOST_CLASSES = 5
"""Classes of messages that an error names; of more, their number is given."""


def cut(text: str) -> str:
    """Return a name, a namespace or a value as a message repeats it: whole, or its beginning where it is long."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def namespace_in_words(tag: str) -> str:
    """Return the namespace of a tag; `no namespace` where it has none."""
    return cut(namespace_of(tag)) or "no namespace"


def quote_tag(tag: str) -> str:
    """Return a tag as an element is written: `<name>`, with its namespace if it has one."""
    namespace = namespace_of(tag)
    return f"<{cut(local_name(tag))}>" + (f" of {cut(namespace)}" if namespace else "")


def name_of(element: etree._Element) -> str:
    """Return the name of an element for a message: `<name>`, without its namespace."""
    return f"<{cut(local_name(str(element.tag)))}>"


def show(text: str | None) -> str:
    """Return a text for a message: quoted, and cut where it is long."""
    if not text:
        return "empty"
    return repr(text) if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]!r}… ({len(text):,} characters)"


def join_alternatives(names: list[str]) -> str:
    """Return one or more alternatives as one phrase: `a`, `a or b`, `a, b or c`."""
    if len(names) > _MOST_ALTERNATIVES:
        names = [*names[:_MOST_ALTERNATIVES], "…"]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def name_classes(classes: Iterable[type]) -> str:
    """Return the names of classes, sorted; of many the first few, and how many others there are."""
    names = sorted({class_.__name__ for class_ in classes})
    few = ", ".join(map(cut, names[:_MOST_CLASSES]))
    return few if len(names) <= _MOST_CLASSES else f"{few} and {len(names) - _MOST_CLASSES:,} more"
