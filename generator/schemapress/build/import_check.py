"""The import of a package before it is installed, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from schemapress.errors import SchemapressError


def environment() -> dict[str, str]:
    """Return the environment of a process with the same import path as this one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class ImportCheck:
    """The import of one package, which starts at once. It is started where no other thread runs, if that can be."""

    def __init__(self, folder: Path, modules: Iterable[str]) -> None:
        """Import the package in a folder, and the given modules of it."""
        order = json.dumps({"folder": str(folder), "modules": list(modules)})
        self._find_answer = _fork(order) if _can_fork() else _start_process(order)

    def check(self, package: Path, extensions: Collection[str] = ()) -> None:
        """Wait until the package is imported; `package` is where it will be.

        `extensions` are the modules of the project that it imports.

        Raises:
            SchemapressError: an import failed; with what was raised, and where.
        """
        answer = self._find_answer()
        failure = json.loads(answer) if answer else {"message": "Python ended without a word", "place": "__init__.py"}
        if failure is not None:
            raise SchemapressError(
                f"The package that was built can't be imported: {failure['message']}.",
                place=str(package / failure["place"]),
                hint=f"It was not installed. {_what_to_do(failure.get('module'), extensions)}",
            )


def _can_fork() -> bool:
    """Whether a copy of this process can run Python: where no other thread may hold a lock that the copy needs."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:  # a sandbox
        return False


def _fork(order: str) -> Callable[[], bytes]:
    """Import in a copy of this process, which has loaded most of what packages import: that takes half the time."""
    from .import_process import answer, close_files

    given = os.memfd_create("answer")  # no pipe, whose end a process that the package starts would hold open
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            close_files(but=given)  # such as the one whose lock the build holds
            os.write(given, answer(order).encode())
        finally:
            os._exit(0)  # whatever was raised, for nothing of the caller's may run twice

    def find_answer() -> bytes:
        has_ended = False
        try:
            with contextlib.suppress(ChildProcessError):  # where SIGCHLD is ignored, the system forgets it at its end
                os.waitpid(child, 0)
            has_ended = True
            return os.pread(given, os.fstat(given).st_size, 0)
        finally:
            if not has_ended:  # the wait was interrupted
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            os.close(given)

    return find_answer


def _start_process(order: str) -> Callable[[], bytes]:
    """Import in a new process."""
    command = [sys.executable, "-B", "-P", "-m", "schemapress.build.import_process"]

    def find_answer() -> bytes:
        with tempfile.TemporaryFile() as given:  # no pipe, whose end a process that the package starts would hold open
            nowhere = subprocess.DEVNULL
            subprocess.run(command, env=environment(), input=order.encode(), stdout=given, stderr=nowhere, check=False)
            given.seek(0)
            return given.read()

    return find_answer


def _what_to_do(module: str | None, extensions: Collection[str]) -> str:
    """Return the hint for a package that can't be imported, with the module that an import failed at, if one did."""
    if module is not None and any(f"{extension}.".startswith(f"{module}.") for extension in extensions):
        return f"Make {module!r} importable (PYTHONPATH), with what `extensions` names of it; or change `extensions`."
    return "Look at the project's own templates, if it has any; else report this, with the XSD."
