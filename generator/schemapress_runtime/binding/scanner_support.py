"""Classes for emitted scanners: regular expressions for one choice of prefixes, and the scan of the root element.

A scanner reads a document with regular expressions alone, in the form in which messages nearly always
arrive. It takes only what it can prove to be well-formed and valid, and gives up on all the rest, which the tag reader
and the walk then decide. An expression that does not match has no reason to tell, so a scanner gives up by None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, Protocol, TypeVar

from ..limits import MAX_PREFIXES_TRIED
from ..xml.document import XSI
from ..xml.plain_text import LESS_THAN, PROLOG

SPACE = r"[ \t\n]*+"
"""White space between elements."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*+"
_ATTRIBUTE = re.compile(rf"[ \t\n]++({_NAME}(?::{_NAME})?)[ \t\n]*+=[ \t\n]*+(?:\"([^\"<>&]*+)\"|'([^'<>&]*+)')")
_ROOT = re.compile(PROLOG + r"""<([^\s<>/=\"'&]++)((?:[^<>"'&]|"[^"<>&]*+"|'[^'<>&]*+')*+)>[ \t\n]*+""")


def read_declarations(attributes: str) -> dict[str, str] | None:
    """Return the namespaces that the attributes of the root declare, by prefix ("" is the default namespace).

    Gives up (None) where there is any other attribute than a declaration or a schema location.
    """
    bound: dict[str, str] = {}
    others: list[str] = []
    position = 0
    while (match := _ATTRIBUTE.match(attributes, position)) is not None:
        position = match.end()
        name, value = match.group(1), match.group(2) or match.group(3) or ""
        prefix, colon, local = name.partition(":")
        if name == "xmlns" and value:
            key = ""
        elif prefix == "xmlns" and colon and value and local not in ("xml", "xmlns"):
            key = local
        else:
            others.append(name)
            continue
        if (
            key in bound
            or not value.isascii()
            or value.strip() != value
            or value.endswith(("/XML/1998/namespace", "/2000/xmlns/"))
        ):
            return None
        bound[key] = value
    if attributes[position:].strip(" \t\n"):
        return None
    locations = {
        f"{prefix}:{name}"
        for prefix in bound
        if bound[prefix] == XSI and prefix
        for name in ("schemaLocation", "noNamespaceSchemaLocation")
    }
    if len({name.partition(":")[2] for name in others}) != len(others) or not locations.issuperset(others):
        return None
    return bound


_PREFIX = re.compile(r"(</?)((?:[^\s<>()\[\]:\\]|\\\.)+):")
"""The prefix of a tag in the source of an expression. All are renamed at once: a document may use each for another."""


class Expression:
    """A regular expression that is compiled when it is first needed."""

    def __init__(self, source: str, prefixes: Mapping[str, str], *, capture: bool = True) -> None:
        """Take the source, whose tags have the prefixes of the schema, and the document's prefix for each of those.

        Without `capture` the groups of the source have no values, which is faster.
        """
        self._source = source
        self._prefixes = prefixes
        self._capture = capture

    @cached_property
    def match(self) -> Match:
        """Match the expression at a position of a text."""
        source = _PREFIX.sub(self._rename, self._source)
        if not self._capture:
            source = re.sub(r"(?<!\\)\((?!\?)", "(?:", source)
        return re.compile(source).match

    def _rename(self, tag: re.Match[str]) -> str:
        actual = self._prefixes.get(tag[2].replace(r"\.", "."))
        if actual is None:
            return tag[0]
        return f"{tag[1]}{re.escape(actual)}:" if actual else tag[1]


class Match(Protocol):
    """The method `match` of a compiled expression."""

    def __call__(self, text: str, position: int = 0, /) -> re.Match[str] | None: ...


Message_co = TypeVar("Message_co", covariant=True)

_Bound = tuple[tuple[str, str], ...]
"""For each prefix of the schema the one that a document has for the same namespace."""


