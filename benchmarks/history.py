"""The figures of each run, one line of JSON per run in `history.jsonl`, and what changed since an earlier one.

Only ratios are kept: they carry over from one machine to another as far as anything does.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from schemapress import __version__

from .figure import Figure

HISTORY = Path(__file__).parent / "history.jsonl"
NOTICEABLE = 0.1
"""The part of a ratio by which it has to change to be shown: two runs of one version differ by less than that."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `better` says for each ratio whether a higher or a lower one is better, or nothing where neither is.

    `bounds` has the bound of each ratio that has one, `missed` the ratios that break theirs; `note` says what was
    unusual.
    """

    version: str
    commit: str
    date: str
    machine: str
    python: str
    ratios: Mapping[str, float]
    better: Mapping[str, str]
    bounds: Mapping[str, str] = field(default_factory=dict)
    missed: Sequence[str] = field(default_factory=list)
    note: str = ""


def make_run(figures: Iterable[Figure], note: str = "") -> Run:
    """Return the run of now, with its figures."""
    listed = list(figures)
    directions = {_label(figure): _direction(figure) for figure in listed}
    return Run(
        version=__version__,
        commit=_commit(),
        date=datetime.now(UTC).date().isoformat(),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        ratios={_label(figure): round(figure.ratio, 4) for figure in listed},
        better={label: direction for label, direction in directions.items() if direction is not None},
        bounds={_label(figure): figure.bound for figure in listed if figure.bound},
        missed=[_label(figure) for figure in listed if not figure.held],
        note=note,
    )


def read_history(path: Path = HISTORY) -> list[Run]:
    """Return the earlier runs, oldest first."""
    if not path.is_file():
        return []
    return [Run(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def append_run(run: Run, path: Path = HISTORY) -> None:
    """Add a run to the end of the history."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")


def last_release(history: Sequence[Run], version: str) -> Run | None:
    """Return the last run of another version, which is what the last release had."""
    return next((run for run in reversed(history) if run.version != version), None)


def changes(before: Run, now: Run) -> Iterator[str]:
    """Yield a line for each figure that changed noticeably, came or went."""
    for label, ratio in now.ratios.items():
        old = before.ratios.get(label)
        if old is None:
            yield f"{label}: {ratio:.2f} (new)"
        elif abs(ratio - old) > NOTICEABLE * old:
            direction = now.better.get(label)
            verdict = "" if direction is None else ", better" if (ratio > old) == (direction == "higher") else ", worse"
            yield f"{label}: {old:.2f} → {ratio:.2f} ({ratio / old - 1:+.0%}{verdict})"
    yield from (
        f"{label}: {ratio:.2f} → not measured" for label, ratio in before.ratios.items() if label not in now.ratios
    )


def report(history: Sequence[Run], now: Run) -> Iterator[str]:
    """Yield the changes since the last run, and since the last release if that is another one."""
    release = last_release(history, now.version)
    for title, before in (("the last run", history[-1] if history else None), ("the last release", release)):
        if before is None:
            yield f"{title}: there is none in the history"
            continue
        yield f"{title}: {before.version} ({before.commit}), {before.date}, {before.machine}, Python {before.python}"
        yield from (f"  {line}" for line in list(changes(before, now)) or ["no figure changed noticeably"])


def _label(figure: Figure) -> str:
    return f"{figure.name} / {figure.peer}"


def _direction(figure: Figure) -> str | None:
    if figure.least is not None:
        return "higher"
    return None if figure.most is None else "lower"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=HISTORY.parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"
