"""A review as a report of tests, for the many programs that show those: what is breaking or undecided is a failure."""

from __future__ import annotations

from lxml import etree

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.review import Review
from schemapress.schema.model import local_name


def printed(review: Review) -> str:
    """Return a suite for each API, with a case for each finding, and for each message without one."""
    root = etree.Element("testsuites", name="schemapress diff")
    for comparison in review.comparisons:
        root.append(_suite(comparison))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()


def _suite(comparison: Comparison) -> etree._Element:
    suite = etree.Element("testsuite", name=comparison.name)
    for message in comparison.messages:
        for finding in message.findings:
            suite.append(_case(finding, f"{comparison.name}.{local_name(message.name)}"))
        if not message.findings:
            etree.SubElement(suite, "testcase", classname=comparison.name, name=local_name(message.name), time="0")
    for finding in comparison.others:
        suite.append(_case(finding, f"{comparison.name}.{finding.rule.kind}"))
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f".//{tag}"))))
    suite.set("errors", "0")
    suite.set("time", "0")
    return suite


def _case(finding: Finding, owner: str) -> etree._Element:
    case = etree.Element("testcase", classname=owner, name=f"{finding.rule.name} {finding.path}", time="0")
    if finding.acceptance is not None:
        etree.SubElement(case, "skipped", message=finding.acceptance.reason)
    elif finding.severity in ("breaking", "undecided"):
        failure = etree.SubElement(case, "failure", message=_legal(finding.message), type=finding.rule.name)
        failure.text = _legal(_text(finding))
    else:
        etree.SubElement(case, "system-out").text = _legal(_text(finding))
    return case


def _text(finding: Finding) -> str:
    places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
    lines = [f"{finding.message} {finding.also}".rstrip(), places, f"fingerprint {finding.fingerprint}"]
    if finding.witness is not None:
        lines.append(finding.witness.document)
    return "\n".join(lines)


def _legal(text: str) -> str:
    """Return a text without characters that XML does not have, which a message may show (XML 1.0 §2.2)."""
    return "".join(character if character >= " " or character in "\t\n\r" else "�" for character in text)
