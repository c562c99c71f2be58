"""`make hostile`: the long form of everything hostile, for as many seconds as are given."""

from __future__ import annotations

import sys
import time

from tests.hostile import builds, document_growth, fuzz

CASES = 40
"""Builds of schemas with hostile texts and names."""


def main() -> None:
    """Run, print what was tried, and exit with 1 where something was wrong."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"seed {seed}")
    right = fuzz.run(seconds, seed)
    builds.run(CASES, seed)
    right &= document_growth.print_all()
    sys.exit(not right)


if __name__ == "__main__":
    main()
