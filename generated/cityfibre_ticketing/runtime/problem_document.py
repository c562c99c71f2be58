"""Problem documents: errors of an HTTP API in XML (RFC 9457, its XML format in Appendix B)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from lxml import etree

from .problem import Problem
from .write import ILLEGAL

MEDIA_TYPE = "application/problem+xml"
NAMESPACE = "urn:ietf:rfc:7807"
TYPES = "urn:schemapress:problem:"

_MOST = 100
"""Problems that one document lists; the detail says how many there are."""

_SHOWN = 200
"""Characters of a value that is repeated to the sender."""


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
        return HTTPStatus(self.status).phrase

    def to_xml(self) -> bytes:
        """Return the document."""
        root = etree.Element(f"{{{NAMESPACE}}}problem", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
        _add(root, "type", TYPES + self.kind)
        _add(root, "title", self.title)
        _add(root, "status", str(self.status))
        _add(root, "detail", self.detail)
        _add(root, "instance", self.instance)
        if self.problems:
            problems = etree.SubElement(root, f"{{{NAMESPACE}}}problems")
            for problem in self.problems[:_MOST]:
                item = etree.SubElement(problems, f"{{{NAMESPACE}}}i")
                _add(item, "path", problem.path)
                _add(item, "line", None if problem.line is None else str(problem.line))
                _add(item, "column", None if problem.column is None else str(problem.column))
                _add(item, "code", problem.code)
                _add(item, "value", problem.value)
                _add(item, "expected", problem.expected)
                _add(item, "message", problem.message)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    if text is None:
        return
    if name in ("value", "expected") and len(text) > _SHOWN:
        text = text[:_SHOWN] + "…"
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = ILLEGAL.sub("\ufffd", text)
