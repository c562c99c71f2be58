"""Random pairs of schemas: the answers of `diff`, held against documents and other validators.

`make pairs PAIRS=N` makes N schemas, every third with keys, and edits each at random. It compares both in both
directions, message by message. If `diff` includes all documents, it tries 1,000; each witness is confirmed by libxml2,
or by xmlschema where libxml2 is wrong.
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
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import click
from lxml import etree

from schemapress.diff.confirmation import Confirmation
from schemapress.diff.declarations.document_inclusion import DocumentInclusion, InclusionResult
from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from tests.support.random_keys import edit_keyed, make_keyed, make_keyed_document
from tests.support.random_schema import Maker, mutate
from tests.support.schema_edit import edited

DOCUMENTS = 1_000
"""Documents that are tried if `diff` includes all."""

EDITS = (0, 1, 1, 1, 2, 3)

Say = Callable[[str], None]


def compare_seed(seed: int, folder: Path, documents: int = DOCUMENTS) -> tuple[Counter[str], list[str]]:
    """Return the counts for the pair of a seed, and the wrong answers."""
    chance = random.Random(seed)
    text, next_text, makers = _draw(chance, keyed=seed % 3 == 0)
    old, new = (Version(f"{name} {seed}", (folder / f"{name}.xsd",), "") for name in ("old", "new"))
    old.files[0].write_text(text)
    new.files[0].write_text(next_text)
    try:
        versions = ((old, new), (new, old))
        assert old.schema
        assert new.schema
    except SchemapressError:
        return Counter(invalid=1), []
    counted: Counter[str] = Counter(pairs=1)
    wrong: list[str] = []
    for narrow, wide in versions:
        for name in narrow.schema.documents:
            if name not in wide.schema.elements:
                continue
            result = DocumentInclusion(narrow.validator, wide.validator).compare(name)
            undecided = () if result.counterexamples else result.undecided
            counted.update(comparisons=1, undecided=bool(undecided))
            counted.update(f"undecided: {pair.reason}" for pair in undecided)
            _count_witnesses(result, narrow, wide, counted, wrong)
            if result.is_included:
                counted["included"] += 1
                if name.rpartition("}")[2] == "root":
                    for make in makers:
                        wrong += _refused(make, chance, narrow, wide, documents // len(makers))
    return counted, wrong


def _draw(chance: random.Random, *, keyed: bool) -> tuple[str, str, tuple[Callable[[], etree._Element], ...]]:
    """Return a schema, its next version, and what makes documents; if `keyed`, one with keys."""
    if not keyed:
        made = Maker(chance).make()
        return made.text, edited(made.text, chance, chance.choice(EDITS)), (made.root,)
    old = make_keyed(chance)
    new = edit_keyed(old, chance, chance.choice(EDITS))
    return old.text, new.text, tuple(partial(make_keyed_document, version, chance) for version in (old, new))


def _count_witnesses(
    result: InclusionResult, narrow: Version, wide: Version, counted: Counter[str], wrong: list[str]
) -> None:
    confirmation = Confirmation(narrow, wide)
    for witness in result.counterexamples:
        counted["witnesses"] += 1
        counted[f"aspect {witness.difference.aspect.name}"] += 1
        confirmed = confirmation.confirm(witness.document)
        if confirmed.denied_by:
            if 'minOccurs="2"' in narrow.files[0].read_text() + wide.files[0].read_text():
                counted["witnesses on groups that may be empty, where both judges err"] += 1
            else:
                wrong.append(f"{' and '.join(confirmed.denied_by)} deny {witness.document.decode()}")
            continue
        counted[f"confirmed by {' '.join(confirmed.by) or 'nobody'}"] += 1


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
    """Return the counts for a seed, and the errors, exceptions included."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return compare_seed(seed, Path(folder))
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
