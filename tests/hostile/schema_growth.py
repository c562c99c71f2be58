"""Loads a schema in a process of its own, under limits of memory and time, and measures what that takes.

The tests judge the outcome and the memory, and count the work (`tests.support.growth`). `make hostile` judges the time
too, of as many attempts as it takes: others may be at work on the machine.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemapress.compilation import validator_of
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from tests.hostile.forks import Forks, serve
from tests.hostile.schemas import KINDS, MAIN

MOST_MEMORY = 1 << 30
"""Bytes of address space."""

MOST_RATIO = 3.2
"""The most time for twice the size, as a factor; quadratic work takes 4 times as long."""

SMALL = 0.05
"""Seconds, and below them no ratio tells anything."""

SMALL_MEMORY = 10
"""MiB, and below them no ratio tells anything."""

MOST_SECONDS = 60
"""Processor time in which anything is loaded or refused, whatever its size."""

ATTEMPTS = 3
"""Measurements of a kind."""


def outcome(folder: Path) -> str:
    try:
        validator_of(load((folder / MAIN,)))
    except SchemapressError as error:
        assert error.place, error
        assert error.hint, error
        return str(error)
    return "loaded"


def write(name: str, size: int, folder: Path) -> None:
    """Write the documents of a kind of schema."""
    for file, text in KINDS[name].make(size).items():
        (folder / file).write_text(text, "utf-8")


def measured(name: str, size: int) -> dict[str, object]:
    """Return what it takes to load a schema."""
    with tempfile.TemporaryDirectory() as temporary:
        write(name, size, Path(temporary))
        started = time.process_time()
        said = outcome(Path(temporary))
        seconds = time.process_time() - started
    return {"outcome": said, "seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


@dataclass(frozen=True)
class Cost:
    """What a schema took: the outcome, seconds of processor time, and the most memory in MiB."""

    outcome: str
    seconds: float
    memory: float


FORKS = Forks("tests.hostile.schema_growth")


def measure(kind: str) -> list[Cost]:
    """Return the costs of a kind at the sizes 1, n, 2n and far.

    Raises:
        AssertionError: one takes more than the most memory or processor time, or fails.
    """
    sizes = (1, KINDS[kind].size, 2 * KINDS[kind].size, KINDS[kind].far)
    return [Cost(**FORKS.ask(kind, size)) for size in sizes]


def wrong_but_for_time(costs: Sequence[Cost]) -> str | None:
    """Return what is wrong with the outcomes and the memory of a kind, if anything is."""
    least, single, double, _ = costs
    if (single.outcome, double.outcome) != ("loaded", "loaded"):
        return f"refused: {single.outcome} {double.outcome}"
    if double.memory - least.memory > MOST_RATIO * max(single.memory - least.memory, SMALL_MEMORY):
        return f"takes {single.memory:.0f} MiB, and twice the size {double.memory:.0f} MiB"
    return None


def _wrong_with(costs: Sequence[Cost]) -> str | None:
    least, single, double, _ = costs
    if wrong := wrong_but_for_time(costs):
        return wrong
    if double.seconds - least.seconds > MOST_RATIO * max(single.seconds - least.seconds, SMALL):
        return f"takes {single.seconds:.2f} s, and twice the size {double.seconds:.2f} s"
    return None


def _measure_until_linear(kind: str) -> tuple[list[Cost], str | None]:
    """Return the costs of a kind at the sizes 1, n, 2n and far, and what is wrong with them, if anything is.

    Measures as often as `ATTEMPTS` says, of which one must be good: others may be at work on the machine.
    """
    for _attempt in range(ATTEMPTS):
        costs = measure(kind)
        wrong = _wrong_with(costs)
        if wrong is None:
            break
    return costs, wrong


def print_all(seconds: float) -> bool:
    """Print what each kind of schema takes at n, at 2n and far; say whether all is well.

    None begins after some seconds.
    """
    ends = time.monotonic() + seconds
    failed = 0
    done = 0
    for kind in KINDS:
        if time.monotonic() > ends:
            break
        done += 1
        try:
            (_, single, double, huge), wrong = _measure_until_linear(kind)
        except AssertionError as error:
            failed += 1
            print(f"{kind:45} {error}"[:300], flush=True)
            continue
        failed += wrong is not None
        print(
            f"{kind:45} {KINDS[kind].size:7,} {single.seconds:6.2f} s {double.seconds:6.2f} s  "
            f"{single.memory:5.0f} MiB {double.memory:5.0f} MiB;{KINDS[kind].far:14,} {huge.seconds:5.2f} s "
            f"{'loaded' if huge.outcome == 'loaded' else 'refused'}  {wrong or ''}",
            flush=True,
        )
    print(f"{done} of {len(KINDS)} kinds of schemas; ours: {failed}", flush=True)
    if done < len(KINDS):
        print(f"  no time for: {', '.join([*KINDS][done:])}", flush=True)
    return not failed


if __name__ == "__main__":
    serve(measured, MOST_MEMORY, MOST_SECONDS)
