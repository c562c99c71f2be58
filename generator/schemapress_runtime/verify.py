"""Proves that a generated package is what the generator wrote: `python PACKAGE/verify.py`, with Python alone."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

RUNTIME = ("_runtime", "runtime")
"""The folders that are the generator's alone, now and before: a module in them that the manifest does not list is of
another version."""

_EMITTED = "Emitted by schemapress from "
"""What begins a line in the docstring of each emitted module; beside these, a package can have modules of its user."""


def differences(package: Path) -> list[str]:
    """Return a line for each file that is missing, was edited, or was left behind by another version.

    Files are compared as text: git may have made CRLF of line feeds.
    """
    try:
        files = json.loads((package / "MANIFEST.json").read_text("utf-8"))["files"]
    except OSError:
        return ["MANIFEST.json: is missing"]
    except (ValueError, KeyError, TypeError):
        return ["MANIFEST.json: is no manifest"]
    return [*_changed(package, files), *_left_behind(package, files)]


def _changed(package: Path, files: Mapping[str, str]) -> Iterator[str]:
    for path, expected in files.items():
        file = package / path
        if not file.is_file():
            yield f"{path}: is missing"
        elif "sha256:" + hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest() != expected:
            yield f"{path}: was edited"


def _left_behind(package: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each module that another version of the generator has written, and this one has not."""
    for file in sorted(package.glob("*.py")):
        if file.name not in files and _is_emitted(file):
            yield f"{file.name}: was left behind by another version; delete it"
    for file in sorted(file for folder in RUNTIME for file in package.glob(f"{folder}/**/*.py")):
        path = file.relative_to(package).as_posix()
        if path not in files:
            yield f"{path}: was left behind by another version; delete it, or move it elsewhere if it is your own"


def _is_emitted(file: Path) -> bool:
    try:
        docstring = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    except (OSError, SyntaxError, ValueError):
        return False
    return any(line.startswith(_EMITTED) for line in docstring.splitlines())


if __name__ == "__main__":
    found = differences(Path(__file__).parent)
    print("\n".join(found) or "every file is as it was generated")
    sys.exit(bool(found))
