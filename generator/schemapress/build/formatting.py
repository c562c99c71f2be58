"""Formatting of emitted Python: one call of ruff for all files."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

from schemapress.errors import SchemapressError

LINE_LENGTH = 120


def format_files(files: list[Path]) -> None:
    """Format Python files in place, with settings that depend on no project.

    Raises:
        SchemapressError: ruff is not installed, or a file is not Python.
    """
    ruff = shutil.which("ruff", path=sysconfig.get_path("scripts")) or shutil.which("ruff")
    if ruff is None:
        raise SchemapressError("ruff is not installed.", hint="Install schemapress with its dependencies.")
    command = [ruff, "format", "--isolated", "--no-cache", "--quiet", "--target-version", "py311"]
    command += ["--line-length", str(LINE_LENGTH), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SchemapressError(f"ruff could not format what was emitted:\n{done.stderr}")
