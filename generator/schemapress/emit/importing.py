"""Whether a package can be imported: found out before it is installed, in a process that serves a whole build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from schemapress.errors import SchemapressError


class ImportCheck:
    """A process that imports packages. It starts at once, and is ready when the first package is built."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", "-m", "schemapress.emit.import_process"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
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

    def check(self, folder: Path, modules: Iterable[str], package: Path) -> None:
        """Import the package in a folder, and the given modules of it; `package` is where it will be.

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
                hint="It was not installed. Look at the project's own templates, if it has any; else report this, "
                "with the XSD.",
            )
