"""From findings to problems: the path, the line and the column of each (only ever needed for an invalid document)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.parsers import expat

from .document import XSI, Element
from .findings import Finding
from .problem import Problem, Report

_WELL_KNOWN = {
    XSI: "xsi",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""Prefixes that paths use for namespaces which are no schema's own."""


def locate(findings: Iterable[Finding], data: bytes, root: Element, prefixes: Mapping[str, str]) -> Report:
    """Return the report of the findings in a document that was parsed from `data`, in document order."""
    findings = list(findings)
    wanted = {finding.place: -1 for finding in findings}
    for index, element in enumerate(root.iter()):
        if element in wanted:
            wanted[element] = index
    positions = _positions(data, root, set(wanted.values()))
    paths = _Paths(prefixes)
    problems = []
    for finding in sorted(findings, key=lambda finding: wanted[finding.place]):
        line, column = positions.get(wanted[finding.place], (_line(finding.place), None))
        path = paths.path(finding.element)
        if finding.attribute is not None:
            path += "/@" + paths.name(finding.attribute)
        problems.append(Problem(path, line, column, finding.code, finding.value, finding.expected, finding.message))
    return Report(tuple(problems))


class _Paths:
    """XPaths of elements; counts siblings once for each parent."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._known: dict[Element, str] = {}
        self._counted: dict[Element, dict[Element, str]] = {}

    def name(self, tag: str) -> str:
        namespace, _, local = tag.rpartition("}")
        if not namespace:
            return local
        prefix = self._prefixes.get(namespace[1:], _WELL_KNOWN.get(namespace[1:]))
        return f"{prefix}:{local}" if prefix else f"*[local-name()='{local}' and namespace-uri()='{namespace[1:]}']"

    def path(self, element: Element) -> str:
        known = self._known.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        if parent is None:
            path = "/" + self.name(str(element.tag))
        else:
            path = f"{self.path(parent)}/{self._step(parent, element)}"
        self._known[element] = path
        return path

    def _step(self, parent: Element, element: Element) -> str:
        steps = self._counted.get(parent)
        if steps is None:
            children = list(parent)
            total: dict[str, int] = {}
            for child in children:
                total[str(child.tag)] = total.get(str(child.tag), 0) + 1
            seen: dict[str, int] = {}
            steps = {}
            for child in children:
                tag = str(child.tag)
                seen[tag] = seen.get(tag, 0) + 1
                steps[child] = self.name(tag) + (f"[{seen[tag]}]" if total[tag] > 1 else "")
            self._counted[parent] = steps
        return steps[element]


def _line(element: Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) else None


def _positions(data: bytes, root: Element, wanted: set[int]) -> dict[int, tuple[int, int]]:
    """Return line and column, from 1, of the start tags with the wanted numbers in document order.

    lxml knows lines alone, so the document is read once more by expat. Where expat can't read what
    libxml2 could (a rare encoding), the answer is empty.
    """
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    found: dict[int, tuple[int, int]] = {}
    count = -1

    def start(*_: object) -> None:
        nonlocal count
        count += 1
        if count in wanted:
            found[count] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    try:
        text = data.decode(encoding).lstrip("\ufeff").encode()
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = start
        parser.Parse(text, True)
    except (LookupError, UnicodeError, expat.ExpatError):
        return {}
    return found
