"""The W3C's suite, where its archive is at hand (XSTS names the folder), and a short run of the fuzzer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tools import conformance as suite
from tools.fuzz import fuzz

FOLDER = Path(os.environ.get("XSTS", REPOSITORY.parent / "shared" / "xsts"))
RIGHT_BY_THE_SUITE = 12_108


@pytest.mark.skipif(not (FOLDER / "manifest.jsonl.xz").is_file(), reason="the W3C's suite is not here: set XSTS")
def test_we_are_as_right_as_we_were_on_the_suite() -> None:
    outcomes = suite.run(FOLDER, processors=("schemapress",), progress=False)

    assert sum(suite.right(one, "schemapress", {}) for one in outcomes) >= RIGHT_BY_THE_SUITE


def test_every_dispute_has_a_paragraph() -> None:
    assert [instance for instance, paragraph in suite.disputed().items() if "§" not in paragraph] == []


@pytest.mark.parametrize("seed", range(8))
def test_random_schemas_and_documents_get_one_verdict(seed: int) -> None:
    result = fuzz(seed)

    assert result.documents == 250
    assert result.valid > 0
    assert result.disagreements == 0
