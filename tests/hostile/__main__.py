"""`make hostile`: the long form of everything hostile, for about as many seconds as are given.

`python -m tests.hostile SECONDS [SEED]`. Documents and objects get most of the time; requests, builds and each kind of
growth get the rest, and say what they had no time for.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import Pool

from tests.hostile import builds, document_growth, fuzz, requests, schema_growth

_SHARES = {"fuzz": 0.5, "requests": 0.1, "builds": 0.1, "document growth": 0.1, "schema growth": 0.2}
"""Parts of the time."""

_SHOWN = 20
"""Disagreements that are printed."""


def main() -> None:
    """Run, print what was tried, and exit with 1 where something was wrong."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"seed {seed}", flush=True)
    parts: dict[str, Callable[[float], bool]] = {
        "fuzz": lambda time: _fuzz(time, seed),
        "requests": lambda time: _requests(time, seed),
        "builds": lambda time: builds.run(time, seed),
        "document growth": document_growth.print_all,
        "schema growth": schema_growth.print_all,
    }
    right = [run(seconds * _SHARES[name]) for name, run in parts.items()]
    sys.exit(not all(right))


def _fuzz(seconds: float, seed: int) -> bool:
    started = time.monotonic()
    not_built = fuzz.prepare()
    counts: Counter[str] = Counter()
    wrong: list[fuzz.Disagreement] = []
    with Pool(os.cpu_count(), maxtasksperchild=50) as pool:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for counted, found in pool.imap_unordered(fuzz.turn, range(seed, seed + fuzz.TURNS)):
                counts += counted
                wrong += found
            seed += fuzz.TURNS
    print(f"{counts['documents']:,} documents, {counts['objects']:,} objects; {time.monotonic() - started:,.0f} s")
    _print_counts(counts)
    _print_wrong([f"{name}: {what!r}"[:1_500] + f"\n    {happened}"[:600] for name, what, happened in wrong])
    for failure in not_built:
        print(f"  not built: {failure}")
    return not wrong and not not_built


def _requests(seconds: float, seed: int) -> bool:
    counts, wrong = requests.run(seconds, seed)
    print(f"{counts['requests']:,} requests to {counts['servers']} servers")
    _print_counts(counts)
    _print_wrong(wrong)
    return not wrong


def _print_counts(counts: Counter[str]) -> None:
    print("  " + ", ".join(f"{what} {count:,}" for what, count in sorted(counts.items())))


def _print_wrong(wrong: list[str]) -> None:
    print(f"  ours: {len(wrong):,}", flush=True)
    for one in wrong[:_SHOWN]:
        print(f"  {one}")


if __name__ == "__main__":
    main()
