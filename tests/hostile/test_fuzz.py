"""A short form of the run with hostile documents and objects; `make hostile` runs the long one."""

from __future__ import annotations

import pytest

from tests.hostile.fuzz import documents, objects
from tests.hostile.packages import SOURCES

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_documents_get_one_verdict_and_nothing_but_the_promised_error(name: str) -> None:
    counts, wrong = documents(name, seed=1, count=400)

    assert counts["valid"] > 3
    assert wrong == []


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_objects_are_refused_with_a_path_or_written_as_valid_documents(name: str) -> None:
    counts, wrong = objects(name, seed=1, count=300)

    assert counts["written"] > 3
    assert wrong == []
