"""The documents that a command line names: files, all of a folder, or standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from schemapress.load.roots import files_below
from schemapress_runtime.report.problem import Report

from .outcome import Outcome

STANDARD_INPUT = "-"
"""What stands for standard input among names of files."""

_SHOWN = "<stdin>"


def outcomes(names: Iterable[str], validate: Callable[[bytes], Report]) -> Iterator[Outcome]:
    """Yield what becomes of each document, in the order of the names; a folder stands for its `*.xml`, sorted.

    One document is held at a time. What can't be read has its reason, and so has a folder without documents. Of a
    folder only regular files are read, for a pipe in it may never end; a pipe that is named itself is read. What is
    named twice, itself or by a folder around it, comes once, under the first name.
    """
    met: set[str] = set()
    for name in names:
        if name == STANDARD_INPUT:
            yield _outcome(_SHOWN, _standard_input, validate)
        elif Path(name).is_dir():
            yield from _of_folder(Path(name), validate, met)
        elif _is_new(name, met):
            yield _outcome(_printable(name), Path(name).read_bytes, validate)


def _is_new(path: str, met: set[str]) -> bool:
    """Whether a path was not met before; it is from then on. Links count as files of their own."""
    known = len(met)
    met.add(os.path.abspath(path))
    return len(met) > known


def _of_folder(folder: Path, validate: Callable[[bytes], Report], met: set[str]) -> Iterator[Outcome]:
    refused: list[OSError] = []
    found = files_below(folder, ".xml", refused.append)
    for error in refused:
        if _is_new(str(error.filename), met):
            yield Outcome(_printable(str(error.filename)), None, _reason(error), is_document=False)
    if not found and not refused and _is_new(str(folder), met):
        yield Outcome(_printable(str(folder)), None, "There is no .xml in this folder.", is_document=False)
    for path in (one for one in found if _is_new(str(one), met)):
        yield _outcome(_printable(str(path)), partial(_regular, path), validate)


def _standard_input() -> bytes:
    if sys.stdin is None:  # as it is for `<&-`
        raise OSError("standard input is closed")
    return sys.stdin.buffer.read()


def _regular(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is no regular file")
    return path.read_bytes()


def _outcome(name: str, read: Callable[[], bytes], validate: Callable[[bytes], Report]) -> Outcome:
    try:
        data = read()
    except OSError as error:
        return Outcome(name, None, _reason(error))
    return Outcome(name, validate(data))


def _reason(error: OSError) -> str:
    return f"This can't be read: {error.strerror or error}."


def _printable(name: str) -> str:
    """Return the name of a file with U+FFFD for its bytes that are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
