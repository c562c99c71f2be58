"""A schema that is twice as large takes about twice as much, or is refused: never more, and never with a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.conftest import REPOSITORY
from tests.hostile.schemas import KINDS

MOST_RATIO = 3.2
"""How much longer twice the size may take; what is quadratic takes 4 times as long."""

SMALL = 0.05
"""Seconds, and below them no ratio tells anything."""

MOST_SECONDS = 10
"""Processor time in which anything is loaded or refused, whatever its size."""

ATTEMPTS = 3
"""Measurements, of which one must be good: others may be at work on the machine."""


@dataclass(frozen=True)
class Cost:
    outcome: str
    seconds: float
    memory: float


def costs(kind: str, *sizes: int) -> list[Cost]:
    command = [sys.executable, "-m", "tests.hostile.growth", kind, *map(str, sizes)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [Cost(**json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_schema_takes_about_twice_as_much_and_a_huge_one_is_loaded_or_refused_soon(kind: str) -> None:
    size, far = KINDS[kind].size, KINDS[kind].far
    least, single, double, huge = costs(kind, 1, size, 2 * size, far)

    assert (single.outcome, double.outcome) == ("loaded", "loaded")
    assert huge.seconds < MOST_SECONDS, huge
    assert double.memory - least.memory < MOST_RATIO * max(single.memory - least.memory, 10)
    for _attempt in range(ATTEMPTS):
        if double.seconds - least.seconds < MOST_RATIO * max(single.seconds - least.seconds, SMALL):
            return
        least, single, double = costs(kind, 1, size, 2 * size)
    pytest.fail(f"{single.seconds:.2f} s, and twice the size {double.seconds:.2f} s")
