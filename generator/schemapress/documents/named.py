"""The documents that a command line names: files, the files of folders, or standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from schemapress.load.roots import files_below
from schemapress_runtime.report.problem import Report
from schemapress_runtime.xml.file_source import FileSource

from .outcome import DocumentOutcome

STANDARD_INPUT = "-"
"""The name of standard input on the command line."""

_STANDARD_INPUT_SHOWN = "<stdin>"

Validate = Callable[[FileSource], Report]
"""Takes the path of a document, or a file that is open; returns its report."""


def validate_named(names: Iterable[str], validate: Validate) -> Iterator[DocumentOutcome]:
    """Yield the outcome of each document, in the order of the names; a folder stands for its `*.xml`, sorted.

    One document is in memory at a time, or a part of a large one. A file that can't be read, or a folder without
    documents, has an outcome with the reason. In a folder only regular files are read, since a pipe may never end; a
    pipe that is named is read. A document that is named twice, directly or by its folder, has one outcome, under the
    first name.
    """
    met: set[str] = set()
    for name in names:
        if name == STANDARD_INPUT:
            yield _validate(_STANDARD_INPUT_SHOWN, _open_standard_input, validate)
        elif Path(name).is_dir():
            yield from _validate_folder(Path(name), validate, met)
        elif _is_new(name, met):
            yield _validate(_printable(name), partial(Path, name), validate)


def _is_new(path: str, met: set[str]) -> bool:
    """Whether a path is not in `met`, to which it is added. Links count as separate files."""
    known = len(met)
    met.add(os.path.abspath(path))
    return len(met) > known


def _validate_folder(folder: Path, validate: Validate, met: set[str]) -> Iterator[DocumentOutcome]:
    refused: list[OSError] = []
    files = files_below(folder, ".xml", refused.append)
    for error in refused:
        if _is_new(str(error.filename), met):
            yield DocumentOutcome(_printable(str(error.filename)), None, _reason(error), is_document=False)
    if not files and not refused and _is_new(str(folder), met):
        yield DocumentOutcome(_printable(str(folder)), None, "There is no .xml file in this folder.", is_document=False)
    for path in (file for file in files if _is_new(str(file), met)):
        yield _validate(_printable(str(path)), partial(_find_regular, path), validate)


def _open_standard_input() -> FileSource:
    if sys.stdin is None:  # as with `<&-`
        raise OSError("standard input is closed")
    return sys.stdin.buffer


def _find_regular(path: Path) -> FileSource:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is not a regular file")
    return path


def _validate(name: str, find: Callable[[], FileSource], validate: Validate) -> DocumentOutcome:
    try:
        return DocumentOutcome(name, validate(find()))
    except OSError as error:
        return DocumentOutcome(name, None, _reason(error))


def _reason(error: OSError) -> str:
    return f"This can't be read: {error.strerror or error}."


def _printable(name: str) -> str:
    """Return a file name with U+FFFD for bytes that are not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
