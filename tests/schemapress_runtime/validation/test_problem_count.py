"""The problems beyond those that a report lists: they are counted, and nothing of them is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import schemapress
from schemapress_runtime.limits import DocumentLimits
from schemapress_runtime.validation.problems import Problems
from schemapress_runtime.validation.tree_walk import Walk
from tests.conftest import schema
from tests.hostile.documents import KINDS

MANY = 100_000

ONE_EACH = [
    "a namespace in many paths",
    "references to nothing",
    "keys that are missing",
    "values that are wrong",
    "elements that are not known",
    "elements that are nearly known",
    "text between elements",
    "types that are not known",
]
"""Kinds of documents with as many problems as their size."""


def _compile(kind: str, folder: Path, most: int) -> schemapress.Validator:
    path = folder / f"{most}.xsd"
    path.write_text(schema(KINDS[kind].declarations), "utf-8")
    return schemapress.compile(path, document_limits=DocumentLimits(problems=most))


@pytest.mark.parametrize("kind", ONE_EACH)
def test_a_report_on_a_hundred_thousand_problems_lists_a_thousand_and_says_how_many(kind: str, tmp_path: Path) -> None:
    report = _compile(kind, tmp_path, 1_000).validate(KINDS[kind].document(MANY).encode())

    assert (len(report), report.total, report.complete) == (1_000, MANY, False)
    assert str(report).splitlines()[-1] == "The report ends here; it lists 1,000 of 100,000 problems."


@pytest.mark.parametrize("kind", [kind for kind in ONE_EACH if kind != "elements that are nearly known"])
@pytest.mark.parametrize("most", [0, 1, 40, 99, 100])
def test_the_count_is_that_of_a_report_that_lists_all(kind: str, most: int, tmp_path: Path) -> None:
    document = KINDS[kind].document(100).encode()
    full = _compile(kind, tmp_path, 1_000).validate(document)

    report = _compile(kind, tmp_path, most).validate(document)

    assert (report.total, full.total) == (100, 100)
    assert report.problems == full.problems[:most]


def test_only_what_is_listed_is_kept(tmp_path: Path) -> None:
    kind = KINDS["values that are wrong"]
    validator = _compile("values that are wrong", tmp_path, 10)
    walk = Walk(validator.declarations, limits=DocumentLimits(problems=10))

    walk.validate_document(etree.fromstring(kind.document(1_000)))

    assert (len(walk.problems.noted), walk.problems.total, walk.problems.unlisted) == (10, 1_000, 990)


def test_problems_need_no_wording_once_they_are_only_counted() -> None:
    problems = Problems(limits=DocumentLimits(problems=0))

    assert problems.only_counts(3)
    assert (problems.total, problems.unlisted) == (3, 3)
    assert not Problems(limits=DocumentLimits(problems=1)).only_counts()
