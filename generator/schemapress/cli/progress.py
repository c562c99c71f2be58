"""Shows the current step of a long command, on one line of the terminal."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import click

_AFTER = 1.0
"""Seconds until the line appears; a shorter command shows none."""

_EVERY = 0.25
"""Seconds between two updates of the line."""

_ERASE = "\r\x1b[K"


class Progress:
    """Shows the current step and the elapsed time on standard error, in one line that is erased at the end.

    Nothing is printed if standard error is not a terminal, or one that can't erase a line.
    """

    def __init__(self, name: str, *, is_shown: bool = True) -> None:
        """Take the name of the package that is built."""
        self._name = name
        self._step = ""
        self._started = perf_counter()
        self._done = threading.Event()
        self._is_shown = is_shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._thread: threading.Thread | None = None
        self._has_line = False

    def __enter__(self) -> Progress:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        if self._has_line:
            click.echo(_ERASE, nl=False, err=True)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Run a block while no thread shows the line, so that the process can be forked in it."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        if self._is_shown:
            self._done.clear()
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()

    def _stop(self) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def step(self, name: str) -> None:
        """Set the current step."""
        self._step = name

    def _show(self) -> None:
        if self._done.wait(max(0, _AFTER - (perf_counter() - self._started))):
            return
        while not self._done.is_set():
            click.echo(_ERASE + self._line()[: shutil.get_terminal_size().columns - 1], nl=False, err=True)
            self._has_line = True
            self._done.wait(_EVERY)

    def _line(self) -> str:
        return f"{self._name}: {self._step} ({perf_counter() - self._started:.0f} s)"
