"""The values of parameters in a request: in the path, in the query, and in header fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from xsdata.formats.converter import converter

from ...report.display import show
from ...xsd.simple_type import InvalidValue
from ..parameters import Parameter
from ..path_template import parse_template

_IN_SEGMENT = "-._~!$&'()*+,=:@"
"""The characters of a segment that stand for themselves (RFC 3986 §3.3), but the semicolon: some servers cut there."""

_HEADER_TEXT = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")


def write_arguments(
    path: str, parameters: Iterable[Parameter], arguments: Mapping[str, object]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the percent-encoded target of a request, and header fields, from the values of its parameters.

    `arguments` has them by the names of arguments; None stands for one that is left out.

    Raises:
        ValueError: one is missing, or no value of its type, or can't be where its parameter is.
        TypeError: there is no such parameter.
    """
    in_path: dict[str, str] = {}
    query: list[str] = []
    fields: list[tuple[str, str]] = []
    known = tuple(parameters)
    unknown = arguments.keys() - {parameter.argument for parameter in known}
    if unknown:
        raise TypeError(f"there is no parameter {min(unknown)!r}")
    for parameter in known:
        texts = _write_texts(parameter, arguments.get(parameter.argument))
        if not texts:
            continue
        if parameter.location == "path":
            in_path[parameter.name] = _write_segment(parameter, " ".join(texts))
        elif parameter.location == "query":
            query += [f"{quote(parameter.name, '')}={quote(text, '')}" for text in texts]
        else:
            fields.append((parameter.name, _write_field(parameter, ", ".join(texts))))
    template = parse_template(path)
    values = (in_path[name] for name in template.names)
    segments = [quote(segment, _IN_SEGMENT) if segment is not None else next(values) for segment in template.segments]
    target = "/" + "/".join(segments)
    return f"{target}?{'&'.join(query)}" if query else target, tuple(fields)


def _write_texts(parameter: Parameter, value: object) -> list[str]:
    """Return the texts of a value: one, or one for each item of a list."""
    if value is None:
        if parameter.required:
            raise ValueError(f"The {parameter.location} parameter {parameter.name} is missing.")
        return []
    items = value if parameter.is_list and isinstance(value, list | tuple) else [value]  # dates are tuples, too
    texts = [str(converter.serialize(item, format=parameter.format)) for item in items]
    text = " ".join(texts)
    try:
        parameter.type.parse(text, {})
    except InvalidValue as invalid:
        raise _refuse(parameter, text, invalid.violations[0].expected) from None
    return texts


def _write_segment(parameter: Parameter, text: str) -> str:
    if text in ("", ".", "..") or not text.isprintable():
        raise _refuse(parameter, text, "a text that a path can have")
    return quote(text, _IN_SEGMENT)


def _write_field(parameter: Parameter, text: str) -> str:
    if not _HEADER_TEXT.fullmatch(text):
        raise _refuse(parameter, text, "characters of ASCII")
    return text


def _refuse(parameter: Parameter, text: str, expected: str) -> ValueError:
    return ValueError(f"The {parameter.location} parameter {parameter.name} is {show(text)}; expected {expected}.")
