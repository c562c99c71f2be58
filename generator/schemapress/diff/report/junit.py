"""A review as a JUnit test report: breaking and undecided findings are failures."""

from __future__ import annotations

from lxml import etree

from schemapress import junit
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.review import Review
from schemapress_runtime.names import local_name
from schemapress_runtime.xml.document import Element


def render(review: Review) -> str:
    """Return a suite for each API, with a case for each finding and for each message without findings."""
    return junit.render("schemapress diff", map(_make_suite, review.comparisons))


def _make_suite(comparison: Comparison) -> Element:
    suite = junit.make_suite(comparison.name)
    for message in comparison.messages:
        for finding in message.findings:
            _add_case(suite, finding, f"{comparison.name}.{local_name(message.name)}")
        if not message.findings:
            junit.add_case(suite, comparison.name, local_name(message.name))
    for finding in comparison.others:
        _add_case(suite, finding, f"{comparison.name}.{finding.rule.kind}")
    return suite


def _add_case(suite: Element, finding: Finding, owner: str) -> None:
    case = junit.add_case(suite, owner, f"{finding.rule.name} {finding.path}")
    if finding.acceptance is not None:
        etree.SubElement(case, "skipped", message=junit.replace_illegal(finding.acceptance.reason))
    elif finding.severity in ("breaking", "undecided"):
        junit.add_result(case, "failure", finding.rule.name, finding.message, _render_finding(finding))
    else:
        etree.SubElement(case, "system-out").text = junit.replace_illegal(_render_finding(finding))


def _render_finding(finding: Finding) -> str:
    places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
    lines = [f"{finding.message} {finding.also}".rstrip(), places, f"fingerprint {finding.fingerprint}"]
    lines += [witness.document for _, witness in finding.examples]
    return "\n".join(lines)
