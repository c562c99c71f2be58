"""What was captured of one endpoint, as questions and the writing of the schema need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .endpoint import Endpoint, Field
from .message import Element, Message
from .question import Evidence


@dataclass(frozen=True, slots=True)
class Captured:
    """An endpoint, and its messages as trees."""

    endpoint: Endpoint
    messages: tuple[Message, ...]

    def elements(self) -> Iterator[tuple[Message, Element]]:
        """Yield all elements, each with the message that it belongs to."""
        for message in self.messages:
            for element in message.walk():
                yield message, element

    def label(self, message: Message, element: Element) -> str:
        """Return how keys name an element: its path, behind the status if it is of a response."""
        dotted = element.field.dotted
        return dotted if message.key == "request" else f"{message.key}:{dotted}"

    @property
    def has_request(self) -> bool:
        """Whether there is a message to the endpoint; without one, it is none that endpoint facts can describe."""
        return any(message.body.status is None for message in self.messages)

    @property
    def operation(self) -> str:
        """A name for the operation: the names in the path of its endpoint, behind a method other than POST.

        All of them, for the last one alone, such as `cancel`, may be that of many operations; and so is a parameter at
        the end. The title would be no better: in a page without its line breaks, nobody knows where it ends.
        """
        names = self.path_names
        if self.endpoint.path.startswith("/"):
            names += re.findall(r"\{([A-Za-z_][\w.\-]*)\}/?$", self.endpoint.path)
            names = names if self.endpoint.method == "POST" else [self.endpoint.method.lower(), *names]
        return names[0] if len(names) == 1 else _joined(names) or "message"

    @property
    def path_names(self) -> list[str]:
        """The names in the path of the endpoint, without its parameters and versions."""
        path = re.sub(r"\{[^{}]*\}", "", self.endpoint.path)
        names: list[str] = re.findall(r"[A-Za-z_][\w.\-]*", path)
        return [name for name in names if not re.fullmatch(r"[vV][0-9.]+", name)]


def _joined(names: list[str]) -> str:
    """Return names as one, which begins with a small letter."""
    if not names:
        return ""
    first, *others = names
    return first[0].lower() + first[1:] + "".join(name[0].upper() + name[1:] for name in others)


def evidence(field: Field) -> Evidence:
    """Return a field as evidence: its line in the page, the beginning of its description."""
    first = field.description.partition("\n")[0]
    shown = first if len(first) <= 100 else first[:99] + "…"
    required = ", required" if field.required else ""
    return Evidence(str(field.place), f"`{field.dotted}` ({field.type}{required}) {shown}".rstrip())


def is_text(field: Field) -> bool:
    """Whether a field holds a text of which the page says no more than that."""
    return field.type == "string" and not field.values and not field.format
