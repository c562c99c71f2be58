"""The import of a package before it is installed, in a process that serves a whole build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from schemapress.errors import SchemapressError


def environment() -> dict[str, str]:
    """Return the environment of a process with the same import path as this one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class ImportCheck:
    """A process that imports packages. It starts at once, and is ready when the first package is built."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", "-m", "schemapress.build.import_process"],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> ImportCheck:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def check(self, folder: Path, modules: Iterable[str], package: Path, extensions: Collection[str] = ()) -> None:
        """Import the package in a folder, and the given modules of it; `package` is where it will be.

        `extensions` are the modules of the project that it imports.

        Raises:
            SchemapressError: an import failed; with what was raised, and where.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"folder": str(folder), "modules": list(modules)}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # there will be no answer either
        answer = self._process.stdout.readline()
        failure = json.loads(answer) if answer else {"message": "Python ended without a word", "place": "__init__.py"}
        if failure is not None:
            raise SchemapressError(
                f"The package that was built can't be imported: {failure['message']}.",
                place=str(package / failure["place"]),
                hint=f"It was not installed. {_what_to_do(failure.get('module'), extensions)}",
            )


def _what_to_do(module: str | None, extensions: Collection[str]) -> str:
    """Return the hint for a package that can't be imported, with the module that an import failed at, if one did."""
    if module is not None and any(f"{extension}.".startswith(f"{module}.") for extension in extensions):
        return f"Make {module!r} importable (PYTHONPATH), with what `extensions` names of it; or change `extensions`."
    return "Look at the project's own templates, if it has any; else report this, with the XSD."
