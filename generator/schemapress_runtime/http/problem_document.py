"""Problem documents: errors of an HTTP API in XML (RFC 9457, its XML format in Appendix B)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from lxml import etree

from ..binding.to_text import ILLEGAL
from ..report.problem import Problem

PROBLEM_MEDIA_TYPE = "application/problem+xml"
PROBLEM_NAMESPACE = "urn:ietf:rfc:7807"
PROBLEM_TYPES = "urn:schemapress:problem:"

MOST_PROBLEMS = 100
"""Problems that one document lists; the detail says how many there are."""

MOST_BYTES = 65_536
"""Bytes of all problems that one document lists; further problems are left out."""

LENGTHS = {
    "type": 200,
    "detail": 1_000,
    "instance": 200,
    "path": 500,
    "code": 100,
    "value": 200,
    "expected": 200,
    "message": 500,
}
"""Characters of the texts that a sender or a handler can make long; an ellipsis ends a cut text."""


def phrase(status: int) -> str:
    """Return the phrase of a status; for one that is not registered, that of its class (RFC 9110 §15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """An error as the sender sees it. `kind` is the last part of the type's URN; `instance` a URI of this one error."""

    status: int
    kind: str
    detail: str
    problems: tuple[Problem, ...] = ()
    instance: str | None = None

    @property
    def title(self) -> str:
        """The phrase of the status."""
        return phrase(self.status)

    def to_xml(self) -> bytes:
        """Return the document, of less than `MOST_BYTES` for its problems and 10 kB for the rest."""
        root = etree.Element(f"{{{PROBLEM_NAMESPACE}}}problem", nsmap={None: PROBLEM_NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
        _add(root, "type", PROBLEM_TYPES + self.kind)
        _add(root, "title", self.title)
        _add(root, "status", str(self.status))
        _add(root, "detail", self.detail)
        _add(root, "instance", self.instance)
        if self.problems:
            problems = etree.SubElement(root, f"{{{PROBLEM_NAMESPACE}}}problems")
            left = MOST_BYTES
            for problem in self.problems[:MOST_PROBLEMS]:
                item = _item(problem)
                left -= len(etree.tostring(item, encoding="UTF-8"))
                if left < 0:
                    break
                problems.append(item)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _item(problem: Problem) -> etree._Element:
    item = etree.Element(f"{{{PROBLEM_NAMESPACE}}}i", nsmap={None: PROBLEM_NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
    _add(item, "path", problem.path)
    _add(item, "line", None if problem.line is None else str(problem.line))
    _add(item, "column", None if problem.column is None else str(problem.column))
    _add(item, "code", problem.code)
    _add(item, "value", problem.value)
    _add(item, "expected", problem.expected)
    _add(item, "message", problem.message)
    return item


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    if text is None:
        return
    length = LENGTHS.get(name)
    if length is not None and len(text) > length:
        text = text[:length] + "…"
    etree.SubElement(parent, f"{{{PROBLEM_NAMESPACE}}}{name}").text = ILLEGAL.sub("\ufffd", text)
