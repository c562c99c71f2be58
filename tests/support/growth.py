"""How the work of a call grows with its input: counted, not timed, so that a busy machine changes nothing."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Input = TypeVar("Input")

MOST_RATIO = 2.5
"""The most that the second doubling may add, as a multiple of the first: 2 is linear, 4 is quadratic."""

SLACK = 500
"""Lines and calls that count as nothing: a cache that is filled, a set whose order is another one."""

SECONDS = 120
"""Time that a call gets under `deadline`: what the tests do under it takes a few seconds at most."""


def count_work(call: Callable[[], object]) -> int:
    """Return the number of lines and calls of Python code, and of calls of C functions, that a call takes.

    The work inside a C function does not count: a regular expression, a copy of a string, lxml. `deadline` guards
    against that.
    """
    count = 0

    def trace(_frame: FrameType, _event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += 1
        return trace

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "c_call"

    tracer, profiler = sys.gettrace(), sys.getprofile()  # those of a debugger, or of coverage
    gc.disable()  # a collection would call the finalizers of what other tests left
    sys.setprofile(profile)
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(tracer)
        sys.setprofile(profiler)
        gc.enable()
    return count


def grows_linearly(make: Callable[[int], Input], work: Callable[[Input], object], size: int) -> None:
    """Assert that the work on an input grows in proportion to its size, at `size`, twice and four times of it.

    `make` returns the input of a size. Its work does not count. One call before the first fills the caches.

    Raises:
        AssertionError: it grows faster, with the three counts.
    """
    work(make(size))
    first, second, third = (_count(work, make(factor * size)) for factor in (1, 2, 4))
    assert third - second <= MOST_RATIO * (second - first) + SLACK, (
        f"The work grows faster than its input: {first:,} lines and calls at size {size:,}, "
        f"{second:,} at {2 * size:,}, {third:,} at {4 * size:,}."
    )


def _count(work: Callable[[Input], object], made: Input) -> int:
    return count_work(lambda: work(made))


@contextlib.contextmanager
def deadline(seconds: int = SECONDS) -> Iterator[None]:
    """Fail a test that would take minutes or more: a guard, whose time is many times what is needed.

    Does nothing on Windows, which has no alarm.
    """
    if sys.platform == "win32":
        yield
        return

    def give_up(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"This takes more than {seconds} seconds.")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
