"""The documents that a command line names: files, the files of folders, or standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schemapress.load.roots import files_below
from schemapress_runtime.report.problem import Report
from schemapress_runtime.xml.file_source import FileSource, open_source

from .outcome import DocumentOutcome

STANDARD_INPUT = "-"
"""The name of standard input on the command line."""

_STANDARD_INPUT_SHOWN = "<stdin>"

Validate = Callable[[FileSource], Report]
"""Takes the path of a document, or a file that is open; returns its report."""


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document under the name that messages have for it, or what stands in its way, such as a folder without any."""

    name: str
    find: Callable[[], FileSource]
    error: str | None = None

    def read(self) -> bytes:
        """Return the bytes of the document.

        Raises:
            OSError: it can't be read.
        """
        with open_source(self.find()) as file:
            return file.read()


def find_named(names: Iterable[str]) -> Iterator[NamedDocument]:
    """Yield each document, in the order of the names; a folder stands for its `*.xml`, sorted.

    In a folder only regular files are read, since a pipe may never end; a pipe that is named is read. A document that
    is named twice, directly or by its folder, comes once, under the first name.
    """
    met: set[str] = set()
    for name in names:
        if name == STANDARD_INPUT:
            yield NamedDocument(_STANDARD_INPUT_SHOWN, _open_standard_input)
        elif Path(name).is_dir():
            yield from _find_in_folder(Path(name), met)
        elif _is_new(name, met):
            yield NamedDocument(_printable(name), partial(Path, name))


def validate_named(names: Iterable[str], validate: Validate) -> Iterator[DocumentOutcome]:
    """Yield the outcome of each document: see `find_named`.

    One document is in memory at a time, or a part of a large one. A file that can't be read, or a folder without
    documents, has an outcome with the reason.
    """
    for document in find_named(names):
        if document.error is not None:
            yield DocumentOutcome(document.name, None, document.error, is_document=False)
            continue
        try:
            yield DocumentOutcome(document.name, validate(document.find()))
        except OSError as error:
            yield DocumentOutcome(document.name, None, describe_unreadable(error))


def _is_new(path: str, met: set[str]) -> bool:
    """Whether a path is not in `met`, to which it is added. Links count as separate files."""
    known = len(met)
    met.add(os.path.abspath(path))
    return len(met) > known


def _find_in_folder(folder: Path, met: set[str]) -> Iterator[NamedDocument]:
    refused: list[OSError] = []
    files = files_below(folder, ".xml", refused.append)
    for error in refused:
        if _is_new(str(error.filename), met):
            name = str(error.filename)
            yield NamedDocument(_printable(name), partial(Path, name), describe_unreadable(error))
    if not files and not refused and _is_new(str(folder), met):
        yield NamedDocument(_printable(str(folder)), partial(Path, folder), "There is no .xml file in this folder.")
    for path in (file for file in files if _is_new(str(file), met)):
        yield NamedDocument(_printable(str(path)), partial(_find_regular, path))


def _open_standard_input() -> FileSource:
    if sys.stdin is None:  # as with `<&-`
        raise OSError("standard input is closed")
    return sys.stdin.buffer


def _find_regular(path: Path) -> FileSource:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is not a regular file")
    return path


def describe_unreadable(error: OSError) -> str:
    """Return the sentence about a document that can't be read."""
    return f"This can't be read: {error.strerror or error}."


def _printable(name: str) -> str:
    """Return a file name with U+FFFD for bytes that are not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
