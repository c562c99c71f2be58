"""An OpenAPI document and the files that it refers to: values with their places, with references resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.load.roots import locate_file, roots_around

from .values import read_values


@dataclass(frozen=True)
class JsonNode:
    """A value in a document, and its place: the file, and a JSON pointer (RFC 6901).

    `beside` has the keys beside the reference that led here; they override those of the value (OpenAPI 3.1 §4.8.24).
    """

    value: Any  # whatever JSON can hold
    file: Path
    pointer: str
    documents: OpenApiDocuments = field(repr=False, compare=False)
    beside: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def bare(self) -> JsonNode:
        """The value without the keys beside a reference to it."""
        return JsonNode(self.value, self.file, self.pointer, self.documents)

    @property
    def place(self) -> str:
        """The place for messages."""
        return f"{self.file.name}#{self.pointer}"

    def __getitem__(self, key: str) -> JsonNode:
        """Return the node of a key, with a reference resolved; its value is None for a missing key."""
        return self._child(key).follow()

    def __contains__(self, key: str) -> bool:
        return key in self.beside or (isinstance(self.value, dict) and key in self.value)

    def get(self, key: str, default: Any = None) -> Any:  # whatever JSON can hold
        """Return the plain value of a key."""
        if key in self.beside:
            return self.beside[key]
        return self.value.get(key, default) if isinstance(self.value, dict) else default

    def text(self, key: str) -> str:
        """Return the text of a key; empty if there is none."""
        value = self.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    def items(self) -> Iterator[tuple[str, JsonNode]]:
        """Yield the members of an object, with references resolved."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield str(key), self[key]

    def __iter__(self) -> Iterator[JsonNode]:
        """Yield the items of a list, with references resolved."""
        if isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield JsonNode(item, self.file, f"{self.pointer}/{index}", self.documents).follow()

    @property
    def reference(self) -> str | None:
        """The reference, if the value is one."""
        reference = self.get("$ref")
        return reference if isinstance(reference, str) else None

    def follow(self) -> JsonNode:
        """Return the target of a reference, with the keys beside the reference."""
        seen: set[tuple[Path, str]] = set()
        node, beside = self, dict(self.beside)
        while (reference := node.reference) is not None:
            target = self.documents.target(node, reference)
            if (target.file, target.pointer) in seen:
                raise SchemapressError("This reference leads to itself.", place=self.place)
            seen.add((target.file, target.pointer))
            beside = {**{key: value for key, value in node.value.items() if key != "$ref"}, **beside}
            node = target
        return JsonNode(node.value, node.file, node.pointer, self.documents, beside) if beside else node

    def _child(self, key: str) -> JsonNode:
        self.documents.look_up(self)
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        return JsonNode(self.get(key), self.file, f"{self.pointer}/{escaped}", self.documents)

    def fail(self, message: str, hint: str | None = None) -> SchemapressError:
        """Return an error about this value."""
        return SchemapressError(message, place=self.place, hint=hint)


_Result = TypeVar("_Result")


def remember(function: Callable[[JsonNode], _Result]) -> Callable[[JsonNode], _Result]:
    """Make a function of a node remember its results: many schema objects may refer to one."""

    def remembering(node: JsonNode) -> _Result:
        if node.beside:
            return function(node)
        known = node.documents.results_of(function)
        key = (node.file, node.pointer)
        if key not in known:
            known[key] = function(node)
        return known[key]

    return remembering


class OpenApiDocuments:
    """The documents that were read, each once: the named one, and those that it refers to."""

    def __init__(self, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> None:
        """Take the path of the named document."""
        self.limits = limits
        self._roots = roots_around([path])
        self._known: dict[Path, Any] = {}  # whatever JSON can hold
        self._looked_up = 0
        self._targets: dict[tuple[Path, str], JsonNode] = {}
        self._results_of: dict[object, dict[tuple[Path, str], Any]] = {}  # whatever the functions return

    def results_of(self, function: Callable[[JsonNode], _Result]) -> dict[tuple[Path, str], _Result]:
        """Return the results of a function so far, by the places of its arguments."""
        return self._results_of.setdefault(function, {})

    def root(self, path: Path, text: str | None = None) -> JsonNode:
        """Return the root of a document.

        Raises:
            SchemapressError: it is missing, neither JSON nor YAML, or beyond a limit.
        """
        real = path.resolve()
        if real not in self._known:
            if len(self._known) >= self.limits.page_documents:
                raise beyond("page_documents", self.limits, "The document", str(path))
            self._known[real] = read_values(self._text(path) if text is None else text, path, self.limits)
        return JsonNode(self._known[real], real, "", self)

    def target(self, node: JsonNode, reference: str) -> JsonNode:
        """Return the target of a reference.

        Raises:
            SchemapressError: the target does not exist, or may not be read.
        """
        known = self._targets.get((node.file, reference))
        if known is None:
            known = self._targets[node.file, reference] = self._target(node, reference)
        return known

    def _target(self, node: JsonNode, reference: str) -> JsonNode:
        file, _, pointer = reference.partition("#")
        if file:
            target = self.root(locate_file(file, node.file, self._roots, node.place))
        else:
            target = JsonNode(self._known[node.file], node.file, "", self)
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            value = target.value
            if isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
                target = JsonNode(value[int(key)], target.file, f"{target.pointer}/{part}", self)
            elif isinstance(value, dict) and key in value:
                target = JsonNode(value[key], target.file, f"{target.pointer}/{part}", self)
            else:
                raise node.fail(f"{reference!r} leads nowhere: {part!r} does not exist.", "Fix the reference.")
        return target

    def look_up(self, node: JsonNode) -> None:
        """Count a look-up.

        Raises:
            SchemapressError: there were more look-ups than the limit allows.
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
