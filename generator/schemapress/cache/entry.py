"""An entry of the cache: a schema as it was loaded, and all that it depends on.

The first line of an entry has the digest of the rest. The rest is the head, a line of JSON, then the rows of the table,
a line each, and the index: the place of each row, and of the end, in four bytes. An entry that is not whole, of another
layout or no longer true is no entry.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Sequence
from dataclasses import asdict, astuple
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import overload

from lxml import etree

import schemapress
import schemapress_runtime
from schemapress.limits import SourceLimits
from schemapress.load.inputs import Answer, ask_again
from schemapress.load.roots import Roots
from schemapress.load.schema import Schema
from schemapress_runtime.xsd.components import Declarations

from .component_table import ComponentTable, describe_layout, write_table

_FORMAT = 1
"""The number of the layout that this module describes."""

_PLACE = 4
"""The bytes of a place in the index."""


def key_of(paths: tuple[Path, ...], roots: Roots, limits: SourceLimits, *, lax: bool) -> str:
    """Return the key of a schema: the digest of what is asked for, and of the programs that answer."""
    asked = {
        "format": _FORMAT,
        "programs": _digest_of_programs(),
        "paths": [str(path.absolute()) for path in paths],
        "folders": [str(path) for path in roots.folders],
        "locations": [(uri, str(path.absolute())) for uri, path in roots.locations],
        "catalogs": [str(path.absolute()) for path in roots.catalogs],
        "limits": asdict(limits),
        "lax": lax,
    }
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@cache
def _digest_of_programs() -> str:
    """Return the digest of the versions of this package and of the judges of schemas, as far as they show on disk.

    Besides the version it has the time and the size of each module that makes a schema, so that a changed copy of one
    version does not answer for another.
    """
    modules = []
    for folder in (Path(schemapress.__file__).parent / "load", Path(schemapress_runtime.__file__).parent / "xsd"):
        with os.scandir(folder) as files:
            modules += sorted(
                (file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.name.endswith(".py")
            )
    judge = find_spec("xmlschema")  # found and not imported, which takes 0.3 s
    origin = None if judge is None or judge.origin is None else os.stat(judge.origin)
    judges = [
        etree.LXML_VERSION,
        etree.LIBXML_VERSION,
        None if origin is None else [origin.st_mtime_ns, origin.st_size],
    ]
    described = [schemapress.__version__, modules, judges, describe_layout()]
    return sha256(json.dumps(described).encode()).hexdigest()


def write_entry(key: str, schema: Schema) -> bytes | None:
    """Return the entry of a schema under its key; None of one that can't be cached.

    That is a schema of which a file could not be read, or whose components are too deep inside each other.
    """
    if not schema.inputs.is_complete:
        return None
    answers = {path: astuple(answer) for path, answer in schema.inputs.answers()}
    try:
        declarations, rows = write_table(schema.declarations)
        lines = [row.encode() for row in rows]
    except RecursionError:
        return None
    head = json.dumps(
        {
            "key": key,
            "answers": answers,
            "paths": [str(path) for path in (*schema.paths, *schema.catalogs)],
            "declarations": declarations,
            "rows": len(lines),
        },
        separators=(",", ":"),
    ).encode()
    places = array("Q", [len(head) + 1])
    for line in lines:
        places.append(places[-1] + len(line) + 1)
    if places[-1] >= 1 << 8 * _PLACE:
        return None
    index = b"".join(place.to_bytes(_PLACE, "little") for place in places)
    rest = b"\n".join([head, *lines, index])
    return sha256(rest).hexdigest().encode() + b"\n" + rest


def read_entry(key: str, data: bytes) -> tuple[Declarations, tuple[Path, ...]] | None:
    """Return the declarations of an entry, and the files that it was loaded from; None if it is not whole,
    of another key, or not true.

    It is true if the file system gives the answers that the load got: every file has the same digest, no path leads
    somewhere else, and no file is where there was none.
    """
    digest, _, rest = data.partition(b"\n")
    first, newline, _ = rest.partition(b"\n")
    if not newline or sha256(rest).hexdigest().encode() != digest:
        return None
    head = json.loads(first)
    answers: dict[str, tuple[str, bool, str | None]] = head["answers"]
    if head["key"] != key or not all(ask_again(path, Answer(*answer)) for path, answer in answers.items()):
        return None
    table = ComponentTable(head["declarations"], _Rows(rest, head["rows"]))
    return table.declarations, tuple(map(Path, head["paths"]))


class _Rows(Sequence[bytes]):
    """The rows of an entry, each found by the index."""

    def __init__(self, data: bytes, count: int) -> None:
        self._data = data
        self._count = count
        self._index = len(data) - _PLACE * (count + 1)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> bytes: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[bytes]: ...

    def __getitem__(self, number: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(self._count))]
        return self._data[self._place(number) : self._place(number + 1) - 1]

    def _place(self, number: int) -> int:
        start = self._index + _PLACE * number
        return int.from_bytes(self._data[start : start + _PLACE], "little")
