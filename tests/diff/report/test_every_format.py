"""Every format of one review: no finding is missing from any, whatever changed."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.report import render
from schemapress.diff.review import Review
from schemapress.diff.rule import Kind
from schemapress.errors import SchemapressError
from tests import corpus
from tests.conftest import schema
from tests.support.random_schema import judged_schema
from tests.support.schema_builder import element
from tests.support.schema_edit import edited

WHOLE_FORMATS = ("text", "markdown", "html", "json", "junit", "github")
"""The formats that have each finding; a comment has as many as there is room for."""

MOST_LINES = 60


def compare_texts(folder: Path, old: str, new: str) -> Review:
    """Return the review of two schemas, without the classes: to generate them takes most of the time."""
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.xsd").write_text(text)
    before, after = (find_version(name, folder / f"{name}.xsd", name) for name in ("old", "new"))
    kinds: tuple[Kind, ...] = ("documents", "documentation")
    return Review((compare("api", before, after, kinds=kinds).with_severities({}),))


def make_random_review(seed: int, folder: Path) -> Review | None:
    chance = random.Random(seed)
    old = judged_schema(chance).text
    try:
        return compare_texts(folder, old, edited(old, chance, 3))
    except SchemapressError:  # what the edits make may be invalid, or have another root
        return None


def assert_comment_counts(review: Review) -> None:
    """Assert that a comment is short, and that what it lists and what it leaves out add up."""
    comment = render(review, "comment")
    findings = list(review.findings)
    assert len(comment.splitlines()) <= MOST_LINES
    groups = re.findall(r"<summary>(\d+) \w+</summary>", comment)
    assert sum(map(int, groups)) == len(findings)
    more = sum(map(int, re.findall(r"^- and (\d+) more$", comment, re.MULTILINE)))
    assert len(re.findall(r"^- `", comment, re.MULTILINE)) + more == len(findings)


@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_every_finding_is_in_every_format(seed: int) -> None:
    with TemporaryDirectory() as folder:
        review = make_random_review(seed, Path(folder))
        if review is None:
            return
        rendered = {style: render(review, style) for style in WHOLE_FORMATS}
        findings = list(review.findings)
        for style, text in rendered.items():
            missing = [finding.fingerprint for finding in findings if finding.fingerprint not in text]
            assert missing == [], style
        assert len(json.loads(rendered["json"])["findings"]) == len(findings)
        assert len(rendered["github"].splitlines()) == len(findings)
        junit = etree.fromstring(rendered["junit"].encode())
        assert len(junit.findall(".//testcase[failure]")) == sum(
            finding.severity in ("breaking", "undecided") for finding in findings
        )
        assert len(etree.HTML(rendered["html"]).findall(".//article")) == len(findings)
        assert_comment_counts(review)


def test_a_comment_on_a_tiny_change_is_short(tmp_path: Path) -> None:
    review = compare_texts(tmp_path, schema(element("root")), schema(element("root", "xs:byte")))

    comment = render(review, "comment")

    assert_comment_counts(review)
    assert comment.startswith("### Breaking for receivers\n")
    assert "- `range-narrowed` (receivers) `/root`: <root> is '".replace("<root>", "&lt;root&gt;") in comment
    assert len(comment.splitlines()) < 20


@pytest.mark.skipif(corpus.folder() is None, reason="the corpus is absent")
def test_a_comment_on_a_release_of_a_standard_is_short() -> None:
    folder = corpus.unpacked("datex-2")
    old, new = (next((folder / name).glob("*.xsd")) for name in ("v2.2", "v2.3"))
    before, after = (find_version(path.name, path, path.name) for path in (old, new))
    kinds: tuple[Kind, ...] = ("documents",)
    review = Review((compare("datex", before, after, kinds=kinds, seconds=20).with_severities({}),))

    assert len(list(review.findings)) > 20
    assert_comment_counts(review)
    assert render(review, "comment").startswith("### Breaking for receivers")


def test_a_comment_on_many_apis_is_short(tmp_path: Path) -> None:
    reviews = [make_random_review(seed, tmp_path) for seed in range(80)]

    review = Review(tuple(each for one in reviews if one is not None for each in one.comparisons))

    assert len(list(review.findings)) > MOST_LINES
    assert_comment_counts(review)
