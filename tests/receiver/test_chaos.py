"""A short form of `make chaos`: what is acknowledged is not lost, whatever breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.postgresql import PostgresServer
from tools.chaos import run


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_lost_with_sqlite(seed: int, tmp_path: Path) -> None:
    assert run(seed, tmp_path, None)["acknowledged"] > 0


def test_nothing_is_lost_with_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    assert run(2, tmp_path, postgres)["acknowledged"] > 0
