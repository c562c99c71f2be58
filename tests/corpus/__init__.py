"""Real schemas and documents, which nobody here wrote: `CORPUS` names their folder, `../shared/corpus` without it.

Each family is an archive, `FAMILY.tar.xz`; `cases.jsonl` has a line for each document, with its verdict. The data is
not part of the repository: what needs it asks for `archive`, and skips where there is none.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import REPOSITORY


@dataclass(frozen=True, slots=True)
class Case:
    """A document of a family, its entry document, both as paths inside of the family, and who says that it is valid."""

    family: str
    schema: str
    document: str
    verdict: str
    judge: str


def folder() -> Path | None:
    """Return the folder of the corpus, or None where it is absent."""
    found = Path(os.environ.get("CORPUS") or REPOSITORY.parent / "shared" / "corpus")
    return found if (found / "cases.jsonl").is_file() else None


@cache
def cases() -> tuple[Case, ...]:
    """Return the judged documents of all families; none where the corpus is absent."""
    found = folder()
    if found is None:
        return ()
    return tuple(Case(**json.loads(line)) for line in (found / "cases.jsonl").read_text("utf-8").splitlines())


@cache
def _unpacked_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="corpus-")


@cache
def unpacked(family: str) -> Path:
    """Return the folder of a family, unpacked for as long as this process lives.

    Raises:
        FileNotFoundError: the corpus is absent, or has no such family.
    """
    found = folder()
    if found is None:
        raise FileNotFoundError("there is no corpus; CORPUS names its folder")
    target = Path(_unpacked_folder().name)
    with tarfile.open(found / f"{family}.tar.xz") as archive:
        archive.extractall(target, filter="data")
    return target / family


def families() -> Iterator[str]:
    """Yield the names of the families, in the order of the alphabet."""
    found = folder()
    if found is not None:
        yield from sorted(path.name.removesuffix(".tar.xz") for path in found.glob("*.tar.xz"))
