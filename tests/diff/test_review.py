"""The version that a review calls for, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from schemapress.diff.review import Review, VersionLevel


@dataclass(frozen=True)
class KnownReview(Review):
    """A review that calls for given versions."""

    comparisons: tuple[()] = ()
    calls_for: VersionLevel = "none"
    package_calls_for: VersionLevel = "none"


@pytest.mark.parametrize(
    ("level", "package", "sentence"),
    [
        ("none", "none", ""),
        ("minor", "minor", "The change calls for a *minor* version."),
        ("minor", "major", "The change calls for a *minor* version (the generated Python package: *major*)."),
    ],
)
def test_a_review_says_which_version_it_calls_for(level: VersionLevel, package: VersionLevel, sentence: str) -> None:
    review = KnownReview(calls_for=level, package_calls_for=package)

    assert review.describe_level(lambda text: f"*{text}*") == sentence
