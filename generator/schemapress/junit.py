"""JUnit's XML, which programs that show tests read, in the form that all of them take: Jenkins' `junit-10.xsd`."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from schemapress_runtime.binding.to_text import ILLEGAL
from schemapress_runtime.xml.document import Element

_COUNTS = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
"""The attributes of a suite, each with the elements that it counts."""


def printed(name: str, suites: Iterable[Element]) -> str:
    """Return the document of test suites, each with the numbers of its cases."""
    root = etree.Element("testsuites", name=legal(name))
    for suite in suites:
        for number, tag in _COUNTS.items():
            suite.set(number, str(len(suite.findall(f".//{tag}"))))
        suite.set("time", "0")
        root.append(suite)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()


def suite(name: str) -> Element:
    """Return a suite that has no case yet."""
    return etree.Element("testsuite", name=legal(name))


def add_case(suite: Element, owner: str, name: str) -> Element:
    """Add a case to a suite, which has passed as long as nothing is added to it; `owner` groups cases."""
    return etree.SubElement(suite, "testcase", classname=legal(owner), name=legal(name), time="0")


def add_result(case: Element, tag: str, type_: str, message: str, text: str) -> None:
    """Say that a case has not passed: it is a `failure`, or an `error` where it could not be tried."""
    etree.SubElement(case, tag, type=type_, message=legal(message)).text = legal(text)


def legal(text: str) -> str:
    """Return a text with U+FFFD for the characters that XML does not have, which a message may show (XML 1.0 §2.2)."""
    return ILLEGAL.sub("\ufffd", text)
