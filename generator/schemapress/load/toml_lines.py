"""The lines of a TOML document: tomllib reads its values, and says of none where it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

TomlPath = tuple[str | int, ...]
"""The keys and the numbers of array elements from the top of a document to a value."""

_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
    | (?P<multiline> \"{3} (?: [^\\] | \\. )*? \"{3,5} | '{3} .*? '{3,5} )
    | (?P<string> "(?: [^"\\] | \\. )*+" | '[^']*+' )
    | (?P<mark> \[\[ | \]\] | [\[\]{}=,.\n] )
    | (?P<space> [ \t\r]++ )
    | (?P<bare> [^\s\#"'\[\]{}=,.]++ )
    """,
    re.VERBOSE | re.DOTALL,
)


def find_lines(text: str) -> Mapping[TomlPath, int]:
    """Return the line of each key, table and array element of a valid TOML document."""
    return _LineFinder(text).find()


class _LineFinder:
    def __init__(self, text: str) -> None:
        self._tokens = list(_split(text))
        self._next = 0
        self._lines: dict[TomlPath, int] = {}
        self._tables: dict[TomlPath, int] = {}

    def find(self) -> Mapping[TomlPath, int]:
        table: TomlPath = ()
        while self._next < len(self._tokens):
            token, line = self._tokens[self._next]
            if token == "\n":
                self._next += 1
            elif token in ("[", "[["):
                self._next += 1
                table = self._find_table(self._read_key(), is_element=token == "[[")
                self._note(table, line)
                self._next += 1
            else:
                self._read_pair(table)
        return self._lines

    def _find_table(self, key: TomlPath, *, is_element: bool) -> TomlPath:
        """Return the path of a table: a key leads into the last element of an array of tables."""
        path: TomlPath = ()
        for number, name in enumerate(key, 1):
            path = (*path, name)
            if number == len(key) and is_element:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _note(self, path: TomlPath, line: int) -> None:
        for end in range(len(path), 0, -1):
            self._lines.setdefault(path[:end], line)

    def _read_key(self) -> TomlPath:
        key = []
        while True:
            key.append(_unquote(self._tokens[self._next][0]))
            self._next += 1
            if self._tokens[self._next][0] != ".":
                return tuple(key)
            self._next += 1

    def _read_pair(self, table: TomlPath) -> None:
        line = self._tokens[self._next][1]
        path = (*table, *self._read_key())
        self._note(path, line)
        self._next += 1
        self._read_value(path)

    def _read_value(self, path: TomlPath) -> None:
        token = self._tokens[self._next][0]
        if token in ("[", "[[", "{"):
            self._read_container(path, token)
            return
        while self._next < len(self._tokens) and self._tokens[self._next][0] not in (",", "]", "]]", "}", "\n"):
            self._next += 1  # a number such as 1.5 is several tokens

    def _read_container(self, path: TomlPath, opening: str) -> None:
        """Read an array or an inline table. Outside of headers, two brackets are those of nested arrays."""
        self._split_brackets(opening)
        self._next += 1
        number = 0
        while (token := self._split_brackets(self._tokens[self._next][0])) not in ("]", "}"):
            if token in (",", "\n"):
                self._next += 1
            elif opening == "{":
                self._read_pair(path)
            else:
                self._note((*path, number), self._tokens[self._next][1])
                self._read_value((*path, number))
                number += 1
        self._next += 1

    def _split_brackets(self, token: str) -> str:
        if token in ("[[", "]]"):
            line = self._tokens[self._next][1]
            self._tokens[self._next : self._next + 1] = [(token[0], line)] * 2
        return token[0]


def _split(text: str) -> Iterator[tuple[str, int]]:
    """Yield the tokens of a document that have a meaning, with their lines."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in ("comment", "space"):
            yield match[0], line
        line += match[0].count("\n")


def _unquote(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
