"""The place of each problem: its XPath, its line and its column (only ever needed for an invalid document)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from xml.parsers import expat

from ..limits import MAX_PATH
from ..names import XML_NAMESPACE
from ..report.display import cut
from ..report.problem import Problem
from ..xml.document import XSI, Element, encoding_of
from .problems import UnlocatedProblem

_WELL_KNOWN = {
    XSI: "xsi",
    XML_NAMESPACE: "xml",
}
"""Prefixes that paths use for namespaces which are no schema's own."""


def locate(
    unlocated: Iterable[UnlocatedProblem], data: bytes, root: Element, prefixes: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return the problems of a document that was parsed from `data`, in document order."""
    unlocated = list(unlocated)
    wanted = {problem.place: -1 for problem in unlocated}
    for index, element in enumerate(root.iter()):
        if element in wanted:
            wanted[element] = index
    positions = _positions(data, root, set(wanted.values()))
    paths = _Paths(prefixes)
    problems = []
    for problem in sorted(unlocated, key=lambda problem: wanted[problem.place]):
        line, column = positions.get(wanted[problem.place], (line_of(problem.place), None))
        problems.append(_locate_at(problem, paths, line, column))
    return tuple(problems)


def locate_in_stream(unlocated: Iterable[UnlocatedProblem], prefixes: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return the problems of a document that is being read: without columns, and paths that count no siblings.

    The elements before have been forgotten, and so has the text.
    """
    paths = _Paths(prefixes, counts_siblings=False)
    return tuple(_locate_at(problem, paths, line_of(problem.place), None) for problem in unlocated)


def path_in_stream(element: Element, prefixes: Mapping[str, str], attribute: str | None = None) -> str:
    """Return the path of an element of a document that is being read, or of an attribute; it counts no siblings."""
    return _Paths(prefixes, counts_siblings=False).path(element, attribute)


def _locate_at(problem: UnlocatedProblem, paths: _Paths, line: int | None, column: int | None) -> Problem:
    code, expected, message = problem.wording
    path = paths.path(problem.element, problem.attribute)
    return Problem(path, line, column, code, problem.value, expected, message)


class _Paths:
    """XPaths of elements and attributes; counts siblings once for each parent, if it counts them."""

    def __init__(self, prefixes: Mapping[str, str], *, counts_siblings: bool = True) -> None:
        self._prefixes = prefixes
        self._counts_siblings = counts_siblings
        self._known: dict[Element, str] = {}
        self._positions: dict[Element, dict[Element, int]] = {}

    def path(self, element: Element, attribute: str | None = None) -> str:
        """Return the path of an element, or of one of its attributes; the middle is left out of a very long one."""
        ancestry = [element, *element.iterancestors()]
        steps = [self._step(ancestor) for ancestor in reversed(ancestry)]
        if attribute is not None:
            steps.append("@" + self._name(attribute))
        path = "/" + "/".join(steps)
        return path if len(path) <= MAX_PATH else f"{path[: MAX_PATH // 2]}…{path[-(MAX_PATH // 2) :]}"

    def _name(self, tag: str) -> str:
        namespace, _, local = tag.rpartition("}")
        if not namespace:
            return cut(local)
        prefix = self._prefixes.get(namespace[1:], _WELL_KNOWN.get(namespace[1:]))
        if prefix:
            return f"{prefix}:{cut(local)}"
        quote = '"' if "'" in namespace else "'"
        return f"*[local-name()='{cut(local)}' and namespace-uri()={quote}{cut(namespace[1:])}{quote}]"

    def _step(self, element: Element) -> str:
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = self._name(str(element.tag)) + self._position(element)
        return known

    def _position(self, element: Element) -> str:
        """Return the position of an element among its siblings of the same name, empty where there are no others."""
        parent = element.getparent()
        if parent is None or not self._counts_siblings:
            return ""
        positions = self._positions.get(parent)
        if positions is None:
            positions = self._positions[parent] = _positions_among(parent)
        return f"[{positions[element]}]" if element in positions else ""


def _positions_among(parent: Element) -> dict[Element, int]:
    """Return the positions, from 1, of those children that have siblings of the same name."""
    total = Counter(str(child.tag) for child in parent)
    seen: Counter[str] = Counter()
    positions = {}
    for child in parent:
        tag = str(child.tag)
        seen[tag] += 1
        if total[tag] > 1:
            positions[child] = seen[tag]
    return positions


def line_of(element: Element) -> int | None:
    """Return the line of the start tag of an element, if the parser knows it."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def _positions(data: bytes, root: Element, wanted: set[int]) -> dict[int, tuple[int, int]]:
    """Return line and column, from 1, of the start tags with the wanted numbers in document order.

    lxml knows lines alone, so the document is read once more by expat. Where expat can't read what
    libxml2 could (a rare encoding), the answer is empty.
    """
    positions: dict[int, tuple[int, int]] = {}
    count = -1

    def start(*_: object) -> None:
        nonlocal count
        count += 1
        if count in wanted:
            positions[count] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    try:
        text = data.decode(encoding_of(data, root)).lstrip("\ufeff").encode()
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = start
        parser.Parse(text, True)
    except (LookupError, UnicodeError, expat.ExpatError):
        return {}
    return positions