@dataclass(frozen=True, slots=True)
class RootScanner(Generic[Message_co]):
    """Scans one root element, from the end of its start tag to the end of the document.

    `accept` matches all of a valid document; without it, `decode` says so. `decode` takes the text and the position
    behind the start tag, and returns the bound object and the position behind the element, or None to give up.
    """

    accept: Expression | None
    decode: Callable[[str, int], tuple[Message_co, int] | None]


_KEPT_PREFIXES = 32
"""Ways of binding the prefixes for which a scanner keeps its expressions; to compile those takes milliseconds."""

_LONGEST_ATTRIBUTES = 2_000
"""Characters of the root's attributes that are looked at, and remembered: some twenty declarations."""


class Scanners(Generic[Message_co]):
    """The scanners of one schema: a set of roots for each way in which documents bind the prefixes."""

    def __init__(
        self, roots: Callable[[Mapping[str, str]], Mapping[str, RootScanner[Message_co]]], prefixes: Mapping[str, str]
    ) -> None:
        """Take the function from prefixes to the roots, by `{namespace}name`; and the schema's own prefixes."""
        self._roots = lru_cache(maxsize=_KEPT_PREFIXES)(lambda bound: roots(dict(bound)))
        self._prefixes = prefixes
        self._starts = lru_cache(maxsize=64)(self._start)
        self._met: dict[_Bound, int] = {}

    def scan(self, text: str) -> Message_co | None:
        """Return the bound object of an admitted text, or None where the scanner does not take it."""
        if LESS_THAN in text or (start := _ROOT.match(text)) is None:
            return None
        root = self._root(start[1], start[2])
        if root is None:
            return None
        try:
            scanned = root.decode(text, start.end())
        except (
            ValueError,
            TypeError,
        ):  # a class refuses a value; what reports it binds the document again
            return None
        return None if scanned is None else scanned[0]

    def accepts(self, text: str) -> bool:
        """Whether an admitted text is certainly a valid document: a `QuickCheck`."""
        if LESS_THAN in text or (start := _ROOT.match(text)) is None:
            return False
        root = self._root(start[1], start[2])
        if root is None:
            return False
        if root.accept is None:
            return self.scan(text) is not None
        return root.accept.match(text, start.end()) is not None

    def _root(self, name: str, attributes: str) -> RootScanner[Message_co] | None:
        start = self._starts(name, attributes)
        if start is None:
            return None
        bound, tag = start
        return self._roots(bound).get(tag) if self._is_usual(bound) else None

    def _start(self, name: str, attributes: str) -> tuple[_Bound, str] | None:
        """Return the namespaces that a root's start tag binds the schema's prefixes to, and its `{namespace}name`."""
        if len(attributes) > _LONGEST_ATTRIBUTES:
            return None
        bound = read_declarations(attributes)
        if bound is None:
            return None
        prefix, _, local = name.rpartition(":")
        namespace = bound.get(prefix)
        if namespace is None and (prefix or "" in bound):
            return None
        by_namespace = {uri: prefix for prefix, uri in reversed(bound.items())}
        actual = tuple((prefix, by_namespace.get(uri, UNBOUND)) for prefix, uri in self._prefixes.items())
        if namespace is not None and by_namespace[namespace] != prefix:
            return None
        return actual, f"{{{namespace}}}{local}" if namespace else local

    def _is_usual(self, bound: _Bound) -> bool:
        """Whether expressions are made for prefixes: those of the schema, none, or such as have come before.

        To make them takes as long as to read some hundred documents, so a sender with prefixes of its own in each
        document is left to the reader.
        """
        met = self._met.get(bound, 0)
        if met >= MAX_PREFIXES_TRIED or all(actual in ("", prefix, UNBOUND) for prefix, actual in bound):
            return True
        if len(self._met) >= _KEPT_PREFIXES * MAX_PREFIXES_TRIED:
            self._met.clear()
        self._met[bound] = met + 1
        return False


UNBOUND = "-"
"""Stands for the prefix of a namespace that a document does not bind; no tag begins with it."""
