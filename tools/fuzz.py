"""Differential fuzzing: random schemas, random and mutated documents, one verdict.

`make fuzz DOCUMENTS=N` compares our verdict with libxml2's on every document, and asks the xmlschema library wherever
the two differ, and for a sample besides; against both of them, Xerces may still be with us, where there is a JDK.
Where we stand alone, document and schema are shrunk as far as we stay alone, and kept in `settled/`, where a
test fails until somebody has written down which paragraph settles it.
"""

from __future__ import annotations

import copy
import io
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path

import click
import xmlschema
from lxml import etree

import schemapress
from schemapress.errors import SchemapressError
from tests.conformance.settled import SETTLED, Case
from tests.support.dressing import dressed
from tests.support.judges import without_space_around_dates
from tests.support.random_schema import judged_schema, mutate
from tests.support.xerces import xerces_accepts

DOCUMENTS_OF_A_SCHEMA = 250
SAMPLE = 25
"""One document in so many is judged by xmlschema even where the other two agree."""

Verdicts = tuple[bool, bool, bool | None]
"""The verdicts of schemapress, libxml2 and, if asked, xmlschema."""


class Judges:
    """The three processors, each with one schema."""

    def __init__(self, schema: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fuzz.xsd"
            path.write_text(schema, "utf-8")
            self._ours = schemapress.compile(path)
            self._libxml2 = etree.XMLSchema(etree.parse(str(path)))
            self._xmlschema = xmlschema.XMLSchema10(str(path))

    def verdicts(self, document: bytes, *, all_of_them: bool = True) -> Verdicts:
        """Return the verdicts on a document; our passes must have one."""
        ours = self._ours.validate(document).valid
        assert self._ours.walk(document).valid == ours, document
        libxml2 = bool(self._libxml2.validate(without_space_around_dates(etree.fromstring(document))))
        asked = all_of_them or ours != libxml2
        return ours, libxml2, self._third(document) if asked else None

    def _third(self, document: bytes) -> bool:
        try:
            return bool(self._xmlschema.is_valid(io.BytesIO(document)))
        except xmlschema.XMLSchemaException:  # as it answers an xsi:type that it does not know
            return False


@dataclass(slots=True)
class Result:
    """The results of one schema; `alone` has a shrunk case in which schemapress contradicts both judges."""

    documents: int = 0
    valid: int = 0
    judges_differ: int = 0
    with_xerces: int = 0
    disagreements: int = 0
    alone: list[tuple[Case, Verdicts]] = field(default_factory=list)


def fuzz(seed: int) -> Result:
    """Make one schema and its documents, and compare the verdicts."""
    chance = random.Random(seed)
    made = judged_schema(chance)
    result = Result()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judges = Judges(made.text)
        for number in range(DOCUMENTS_OF_A_SCHEMA):
            tree = made.root()
            if number % 2:
                mutate(tree, chance)
            document = etree.tostring(tree, encoding="UTF-8")
            if number % 3 == 0:
                document = dressed(document, chance)
            found = judges.verdicts(document, all_of_them=number % SAMPLE == 0)
            mine, other, third = found
            result.documents += 1
            result.valid += mine
            if third is None or len(set(found)) == 1:
                continue
            if mine in (other, third):
                result.judges_differ += 1
                continue
            if xerces_accepts(made.text, document) == mine:
                result.with_xerces += 1
                continue
            result.disagreements += 1
            if not result.alone:
                result.alone.append((shrink(made.text, tree, document, found), found))
    return result


def shrink(schema: str, tree: etree._Element, document: bytes, wanted: Verdicts) -> Case:
    """Take parts of the document and of the schema away as long as the verdicts stay what they are.

    A document that is judged in another way as soon as its tree is written plainly stays as it is.
    """
    tree = copy.deepcopy(tree)
    judges = Judges(schema)
    if judges.verdicts(etree.tostring(tree, encoding="UTF-8")) == wanted:
        _take_away(tree, lambda: judges.verdicts(etree.tostring(tree, encoding="UTF-8")) == wanted)
        document = etree.tostring(tree, encoding="UTF-8")
    declared = etree.fromstring(schema.encode())
    _take_away(declared, lambda: _verdicts(declared, document) == wanted)
    return Case(etree.tostring(declared, encoding="unicode"), document.decode(), wanted[0], "")


def _verdicts(schema: etree._Element, document: bytes) -> Verdicts | None:
    """Return the verdicts on a document, or None where there is no such schema."""
    try:
        return Judges(etree.tostring(schema, encoding="unicode")).verdicts(document)
    except (SchemapressError, etree.LxmlError, xmlschema.XMLSchemaException):
        return None


def _take_away(tree: etree._Element, still: Callable[[], bool]) -> None:
    changed = True
    while changed:
        changed = False
        for element in list(tree.iter("*"))[1:]:
            parent = element.getparent()
            if parent is None:
                continue
            place = parent.index(element)
            parent.remove(element)
            if still():
                changed = True
            else:
                parent.insert(place, element)
        for element in tree.iter("*"):
            for name, value in element.items():
                del element.attrib[name]
                if still():
                    changed = True
                else:
                    element.set(name, value)


def main() -> None:
    """Run, and print how many documents, and how many disagreements were ours."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    schemas = -(-wanted // DOCUMENTS_OF_A_SCHEMA)
    total: Counter[str] = Counter()
    alone: list[tuple[Case, Verdicts]] = []
    started = time.perf_counter()
    with Pool(os.cpu_count()) as pool, click.progressbar(length=schemas, label="schemas") as bar:
        for result in pool.imap_unordered(fuzz, range(start, start + schemas), chunksize=4):
            bar.update(1)
            total.update(documents=result.documents, valid=result.valid, differ=result.judges_differ)
            total.update(alone=result.disagreements, with_xerces=result.with_xerces)
            alone += result.alone
    seconds = time.perf_counter() - started
    print(
        f"{total['documents']:,} documents on {schemas:,} schemas from seed {start}, "
        f"{total['valid']:,} of them valid, {seconds:,.0f} s"
    )
    print(f"disagreements of ours with all judges: {total['alone']}, on {len(alone)} schemas")
    print(f"with Xerces against the other two: {total['with_xerces']:,}")
    print(f"disagreements of libxml2 and xmlschema with each other: {total['differ']:,}")
    for number, (case, (mine, other, third)) in enumerate(alone[:20], start=1):
        print(f"\nschemapress {mine}, libxml2 {other}, xmlschema {third}\n{case.document}\n{case.schema}")
        case.write(SETTLED / f"found-{start}-{number}.toml")
    sys.exit(bool(alone))


if __name__ == "__main__":
    main()
