"""The first screen of a review: who is affected, how many causes, and which of them matter most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Acceptance, Finding
from schemapress.diff.message_comparison import MessageComparison
from schemapress.diff.report.summary import Summary, shorten_message, shorten_path, sort_findings, summarize
from schemapress.diff.review import Review
from schemapress.diff.rule import Rule, Severity, narrowing_rule, widening_rule
from schemapress.load.schema import Direction

LOST = narrowing_rule("element-removed", "")
REQUIRED = narrowing_rule("element-now-required", "")
GAINED = widening_rule("element-added", "")
CLASS = Rule("python-class-removed", "python", "breaking", "")


def make(rule: Rule, path: str, elsewhere: int = 0, severity: Severity = "breaking") -> Finding:
    directions: dict[str, Direction] = {"receivers": "receive", "senders": "send"}
    direction = directions.get(rule.concerns)
    return Finding(replace(rule, severity=severity), severity, path, "", direction=direction, elsewhere=elsewhere)


def summarize_findings(
    *findings: Finding, others: tuple[Finding, ...] = (), direction: Direction | None = None
) -> Summary:
    message = MessageComparison("{urn:a}root", direction, findings)
    return summarize(Review((Comparison("api", "old", "new", (message,), others),)))


def test_the_effect_is_told_for_each_side_and_for_the_classes() -> None:
    summary = summarize_findings(
        make(LOST, "/root/a"), others=(make(CLASS, "A.b"), make(CLASS, "A.c"), make(CLASS, "B"))
    )

    assert [(role.role, role.effect, role.names) for role in summary.roles] == [
        ("receivers", "breaking", ("root",)),
        ("senders", "compatible", ("root",)),
        ("classes", "breaking", ("A", "B")),
    ]
    assert summary.title == "Breaking for receivers and users of the classes"
    assert summary.counts_in_words == "4 breaking"


def test_a_message_with_a_direction_concerns_one_side_only() -> None:
    summary = summarize_findings(make(GAINED, "/root/a", severity="compatible"), direction="receive")

    assert [(role.role, role.effect) for role in summary.roles] == [("receivers", "compatible")]
    assert summary.title == "Breaks nobody"


def test_an_accepted_break_is_told_as_one() -> None:
    summary = summarize_findings(replace(make(LOST, "/root/a"), acceptance=Acceptance("agreed")))

    assert [(role.role, role.effect) for role in summary.roles] == [
        ("receivers", "accepted"),
        ("senders", "compatible"),
    ]
    assert summary.title == "Accepted breaks for receivers"


def test_without_a_finding_there_is_no_change() -> None:
    assert summarize_findings().title == "No change"


def test_the_severity_then_the_reach_then_the_depth_decides_what_matters() -> None:
    in_order = [
        make(LOST, "/root/a/b/c", 9),
        make(LOST, "/root/a", 2),
        make(LOST, "/root/a/b", 2),
        make(CLASS, "A", 0),
        make(LOST, "/root/b", 99, "compatible"),
    ]

    assert sort_findings(in_order[::-1]) == in_order


def test_what_matters_most_is_of_different_rules_where_these_are_as_severe() -> None:
    many = [make(LOST, f"/root/{number}", 10 - number) for number in range(5)]
    others = [make(REQUIRED, "/root/x"), make(GAINED, "/root/y", 50, "compatible")]

    summary = summarize_findings(*many, *others)

    assert [(finding.rule.name, finding.path) for finding in summary.most_important] == [
        ("element-removed", "/root/0"),
        ("element-now-required", "/root/x"),
        ("element-removed", "/root/1"),
    ]


def test_causes_are_counted_by_severity_side_and_rule() -> None:
    summary = summarize_findings(
        make(REQUIRED, "/r/a"),
        make(LOST, "/r/b"),
        make(LOST, "/r/c"),
        make(GAINED, "/r/d"),
        make(LOST, "/r/e", 0, "informative"),
    )

    listed = [
        (standing, role, [(count.rule, count.count) for count in counts]) for standing, role, counts in summary.groups
    ]
    assert listed == [
        ("breaking", "receivers", [("element-removed", 2), ("element-now-required", 1)]),
        ("breaking", "senders", [("element-added", 1)]),
        ("informative", "receivers", [("element-removed", 1)]),
    ]


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/p:a/p:b", "/p:a/p:b"),
        ("/" + "/".join(["prefix:step"] * 9), "/" + "/".join(["step"] * 9)),
        ("/" + "/".join(["p:" + "long" * 5] * 9), "/" + "long" * 5 + "/…" + ("/" + "long" * 5) * 2),
    ],
)
def test_a_long_path_keeps_its_root_and_its_end(path: str, short: str) -> None:
    assert shorten_path(path) == short


def test_a_long_message_ends_with_a_word() -> None:
    assert shorten_message("short") == "short"
    assert shorten_message("word " * 100) == "word " * 32 + "…"
