"""Random pairs of schemas: what `diff` says of each, held against documents and against other judges.

`make pairs PAIRS=N` makes N schemas and edits each at random. Both are compared in both directions, message by message:
where all documents are said to be accepted, 1,000 are made and tried; each witness is judged by libxml2, and where
that one errs by xmlschema.
"""

from __future__ import annotations

import copy
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path

import click
from lxml import etree

from schemapress.diff.confirmation import Confirmation
from schemapress.diff.inclusion.documents import Answer, Inclusion
from schemapress.diff.versions.version import Version
from schemapress.errors import SchemapressError
from tests.support.random_schema import Maker, mutate
from tests.support.schema_edit import edited

DOCUMENTS = 1_000
"""Documents that are tried where all are said to be accepted."""

EDITS = (0, 1, 1, 1, 2, 3)

Say = Callable[[str], None]


def compared(seed: int, folder: Path, documents: int = DOCUMENTS) -> tuple[Counter[str], list[str]]:
    """Return what was counted for the pair of a seed, and what was wrong."""
    chance = random.Random(seed)
    made = Maker(chance).make()
    old, new = (Version(f"{name} {seed}", (folder / f"{name}.xsd",), "") for name in ("old", "new"))
    old.files[0].write_text(made.text)
    new.files[0].write_text(edited(made.text, chance, chance.choice(EDITS)))
    try:
        versions = ((old, new), (new, old))
        assert new.schema
    except SchemapressError:
        return Counter(invalid=1), []
    counted: Counter[str] = Counter(pairs=1)
    wrong: list[str] = []
    for narrow, wide in versions:
        for name in narrow.schema.documents:
            if name not in wide.schema.elements:
                continue
            answer = Inclusion(narrow.validator, wide.validator).of(name)
            counted.update(comparisons=1, undecided=bool(answer.undecided and not answer.witnesses))
            counted.update(f"undecided: {one.reason}" for one in answer.undecided if not answer.witnesses)
            _count_witnesses(answer, narrow, wide, counted, wrong)
            if not answer.witnesses and not answer.undecided:
                counted["included"] += 1
                if name.rpartition("}")[2] == "root":
                    wrong += _refused(made.root, chance, narrow, wide, documents)
    return counted, wrong


def _count_witnesses(answer: Answer, narrow: Version, wide: Version, counted: Counter[str], wrong: list[str]) -> None:
    confirmation = Confirmation(narrow, wide)
    for witness in answer.witnesses:
        counted["witnesses"] += 1
        counted[f"aspect {witness.difference.aspect}"] += 1
        try:
            judges = confirmation.of(witness.document)
        except SchemapressError as error:
            if 'minOccurs="2"' in narrow.files[0].read_text() + wide.files[0].read_text():
                counted["witnesses on groups that may be empty, where both judges err"] += 1
            else:
                wrong.append(str(error))
            continue
        counted[f"confirmed by {' '.join(judges) or 'nobody'}"] += 1


def _refused(
    make: Callable[[], etree._Element], chance: random.Random, narrow: Version, wide: Version, documents: int
) -> list[str]:
    """Return a document that `narrow` accepts and `wide` refuses; none is expected."""
    for number in range(documents):
        tree = make()
        root = tree.tag
        if number % 2:
            tree = copy.deepcopy(tree)
            mutate(tree, chance)
            tree.tag = root  # of any other element nothing was said
        document = etree.tostring(tree, encoding="UTF-8")
        if narrow.validator.validate(document).valid and not wide.validator.validate(document).valid:
            return [f"{narrow.name} was said to lie in {wide.name}: {document.decode()}"]
    return []


def run(seed: int) -> tuple[Counter[str], list[str]]:
    """Return what was counted for a seed, and what was wrong, an exception too."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return compared(seed, Path(folder))
        except Exception:
            return Counter(pairs=1), [f"seed {seed}: {traceback.format_exc(limit=-4)}"]


def main() -> None:
    """Run, and print how many answers were wrong, and the share that was undecided."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    total: Counter[str] = Counter()
    wrong: list[str] = []
    started = time.perf_counter()
    with Pool(os.cpu_count()) as pool, click.progressbar(length=wanted, label="pairs") as bar:
        for counted, found in pool.imap_unordered(run, range(start, start + wanted), chunksize=4):
            bar.update(1)
            total.update(counted)
            wrong += found
    print(f"{total['pairs']:,} pairs from seed {start}, {time.perf_counter() - started:,.0f} s")
    print(f"comparisons: {total['comparisons']:,}, included: {total['included']:,}, wrong: {len(wrong)}")
    print(f"undecided: {total['undecided']:,} ({total['undecided'] / max(total['comparisons'], 1):.2%})")
    for name in sorted(total):
        if name not in ("pairs", "comparisons", "included", "undecided"):
            print(f"  {name}: {total[name]:,}")
    for text in wrong[:20]:
        print(f"\n{text}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
