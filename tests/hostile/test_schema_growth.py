"""A schema that is twice as large takes about twice as much, or is refused: never more, and never with a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.schema_growth import FORKS, measure, outcome, write, wrong_but_for_time
from tests.hostile.schemas import KINDS
from tests.support.growth import count_work, grows_linearly


@pytest.fixture(scope="module", autouse=True)
def _forks() -> Iterator[None]:
    yield
    FORKS.close()


SMALL = 100
"""A size below which a bound refuses a kind before its growth shows: there, the work itself is judged."""

MOST_WORK = 10_000_000
"""Lines and calls for a kind of a small size: about a second."""


def _write(kind: str, size: int, folder: Path) -> Path:
    folder = folder / str(size)
    folder.mkdir(exist_ok=True)
    write(kind, size, folder)
    return folder


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.size >= SMALL])
def test_twice_the_schema_takes_about_twice_the_work(kind: str, tmp_path: Path) -> None:
    grows_linearly(lambda size: _write(kind, size, tmp_path), outcome, KINDS[kind].size // 10)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.size < SMALL])
def test_the_work_on_a_schema_that_is_bounded_early_stays_small(kind: str, tmp_path: Path) -> None:
    folder = _write(kind, 2 * KINDS[kind].size, tmp_path)

    assert count_work(lambda: outcome(folder)) < MOST_WORK


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_schema_takes_about_twice_the_memory_and_a_huge_one_is_loaded_or_refused(kind: str) -> None:
    assert wrong_but_for_time(measure(kind)) is None
