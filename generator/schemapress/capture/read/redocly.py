"""Reads a Redocly page in Markdown, which a portal serves for an operation at `….md`."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.load.endpoint_facts import METHODS
from schemapress.write.json_types import ANY, TYPES
from schemapress_runtime.report.amount import counted
from schemapress_runtime.xsd.facets import FACETS, Facet, whole_number

from ..omission import Omission
from .line_breaks import restore_line_breaks
from .page import Page, PageBody, PageEndpoint, PageField, PagePlace, PageValue
from .table import read_table

_FIELD = re.compile(r"[ \t]*- `([^`]*)` \(([^)]*)\)[ \t]*(.*)")
_BODY = re.compile(r"(?:Request|Response (\d{3})) fields \(([^)]+)\)")
_PARAMETERS = re.compile(r"(Header|Path|Query|Cookie) parameters")
_ENDPOINT = re.compile(r"Endpoint: *([A-Z]+) +(.+)")
_FACT = re.compile(r"(Version|Security): *(.*)")
_HEADING = re.compile(r"(#{1,5}) +\S.*")
_KEY = re.compile(r"[ \t]*(Enum|Example|Default|Format|Pattern|Minimum|Maximum|Min length|Max length): ?(.*)")

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
    place: PagePlace


def read_redocly(text: str, name: str, limits: SourceLimits = DEFAULT_LIMITS) -> tuple[Page, ...]:
    """Return the endpoints of a page; `name` is the name of the page in places.

    An endpoint begins with the last heading before its line `Endpoint:`, and ends where the next one begins.

    Raises:
        SchemapressError: the page has no title or no endpoint, or a line goes beyond a limit.
    """
    lines = list(_lines(text, name))
    for line in lines:
        if len(line.text) > limits.page_line_characters:
            raise beyond("page_line_characters", limits, "The line", str(line.place))
    title, level, pages = "", 1, []
    intro, *blocks = _blocks(lines)
    for block in blocks:
        match = _HEADING.fullmatch(block[0].text.rstrip()) if block else None
        level = len(match[1]) if match is not None else level
        page = _page(block, level, title, name)
        title = page.endpoint.title
        pages.append(page)
    texts = [line for line in intro if line.text.strip() and not _HEADING.fullmatch(line.text.rstrip())]
    if texts:
        omission = Omission("the text before the first endpoint", str(texts[0].place), "it belongs to no endpoint")
        pages[0] = replace(pages[0], omissions=(omission, *pages[0].omissions))
    return tuple(pages)


def _blocks(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Yield the lines before the first endpoint, then those of each; a page without endpoints counts as one."""
    endpoints = [index for index, line in enumerate(lines) if _ENDPOINT.fullmatch(line.text.rstrip())]
    starts = []
    for before, index in pairwise([-1, *endpoints]):
        heads = [number for number in range(before + 1, index) if _is_title(lines[number].text)]
        starts.append(heads[-1] if heads else index)
    for start, end in pairwise([0, *(starts or [0]), len(lines)]):
        yield lines[start:end]


def _is_title(text: str) -> bool:
    """Whether a line is a heading that can begin an endpoint, not one of its sections."""
    title = _section(text)
    return bool(_HEADING.fullmatch(text.rstrip())) and not (_BODY.fullmatch(title) or _PARAMETERS.fullmatch(title))


def _section(text: str) -> str:
    """Return the text of a heading."""
    return text.lstrip("#").strip().removesuffix(":").rstrip()


