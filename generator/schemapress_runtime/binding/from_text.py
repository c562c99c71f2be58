"""What emitted scanners are made of: the admission of bytes, and expressions for texts and their values.

A scanner reads a document with regular expressions alone, in the form in which messages nearly always
arrive. It takes only what it can prove to be well-formed and valid, and gives up (None) on all the rest,
which the parser and the walk then decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, Protocol, TypeVar

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..limits import MAX_PREFIXES_TRIED
from ..xml.document import XSI
from ..xml.plain_text import LESS_THAN, PROLOG

SPACE = r"[ \t\n]*+"
"""White space between elements."""

TEXT = r"([^<]*+)"
"""Any text; `admit` has seen to its characters."""

NON_EMPTY = r"([^<]++)"
"""Any text but the empty one."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*+"
_ATTRIBUTE = re.compile(rf"[ \t\n]++({_NAME}(?::{_NAME})?)[ \t\n]*+=[ \t\n]*+(?:\"([^\"<>&]*+)\"|'([^'<>&]*+)')")
_ROOT = re.compile(PROLOG + r"""<([^\s<>/=\"'&]++)((?:[^<>"'&]|"[^"<>&]*+"|'[^'<>&]*+')*+)>[ \t\n]*+""")


def namespaces(attributes: str) -> dict[str, str] | None:
    """Return what the attributes of the root bind to each prefix ("" is the default namespace).

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
        source = _PREFIX.sub(self._renamed, self._source)
        if not self._capture:
            source = re.sub(r"(?<!\\)\((?!\?)", "(?:", source)
        return re.compile(source).match

    def _renamed(self, tag: re.Match[str]) -> str:
        actual = self._prefixes.get(tag[2].replace(r"\.", "."))
        if actual is None:
            return tag[0]
        return f"{tag[1]}{re.escape(actual)}:" if actual else tag[1]


class Match(Protocol):
    """The method `match` of a compiled expression."""

    def __call__(self, text: str, position: int = 0, /) -> re.Match[str] | None: ...


Message = TypeVar("Message", covariant=True)

_Bound = tuple[tuple[str, str], ...]
"""For each prefix of the schema the one that a document has for the same namespace."""


@dataclass(frozen=True, slots=True)
class Root(Generic[Message]):
    """How one root element is scanned from behind its start tag: `accept` matches all of it, `decode` binds it."""

    accept: Expression | None
    decode: Callable[[str, int], tuple[Message, int] | None]


_KEPT_PREFIXES = 32
"""Ways of binding the prefixes for which a scanner keeps its expressions."""

_LONGEST_ATTRIBUTES = 2_000
"""Characters of the root's attributes that are looked at, and remembered."""


class Scanners(Generic[Message]):
    """The scanners of one schema: a set of roots for each way in which documents bind the prefixes."""

    def __init__(
        self, roots: Callable[[Mapping[str, str]], Mapping[str, Root[Message]]], prefixes: Mapping[str, str]
    ) -> None:
        """Take what makes the roots, by `{namespace}name`, from prefixes; and the schema's own prefixes."""
        self._roots = lru_cache(maxsize=_KEPT_PREFIXES)(lambda bound: roots(dict(bound)))
        self._prefixes = prefixes
        self._starts = lru_cache(maxsize=64)(self._start)
        self._met: dict[_Bound, int] = {}

    def scan(self, text: str) -> Message | None:
        """Return the bound object of an admitted text, or None where the scanner does not take it."""
        if LESS_THAN in text or (start := _ROOT.match(text)) is None:
            return None
        root = self._root(start[1], start[2])
        if root is None:
            return None
        try:
            found = root.decode(text, start.end())
        except ValueError:  # a class refuses a value of its own accord; what reports it binds the document again
            return None
        return None if found is None else found[0]

    def accepts(self, text: str) -> bool:
        """Whether an admitted text is a valid document; False also where the scanner does not take it."""
        if LESS_THAN in text or (start := _ROOT.match(text)) is None:
            return False
        root = self._root(start[1], start[2])
        if root is None:
            return False
        if root.accept is None:
            return self.scan(text) is not None
        return root.accept.match(text, start.end()) is not None

    def _root(self, name: str, attributes: str) -> Root[Message] | None:
        start = self._starts(name, attributes)
        if start is None:
            return None
        bound, tag = start
        return self._roots(bound).get(tag) if self._is_usual(bound) else None

    def _start(self, name: str, attributes: str) -> tuple[_Bound, str] | None:
        """Return what the start tag of a root binds the schema's prefixes to, and its `{namespace}name`."""
        if len(attributes) > _LONGEST_ATTRIBUTES:
            return None
        bound = namespaces(attributes)
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


# Values

_YEAR = "([1-9][0-9]{3})"
_MONTH_DAY = "(?!02-(?:29|3)|(?:0[469]|11)-31)(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,9})?+)"
_ZONE = "(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?+"

DATE_TIME = f"{_YEAR}-{_MONTH_DAY}T{_TIME}{_ZONE}"
DATE = f"{_YEAR}-{_MONTH_DAY}{_ZONE}"
TIME = f"{_TIME}{_ZONE}"
BOOLEAN = "(true|false|1|0)"
INTEGER = "([+-]?+[0-9]{1,18}+)"
DECIMAL = r"([+-]?+(?:[0-9]{1,100}+(?:\.[0-9]{0,100}+)?+|\.[0-9]{1,100}+))"

_NUMBER = {f"{number:02}": number for number in range(60)}
_OFFSETS: dict[str | None, int | None] = {None: None, "Z": 0}
for _hour in range(15):
    for _minute in range(60 if _hour < 14 else 1):
        _OFFSETS[f"+{_hour:02}:{_minute:02}"] = _hour * 60 + _minute
        _OFFSETS[f"-{_hour:02}:{_minute:02}"] = -_hour * 60 - _minute


_new = tuple.__new__
"""Makes a named tuple without the call of its Python constructor, which would take half of the time."""


def date_time(year: str, month: str, day: str, hour: str, minute: str, second: str, zone: str | None) -> XmlDateTime:
    """Return the value of a matched DATE_TIME."""
    number = _NUMBER
    fraction = 0
    if len(second) > 2:
        fraction = int(second[3:].ljust(9, "0"))
        second = second[:2]
    return _new(
        XmlDateTime,
        (
            int(year),
            number[month],
            number[day],
            number[hour],
            number[minute],
            number[second],
            fraction,
            _OFFSETS[zone],
        ),
    )


def date(year: str, month: str, day: str, zone: str | None) -> XmlDate:
    """Return the value of a matched DATE."""
    return _new(XmlDate, (int(year), _NUMBER[month], _NUMBER[day], _OFFSETS[zone]))


def time(hour: str, minute: str, second: str, zone: str | None) -> XmlTime:
    """Return the value of a matched TIME."""
    number = _NUMBER
    fraction = int(second[3:].ljust(9, "0")) if len(second) > 2 else 0
    return _new(XmlTime, (number[hour], number[minute], number[second[:2]], fraction, _OFFSETS[zone]))


def boolean(text: str) -> bool:
    """Return the value of a matched BOOLEAN."""
    return text in ("true", "1")
