"""Timing: all candidates in turn, round after round, so that a machine that slows down slows them all."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def microseconds(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 9,
    seconds: float = 0.01,
    longest: float = float("inf"),
) -> dict[str, float]:
    """Return the best time of one call of each candidate; a round runs each for about `seconds`.

    A candidate that has run for `longest` seconds in two rounds or more takes part in no further one.
    """
    calls = {}
    for name, candidate in candidates.items():
        candidate()
        started = time.perf_counter()
        candidate()
        calls[name] = max(1, int(seconds / max(time.perf_counter() - started, 1e-7)))
    best = dict.fromkeys(candidates, float("inf"))
    total = dict.fromkeys(candidates, 0.0)
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for name, candidate in candidates.items():
                if number >= 2 and total[name] > longest:
                    continue
                count = calls[name]
                started = time.perf_counter()
                for _ in range(count):
                    candidate()
                took = time.perf_counter() - started
                total[name] += took
                best[name] = min(best[name], took / count * 1e6)
    finally:
        gc.enable()
    return best


def process_milliseconds(commands: Mapping[str, tuple[list[str], Path]], *, rounds: int = 7) -> dict[str, float]:
    """Return the median wall time of each command as a whole process; each has its working folder."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for number in range(rounds + 1):
        for name, (command, folder) in commands.items():
            started = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
            if number:
                times[name].append((time.perf_counter() - started) * 1e3)
    return {name: statistics.median(found) for name, found in times.items()}
