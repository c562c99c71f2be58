"""Reads a Redocly page in Markdown: what a portal serves for an operation at `….md`."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond

from .endpoint import Body, Endpoint, Field, Page, Place, Unread, Value
from .flattened import with_line_breaks
from .table import read_table

_FIELD = re.compile(r"[ \t]*- `([^`]*)` \(([^)]*)\)[ \t]*(.*)")
_BODY = re.compile(r"(?:Request|Response (\d{3})) fields \(([^)]+)\)")
_PARAMETERS = re.compile(r"(Header|Path|Query|Cookie) parameters")
_ENDPOINT = re.compile(r"Endpoint: *([A-Z]+) +(.+)")
_FACT = re.compile(r"(Version|Security): *(.*)")
_KEY = re.compile(r"[ \t]*(Enum|Example|Default|Format|Pattern|Minimum|Maximum|Min length|Max length): ?(.*)")

_TYPES = {"string", "object", "array", "integer", "number", "boolean", "any"}
_FACETS = {
    "Pattern": "pattern",
    "Minimum": "minInclusive",
    "Maximum": "maxInclusive",
    "Min length": "minLength",
    "Max length": "maxLength",
}


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    place: Place


def read_redocly(text: str, name: str, limits: SourceLimits = DEFAULT_LIMITS) -> Page:
    """Return what a page says; `name` is what places call it.

    Raises:
        SchemapressError: this is no such page: it has no title or no endpoint. Or a line goes beyond a limit.
    """
    lines = list(_lines(text, name))
    for line in lines:
        if len(line.text) > limits.page_line_characters:
            raise beyond("page_line_characters", limits, "The line", str(line.place))
    starts = [index for index, line in enumerate(lines) if line.text.startswith("## ")]
    unread: list[Unread] = []
    endpoint = _heading(lines[: starts[0] if starts else len(lines)], name)
    request, responses = None, []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        head, content = lines[start], lines[start + 1 : end]
        title = head.text[3:].strip().removesuffix(":").rstrip()
        body = _BODY.fullmatch(title)
        if body is None:
            why = "parameters are no part of a body" if _PARAMETERS.fullmatch(title) else "an unknown section"
            unread += [Unread(line.text.strip(), line.place, why) for line in (head, *content) if line.text.strip()]
            continue
        fields, strange = _fields(content)
        unread += strange
        found = Body(body[2].strip(), head.place, fields, int(body[1]) if body[1] else None)
        if found.status is not None:
            responses.append(found)
        elif request is None:
            request = found
        else:
            unread.append(Unread(head.text, head.place, "a second request body"))
    return Page(replace(endpoint, request=request, responses=tuple(responses)), tuple(unread))


def _lines(text: str, name: str) -> Iterator[_Line]:
    """Yield the lines of a page, each with its place in the text as it came."""
    if text.startswith("---\n") and "\n---\n" in text:  # front matter that a portal or a crawler has put there
        end = text.index("\n---\n") + 5
        text = re.sub(r"[^\n]", " ", text[:end]) + text[end:]
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    offset = 0
    for part in with_line_breaks(text).split("\n"):
        line = bisect_right(starts, offset)
        yield _Line(part, Place(name, line, offset - starts[line - 1] + 1))
        offset += len(part) + 1


def _heading(lines: list[_Line], name: str) -> Endpoint:
    """Return the endpoint that the lines before the first section describe."""
    title, summary, facts = None, [], {}
    endpoint = None
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if title is None:
            if not text.startswith("# "):
                break
            title = text[2:].strip()
        elif (match := _ENDPOINT.fullmatch(text)) is not None and endpoint is None:
            endpoint = (match[1], match[2].strip(), line.place)
        elif endpoint is not None and (match := _FACT.fullmatch(text)) is not None:
            facts[match[1]] = match[2]
        else:
            summary.append(text)
    if title is None or endpoint is None:
        missing = "title (a line that begins with `# `)" if title is None else "line `Endpoint: METHOD /path`"
        hint = (
            "Expected is the Markdown that a Redocly portal serves for one operation, at the address that ends in .md."
        )
        raise SchemapressError(f"This page has no {missing}.", place=f"{name}:1", hint=hint)
    method, path, place = endpoint
    return Endpoint(title, method, path, place, " ".join(summary), facts.get("Security", ""), facts.get("Version", ""))


def _fields(lines: list[_Line]) -> tuple[tuple[Field, ...], list[Unread]]:
    """Return the fields that a section lists, and what was not understood."""
    fields: list[Field] = []
    unread: list[Unread] = []
    description: list[_Line] = []
    for line in lines:
        match = _FIELD.fullmatch(line.text)
        if match is None:
            if fields:
                description.append(line)
            elif line.text.strip():
                unread.append(Unread(line.text.strip(), line.place, "text before the first field"))
            continue
        if fields:
            fields[-1] = _described(fields[-1], description)
        description = [_Line(match[3], line.place)] if match[3] else []
        field, strange = _field(match[1], match[2], line)
        fields.append(field)
        unread += strange
    if fields:
        fields[-1] = _described(fields[-1], description)
    return tuple(fields), unread


def _field(path: str, properties: str, line: _Line) -> tuple[Field, list[Unread]]:
    words = [word.strip() for word in properties.split(",")]
    types = [word for word in words if word in _TYPES]
    known = {*types, "required", "null"}
    unread = [
        Unread(line.text.strip(), line.place, f"{word!r} is no type that is known")
        for word in words
        if word not in known
    ]
    type_ = types[0] if types else "any"
    field = Field(tuple(path.split(".")), type_, line.place, required="required" in words, nullable="null" in words)
    return field, unread


def _described(field: Field, lines: list[_Line]) -> Field:
    """Return a field with what its description says: text, keys and tables."""
    kept: list[str] = []
    facets = []
    table: list[str] = []
    for line in [*lines, _Line("", field.place)]:
        text = line.text.strip()
        if text.startswith("|") and text.count("|") > 1:
            table.append(text)
            continue
        if table:
            field, kept = _with_table(field, table, kept)
            table = []
        match = _KEY.fullmatch(line.text)
        if match is None:
            kept.append(text)
        elif match[1] == "Enum":
            field = replace(field, values=_enumerated(match[2]), values_from="enum", heading="")
        elif match[1] in _FACETS:
            facets.append((_FACETS[match[1]], _scalar(match[2])))
        elif match[1] == "Example":
            field = replace(field, example=_scalar(match[2]))
        elif match[1] == "Default":
            field = replace(field, default=_scalar(match[2]))
        else:
            field = replace(field, format=_scalar(match[2]))
    return replace(field, description="\n".join(kept).strip(), facets=tuple(facets))


def _with_table(field: Field, lines: list[str], kept: list[str]) -> tuple[Field, list[str]]:
    """Take a table of values into the field; any other one stays a part of the description."""
    table = read_table(lines)
    values = table.values
    if not values or field.values_from == "enum":
        return field, [*kept, *lines]
    heading = table.heading[0] if table.heading else ""
    return replace(field, values=values, values_from="table", heading=heading), kept


def _enumerated(text: str) -> tuple[Value, ...]:
    try:
        found = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        found = [part.strip().strip('"') for part in text.split(",")]
    return tuple(Value(item if isinstance(item, str) else json.dumps(item)) for item in found)


def _scalar(text: str) -> str:
    """Return a value as an element would have it: a JSON string without its quotes, all else as it is."""
    text = text.strip()
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except (ValueError, RecursionError):
            return text
    return text
