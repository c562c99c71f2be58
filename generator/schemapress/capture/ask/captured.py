"""An endpoint with its messages as trees, which questions and plans are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..read.message_tree import MessageElement, MessageTree
from ..read.page import PageEndpoint, PageField
from .question import Evidence


@dataclass(frozen=True, slots=True)
class CapturedEndpoint:
    """An endpoint, and its messages as trees."""

    endpoint: PageEndpoint
    messages: tuple[MessageTree, ...]

    def elements(self) -> Iterator[tuple[MessageTree, MessageElement]]:
        """Yield all elements, each with its message."""
        for message in self.messages:
            for element in message.walk():
                yield message, element

    def label(self, message: MessageTree, element: MessageElement) -> str:
        """Return the label of an element in keys: its path, after the status of a response."""
        dotted = element.field.dotted
        return dotted if message.key == "request" else f"{message.key}:{dotted}"

    @property
    def has_request(self) -> bool:
        """Whether the endpoint has a request with fields; without one, endpoint facts can't describe it."""
        return any(message.body.status is None for message in self.messages)

    @property
    def operation(self) -> str:
        """A name for the operation: all names in the path of its endpoint, after a method other than POST.

        The last name alone, such as `cancel`, may be that of many operations, and so may a parameter at the end. The
        title is no better: in a page without line breaks its end is unknown.
        """
        names = self.path_names
        if self.endpoint.path.startswith("/"):
            names += re.findall(r"\{([A-Za-z_][\w.\-]*)\}/?$", self.endpoint.path)
            names = names if self.endpoint.method == "POST" else [self.endpoint.method.lower(), *names]
        return names[0] if len(names) == 1 else _join(names) or "message"

    @property
    def path_names(self) -> list[str]:
        """The names in the path of the endpoint, without its parameters and versions."""
        path = re.sub(r"\{[^{}]*\}", "", self.endpoint.path)
        names: list[str] = re.findall(r"[A-Za-z_][\w.\-]*", path)
        return [name for name in names if not re.fullmatch(r"[vV][0-9.]+", name)]


def _join(names: list[str]) -> str:
    """Return names as one name that begins with a lower-case letter."""
    if not names:
        return ""
    first, *others = names
    return first[0].lower() + first[1:] + "".join(name[0].upper() + name[1:] for name in others)


def evidence_of(field: PageField) -> Evidence:
    """Return a field as evidence: its place in the page, and the beginning of its description."""
    first = field.description.partition("\n")[0]
    shown = first if len(first) <= 100 else first[:99] + "…"
    required = ", required" if field.required else ""
    return Evidence(str(field.place), f"`{field.dotted}` ({field.type}{required}) {shown}".rstrip())


def is_text(field: PageField) -> bool:
    """Whether a field is a string without values or a format."""
    return field.type == "string" and not field.values and not field.format
