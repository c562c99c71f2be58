"""The path of an endpoint: literal segments, and parameters that stand for one segment each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.\-]*+)\}")
_NEVER_LITERAL = re.compile(r"[{}%?#;\x00-\x20\x7f]")

Served = TypeVar("Served")


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A path as its segments, a parameter among them as None; `names` are those of the parameters, in order.

    Two templates with the same segments match the same paths. An empty last segment is a trailing slash.
    """

    segments: tuple[str | None, ...]
    names: tuple[str, ...]


def parse_template(path: str) -> PathTemplate:
    """Return the template that a path such as `/orders/{orderId}` describes, in characters that are not encoded.

    Raises:
        ValueError: it is no path, or no request could ever match it; the text says why.
    """
    first, *parts = path.split("/")
    if first or not parts:
        raise ValueError("expected a path that begins with a slash")
    segments: list[str | None] = []
    names: list[str] = []
    for position, part in enumerate(parts):
        parameter = _PARAMETER.fullmatch(part)
        if parameter is not None:
            segments.append(None)
            names.append(parameter[1])
        elif part in (".", "..") or (not part and position < len(parts) - 1):
            raise ValueError("it has an empty segment, or one of dots, which clients and proxies remove")
        elif "{" in part or "}" in part:
            raise ValueError(f"expected the segment {part!r} to be either a text or one parameter such as {{orderId}}")
        elif wrong := _NEVER_LITERAL.search(part):
            raise ValueError(f"it has the character {wrong[0]!r}; expected the characters of a path, not encoded")
        else:
            segments.append(part)
    if len(set(names)) < len(names):
        raise ValueError("it has two parameters of one name")
    return PathTemplate(tuple(segments), tuple(names))


@dataclass(frozen=True, slots=True)
class PathMatch(Generic[Served]):
    """What is served at a path, with the texts of its parameters."""

    served: tuple[Served, ...]
    texts: tuple[str, ...]


class PathTable(Generic[Served]):
    """What is served at each path; a literal segment wins over a parameter, the first segment first."""

    def __init__(self, served: Iterable[tuple[PathTemplate, Served]]) -> None:
        shapes: dict[tuple[str | None, ...], tuple[Served, ...]] = {}
        for template, value in served:
            shapes[template.segments] = (*shapes.get(template.segments, ()), value)
        self._literal: Mapping[tuple[str | None, ...], tuple[Served, ...]] = {
            segments: values for segments, values in shapes.items() if None not in segments
        }
        self._templates: dict[int, list[tuple[tuple[str | None, ...], tuple[Served, ...]]]] = {}
        templates = [item for item in shapes.items() if None in item[0]]
        for item in sorted(templates, key=lambda item: [segment is None for segment in item[0]]):
            self._templates.setdefault(len(item[0]), []).append(item)

    def find(self, segments: Sequence[str]) -> PathMatch[Served] | None:
        """Return what is served at the path with these segments, or None."""
        literal = self._literal.get(tuple(segments))
        if literal is not None:
            return PathMatch(literal, ())
        for template, served in self._templates.get(len(segments), ()):
            if all(
                text == literal if literal is not None else text
                for literal, text in zip(template, segments, strict=True)
            ):
                texts = tuple(text for literal, text in zip(template, segments, strict=True) if literal is None)
                return PathMatch(served, texts)
        return None
