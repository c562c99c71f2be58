"""Measurements that each have a process: a fork of one that has imported everything and done nothing else.

A measuring module serves with `serve`, as `python -m MODULE --serve`; a test asks it through `Forks`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.conftest import REPOSITORY


class Forks:
    """The process of a measuring module, which starts with the first question."""

    def __init__(self, module: str) -> None:
        """Take the name of the module."""
        self._module = module
        self._process: subprocess.Popen[str] | None = None

    def ask(self, *question: str | int) -> Any:  # whatever the module measures, as JSON
        """Return what the module measures in a fork of its own.

        Raises:
            AssertionError: the fork failed or was ended, for want of memory or of processor time.
        """
        if self._process is None:
            command = [sys.executable, "-m", self._module, "--serve"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, cwd=REPOSITORY, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["status"] == 0, f"{question}: the process ended with {answer['status']}"
        return answer["measured"]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()


def serve(measure: Callable[..., object], memory: int, seconds: int) -> None:
    """Answer each question of standard input from a fork that has so many bytes and seconds of processor time."""
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            with os.fdopen(writing, "w") as answer:
                json.dump(measure(*json.loads(line)), answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            measured = answer.read()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": status, "measured": None if status else json.loads(measured)}), flush=True)
