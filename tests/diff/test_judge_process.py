"""Other validators in processes of their own: those that take too long, or too much memory, are unable."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from schemapress.diff import judge_process
from schemapress.diff.confirmation import Confirmation, Confirmed
from schemapress.diff.inputs.version import Version
from schemapress.diff.judge_process import IsValid, JudgeProcess
from tests.support.schema_builder import make_restricted


def load() -> IsValid:
    return lambda document: document == b"<a/>"


def test_a_process_answers_for_each_document() -> None:
    judge = JudgeProcess(load)

    assert [judge.judge(document) for document in (b"<a/>", b"<b/>", b"<a/>")] == [True, False, True]
    judge.close()


def ask() -> bool | None:
    return JudgeProcess(load).judge(b"<a/>")


def test_a_process_that_may_have_no_children_is_unable() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(ask) is None


def hang() -> IsValid:
    time.sleep(60)
    return load()


def exhaust() -> IsValid:
    kept = [bytearray(1 << 30) for _ in range(9)]
    return lambda _: bool(kept)


def end() -> IsValid:
    os._exit(1)


@pytest.mark.parametrize("fail", [hang, exhaust, end, lambda: None])
def test_a_process_that_fails_is_unable_from_then_on(fail: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge_process, "SECONDS", 0.5)
    judge = JudgeProcess(fail)  # type: ignore[arg-type]  # one of the functions above

    assert judge.judge(b"<a/>") is None
    assert judge.judge(b"<a/>") is None


def test_a_pattern_that_is_hard_for_others_has_its_witness_confirmed(tmp_path: Path) -> None:
    versions = []
    for name, most in (("old", 9), ("new", 4)):
        file = tmp_path / f"{name}.xsd"
        file.write_text(make_restricted("xs:string", ("pattern", "(a|b|ab)*(.)+@(.)+"), ("maxLength", most)))
        versions.append(Version(name, (file,), ""))

    confirmed = Confirmation(versions[0], versions[1]).confirm(b"<root><a>ab@abc</a></root>")

    assert confirmed == Confirmed(("libxml2",))
