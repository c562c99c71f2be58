"""The header fields that describe the body of a request (RFC 9110 §8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_MEDIA_TYPE = re.compile(f"{_TOKEN}/{_TOKEN}")
_PARAMETER = re.compile(
    rf"""[ \t]*+;[ \t]*+(?:(?P<name>{_TOKEN})[ \t]*+=[ \t]*+(?:(?P<token>{_TOKEN})|"(?P<quoted>(?:[^"\\]|\\.)*+)"))?+"""
)
_ESCAPED = re.compile(r"\\(.)")
_DIGITS = re.compile("[0-9]++")

_SINGLE = ("Content-Type", "Content-Encoding", "Content-Length")
"""The fields that decide how a body is read. Two values of one would let two readers of a request differ."""


class RepeatedField(Exception):
    """A field that has one value was sent with more; `name` is the field's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type: the media type and the charset, both in lower case."""

    media_type: str
    charset: str | None = None


def combine_fields(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the value of each field by its name in lower case; repeated ones are joined (RFC 9110 §5.3).

    Raises:
        RepeatedField: a field that says how the body is read was sent more than once.
    """
    headers: dict[str, str] = {}
    for name, value in fields:
        name, value = name.lower(), value.strip(" \t")
        if name not in headers:
            headers[name] = value
        elif name.title() in _SINGLE:
            raise RepeatedField(name.title())
        else:
            headers[name] += f"{'; ' if name == 'cookie' else ', '}{value}"
    return headers


def content_type(value: str) -> ContentType | None:
    """Return a Content-Type, or None where it can't be read: no media type, or malformed or repeated parameters.

    Raises:
        RepeatedField: the value is a list, which is what some servers make of two fields.
    """
    media_type = _MEDIA_TYPE.match(value)
    position = media_type.end() if media_type else 0
    parameters: dict[str, str] = {}
    readable = media_type is not None
    while parameter := _PARAMETER.match(value, position):
        position = parameter.end()
        name = (parameter["name"] or "").lower()
        readable = readable and name not in parameters
        if name:
            quoted = parameter["quoted"]
            parameters[name] = parameter["token"] if quoted is None else _ESCAPED.sub(r"\1", quoted)
    rest = value[position:].lstrip(" \t")
    if rest.startswith(","):
        raise RepeatedField("Content-Type")
    if media_type is None or rest or not readable:
        return None
    charset = parameters.get("charset")
    return ContentType(media_type[0].lower(), None if charset is None else charset.lower())


def content_coding(value: str) -> str:
    """Return the coding of a Content-Encoding, in lower case; `identity` where there is none.

    Raises:
        RepeatedField: the value is a list.
    """
    if "," in value:
        raise RepeatedField("Content-Encoding")
    return value.lower() or "identity"


def content_length(value: str, most: int) -> int | None:
    """Return a Content-Length, or None where it is no number; a number of too many digits is `most` and one more.

    Raises:
        RepeatedField: the value is a list, even one of equal numbers (RFC 9112 §6.3).
    """
    if "," in value:
        raise RepeatedField("Content-Length")
    if not _DIGITS.fullmatch(value):
        return None
    digits = value.lstrip("0")
    return int(digits or "0") if len(digits) <= len(str(most)) else most + 1
