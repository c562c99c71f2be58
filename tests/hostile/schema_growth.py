"""Loads a schema in a process of its own, under a limit of memory, and prints what that took.

    python -m tests.hostile.schema_growth KIND SIZE…

Each size is a fork, so that the imports are paid once. Prints a line of JSON for each: the outcome (`loaded`, or the
message with which the schema was refused), the seconds of processor time, and the most memory in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from schemapress.compiled import validator_of
from schemapress.errors import SchemapressError
from schemapress.schema.load import load
from tests.hostile.schemas import KINDS, MAIN

MOST_MEMORY = 1 << 30
"""Bytes of address space."""


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
