"""The report of a document, as a text and as data."""

from __future__ import annotations

import json

from schemapress_runtime.report.problem import NO_PROBLEMS, InvalidDocument, Problem, Report

PROBLEM = Problem("/r/a[2]", 3, 5, "cvc-elt.1", "x", "a number", "<a> is 'x'.")
OF_OBJECT = Problem("R.a", None, None, "encode-value", None, None, "R.a is missing.")


def test_a_problem_begins_with_its_place() -> None:
    assert str(PROBLEM) == "line 3, column 5: /r/a[2]: <a> is 'x'. [cvc-elt.1]"
    assert str(OF_OBJECT) == "R.a: R.a is missing. [encode-value]"


def test_an_incomplete_report_says_how_many_problems_there_are() -> None:
    report = Report((PROBLEM, OF_OBJECT), unlisted=9_998)

    assert str(report).splitlines()[-1] == "The report ends here; it lists 2 of 10,000 problems."
    assert str(InvalidDocument(report)).splitlines()[0] == "10,000 problems"
    data = json.loads(json.dumps(report.as_dict()))
    assert (data["complete"], data["total"], len(data["problems"])) == (False, 10_000, 2)


def test_a_report_that_only_counts_is_that_of_an_invalid_document() -> None:
    report = Report(unlisted=1)

    assert not report.valid
    assert str(report) == "The report ends here; it lists 0 of 1 problems."


def test_a_report_is_true_whatever_it_says() -> None:
    assert NO_PROBLEMS
    assert Report((PROBLEM,))
    assert (NO_PROBLEMS.valid, Report((PROBLEM,)).valid) == (True, False)
    assert (str(NO_PROBLEMS), list(Report((PROBLEM,))), len(NO_PROBLEMS)) == ("valid", [PROBLEM], 0)
