"""The comparison of two versions, beside what any comparison has to do first: to build the two schemas."""

from __future__ import annotations

import gc
import itertools
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import xmlschema

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Kind

from .figure import Figure

_DOCUMENTS: tuple[Kind, ...] = ("documents",)
_TYPES = (500, 1_000, 2_000)
_HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="root" type="T0"/>'


def tree(types: int, last: str) -> str:
    """Return a schema with a tree of types, of which the last has an element of the type `last`."""
    written = []
    for number in range(types):
        below = [child for child in (2 * number + 1, 2 * number + 2) if child < types]
        elements = "".join(f'<xs:element name="e{child}" type="T{child}" minOccurs="0"/>' for child in below)
        type_ = last if number == types - 1 else "xs:int"
        written.append(
            f'<xs:complexType name="T{number}"><xs:sequence>{elements}'
            f'<xs:element name="v{number}" type="{type_}" minOccurs="0" maxOccurs="3"/></xs:sequence></xs:complexType>'
        )
    return f"{_HEAD}{''.join(written)}</xs:schema>"


def figures(pairs: dict[str, tuple[Path, Path]]) -> list[Figure]:
    """Measure pairs of real schemas, and trees of types: of twice as many in about twice the time."""
    found = []
    print("\nCompare two versions of a schema, loading included")
    for name, (old, new) in pairs.items():
        mine, built = _seconds(partial(_compare, old, new)), _seconds(partial(_build, old, new))
        print(f"  {name:<44}{mine:>9.2f} s {mine / built:>8.2f} x xmlschema's build of both")
        found.append(Figure(f"compare {name}", mine / built, "xmlschema's build of both", most=2))
    times = {}
    with tempfile.TemporaryDirectory() as temporary:
        for types in _TYPES:
            old, new = (Path(temporary) / f"{types}-{name}.xsd" for name in ("old", "new"))
            old.write_text(tree(types, "xs:int"), "utf-8")
            new.write_text(tree(types, "xs:byte"), "utf-8")
            times[types] = _seconds(partial(_compare, old, new))
            print(f"  {types:,} types{times[types]:>42.2f} s")
    for fewer, more in itertools.pairwise(_TYPES):
        ratio = times[more] / times[fewer]
        found.append(Figure(f"compare {more:,} types", ratio, f"{fewer:,} types", most=2.5))
    return found


def _compare(old: Path, new: Path) -> None:
    comparison = compare("api", Version("old", (old,), ""), Version("new", (new,), ""), kinds=_DOCUMENTS)
    assert comparison.findings


def _build(old: Path, new: Path) -> None:
    for path in (old, new):
        xmlschema.XMLSchema10(str(path))


def _seconds(call: Callable[[], object]) -> float:
    """Return the best time of three."""
    best = float("inf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(3):
            gc.collect()
            gc.disable()
            started = time.perf_counter()
            call()
            best = min(best, time.perf_counter() - started)
            gc.enable()
    return best
