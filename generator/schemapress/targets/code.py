"""The one way into emitted text: Python source that no text of a schema can leave its literal in.

Whatever comes from outside (names, values, documentation, file names) becomes `Code` through one of the functions
here. Templates print nothing else: see `templating`.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache


class Code(str):
    """A piece of Python source, made by the functions of this module; string operations return a plain string."""

    __slots__ = ()

    def __new__(cls, *_: object) -> Code:
        """Refuse: a string does not become code by being called so."""
        raise TypeError("Code is made by the functions of schemapress.targets.code alone")


def _code(source: str) -> Code:
    return str.__new__(Code, source)


def literal(value: object) -> Code:
    """Return a string, number, boolean, None, or a tuple, list or mapping of those as a Python literal.

    Characters that can't be printed are escaped.

    Raises:
        TypeError: the value is of another type.
    """
    if isinstance(value, str):
        return _code(str.__repr__(value))
    if value is None or isinstance(value, bool | int):
        return _code(repr(value))
    if isinstance(value, tuple):
        return _code(f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})")
    if isinstance(value, list):
        return _code(f"[{', '.join(map(literal, value))}]")
    if isinstance(value, Mapping):
        return _code("{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}")
    raise TypeError(f"{type(value).__name__} has no literal")


def identifier(name: str) -> Code:
    """Return a name as code; one with dots is a name and its attributes.

    Raises:
        ValueError: it is no identifier, or a keyword.
    """
    for part in name.split("."):
        if not part.isidentifier() or keyword.iskeyword(part):
            raise ValueError(f"{name!r} is no Python identifier")
    return _code(str(name))


def module(name: str) -> Code:
    """Return the name of a module as code; leading dots make it relative.

    Raises:
        ValueError: it is no such name.
    """
    dots = len(name) - len(name.lstrip("."))
    return _code("." * dots + (identifier(name[dots:]) if name[dots:] else ""))


def docstring(text: str, **values: object) -> Code:
    """Return a text as a literal in triple quotes; `values` replace the fields in braces, each on one line."""
    text = _fill_fields(text, values)
    written = "\n".join(map(_escape_all_unprintable, text.replace("\\", "\\\\").split("\n")))
    written = written.replace('"""', r"\"\"\"")
    return _code(f'"""{written} """' if written.endswith('"') else f'"""{written}"""')


def bytes_on_lines(text: str) -> Code:
    """Return a text in UTF-8 as a literal of bytes in triple quotes, on the lines that it has."""
    escaped = text.replace("\\", "\\\\")
    if '"""' in text or text.endswith('"'):
        escaped = escaped.replace('"', '\\"')
    return _code('b"""' + "".join(map(_escape_byte, escaped.encode())) + '"""')


def _escape_byte(byte: int) -> str:
    char = chr(byte)
    return char if char == "\n" or (char.isascii() and char.isprintable()) else f"\\x{byte:02x}"


def comment(text: str, **values: object) -> Code:
    """Return a text as a comment, on one line; `values` replace the fields in braces."""
    return _code("# " + _escape_all_unprintable(_on_one_line(_fill_fields(text, values))))


def _fill_fields(text: str, values: Mapping[str, object]) -> str:
    """Fill the fields of a text; without values its braces stand for themselves."""
    lines = {name: _on_one_line(str(value)) for name, value in values.items()}
    return text.format_map(lines) if lines else text


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _escape_all_unprintable(line: str) -> str:
    return line if line.isprintable() else "".join(map(_escape_unprintable, line))


def _escape_unprintable(char: str) -> str:
    """Return a character as the inside of a string literal shows it; a quote or a backslash stands for itself."""
    return char if char.isprintable() else repr(char)[1:-1]


_SEPARATOR = re.compile(r"[ ,.|\n]*")


def join(separator: str, parts: Iterable[Code]) -> Code:
    """Return pieces of code behind each other, with commas, dots, bars or space between.

    Raises:
        TypeError: one is not code, or the separator is something else.
    """
    pieces = list(parts)
    if not _SEPARATOR.fullmatch(separator) or not all(isinstance(part, Code) for part in pieces):
        raise TypeError(f"only code can be joined, not {pieces!r}")
    return _code(separator.join(pieces))


