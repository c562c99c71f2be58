"""Loads a schema in a process of its own, under a limit of memory, and prints what that took.

    python -m tests.hostile.schema_growth KIND SIZE…

Each size is a fork, so that the imports are paid once. Prints a line of JSON for each: the outcome (`loaded`, or the
message with which the schema was refused), the seconds of processor time, and the most memory in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemapress.compilation import validator_of
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from tests.conftest import REPOSITORY
from tests.hostile.schemas import KINDS, MAIN

MOST_MEMORY = 1 << 30
"""Bytes of address space."""

MOST_RATIO = 3.2
"""The most time for twice the size, as a factor; quadratic work takes 4 times as long."""

SMALL = 0.05
"""Seconds, and below them no ratio tells anything."""

SMALL_MEMORY = 10
"""MiB, and below them no ratio tells anything."""

MOST_SECONDS = 10
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


def measured(name: str, size: int) -> dict[str, object]:
    """Return what it takes to load a schema."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with tempfile.TemporaryDirectory() as temporary:
        for file, text in KINDS[name].make(size).items():
            (Path(temporary) / file).write_text(text, "utf-8")
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


def costs(kind: str, *sizes: int) -> list[Cost]:
    """Measure a kind of schema at each size, in a process of its own."""
    command = [sys.executable, "-m", "tests.hostile.schema_growth", kind, *map(str, sizes)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True)
    return [Cost(**json.loads(line)) for line in done.stdout.splitlines()]


def wrong_with(kind: str, measured: Sequence[Cost]) -> str | None:
    """Return what is wrong with the costs of a kind at the sizes 1, n, 2n and far, if anything is."""
    least, single, double, huge = measured
    if (single.outcome, double.outcome) != ("loaded", "loaded"):
        return f"refused: {single.outcome} {double.outcome}"
    if huge.seconds > MOST_SECONDS:
        return f"takes {huge.seconds:.1f} s at {KINDS[kind].far:,}"
    if double.memory - least.memory > MOST_RATIO * max(single.memory - least.memory, SMALL_MEMORY):
        return f"takes {single.memory:.0f} MiB, and twice the size {double.memory:.0f} MiB"
    if double.seconds - least.seconds > MOST_RATIO * max(single.seconds - least.seconds, SMALL):
        return f"takes {single.seconds:.2f} s, and twice the size {double.seconds:.2f} s"
    return None


def measure(kind: str) -> tuple[list[Cost], str | None]:
    """Return the costs of a kind at the sizes 1, n, 2n and far, and what is wrong with them, if anything is.

    Measures as often as `ATTEMPTS` says, of which one must be good: others may be at work on the machine.
    """
    for _attempt in range(ATTEMPTS):
        measured = costs(kind, 1, KINDS[kind].size, 2 * KINDS[kind].size, KINDS[kind].far)
        wrong = wrong_with(kind, measured)
        if wrong is None:
            break
    return measured, wrong


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
            (_, single, double, huge), wrong = measure(kind)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
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


def main(name: str, *sizes: str) -> None:
    for size in sizes:
        child = os.fork()
        if not child:
            print(json.dumps(measured(name, int(size))), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
