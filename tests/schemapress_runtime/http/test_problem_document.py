"""A problem document stays small, whatever is wrong with a message."""

from __future__ import annotations

import pytest
from lxml import etree

from schemapress_runtime.http.problem_document import LENGTHS, MOST_BYTES, MOST_PROBLEMS, ProblemDocument
from schemapress_runtime.report.problem import Problem

PROBLEM = "{urn:ietf:rfc:7807}"


def document(text: str, count: int) -> bytes:
    problems = (Problem(text, 1, 1, text, text, text, text),) * count
    return ProblemDocument(422, text, text, problems, text).to_xml()


def texts(data: bytes) -> dict[str, str]:
    return {str(element.tag).removeprefix(PROBLEM): element.text or "" for element in etree.fromstring(data).iter()}


def test_every_text_is_cut_to_its_length() -> None:
    found = texts(document("a" * 100_000, 1))

    assert {name: len(found[name]) for name in LENGTHS} == {name: length + 1 for name, length in LENGTHS.items()}
    assert all(found[name].endswith("a…") for name in LENGTHS)


def test_a_text_that_is_no_longer_is_whole() -> None:
    problem = Problem(*(None if name in ("line", "column") else "a" * LENGTHS[name] for name in Problem.__slots__))  # type: ignore[arg-type]  # in the order of the fields

    found = texts(ProblemDocument(422, "invalid", "a" * LENGTHS["detail"], (problem,)).to_xml())

    assert "…" not in "".join(found.values())


def test_no_more_problems_are_listed_than_the_most() -> None:
    items = etree.fromstring(document("a", 5_000)).findall(f"{PROBLEM}problems/{PROBLEM}i")

    assert len(items) == MOST_PROBLEMS


@pytest.mark.parametrize("character", ["a", "&", "\r", "\0", "\U0001f600"])
def test_the_whole_is_bounded_however_its_characters_are_written(character: str) -> None:
    data = document(character * 10_000, 5_000)

    assert MOST_BYTES / 2 < len(data) < MOST_BYTES + 16_384
    assert etree.fromstring(data).find(f"{PROBLEM}problems/{PROBLEM}i") is not None
