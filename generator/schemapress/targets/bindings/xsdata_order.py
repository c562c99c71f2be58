"""The order that the process of xsdata gets, and its answers: both sides of the exchange, defined once.

The order is a line of JSON, and behind it the documents, byte by byte as they were judged: the process opens no file
of the schema, so one that was changed since does not reach it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, get_args

from .class_kind import DATACLASSES

PACKAGE = Path("api", "bindings")
"""The output, in the current folder of the process: a module of this name, or a package of modules."""

LOST = Path("lost.json")
"""The output file with a `Lost`, in JSON."""

OUT_OF_MEMORY, TOO_DEEP = 3, 4
"""The exit codes if the process runs out of memory, or exceeds Python's recursion limit."""


Compound = Literal["order", "all", "none"]
"""Which elements share compound fields: those that plain fields would lose the order of, xsdata's choice, or none."""


@dataclass(frozen=True, slots=True)
class XsdataConfig:
    """xsdata's configuration for one API: the text of a `.xsdata.xml`, and which compound fields are made.

    `extensions` are the base classes and decorators that classes get: their modules and names. `substituted` says of
    which kinds names are substituted: `class`, `field`, and so on. Without a text, it is
    xsdata's own, with all classes in one module.
    """

    text: str = ""
    compound: Compound = "order"
    extensions: frozenset[tuple[str, str]] = frozenset()
    substituted: frozenset[str] = frozenset()


DEFAULT_CONFIG = XsdataConfig()


@dataclass(frozen=True, slots=True)
class Order:
    """The XSDs to generate from, the readable documents by their real paths, and the bounds on the process.

    `targets` has what each document includes, imports and redefines: the kind, and the real path or None. `class_type`
    and `generator` are the name and the generator of a `ClassKind`.
    """

    sources: tuple[Path, ...]
    documents: Mapping[Path, bytes]
    targets: Mapping[Path, Sequence[tuple[str, Path | None]]]
    seconds: int
    memory: int
    config: str = ""
    compound: Compound = "order"
    class_type: str = DATACLASSES.name
    generator: str = DATACLASSES.generator

    def write(self, stream: IO[bytes]) -> None:
        """Write the order to the process."""
        head = {
            "sources": list(map(str, self.sources)),
            "documents": [(str(path), len(data)) for path, data in self.documents.items()],
            "targets": {
                str(path): [(kind, target and str(target)) for kind, target in targets]
                for path, targets in self.targets.items()
            },
            "seconds": self.seconds,
            "memory": self.memory,
            "config": self.config,
            "compound": self.compound,
            "class_type": self.class_type,
            "generator": self.generator,
        }
        stream.write(json.dumps(head).encode() + b"\n")
        for data in self.documents.values():
            stream.write(data)
        stream.flush()


def read_order(stream: IO[bytes]) -> Order | None:
    """Return the order, once it is there; None where there is none."""
    line = stream.readline()
    if not line:
        return None
    head = json.loads(line)
    documents = {Path(path): stream.read(length) for path, length in head["documents"]}
    targets = {
        Path(path): [(kind, target and Path(target)) for kind, target in targets]
        for path, targets in head["targets"].items()
    }
    sources, compound = tuple(map(Path, head["sources"])), head["compound"]
    assert compound in get_args(Compound)
    return Order(
        sources,
        documents,
        targets,
        head["seconds"],
        head["memory"],
        head["config"],
        compound,
        head["class_type"],
        head["generator"],
    )
