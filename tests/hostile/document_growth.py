"""Time and memory at one size and at twice that size, measured in a process of its own that has bounds on both.

The tests judge the memory, and count the work (`tests.support.growth`). `make hostile` judges the time too, of as many
attempts as it takes: others may be at work on the machine.

`python -m tests.hostile.document_growth` measures every kind of document, or those named, and prints a line for each.
"""

from __future__ import annotations

import gc
import math
import resource
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import schemapress
from tests.conftest import schema
from tests.hostile.documents import KINDS
from tests.hostile.forks import Forks, serve

MEMORY = 3 * 1024**3
"""Bytes of address space that a process gets."""

SECONDS = 60
"""Processor time that a process gets."""


ATTEMPTS = 3
"""Measurements of a kind, of which one must be good: others may be at work on the machine."""

_TREE = 40
"""Bytes of memory for each byte of a document that its tree takes, and that an allocator may have left over or not."""

_KEPT = 8 * 2**20
"""Bytes that a validator may keep of what it has met, whatever it meets."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What a kind took at its size and at twice of it: processor seconds, bytes by which the peak rose, document bytes.

    `valid` is the verdict on the larger one.
    """

    seconds: tuple[float, float]
    peaks: tuple[int, int]
    lengths: tuple[int, int]
    valid: bool

    def is_linear(self) -> bool:
        """Whether twice the size took no more than about twice the time and the memory."""
        small, large = self.seconds
        return large < small * 3.2 + 0.05 and self.is_linear_in_memory()

    def is_linear_in_memory(self) -> bool:
        """Whether twice the size took no more than about twice the memory."""
        low, high = self.peaks
        return high < low * 2.2 + _KEPT + _TREE * self.lengths[1]


FORKS = Forks("tests.hostile.document_growth")


def measure(kind: str) -> Growth:
    """Measure a kind of document at its size and at twice of that.

    Raises:
        AssertionError: it takes more than `SECONDS`, or fails, for want of memory perhaps.
    """
    measured = FORKS.ask(kind)
    return Growth(tuple(measured["seconds"]), tuple(measured["peaks"]), tuple(measured["lengths"]), measured["valid"])


def _measure_until_linear(kind: str) -> Growth:
    """Measure a kind of document up to `ATTEMPTS` times, until it is linear."""
    for _attempt in range(ATTEMPTS):
        growth = measure(kind)
        if growth.is_linear():
            break
    return growth


def _measured(kind: str) -> Growth:
    growth = KINDS[kind]
    size = growth.size
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (size // 10, size, 2 * size):
            path = Path(folder) / f"{count}.xsd"  # each has a validator of its own, which remembers nothing
            path.write_text(schema(growth.declarations), "utf-8")
            taken.append(_one(schemapress.compile(path), growth.document(count).encode()))
    _, small, large = taken
    return Growth((small[0], large[0]), (small[1], large[1]), (small[2], large[2]), large[3])


def _one(validator: schemapress.Validator, document: bytes) -> tuple[float, int, int, bool]:
    """Return the seconds and the bytes that a document takes, its length, and whether it is valid."""
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    report = validator.validate(document)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sum(len(f"{problem}") for problem in report) < 5_000_000, "the report is long"
    return seconds, peak * 1024, len(document), report.valid


def print_all(seconds: float = math.inf, kinds: Collection[str] = KINDS) -> bool:
    """Print what each kind of document takes at n and at 2n; say whether all are linear.

    None begins after some seconds.
    """
    ends = time.monotonic() + seconds
    failed = 0
    done = 0
    for kind in kinds:
        if time.monotonic() > ends:
            break
        done += 1
        try:
            found = _measure_until_linear(kind)
        except AssertionError as error:
            failed += 1
            print(f"{kind:45} {error}"[:300], flush=True)
            continue
        failed += not found.is_linear()
        (small, large), (low, high) = found.seconds, found.peaks
        print(
            f"{kind:45} {found.lengths[0] / 1000:8,.0f} kB {small:6.2f} s {large:6.2f} s  "
            f"{low / 2**20:5.0f} MB {high / 2**20:5.0f} MB  {'' if found.is_linear() else 'NOT LINEAR'}",
            flush=True,
        )
    print(f"{done} of {len(kinds)} kinds of documents; ours: {failed}", flush=True)
    if done < len(kinds):
        print(f"  no time for: {', '.join([*kinds][done:])}", flush=True)
    return not failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(lambda kind: asdict(_measured(kind)), MEMORY, SECONDS)
    else:
        sys.exit(not print_all(kinds=sys.argv[1:] or KINDS))
