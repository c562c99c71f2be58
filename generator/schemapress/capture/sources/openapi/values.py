"""Reads the values of a JSON or YAML document, after counting them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits, beyond

_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map", "merge")
)
"""The types of JSON, and the merge of YAML; any other tag is refused."""


class _Loader(yaml.CSafeLoader):
    """Reads YAML with the types of JSON: a date is a string."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, matches) for tag, matches in resolvers if tag in _TAGS]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_values(text: str, path: Path, limits: SourceLimits) -> Any:  # whatever JSON can hold
    """Return the values of a document.

    Raises:
        SchemapressError: it is neither JSON nor YAML, has a tag that JSON lacks or a key twice, or goes beyond a limit,
            as with aliases of aliases.
    """
    try:
        if text.lstrip().startswith("{"):
            return _read_json(text, path, limits)
        return _read_yaml(text, path, limits)
    except json.JSONDecodeError as error:
        raise SchemapressError(f"This is not JSON: {error.msg}.", place=f"{path.name}:{error.lineno}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = path.name if mark is None else f"{path.name}:{mark.line + 1}"
        raise SchemapressError(f"This is not YAML: {getattr(error, 'problem', error)}.", place=place) from None
    except (ValueError, TypeError, OverflowError) as error:
        raise SchemapressError(f"A value of this document can't be read: {error}.", place=path.name) from None


def _read_json(text: str, path: Path, limits: SourceLimits) -> Any:  # whatever JSON can hold
    try:
        document = json.loads(text)
    except RecursionError:
        raise beyond("page_levels", limits, "The document", path.name) from None
    values, waiting = 0, [(document, 1)]
    while waiting:
        value, level = waiting.pop()
        values += 1
        if level > limits.page_levels:
            raise beyond("page_levels", limits, "The document", path.name)
        if values > limits.page_values:
            raise beyond("page_values", limits, "The document", path.name)
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(item, level + 1) for item in inner]
    return document


def _read_yaml(text: str, path: Path, limits: SourceLimits) -> Any:  # whatever JSON can hold
    level = 0
    for count, event in enumerate(yaml.parse(text, yaml.CSafeLoader)):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        place = f"{path.name}:{event.start_mark.line + 1 if event.start_mark else 1}"
        if level > limits.page_levels:
            raise beyond("page_levels", limits, "The document", place)
        if count > 2 * limits.page_values:
            raise beyond("page_values", limits, "The document", place)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _NodeCounter(path, limits).check(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


class _NodeCounter:
    """Counts the values of a YAML document, each alias as often as it is used."""

    def __init__(self, path: Path, limits: SourceLimits) -> None:
        self._path = path
        self._limits = limits
        self._sizes: dict[int, tuple[int, int]] = {}
        self._open: set[int] = set()

    def check(self, node: yaml.Node) -> tuple[int, int]:
        """Return the number of values of a node, and of their levels.

        Raises:
            SchemapressError: the limits are exceeded, or a node contains itself, or has a key twice or a tag that JSON
                lacks.
        """
        if id(node) in self._sizes:
            return self._sizes[id(node)]
        if id(node) in self._open:
            raise self._error("This value contains itself, through its alias.", node)
        if node.tag not in _TAGS:
            raise self._error(f"The tag {node.tag!r} has no equivalent in JSON.", node)
        self._open.add(id(node))
        inner: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            self._check_keys(node)
            inner = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            inner = node.value
        sizes = [self.check(part) for part in inner]
        values, levels = 1 + sum(size for size, _ in sizes), 1 + max((level for _, level in sizes), default=0)
        if values > self._limits.page_values:
            raise beyond("page_values", self._limits, "The document", self._place(node))
        if levels > self._limits.page_levels:
            raise beyond("page_levels", self._limits, "The document", self._place(node))
        self._open.remove(id(node))
        self._sizes[id(node)] = (values, levels)
        return values, levels

    def _check_keys(self, node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error("A key is not a string.", key)
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise self._error(f"The key {key.value[:100]!r} occurs twice.", key)
            seen.add(key.value)

    def _place(self, node: yaml.Node) -> str:
        return f"{self._path.name}:{node.start_mark.line + 1}"

    def _error(self, message: str, node: yaml.Node) -> SchemapressError:
        return SchemapressError(message, place=self._place(node), hint="Fix the document.")
