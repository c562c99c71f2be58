"""An OpenAPI document and the files that it refers to: values with their places, references followed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from schemapress.errors import SchemapressError


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
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        return Node(self.get(key), self.file, f"{self.pointer}/{escaped}", self.documents)

    def fail(self, message: str, hint: str | None = None) -> SchemapressError:
        """Return an error about this value."""
        return SchemapressError(message, place=self.place, hint=hint)


class Documents:
    """The documents that were read, each once."""

    def __init__(self) -> None:
        self._known: dict[Path, Any] = {}  # whatever JSON can hold

    def root(self, path: Path, text: str | None = None) -> Node:
        """Return the root of a document.

        Raises:
            SchemapressError: it is missing, or neither JSON nor YAML.
        """
        real = path.resolve()
        if real not in self._known:
            self._known[real] = _parse(path, text)
        return Node(self._known[real], real, "", self)

    def target(self, node: Node, reference: str) -> Node:
        """Return what a reference leads to.

        Raises:
            SchemapressError: it leads nowhere.
        """
        file, _, pointer = reference.partition("#")
        if "://" in file:
            raise node.fail(f"{reference!r} refers to the network.", "Save it beside this document, and refer to that.")
        found = self.root(node.file if not file else node.file.parent / file)
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            value = found.value
            if isinstance(value, list) and key.isdigit() and int(key) < len(value):
                found = Node(value[int(key)], found.file, f"{found.pointer}/{part}", self)
            elif isinstance(value, dict) and key in value:
                found = Node(value[key], found.file, f"{found.pointer}/{part}", self)
            else:
                raise node.fail(f"{reference!r} leads nowhere: there is no {part!r}.", "Mend the reference.")
        return found


def _parse(path: Path, text: str | None) -> Any:  # whatever JSON can hold
    try:
        text = path.read_text("utf-8") if text is None else text
        return json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, yaml.CSafeLoader)
    except FileNotFoundError:
        raise SchemapressError("There is no such file.", place=str(path), hint="Check the reference.") from None
    except UnicodeDecodeError:
        raise SchemapressError("This is not UTF-8.", place=str(path)) from None
    except json.JSONDecodeError as error:
        raise SchemapressError(f"This is not JSON: {error.msg}.", place=f"{path.name}:{error.lineno}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = path.name if mark is None else f"{path.name}:{mark.line + 1}"
        raise SchemapressError(f"This is not YAML: {getattr(error, 'problem', error)}.", place=place) from None