def fill(form: str, *parts: Code | int) -> Code:
    """Return code with other code in place of its fields: `fill("int({})", variable)`.

    `form` is written in the generator, never made of what a schema says.

    Raises:
        TypeError: a part is neither code nor a number.
    """
    for part in parts:
        if not isinstance(part, Code | int):
            raise TypeError(f"only code can stand in code, not {part!r}")
    return _code(form.format(*parts))


def call(function: str, arguments: Iterable[Code], keywords: Mapping[str, Code] | None = None) -> Code:
    """Return a call of a function with arguments, and with those that are passed by name."""
    named = [fill("{}={}", identifier(name), value) for name, value in (keywords or {}).items()]
    return fill("{}({})", identifier(function), join(", ", [*arguments, *named]))


def tuple_literal(items: Iterable[Code]) -> Code:
    """Return a tuple."""
    values = list(items)
    return fill("({}{})", join(", ", values), _code("," if len(values) == 1 else ""))  # ruff splits at the last comma


_MOST_OPERANDS = 500
"""Operands of `|` in one row; Python's parser nests each deeper than the one before, and has a bound."""


def union_annotation(types: Iterable[Code]) -> Code:
    """Return the union of types, of which there is at least one; a union of very many has groups."""
    operands = list(types)
    first, *groups = (
        join(" | ", operands[start : start + _MOST_OPERANDS]) for start in range(0, len(operands), _MOST_OPERANDS)
    )
    return join(" | ", (first, *(fill("({})", group) for group in groups)))


def mapping(items: Mapping[Code, Code]) -> Code:
    """Return a dictionary."""
    return fill("{{{}}}", join(", ", [fill("{}: {}", key, value) for key, value in items.items()]))


_SIMPLE = re.compile(r"[\w.(), -]+")


def fstring(parts: Iterable[str]) -> Code:
    """Return texts and the values between them (which are code) as an f-string, or as a literal without values.

    Raises:
        ValueError: the code of a value is more than names, numbers and calls.
    """
    pieces = list(parts)
    if not any(isinstance(part, Code) for part in pieces):
        return literal("".join(pieces))
    texts = "".join(part for part in pieces if not isinstance(part, Code))
    quote = "'" if '"' in texts and "'" not in texts else '"'
    inside = ""
    for part in pieces:
        if isinstance(part, Code):
            if not _SIMPLE.fullmatch(part):
                raise ValueError(f"{part!r} can't stand in an f-string")
            inside += f"{{{part}}}"
        else:
            escaped = part.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("{", "{{").replace("}", "}}")
            inside += "".join(map(_escape_unprintable, escaped))
    return _code(f"f{quote}{inside}{quote}")


def raw_fstring(parts: Iterable[str]) -> Code:
    """Return the parts of a regular expression, and the names of constants between them, as one raw f-string.

    Raises:
        ValueError: a part has what a raw string can't hold; `pattern_text` has escaped it.
    """
    written = ""
    for part in parts:
        if isinstance(part, Code):
            written += f"{{{identifier(part)}}}"
        elif '"' in part or not part.isprintable() or (len(part) - len(part.rstrip("\\"))) % 2:
            raise ValueError(f"{part!r} can't stand in a raw string")
        else:
            written += part.replace("{", "{{").replace("}", "}}")
    return _code(f'rf"{written}"')


def join_printed(parts: Iterable[str]) -> Code:
    """Join the output of a template: each part is code, or stands in the template itself."""
    return _code("".join(parts))


_SPECIAL = frozenset(r"\.^$*+?{}[]|()")


def pattern_text(text: str) -> str:
    """Return the regular expression that matches a text, in characters that a raw string can hold."""
    return "".join(_pattern_char(char) for char in text)


def _pattern_char(char: str) -> str:
    if char in _SPECIAL:
        return f"\\{char}"
    if char == '"' or not char.isprintable():
        number = ord(char)
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return char


@lru_cache(maxsize=4_096)
def as_identifier(name: str, otherwise: str) -> str:
    """Return a name as a Python identifier in normal form (PEP 3131), without characters that one can't have."""
    if name.isidentifier() and name.isascii():
        return name
    kept = "".join(char for char in unicodedata.normalize("NFKC", name) if f"a{char}".isidentifier())
    if not kept:
        return otherwise
    return kept if kept.isidentifier() else f"n{kept}"