def _page(lines: list[_Line], level: int, title: str, name: str) -> Page:
    """Return the endpoint in lines of a page; without its own title it has that of the endpoint before."""
    mark = "#" * (level + 1) + " "
    starts = [index for index, line in enumerate(lines) if line.text.startswith(mark)]
    endpoint = _read_endpoint(lines[: starts[0] if starts else len(lines)], title, name)
    omissions: list[Omission] = []
    bodies: dict[int | None, PageBody] = {}
    for start, end in pairwise([*starts, len(lines)]):
        head, content = lines[start], lines[start + 1 : end]
        heading = _BODY.fullmatch(_section(head.text))
        if heading is None:
            omissions += _omit_section(head, content)
            continue
        fields, field_omissions = _read_fields(content)
        body = PageBody(heading[2].strip(), head.place, fields, int(heading[1]) if heading[1] else None)
        first = bodies.get(body.status)
        if first is not None and (_is_xml(first) or not _is_xml(body)):
            omissions += [_omit_body(body)]
            continue
        if first is not None:
            omissions.append(_omit_body(first))
        omissions += field_omissions
        bodies[body.status] = body
    responses = tuple(body for status, body in bodies.items() if status is not None)
    return Page(replace(endpoint, request=bodies.get(None), responses=responses), tuple(omissions))


def _is_xml(body: PageBody) -> bool:
    return body.media_type.partition(";")[0].strip().lower().endswith(("/xml", "+xml"))


def _omit_body(body: PageBody) -> Omission:
    owner = "request" if body.status is None else f"response {body.status}"
    return Omission(f"the {owner} as {body.media_type}", str(body.place), "another body of it is captured")


def _omit_section(head: _Line, content: list[_Line]) -> Iterator[Omission]:
    """Yield omissions for a section that an XSD can't express: each of its fields, or the section if it has none."""
    title = _section(head.text)
    parameters = _PARAMETERS.fullmatch(title)
    fields = [(match, line) for line in content if (match := _FIELD.fullmatch(line.text)) is not None]
    for match, line in fields:
        kind = f"{parameters[1].lower()} parameter" if parameters is not None else f"in {title!r}, the field"
        why = "parameters are captured of OpenAPI documents only" if parameters is not None else "an unknown section"
        yield Omission(f"{kind} `{match[1]}`", str(line.place), why)
    if not fields:
        texts = sum(bool(line.text.strip()) for line in content)
        why = f"an unknown section, with {counted(texts, 'text line')}"
        yield Omission(f"the section {title!r}", str(head.place), why)


def _lines(text: str, name: str) -> Iterator[_Line]:
    """Yield the lines of a page, each with its place in the original text."""
    if text.startswith("---\n") and "\n---\n" in text:  # front matter of a portal or a crawler
        end = text.index("\n---\n") + 5
        text = re.sub(r"[^\n]", " ", text[:end]) + text[end:]
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    offset = 0
    for part in restore_line_breaks(text).split("\n"):
        line = bisect_right(starts, offset)
        yield _Line(part, PagePlace(name, line, offset - starts[line - 1] + 1))
        offset += len(part) + 1


def _read_endpoint(lines: list[_Line], before: str, name: str) -> PageEndpoint:
    """Return the endpoint in the lines before the first section."""
    title, summary, facts = before or None, [], {}
    endpoint = None
    is_first = True
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if is_first and _HEADING.fullmatch(text) and line.text.startswith("#"):
            title = text.lstrip("#").strip()
            is_first = False
            continue
        is_first = False
        if title is None:
            break
        if (match := _ENDPOINT.fullmatch(text)) is not None and endpoint is None:
            endpoint = (match[1], match[2].strip(), line.place)
        elif endpoint is not None and (match := _FACT.fullmatch(text)) is not None:
            facts[match[1]] = match[2]
        else:
            summary.append(text)
    if title is None or endpoint is None:
        missing = "title (a line that begins with `# `)" if title is None else "line `Endpoint: METHOD /path`"
        hint = "Capture the Markdown that a Redocly portal serves for one operation, at the address that ends in .md."
        raise SchemapressError(f"This page has no {missing}.", place=f"{name}:1", hint=hint)
    method, path, place = endpoint
    if method not in METHODS:
        message = f"The method of this endpoint is {method}; expected one of {', '.join(METHODS)}."
        raise SchemapressError(message, place=str(place), hint="Fix the page, or remove the endpoint.")
    return PageEndpoint(
        title, method, path, place, " ".join(summary), facts.get("Security", ""), facts.get("Version", "")
    )


