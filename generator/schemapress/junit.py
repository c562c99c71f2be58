"""JUnit's XML for test reports, in the form that all readers accept: Jenkins' `junit-10.xsd`."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from schemapress_runtime.binding.to_text import ILLEGAL
from schemapress_runtime.xml.document import Element

_COUNTS = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
"""The attributes of a suite, each with the element that it counts."""


def render(name: str, suites: Iterable[Element]) -> str:
    """Return the document of test suites, with the counts of their cases."""
    root = etree.Element("testsuites", name=replace_illegal(name))
    for suite in suites:
        for number, tag in _COUNTS.items():
            suite.set(number, str(len(suite.findall(f".//{tag}"))))
        suite.set("time", "0")
        root.append(suite)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()


def make_suite(name: str) -> Element:
    """Return a suite without cases."""
    return etree.Element("testsuite", name=replace_illegal(name))


def add_case(suite: Element, owner: str, name: str) -> Element:
    """Add a case to a suite. It counts as passed until a result is added; `owner` groups cases."""
    return etree.SubElement(suite, "testcase", classname=replace_illegal(owner), name=replace_illegal(name), time="0")


def add_result(case: Element, tag: str, type_: str, message: str, text: str) -> None:
    """Mark a case as a `failure`, or as an `error` if it could not be run."""
    etree.SubElement(case, tag, type=type_, message=replace_illegal(message)).text = replace_illegal(text)


def replace_illegal(text: str) -> str:
    """Return a text with U+FFFD for the characters that XML does not allow (XML 1.0 §2.2)."""
    return ILLEGAL.sub("\ufffd", text)
