"""A review as a report of tests, for the many programs that show those: what is breaking or undecided is a failure."""

from __future__ import annotations

from lxml import etree

from schemapress import junit
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.review import Review
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.names import local_name


def printed(review: Review) -> str:
    """Return a suite for each API, with a case for each finding, and for each message without one."""
    return junit.printed("schemapress diff", map(_suite, review.comparisons))


def _suite(comparison: Comparison) -> Element:
    suite = junit.suite(comparison.name)
    for message in comparison.messages:
        for finding in message.findings:
            _add(suite, finding, f"{comparison.name}.{local_name(message.name)}")
        if not message.findings:
            junit.add_case(suite, comparison.name, local_name(message.name))
    for finding in comparison.others:
        _add(suite, finding, f"{comparison.name}.{finding.rule.kind}")
    return suite


def _add(suite: Element, finding: Finding, owner: str) -> None:
    case = junit.add_case(suite, owner, f"{finding.rule.name} {finding.path}")
    if finding.acceptance is not None:
        etree.SubElement(case, "skipped", message=junit.legal(finding.acceptance.reason))
    elif finding.severity in ("breaking", "undecided"):
        junit.add_result(case, "failure", finding.rule.name, finding.message, _text(finding))
    else:
        etree.SubElement(case, "system-out").text = junit.legal(_text(finding))


def _text(finding: Finding) -> str:
    places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
    lines = [f"{finding.message} {finding.also}".rstrip(), places, f"fingerprint {finding.fingerprint}"]
    if finding.witness is not None:
        lines.append(finding.witness.document)
    return "\n".join(lines)
