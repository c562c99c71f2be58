"""How messages name things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..limits import MAX_SHOWN
from .problem import cut

if TYPE_CHECKING:
    from lxml import etree


def local_name(tag: str) -> str:
    """Return the name without its namespace."""
    return tag.rpartition("}")[2]


def namespace_of(tag: str) -> str:
    """Return the namespace of a tag, in words where it has none."""
    namespace = tag.rpartition("}")[0][1:]
    return cut(namespace) or "no namespace"


def quoted(tag: str) -> str:
    """Return a tag as an element is written: `<name>`, with its namespace if it has one."""
    namespace = tag.rpartition("}")[0][1:]
    return f"<{cut(local_name(tag))}>" + (f" of {cut(namespace)}" if namespace else "")


def name_of(element: etree._Element) -> str:
    """Return how a message names an element."""
    return f"<{cut(local_name(str(element.tag)))}>"


def shown(text: str | None) -> str:
    """Return a text for a message: quoted, and cut where it is long."""
    if not text:
        return "empty"
    return repr(text) if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]!r}… ({len(text):,} characters)"


def listed(names: list[str]) -> str:
    """Return alternatives as one phrase."""
    if len(names) > 12:
        names = [*names[:12], "…"]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


_MOST_CLASSES = 5
"""Classes of messages that an error names; of more, their number is told."""


def class_names(classes: Iterable[type]) -> str:
    """Return the names of classes, sorted; of many the first few, and how many others there are."""
    names = sorted({one.__name__ for one in classes})
    few = ", ".join(map(cut, names[:_MOST_CLASSES]))
    return few if len(names) <= _MOST_CLASSES else f"{few} and {len(names) - _MOST_CLASSES:,} more"
