"""Real schemas and documents, which nobody here wrote: `CORPUS` names their folder, `../shared/corpus` without it.

Each family is an archive, `FAMILY.tar.xz`; `cases.jsonl` has a line for each document, with its verdict. The data is
not part of the repository: what needs it asks for `archive`, and skips where there is none.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from dataclasses import dataclass, replace
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


DISPUTED = {
    "samples/products/equity-swaps/eqs-ex07-long-form-with-stub.xml": "valid",
}
"""Verdicts of libxml2 that others do not share, and what they are by the text of the specification.

The document has the anyURI `http://http://www.partyB.com/eqs-trade-id`. XSD 1.0 Part 2 §3.2.17 asks for a URI by RFC
2396, whose §3.2.2 lets a port be empty (`hostport = host [ ":" port ]`, `port = *digit`); Xerces and xmlschema take it.
"""


@cache
def cases() -> tuple[Case, ...]:
    """Return the judged documents of all families; none where the corpus is absent."""
    found = folder()
    if found is None:
        return ()
    read = [Case(**json.loads(line)) for line in (found / "cases.jsonl").read_text("utf-8").splitlines()]
    return tuple(replace(case, verdict=DISPUTED.get(case.document, case.verdict)) for case in read)


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
