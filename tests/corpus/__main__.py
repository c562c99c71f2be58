"""`make corpus`: `python -m tests.corpus [--documents N] [--json FILE] [API…]`."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.corpus import folder
from tests.corpus.apis import APIS
from tests.corpus.board import STEPS, Score, scored


def main() -> None:
    """Print the scoreboard; exit with 1 where something is short, with 2 where there is no corpus."""
    arguments = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    arguments.add_argument("apis", nargs="*", metavar="API", help="APIs; all without one")
    arguments.add_argument("--documents", type=int, help="at most so many documents of each")
    arguments.add_argument("--json", type=Path, default=Path("corpus.json"), help="where the JSON is written")
    arguments.add_argument("--processes", type=int, default=2)
    given = arguments.parse_args()
    if folder() is None:
        print("There is no corpus: CORPUS names its folder.", file=sys.stderr)
        sys.exit(2)
    chosen = [api for api in APIS if not given.apis or api.name in given.apis]
    scores: list[Score] = []
    print(f"{'':12}" + "".join(f"{step:>10}" for step in STEPS) + "   build s  build MB", flush=True)
    with ProcessPoolExecutor(given.processes, max_tasks_per_child=1) as pool:
        for found in pool.map(partial(scored, most=given.documents), chosen):
            scores.append(found)
            print(_row(found), flush=True)
            _write(scores, given.json)
    short = [one for one in scores if not one.is_whole]
    for one in short:
        for wrong in one.wrong[:5]:
            print(f"{one.name}: {wrong}")
        if len(one.wrong) > 5:
            print(f"{one.name}: and {len(one.wrong) - 5} more, in {given.json}")
    documents = sum(one.total.get("validate", 0) for one in scores)
    print(f"{len(scores) - len(short)} of {len(scores)} APIs whole, {documents:,} documents")
    sys.exit(bool(short))


def _write(scores: list[Score], file: Path) -> None:
    file.write_text(json.dumps([one.as_dict() for one in scores], indent=1) + "\n", "utf-8")


def _row(found: Score) -> str:
    def cell(step: str) -> str:
        right, total = found.right.get(step, 0), found.total.get(step, 0)
        if not total:
            return "-"
        if step in ("build", "mypy", "check", "diff", "export"):
            return "yes" if right else "NO"
        return f"{right}/{total}"

    cells = "".join(f"{cell(step):>10}" for step in STEPS)
    return f"{found.name:12}{cells}{found.seconds.get('build', 0):10.1f}{found.build_memory / 2**20:10.0f}"


if __name__ == "__main__":
    main()