def _read_fields(lines: list[_Line]) -> tuple[tuple[PageField, ...], list[Omission]]:
    """Return the fields of a section, and the parts that were not understood."""
    fields: list[PageField] = []
    omissions: list[Omission] = []
    description: list[_Line] = []
    for line in lines:
        match = _FIELD.fullmatch(line.text)
        if match is None:
            if fields:
                description.append(line)
            elif line.text.strip():
                omissions.append(Omission(_shorten(line), str(line.place), "text before the first field"))
            continue
        if fields:
            fields[-1] = _add_description(fields[-1], description)
        description = [_Line(match[3], line.place)] if match[3] else []
        field, field_omissions = _read_field(match[1], match[2], line)
        fields.append(field)
        omissions += field_omissions
    if fields:
        fields[-1] = _add_description(fields[-1], description)
    return tuple(fields), omissions


def _shorten(line: _Line) -> str:
    text = line.text.strip()
    return repr(text if len(text) <= 100 else text[:99] + "…")


def _read_field(path: str, properties: str, line: _Line) -> tuple[PageField, list[Omission]]:
    words = [word.strip() for word in properties.split(",")]
    types = [word for word in words if word in (*TYPES, ANY)]
    known = {*types, "required", "null"}
    omissions = [
        Omission(f"the type of the field `{path}`", str(line.place), f"{word!r} is not a known type")
        for word in words
        if word not in known
    ]
    type_ = types[0] if types else ANY
    field = PageField(tuple(path.split(".")), type_, line.place, required="required" in words, nullable="null" in words)
    return field, omissions


def _add_description(field: PageField, lines: list[_Line]) -> PageField:
    """Return a field with the text, keys and tables of its description."""
    kept: list[str] = []
    facets = []
    table: list[str] = []
    for line in [*lines, _Line("", field.place)]:
        text = line.text.strip()
        if text.startswith("|") and text.count("|") > 1:
            table.append(text)
            continue
        if table:
            field, kept = _add_table(field, table, kept)
            table = []
        match = _KEY.fullmatch(line.text)
        if match is None:
            kept.append(text)
        elif match[1] == "Enum":
            field = replace(field, values=_read_values(match[2]), values_from="enum", heading="")
        elif match[1] in _FACETS:
            facets.append(_make_facet(_FACETS[match[1]], _scalar(match[2]), field))
        elif match[1] == "Example":
            field = replace(field, example=_scalar(match[2]))
        elif match[1] == "Default":
            field = replace(field, default=_scalar(match[2]))
        else:
            field = replace(field, format=_scalar(match[2]))
    return replace(field, description="\n".join(kept).strip(), facets=tuple(facets))


def _make_facet(name: str, text: str, field: PageField) -> Facet:
    """Return a facet of a field.

    Raises:
        SchemapressError: the facet needs a whole number, and has another value.
    """
    if FACETS[name].is_number and whole_number(text) is None:
        message = f"The {name} of `{field.dotted}` is {text[:100]!r}; expected a whole number."
        raise SchemapressError(message, place=str(field.place), hint="Fix the page.")
    return Facet(name, text)


def _add_table(field: PageField, lines: list[str], kept: list[str]) -> tuple[PageField, list[str]]:
    """Add a table of values to the field; any other table stays in the description."""
    table = read_table(lines)
    values = table.values
    if not values or field.values_from == "enum":
        return field, [*kept, *lines]
    heading = table.heading[0] if table.heading else ""
    return replace(field, values=values, values_from="table", heading=heading), kept


def _read_values(text: str) -> tuple[PageValue, ...]:
    try:
        values = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        values = [part.strip().strip('"') for part in text.split(",")]
    return tuple(PageValue(item if isinstance(item, str) else json.dumps(item)) for item in values)


def _scalar(text: str) -> str:
    """Return a value as the text of an element: a JSON string without its quotes, anything else unchanged."""
    text = text.strip()
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except (ValueError, RecursionError):
            return text
    return text
