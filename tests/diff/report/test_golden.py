"""Each format of one review, held against its golden file.

`pytest tests/diff/report/test_golden.py --update-golden` writes the files anew.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemapress import __version__
from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.report import REVIEW_FORMATS, render
from schemapress.diff.review import Review
from tests.conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests" / "golden" / "review"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    folder = tmp_path_factory.mktemp("review")  # in no repository, from whose top annotations name files
    for name in ("old.xsd", "new.xsd"):
        shutil.copy(GOLDEN / name, folder)
    old, new = (find_version(f"{name}.xsd", folder / f"{name}.xsd", f"{name}.xsd") for name in ("old", "new"))
    return Review((compare("faults", old, new),))


@pytest.mark.parametrize("style", REVIEW_FORMATS)
def test_a_review_is_rendered_as_before(review: Review, style: str, pytestconfig: pytest.Config) -> None:
    golden: Path = GOLDEN / f"review.{style}.golden"

    rendered = render(review, style).replace(f"schemapress {__version__}", "schemapress VERSION")

    if pytestconfig.getoption("--update-golden"):
        golden.write_text(rendered, "utf-8")
    assert rendered == golden.read_text("utf-8")
    assert rendered.endswith("\n")
