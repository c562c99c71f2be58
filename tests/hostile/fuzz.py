"""Hostile documents and objects, drawn at random: nothing but the promised error, and one verdict.

`make hostile` runs the long form. A document must get one verdict from `validate`, `decode` and the walk alone;
where libxml2 has another one, the xmlschema library decides. An object must be written as a valid document, or be
refused with the path of each problem.
"""

from __future__ import annotations

import importlib
import math
import os
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from multiprocessing import Pool
from types import ModuleType
from typing import Any
from xml.parsers import expat

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from tests.documents import mutated_bytes
from tests.hostile.packages import SOURCES, built
from tests.judges import libxml2_accepts, xmlschema_accepts

DOCUMENTS_OF_A_SEED = 500
OBJECTS_OF_A_SEED = 100

Disagreement = tuple[str, bytes | str, str]
"""The API, the document or object, and what happened."""


def documents(name: str, seed: int, count: int) -> tuple[Counter[str], list[Disagreement]]:
    """Try mutations of the documents of an API; return what was counted, and where we are wrong."""
    package, xsd = built(name)
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[Disagreement] = []
    for _ in range(count):
        document = mutated_bytes(chance.choice(SOURCES[name].documents), chance.getrandbits(32))
        found = {pass_: _outcome(call, document) for pass_, call in _passes(package).items()}
        counts["documents"] += 1
        verdict = found["validate"]
        counts["valid"] += verdict is True
        if len(set(found.values())) > 1 or not isinstance(verdict, bool):
            wrong.append((name, document, str(found)))
        elif b"<!DOCTYPE" not in document and libxml2_accepts(xsd, document) != verdict:
            counts["libxml2 differs"] += 1
            if _other_judge(xsd, document) != verdict:
                counts["both judges differ"] += 1
                wrong.append((name, document, f"all of ours say {verdict}"))
    return counts, wrong


def _other_judge(xsd: Any, document: bytes) -> bool:  # a path
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(document, True)
    except expat.ExpatError:
        return False
    return xmlschema_accepts(xsd, document)


def _passes(package: ModuleType) -> dict[str, Callable[[bytes], object]]:
    validator = importlib.import_module(f"{package.__name__}.validators").VALIDATOR
    return {
        "validate": lambda document: package.validate(document).valid,
        "walk": lambda document: validator.walk(document).valid,
        "decode": partial(_accepts, package, package.decode),
    }


def _accepts(package: ModuleType, call: Callable[[bytes], object], document: bytes) -> bool:
    try:
        call(document)
    except package.InvalidDocument as error:
        return bool([problem.code for problem in error.problems] == ["decode-value"])
    return True


def _outcome(call: Callable[[bytes], object], document: bytes) -> object:
    try:
        return call(document)
    except Exception as error:  # any exception is what is looked for
        return f"{type(error).__name__}: {error}"[:300]


# Objects

_CYCLE: list[object] = []
_CYCLE.append(_CYCLE)


class _Odd:
    def __repr__(self) -> str:
        raise ValueError("no text")

    def __eq__(self, other: object) -> bool:
        raise ValueError("no comparison")

    __hash__ = None  # type: ignore[assignment]  # as hostile as it gets


_HOSTILE: tuple[object, ...] = (
    *(None, True, False, 0, -1, 200, 2**31, 2**63, 2**64, -(2**63) - 1, 10**5000, 1.5, math.nan, math.inf, 1j),
    *("", " ", "x", "\0", "\x0b", "\ud800", "\uffff", "]]>", "<a/>", "&amp;", "é\u2028", "\r\n\t", "a" * 1000),
    *(b"", b"\xff", b"abc", Decimal("NaN"), Decimal("1E+99999"), Decimal("-0.10"), Decimal("sNaN"), Decimal("1E-9999")),
    *(XmlDateTime(2020.0, 1, 1, 0, 0, 0), XmlDateTime(2026, 13, 1, 0, 0, 0), XmlDateTime(-5, 1, 1, 24, 0, 0)),  # type: ignore[arg-type]  # hostile
    *(XmlDate(2026, 2, 30), XmlDate(10**6, 1, 1, 9_999), XmlTime(25, 0, 0), XmlTime(1, 2, 3, 4, 5)),
    *([], [None], ["x"], [[]], (), ("a",), {}, {"a": "b"}, {1: 2}, object(), object, int, len, _CYCLE, _Odd(), _Odd),
)  # fmt: skip


