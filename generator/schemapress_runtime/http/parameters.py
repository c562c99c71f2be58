"""The parameters of an endpoint: texts in the path, the query and the header fields, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from xsdata.formats.converter import converter

from ..binding.to_text import ILLEGAL
from ..report.display import show
from ..xsd.components import Declarations
from ..xsd.simple_type import InvalidValue, List, Restriction, SimpleType

Location = Literal["path", "query", "header"]

_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e]*+")


class WrongParameter(Exception):
    """A parameter of a request is missing, repeated or no value of its type; the text says what is wrong."""

    def __init__(self, message: str, location: Location) -> None:
        super().__init__(message)
        self.location = location


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name in requests and in Python, where it is, and the simple type of its texts.

    `types` are the Python types of its values, as binding classes have them; `format` is that of bytes.
    """

    name: str
    argument: str
    location: Location
    type: SimpleType
    types: tuple[Any, ...]  # classes, as xsdata takes them
    required: bool = True
    format: str | None = None

    @property
    def is_list(self) -> bool:
        """Whether the values are lists, so that the parameter may be repeated."""
        type_: SimpleType | None = self.type
        while isinstance(type_, Restriction):
            type_ = type_.base
        return isinstance(type_, List)

    def value(self, texts: Sequence[str]) -> object:
        """Return the value of the texts that a request has for it, or None where it has none and needs none.

        Raises:
            WrongParameter: one is missing, there are several, or it is no value of the type.
        """
        if not texts:
            if self.required:
                raise WrongParameter(f"The {self.location} parameter {self.name} is missing.", self.location)
            return None
        if len(texts) > 1 and not self.is_list:
            raise WrongParameter(f"The {self.location} parameter {self.name} is repeated; expected one.", self.location)
        text = " ".join(texts)
        if ILLEGAL.search(text):
            raise self._wrong(text, "characters that XML allows")
        try:
            self.type.parse(text, {})
        except InvalidValue as invalid:
            raise self._wrong(text, invalid.violations[0].expected) from None
        normalized = self.type.normalize(text)
        if self.is_list:
            return [self._convert(item) for item in normalized.split()]
        return self._convert(normalized)

    def _wrong(self, text: str, expected: str) -> WrongParameter:
        message = f"The {self.location} parameter {self.name} is {show(text)}; expected {expected}."
        return WrongParameter(message, self.location)

    def _convert(self, text: str) -> object:
        if self.types == (str,):
            return text
        return converter.deserialize(text, self.types, ns_map={}, format=self.format)


def find_simple_type(declarations: Declarations, name: str) -> SimpleType:
    """Return the global simple type of a name in Clark notation."""
    type_ = declarations.types[name]
    assert isinstance(type_, SimpleType)
    return type_


def read_parameters(
    parameters: Iterable[Parameter],
    path: Mapping[str, str],
    query: bytes,
    fields: Iterable[tuple[str, str]],
) -> dict[str, object]:
    """Return the values of the parameters of a request, by the names of arguments.

    `path` has the texts of the template's parameters; `fields` are the header fields as they were sent.

    Raises:
        WrongParameter: one is missing, repeated, not encoded as a URL has it, or no value of its type.
    """
    known = tuple(parameters)
    in_query = _texts_of_query(query) if any(parameter.location == "query" for parameter in known) else {}
    in_fields: dict[str, list[str]] = {}
    for name, text in fields:
        in_fields.setdefault(name.lower(), []).append(text.strip(" \t"))
    arguments: dict[str, object] = {}
    for parameter in known:
        if parameter.location == "path":
            texts = [path[parameter.name]]
        elif parameter.location == "query":
            texts = in_query.get(parameter.name, [])
        else:
            texts = in_fields.get(parameter.name.lower(), [])
            if not all(map(_HEADER_TEXT.fullmatch, texts)):
                message = f"The header parameter {parameter.name} has characters that are not in ASCII."
                raise WrongParameter(message, "header")
            if parameter.is_list:
                texts = [item for text in texts for item in re.split(r"[ \t]*,[ \t]*", text)]
        arguments[parameter.argument] = parameter.value(texts)
    return arguments


def _texts_of_query(query: bytes) -> dict[str, list[str]]:
    """Return the texts in a query by their names: pairs between `&`, in which `+` is a space."""
    texts: dict[str, list[str]] = {}
    for pair in query.split(b"&"):
        if pair:
            name, _, text = pair.partition(b"=")
            texts.setdefault(_decode(name), []).append(_decode(text))
    return texts


def _decode(part: bytes) -> str:
    try:
        text = part.replace(b"+", b" ")
        if _MALFORMED.search(text.decode("latin-1")):
            raise WrongParameter("The query has a % that two hexadecimal digits do not follow.", "query")
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise WrongParameter("The query is not in UTF-8.", "query") from None
