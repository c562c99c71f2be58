"""An OpenAPI document and the files that it refers to: values with their places, references followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.load.roots import locate, roots_around

from .values import read_values


@dataclass(frozen=True)
class Node:
    """A value in a document, and where it stands: the file, and a JSON pointer (RFC 6901).

    `beside` is what stood beside the reference that led here; it goes before the value's own (OpenAPI 3.1 §4.8.24).
    """

    value: Any  # whatever JSON can hold
    file: Path
    pointer: str
    documents: Documents = field(repr=False, compare=False)
    beside: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def bare(self) -> Node:
        """The value by itself, without what stood beside a reference to it."""
        return Node(self.value, self.file, self.pointer, self.documents)

    @property
    def place(self) -> str:
        """The place as messages name it."""
        return f"{self.file.name}#{self.pointer}"

    def __getitem__(self, key: str) -> Node:
        """Return what stands under a key, a reference followed; None inside where there is nothing."""
        return self._child(key).followed()

    def __contains__(self, key: str) -> bool:
        return key in self.beside or (isinstance(self.value, dict) and key in self.value)

    def get(self, key: str, default: Any = None) -> Any:  # whatever JSON can hold
        """Return the plain value under a key."""
        if key in self.beside:
            return self.beside[key]
        return self.value.get(key, default) if isinstance(self.value, dict) else default

    def text(self, key: str) -> str:
        """Return the text under a key; empty where there is none."""
        found = self.get(key, "")
        return found.strip() if isinstance(found, str) else ""

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield what an object holds, references followed."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield str(key), self[key]

    def __iter__(self) -> Iterator[Node]:
        """Yield what a list holds, references followed."""
        if isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield Node(item, self.file, f"{self.pointer}/{index}", self.documents).followed()

    @property
    def reference(self) -> str | None:
        """The reference that a value is, if it is one."""
        found = self.get("$ref")
        return found if isinstance(found, str) else None

    def followed(self) -> Node:
        """Return what a reference leads to, with what stands beside the reference."""
        seen: set[tuple[Path, str]] = set()
        node, beside = self, dict(self.beside)
        while (reference := node.reference) is not None:
            target = self.documents.target(node, reference)
            if (target.file, target.pointer) in seen:
                raise SchemapressError("This reference leads to itself.", place=self.place)
            seen.add((target.file, target.pointer))
            beside = {**{key: value for key, value in node.value.items() if key != "$ref"}, **beside}
            node = target
        return Node(node.value, node.file, node.pointer, self.documents, beside) if beside else node

    def _child(self, key: str) -> Node:
        self.documents.look_up(self)
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        return Node(self.get(key), self.file, f"{self.pointer}/{escaped}", self.documents)

    def fail(self, message: str, hint: str | None = None) -> SchemapressError:
        """Return an error about this value."""
        return SchemapressError(message, place=self.place, hint=hint)


Found = TypeVar("Found")


def remembered(function: Callable[[Node], Found]) -> Callable[[Node], Found]:
    """Return a function of a node that is called once for each value: schema objects may refer to one often."""

    def called(node: Node) -> Found:
        if node.beside:
            return function(node)
        known = node.documents.known_of(function)
        at = (node.file, node.pointer)
        if at not in known:
            known[at] = function(node)
        return known[at]

    return called


class Documents:
    """The documents that were read, each once: the one that somebody named, and what it refers to around it."""

    def __init__(self, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> None:
        """Take the document that somebody named."""
        self.limits = limits
        self._roots = roots_around([path])
        self._known: dict[Path, Any] = {}  # whatever JSON can hold
        self._looked_up = 0
        self._targets: dict[tuple[Path, str], Node] = {}
        self._known_of: dict[object, dict[tuple[Path, str], Any]] = {}  # whatever the functions return

    def known_of(self, function: Callable[[Node], Found]) -> dict[tuple[Path, str], Found]:
        """Return what a function has returned for the values that it was called with, by their places."""
        return self._known_of.setdefault(function, {})

    def root(self, path: Path, text: str | None = None) -> Node:
        """Return the root of a document.

        Raises:
            SchemapressError: it is missing, neither JSON nor YAML, or beyond a limit.
        """
        real = path.resolve()
        if real not in self._known:
            if len(self._known) >= self.limits.page_documents:
                raise beyond("page_documents", self.limits, "The document", str(path))
            self._known[real] = read_values(self._text(path) if text is None else text, path, self.limits)
        return Node(self._known[real], real, "", self)

    def target(self, node: Node, reference: str) -> Node:
        """Return what a reference leads to.

        Raises:
            SchemapressError: it leads nowhere, or to where nothing is read.
        """
        known = self._targets.get((node.file, reference))
        if known is None:
            known = self._targets[node.file, reference] = self._target(node, reference)
        return known

    def _target(self, node: Node, reference: str) -> Node:
        file, _, pointer = reference.partition("#")
        if file:
            found = self.root(locate(file, node.file, self._roots, node.place))
        else:
            found = Node(self._known[node.file], node.file, "", self)
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            value = found.value
            if isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
                found = Node(value[int(key)], found.file, f"{found.pointer}/{part}", self)
            elif isinstance(value, dict) and key in value:
                found = Node(value[key], found.file, f"{found.pointer}/{part}", self)
            else:
                raise node.fail(f"{reference!r} leads nowhere: there is no {part!r}.", "Fix the reference.")
        return found

    def look_up(self, node: Node) -> None:
        """Count that a value is looked at.

        Raises:
            SchemapressError: more were than the limit allows.
        """
        self._looked_up += 1
        if self._looked_up > self.limits.page_lookups:
            raise beyond("page_lookups", self.limits, "The document", node.place)

    def _text(self, path: Path) -> str:
        try:
            if path.stat().st_size > self.limits.page_bytes:
                raise beyond("page_bytes", self.limits, "The document", str(path))
            return path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise SchemapressError("This is not UTF-8.", place=str(path)) from None
        except OSError:
            raise SchemapressError("There is no such file.", place=str(path), hint="Check the reference.") from None


_INDEX = re.compile(r"[0-9]{1,9}")