def objects(name: str, seed: int, count: int) -> tuple[Counter[str], list[Disagreement]]:
    """Try hostile changes of the objects of an API; return what was counted, and where we are wrong."""
    package, xsd = built(name)
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[Disagreement] = []
    for _ in range(count):
        value = package.decode(chance.choice(SOURCES[name].documents))
        changed = [_changed(value, chance) for _ in range(chance.randint(1, 2))]
        counts["objects"] += 1
        what = f"{type(value).__name__} with {', '.join(changed)}"
        try:
            document = package.encode(value)
        except package.InvalidDocument as error:
            counts["refused"] += 1
            if any(problem.path == "/" for problem in error.problems):
                wrong.append((name, what, f"no path: {error.problems[0].message}"))
            continue
        except Exception as error:  # any other exception is what is looked for
            wrong.append((name, what, f"{type(error).__name__}: {error}"[:300]))
            continue
        counts["written"] += 1
        if not package.validate(document).valid or not libxml2_accepts(xsd, document):
            if xmlschema_accepts(xsd, document) and package.validate(document).valid:
                continue
            wrong.append((name, what, f"invalid: {document[:300]!r}"))
    return counts, wrong


def _alike(part: object, chance: random.Random) -> list[object]:
    """Return values of the type of a field's value, which may or may not be within its bounds."""
    if isinstance(part, str):
        return ["", " ", "x", "é\u2028 <&>]]>\r\n\t", "12", "a" * 1_000, part + part]
    if type(part) is int:
        return [chance.randint(-(2 ** chance.randint(1, 70)), 2 ** chance.randint(1, 70)), 0, 1, -1, 127, 255]
    if isinstance(part, Decimal):
        return [Decimal(chance.randint(-(10**20), 10**20)).scaleb(-chance.randint(0, 20)), Decimal("-0")]
    return [part, None]


def _changed(value: Any, chance: random.Random) -> str:  # a message of any class
    """Change a field somewhere in an object, and say what was done."""
    holders = [value]
    for holder in holders:
        for field in fields(holder):
            part = getattr(holder, field.name)
            parts = part if isinstance(part, list) else [part]
            holders += [one for one in parts if is_dataclass(one) and not isinstance(one, type) and len(holders) < 400]
    holder = chance.choice(holders)
    if not fields(holder):
        return "nothing"
    field = chance.choice(fields(holder))
    part = getattr(holder, field.name)
    hostile = chance.choice([*_HOSTILE, holder, value, type(holder)] if chance.random() < 0.5 else _alike(part, chance))
    if isinstance(part, list) and part is not hostile and chance.random() < 0.7:
        part.insert(chance.randint(0, len(part)), hostile)
    else:
        setattr(holder, field.name, hostile)
    return f"{type(holder).__name__}.{field.name} = {type(hostile).__name__}"


# The long run


def _one(job: tuple[str, str, int]) -> tuple[Counter[str], list[Disagreement]]:
    warnings.simplefilter("ignore")
    kind, name, seed = job
    return documents(name, seed, DOCUMENTS_OF_A_SEED) if kind == "documents" else objects(name, seed, OBJECTS_OF_A_SEED)


def run(seconds: float, seed: int) -> bool:
    """Try documents and objects of all APIs for some seconds; print what was tried, and say whether all was right."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    wrong: list[Disagreement] = []
    for name in SOURCES:
        built(name)
    with Pool(os.cpu_count()) as pool:
        while time.monotonic() - started < seconds:
            kinds = ("documents", "documents", "objects")
            jobs = [(kind, name, seed + number) for name in SOURCES for number, kind in enumerate(kinds)]
            seed += len(kinds)
            for counts, found in pool.imap_unordered(_one, jobs):
                total += counts
                wrong += found
    print(
        f"{total['documents']:,} documents ({total['valid']:,} valid), "
        f"libxml2 alone against us {total['libxml2 differs'] - total['both judges differ']:,}; "
        f"{total['objects']:,} objects ({total['written']:,} written); {time.monotonic() - started:,.0f} s"
    )
    print(f"ours: {len(wrong):,}")
    for name, what, happened in wrong[:20]:
        print(f"  {name}: {what!r}\n    {happened}")
    return not wrong
