"""A short form of `make chaos`: what is acknowledged is not lost, whatever breaks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.postgresql import PostgresServer
from tools.chaos import plan_faults, run


def test_what_happens_in_a_run_is_drawn_from_its_seed() -> None:
    names = ["a", "b", "c", "d"]
    first, again, other = (plan_faults(names, random.Random(seed)) for seed in (7, 7, 8))

    assert first == again != other
    assert {fault.name for fault in first[:4]} == set(names)


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_lost_with_sqlite(seed: int, tmp_path: Path) -> None:
    assert run(seed, tmp_path, None)["acknowledged"] > 0


def test_nothing_is_lost_with_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    assert run(2, tmp_path, postgres)["acknowledged"] > 0
