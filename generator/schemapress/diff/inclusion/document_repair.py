"""Repairs a document until it satisfies document-wide constraints: keys, keyrefs, IDs.

A document built from small examples repeats their texts, but keys must differ and references must refer to something
(XSD 1.0 Part 1 §3.11.4, §3.15.4).
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator

from lxml import etree

from schemapress.diff.inclusion.sample_texts import SAMPLE_TEXTS
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.xml.document import XSI
from schemapress_runtime.xsd.components import Declarations

ROUNDS = 20
"""Most texts that a repair changes, one after another."""

WHOLE_DOCUMENT_RULES = ("cvc-identity-constraint", "cvc-id")
"""The rules about a whole document."""

_MORE = tuple(re.sub(r"\d(?=\D*$)", str(digit), text) for digit in range(1, 10) for text in (*SAMPLE_TEXTS, "a0", "10"))
"""More texts of the built-in types, with other last digits."""


def is_repairable(problems: list[UnlocatedProblem]) -> bool:
    """Whether a document has problems, all about document-wide constraints."""
    return bool(problems) and all(problem.code.startswith(WHOLE_DOCUMENT_RULES) for problem in problems)


def repair_document(document: etree._Element, declarations: Declarations) -> etree._Element | None:
    """Return a valid document with other texts; None if there are other problems, or too many."""
    document = copy.deepcopy(document)
    problems = _validate(document, declarations)
    for _ in range(ROUNDS):
        if not problems:
            return document
        if not is_repairable(problems):
            return None
        remaining = _change_text(document, problems[0].element, len(problems), declarations)
        if remaining is None:
            return None
        problems = remaining
    return None


def _validate(document: etree._Element, declarations: Declarations) -> list[UnlocatedProblem]:
    walk = Walk(declarations)
    walk.validate_document(document)
    return walk.problems.noted


def _change_text(
    document: etree._Element, wrong: etree._Element, before: int, declarations: Declarations
) -> list[UnlocatedProblem] | None:
    """Change one text in an element so that fewer problems remain, and return them; None if no text does."""
    present = [text for element in document.iter("*") for text in (element.text, *element.attrib.values()) if text]
    for element, name in _find_texts(wrong):
        original = element.text if name is None else element.get(name)
        for text in dict.fromkeys(itertools.chain(present, SAMPLE_TEXTS, _MORE)):
            text = str(text)
            _set(element, name, text)
            problems = _validate(document, declarations)
            if len(problems) < before:
                return problems
        _set(element, name, None if original is None else str(original))
    return None


def _find_texts(wrong: etree._Element) -> Iterator[tuple[etree._Element, str | None]]:
    """Yield each element that has a text, with None, and each attribute in an element, with its name."""
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
