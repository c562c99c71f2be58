"""The report of a document, as a text and as data."""

from __future__ import annotations

import json

from schemapress_runtime.report.problem import NO_PROBLEMS, InvalidDocument, Problem, Report

PROBLEM = Problem("/r/a[2]", 3, 5, "cvc-elt.1", "x", "a number", "<a> is 'x'.")
OF_OBJECT = Problem("R.a", None, None, "encode-value", None, None, "R.a is missing.")


def test_a_problem_begins_with_its_place() -> None:
    assert str(PROBLEM) == "line 3, column 5: /r/a[2]: <a> is 'x'. [cvc-elt.1]"
    assert str(OF_OBJECT) == "R.a: R.a is missing. [encode-value]"


def test_an_incomplete_report_says_so() -> None:
    report = Report((PROBLEM, OF_OBJECT), complete=False)

    assert str(report).splitlines()[-1] == "The report ends here; the document has more than 2 problems."
    assert str(InvalidDocument(report)).splitlines()[0] == "more than 2 problems"
    assert json.loads(json.dumps(report.as_dict()))["complete"] is False


def test_a_report_is_true_whatever_it_says() -> None:
    assert NO_PROBLEMS
    assert Report((PROBLEM,))
    assert (NO_PROBLEMS.valid, Report((PROBLEM,)).valid) == (True, False)
    assert (str(NO_PROBLEMS), list(Report((PROBLEM,))), len(NO_PROBLEMS)) == ("valid", [PROBLEM], 0)
