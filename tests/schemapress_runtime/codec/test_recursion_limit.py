"""The recursion limit, which all packages of a process share."""

from __future__ import annotations

import importlib
import sys
import threading

from schemapress_runtime.codec.recursion_limit import room_for_depth


def test_threads_share_the_recursion_limit_that_the_last_one_sets_back() -> None:
    first = importlib.import_module("cityfibre_ticketing._runtime.codec.recursion_limit").room_for_depth
    second = room_for_depth  # as of another package
    before = sys.getrecursionlimit()
    step = threading.Barrier(2, timeout=10)
    inside: list[int] = []

    def enters_late_and_leaves_last() -> None:
        step.wait()
        with second():
            step.wait()
            step.wait()
            inside.append(sys.getrecursionlimit())

    thread = threading.Thread(target=enters_late_and_leaves_last)
    thread.start()
    with first():
        raised = sys.getrecursionlimit()
        step.wait()
        step.wait()
    step.wait()
    thread.join()

    assert before < raised
    assert inside == [raised]
    assert sys.getrecursionlimit() == before


def test_a_limit_that_somebody_else_sets_meanwhile_stays() -> None:
    room = importlib.import_module("cityfibre_ticketing._runtime.codec.recursion_limit").room_for_depth
    before = sys.getrecursionlimit()
    try:
        with room():
            sys.setrecursionlimit(20_000)
        assert sys.getrecursionlimit() == 20_000
    finally:
        sys.setrecursionlimit(before)
