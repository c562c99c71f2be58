"""Changes of a document's texts until it keeps what a schema says of the document as a whole.

Keys have to differ and references to lead somewhere (XSD 1.0 Part 1 §3.11.4, §3.15.4); a document that is put together
from small examples repeats their texts.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator

from lxml import etree

from schemapress.diff.inclusion.candidate import BUILT_IN
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.xml.document import XSI
from schemapress_runtime.xsd.declaration import Declarations

ROUNDS = 20
"""How many texts are changed, one after another."""

RULES = ("cvc-identity-constraint", "cvc-id")
"""The rules about a document as a whole."""

_MORE = tuple(re.sub(r"\d(?=\D*$)", str(digit), text) for digit in range(1, 10) for text in (*BUILT_IN, "a0", "10"))
"""More texts of the built-in types, which differ in their last digit."""


def all_whole(findings: list[UnlocatedProblem]) -> bool:
    """Whether there are findings, and all are about the document as a whole."""
    return bool(findings) and all(finding.code.startswith(RULES) for finding in findings)


def corrected(document: etree._Element, declarations: Declarations) -> etree._Element | None:
    """Return a document with other texts that is valid; None where none was found, or more is wrong with it."""
    document = copy.deepcopy(document)
    findings = _findings(document, declarations)
    for _ in range(ROUNDS):
        if not findings:
            return document
        if not all_whole(findings):
            return None
        better = _better(document, findings[0].element, len(findings), declarations)
        if better is None:
            return None
        findings = better
    return None


def _findings(document: etree._Element, declarations: Declarations) -> list[UnlocatedProblem]:
    walk = Walk(declarations)
    walk.validate_document(document)
    return walk.problems.noted


def _better(
    document: etree._Element, wrong: etree._Element, before: int, declarations: Declarations
) -> list[UnlocatedProblem] | None:
    """Change one text in an element so that fewer findings are left, and return those; None where none does that."""
    there = [text for element in document.iter("*") for text in (element.text, *element.attrib.values()) if text]
    for element, name in _texts(wrong):
        kept = element.text if name is None else element.get(name)
        for text in dict.fromkeys(itertools.chain(there, BUILT_IN, _MORE)):
            text = str(text)
            _set(element, name, text)
            findings = _findings(document, declarations)
            if len(findings) < before:
                return findings
        _set(element, name, None if kept is None else str(kept))
    return None


def _texts(wrong: etree._Element) -> Iterator[tuple[etree._Element, str | None]]:
    """Yield the elements with a text in an element, and those with an attribute, each with its name."""
    for element in wrong.iter("*"):
        if not len(element) and element.text:
            yield element, None
        for name in element.attrib:
            if not str(name).startswith(f"{{{XSI}}}"):
                yield element, str(name)


def _set(element: etree._Element, name: str | None, text: str | None) -> None:
    if name is None:
        element.text = text
    elif text is not None:
        element.set(name, text)
