"""The history of the benchmarks: a run is kept, and compared with the last run and with the last release."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.history import Run, append_run, changes, make_run, read_history, report
from schemapress import __version__

BEFORE = Run(
    version="0.0.9",
    commit="abc1234",
    date="2026-11-01",
    machine="Linux x86_64, 2 cores",
    python="3.11.7",
    ratios={"decode / a parse": 0.8, "encode / xsdata": 20.0, "gone / a peer": 1.0},
    better={"decode / a parse": "lower", "encode / xsdata": "higher"},
)


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    figures = [Figure("decode", 0.8, "a parse", most=0.75), Figure("decode 2 MB", 1.2, "a parse")]
    now = make_run(figures, "others used the machine")

    append_run(BEFORE, history)
    append_run(now, history)

    assert read_history(history) == [BEFORE, now]
    assert now.version == __version__
    assert now.ratios == {"decode / a parse": 0.8, "decode 2 MB / a parse": 1.2}
    assert now.better == {"decode / a parse": "lower"}
    assert (now.bounds, now.missed) == ({"decode / a parse": "<= 0.75"}, ["decode / a parse"])
    assert now.note == "others used the machine"


def test_a_change_is_shown_with_whether_it_is_better() -> None:
    ratios = {"decode / a parse": 0.6, "encode / xsdata": 15.0, "json / a peer": 2.0}

    assert list(changes(BEFORE, replace(BEFORE, ratios=ratios))) == [
        "decode / a parse: 0.80 → 0.60 (-25%, better)",
        "encode / xsdata: 20.00 → 15.00 (-25%, worse)",
        "json / a peer: 2.00 (new)",
        "gone / a peer: 1.00 → not measured",
    ]


def test_a_difference_within_the_noise_is_not_shown() -> None:
    ratios = {**BEFORE.ratios, "decode / a parse": 0.84}

    assert list(changes(BEFORE, replace(BEFORE, ratios=ratios))) == []


def test_the_last_release_is_the_last_run_of_another_version() -> None:
    last = replace(BEFORE, version="0.1.0", date="2026-11-20")
    now = replace(last, date="2026-11-27", ratios={**BEFORE.ratios, "decode / a parse": 0.4})

    lines = list(report([replace(BEFORE, version="0.0.8"), BEFORE, last], now))

    assert [line.partition(",")[0] for line in lines if not line.startswith("  ")] == [
        "the last run: 0.1.0 (abc1234)",
        "the last release: 0.0.9 (abc1234)",
    ]
    assert lines.count("  decode / a parse: 0.80 → 0.40 (-50%, better)") == 2


def test_a_first_run_has_nothing_to_be_compared_with() -> None:
    assert list(report([], BEFORE)) == [
        "the last run: there is none in the history",
        "the last release: there is none in the history",
    ]
