"""What each format prints of one change, as it was.

`pytest tests/diff/report/test_golden.py --update-golden` writes the files anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress import __version__
from schemapress.diff.comparison import compare
from schemapress.diff.report import FORMATS, report
from schemapress.diff.review import Review
from schemapress.diff.versions.version import version
from tests.conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests" / "golden" / "review"


@pytest.fixture(scope="module")
def review() -> Review:
    old, new = (version(f"{name}.xsd", GOLDEN / f"{name}.xsd", f"{name}.xsd") for name in ("old", "new"))
    return Review((compare("faults", old, new),))


@pytest.mark.parametrize("style", FORMATS)
def test_a_review_is_printed_as_it_was(review: Review, style: str, pytestconfig: pytest.Config) -> None:
    golden: Path = GOLDEN / f"review.{style}.golden"

    printed = report(review, style).replace(f"schemapress {__version__}", "schemapress VERSION")

    if pytestconfig.getoption("--update-golden"):
        golden.write_text(printed, "utf-8")
    assert printed == golden.read_text("utf-8")
    assert printed.endswith("\n")
