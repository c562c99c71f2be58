"""Hostile documents and objects, drawn at random: nothing but the promised error, one verdict, and one object.

`make hostile` runs the long form. A document must get one verdict from `validate`, `decode`, `iter_decode` and the walk
alone; where libxml2 has another one, the xmlschema library and Xerces decide. A valid one must bind to what xsdata's
own parser makes of it, and what is encoded of that must be read back as an equal object. A hostile object must be
written as a valid document, or be refused with the path of each problem.
"""

from __future__ import annotations

import importlib
import io
import math
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.parsers import expat

from lxml import etree
from xsdata.formats.dataclass.models.generics import DerivedElement
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from schemapress.errors import SchemapressError
from tests import corpus
from tests.hostile.packages import KEPT, OF_THE_CORPUS, SOURCES, Source, built, corpus_source, package_of, random_source
from tests.support.documents import mutated_bytes
from tests.support.judges import libxml2_accepts, parser_of_xsdata, xmlschema_accepts
from tests.support.xerces import xerces_accepts
from tests.support.xsdata_difference import without_names

Disagreement = tuple[str, bytes | str, str]
"""The API, the document or object, and what happened."""


@dataclass(frozen=True)
class Target:
    """A built package that is tried: its name in what is printed, its XSD, and valid documents to begin with."""

    name: str
    package: ModuleType
    xsd: Path
    documents: tuple[bytes, ...]


def target(name: str) -> Target:
    """Return the package of one of `SOURCES`."""
    package, xsd = built(name)
    return Target(name, package, xsd, SOURCES[name].documents)


# Documents


def documents(tried: Target, seed: int, count: int) -> tuple[Counter[str], list[Disagreement]]:
    """Try mutations of the documents of an API; return what was counted, and where we are wrong."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[Disagreement] = []
    passes = _passes(tried.package)
    for _ in range(count):
        document = mutated_bytes(chance.choice(tried.documents), chance.getrandbits(32))
        found = {pass_: _outcome(call, document) for pass_, call in passes.items()}
        counts["documents"] += 1
        verdict = found["validate"]
        counts["valid"] += verdict is True
        if len(set(found.values())) > 1 or not isinstance(verdict, bool):
            wrong.append((tried.name, document, str(found)))
        elif not _is_judged_otherwise(document) and libxml2_accepts(tried.xsd, document) != verdict:
            counts["libxml2 differs"] += 1
            if _other_judge(tried.xsd, document) != verdict:
                counts["both judges differ"] += 1
                if _xerces(tried.xsd, document) is verdict:
                    counts["Xerces with us"] += 1
                    continue
                wrong.append((tried.name, document, f"all of ours say {verdict}"))
                continue
        if chance.random() < 0.3:
            counts["streamed"] += 1
            wrong += [
                (tried.name, document, what) for what in _wrong_in_stream(tried, document, chance, verdict is True)
            ]
        if verdict is True:
            wrong += [(tried.name, document, what) for what in _wrong_in_objects(tried, document, counts)]
    return counts, wrong


_MARK = "\ufeff".encode()


def _is_judged_otherwise(document: bytes) -> bool:
    """Whether the judges are known to have another idea of a document.

    They expand entities; and names in values are those of the second edition of XML for them, of the fifth for us
    (as they are for all parsers), so that U+FEFF, which mutations put anywhere, stands in names.
    """
    return b"<!DOCTYPE" in document or _MARK in document[1:]


def _other_judge(xsd: Path, document: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator="\x01").Parse(document, True)
    except expat.ExpatError:
        return False
    return xmlschema_accepts(xsd, document)


def _xerces(xsd: Path, document: bytes) -> bool | None:
    """Say what Xerces says, where there is one, and where the schema is one file."""
    return xerces_accepts(xsd.read_text("utf-8"), document) if len(list(xsd.parent.iterdir())) == 1 else None


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
        return _is_unbindable(error)
    return True


def _is_unbindable(error: Any) -> bool:  # an InvalidDocument of the package
    """Whether a document is valid, but the classes can't hold it, which is said."""
    return bool([problem.code for problem in error.problems] == ["decode-value"])


def _outcome(call: Callable[[bytes], object], document: bytes) -> object:
    try:
        return call(document)
    except Exception as error:  # any exception is what is looked for
        return f"{type(error).__name__}: {error}"[:300]


def _wrong_in_stream(tried: Target, document: bytes, chance: random.Random, valid: bool) -> Iterator[str]:
    """Yield what is wrong with what `iter_decode` says of a document, for an element that stands in it or not."""
    wanted = chance.choice(_TAG.findall(chance.choice(tried.documents)))[1:].decode()
    found: list[object] = []
    try:
        found.extend(tried.package.iter_decode(io.BytesIO(document), wanted))
    except ValueError as error:
        if not isinstance(error, tried.package.InvalidDocument):
            if not str(error).startswith("the schema has "):  # no such element
                yield f"iter_decode of {wanted}: ValueError: {error}"[:300]
            return
        if valid and not _is_unbindable(error) and not _is_declined(error):
            yield f"iter_decode of {wanted} refuses: {error}"[:300]
        return
    except Exception as error:  # any other exception is what is looked for
        yield f"iter_decode of {wanted}: {type(error).__name__}: {error}"[:300]
        return
    if not valid:
        yield f"iter_decode of {wanted} accepts"
        return
    try:
        value = tried.package.decode(document)
    except tried.package.InvalidDocument:
        return
    classes = {type(one) for one in found}
    parts = [part for part in _parts(value) if type(part) in classes]
    if any(not any(_equal(one, part) for part in parts) for one in found):
        yield f"iter_decode of {wanted} yields another object"


_TAG = re.compile(rb"<[A-Za-z_][\w.-]*")


def _is_declined(error: Any) -> bool:  # an InvalidDocument of the package
    """Whether `iter_decode` refuses what its documentation says that it does not take."""
    return bool({problem.code for problem in error.problems} <= {"xml-not-well-formed", "xml-encoding"})


def _parts(value: object) -> Iterator[object]:
    """Yield an object, and all that it is made of."""
    parts = [value]
    for part in parts:
        if is_dataclass(part) and not isinstance(part, type):
            parts += [getattr(part, field.name) for field in fields(part)]
        elif isinstance(part, list | tuple):
            parts += part
    yield from parts


def _equal(one: object, other: object) -> bool:
    """Whether two objects are equal; NaN is equal to itself here, and no depth is too great."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if is_dataclass(left) and not isinstance(left, type):
            pairs += [(getattr(left, field.name), getattr(right, field.name)) for field in fields(left)]
        elif isinstance(left, list | tuple):
            if len(left) != len(right):  # type: ignore[arg-type]  # of the same type
                return False
            pairs += zip(left, right, strict=True)  # type: ignore[call-overload]  # of the same type
        elif left != right and not (left != left and right != right):  # NaN
            return False
    return True


def _wrong_in_objects(tried: Target, document: bytes, counts: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with the object of a valid document, and with what is encoded of it."""
    package = tried.package
    try:
        value = package.decode(document)
    except package.InvalidDocument as error:
        counts["not bindable"] += 1
        if not any(reason in str(error) for reason in _NOT_BINDABLE):
            yield f"decode refuses what is valid: {error}"[:300]
        return
    counts["bound"] += 1
    theirs = _from_xsdata(document, type(value))
    if theirs is None:
        counts["not bound by xsdata"] += 1
    elif not _equal(without_names(value), without_names(theirs)):
        yield f"decode gives {value!r}, xsdata {theirs!r}"
    try:
        written = package.encode(value)
    except package.InvalidDocument as error:
        counts["decoded, not encodable"] += 1
        yield f"encode refuses what was decoded: {error}"[:300]
        return
    except Exception as error:  # any other exception is what is looked for
        yield f"encode: {type(error).__name__}: {error}"[:300]
        return
    if not package.validate(written).valid:
        yield f"encode writes what is invalid: {written[:300]!r}"
    elif not _equal(package.decode(written), value):
        yield f"encode writes what is read as something else: {written[:300]!r}"
    elif _tags(written) != _tags(document):
        yield f"encode writes the elements in another order: {written[:300]!r}"
    try:
        text = package.to_json(value)
        if not _equal(package.from_json(text, type(value)), value):
            yield f"from_json reads another object than to_json wrote: {text[:300]}"
    except Exception as error:  # any exception is what is looked for
        yield f"JSON: {type(error).__name__}: {error}"[:300]


_NOT_BINDABLE = ("Unknown format 'None'", "missing 1 required", "missing 2 required")
"""What the documentation says that no class can hold: octets in mixed content, and a nil root that needs children."""


def round_trips(tried: Target, valid: Iterable[bytes]) -> tuple[Counter[str], list[str]]:
    """Take valid documents to objects and back; return counts of what became of them, and what is wrong."""
    counts: Counter[str] = Counter()
    return counts, [wrong for document in valid for wrong in _wrong_in_objects(tried, document, counts)]


def _tags(document: bytes) -> list[str]:
    # a namespace need not be a URI, for which the parser recovers
    parser = etree.XMLParser(huge_tree=True, recover=True, resolve_entities="internal")  # type: ignore[arg-type]  # the stubs are old
    return [str(element.tag) for element in etree.fromstring(document, parser).iter("*")]


def _from_xsdata(document: bytes, class_: type) -> object:
    """Return what xsdata's own parser makes of a document, or None where it fails."""
    parser = etree.XMLParser(remove_pis=True, remove_comments=True, huge_tree=True, resolve_entities="internal")  # type: ignore[arg-type]  # the stubs are old
    try:
        value: object = parser_of_xsdata(class_).parse(etree.fromstring(document, parser), class_)
    except Exception:  # it fails in as many ways as there are values
        return None
    return value.value if isinstance(value, DerivedElement) else value


# Objects


class _Odd:
    def __repr__(self) -> str:
        raise ValueError("no text")

    def __eq__(self, other: object) -> bool:
        raise ValueError("no comparison")

    __hash__ = None  # type: ignore[assignment]  # as hostile as it gets


class _Unreadable(list[object]):
    def __iter__(self) -> Iterator[object]:
        raise OSError("not readable")


class _Text(str):
    def __str__(self) -> str:
        raise OSError("not readable")


@dataclass
class _Nowhere:
    """An object of a class with an undefined name in its annotations, on purpose."""

    value: Missing = None  # type: ignore[name-defined]  # noqa: F821  # on purpose


def _hostile() -> list[object]:
    """Return hostile values, made anew, for a change may change them too."""
    cycle: list[object] = []
    cycle.append(cycle)
    return [*_VALUES, [], [None], ["x"], [[]], {}, {"a": "b"}, {1: 2}, cycle, _Unreadable([1])]


_VALUES: tuple[object, ...] = (
    *(None, True, False, 0, -1, 200, 2**31, 2**63, 2**64, -(2**63) - 1, 10**5000, 1.5, math.nan, math.inf, 1j),
    *("", " ", "x", "\0", "\x0b", "\ud800", "\uffff", "]]>", "<a/>", "&amp;", "é\u2028", "\r\n\t", "a" * 1000),
    *(b"", b"\xff", b"abc", Decimal("NaN"), Decimal("1E+99999"), Decimal("-0.10"), Decimal("sNaN"), Decimal("1E-9999")),
    *(XmlDateTime(2020.0, 1, 1, 0, 0, 0), XmlDateTime(2026, 13, 1, 0, 0, 0), XmlDateTime(-5, 1, 1, 24, 0, 0)),  # type: ignore[arg-type]  # hostile
    *(XmlDate(2026, 2, 30), XmlDate(10**6, 1, 1, 9_999), XmlTime(25, 0, 0), XmlTime(1, 2, 3, 4, 5)),
    *((), ("a",), object(), object, int, len, _Odd(), _Odd, _Nowhere(), _Text("x")),
)  # fmt: skip


def objects(tried: Target, seed: int, count: int) -> tuple[Counter[str], list[Disagreement]]:
    """Try hostile changes of the objects of an API; return what was counted, and where we are wrong."""
    package, name = tried.package, tried.name
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[Disagreement] = []
    for _ in range(count):
        try:
            value = package.decode(chance.choice(tried.documents))
        except package.InvalidDocument:  # the classes can't hold it
            continue
        changed = [_changed(value, chance) for _ in range(chance.randint(1, 2))]
        counts["objects"] += 1
        what = f"{type(value).__name__} with {', '.join(changed)}"
        try:
            document = package.encode(value)
        except package.InvalidDocument as error:
            counts["refused"] += 1
            if any(problem.path in ("/", type(value).__name__) for problem in error.problems):
                wrong.append((name, what, f"no path: {error.problems[0].message}"))
            continue
        except Exception as error:  # any other exception is what is looked for
            wrong.append((name, what, f"{type(error).__name__}: {error}"[:300]))
            continue
        counts["written"] += 1
        if not package.validate(document).valid or not libxml2_accepts(tried.xsd, document):
            if xmlschema_accepts(tried.xsd, document) and package.validate(document).valid:
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
            parts = part if type(part) is list else [part]
            holders += [one for one in parts if is_dataclass(one) and not isinstance(one, type) and len(holders) < 400]
    holder = chance.choice(holders)
    if not fields(holder):
        return "nothing"
    field = chance.choice(fields(holder))
    part = getattr(holder, field.name)
    hostile = chance.choice(
        [*_hostile(), holder, value, type(holder)] if chance.random() < 0.5 else _alike(part, chance)
    )
    if isinstance(part, list) and part is not hostile and chance.random() < 0.7:
        part.insert(chance.randint(0, len(part)), hostile)
    else:
        setattr(holder, field.name, hostile)
    return f"{type(holder).__name__}.{field.name} = {type(hostile).__name__}"


# The long run

TURNS = 16
"""Turns between two looks at the clock."""

_DOCUMENTS_OF_A_TURN = 5_000
_LARGE = 5_000
"""Bytes of a document from which a turn has a twentieth of the documents."""

_IN_TURN: list[Target] = []
"""The packages that every process of the run has."""


def prepare() -> list[str]:
    """Build what every process of the run is to have; return what could not be built, and why."""
    failed = []
    _IN_TURN[:] = [target(name) for name in SOURCES]
    for name in OF_THE_CORPUS if corpus.folder() else ():
        try:
            _IN_TURN.append(_lasting(name, corpus_source(name)))
        except SchemapressError as error:
            failed.append(f"{name}: {error}")
    return failed


def _lasting(name: str, source: Source) -> Target:
    package, folder = KEPT.enter_context(package_of(source.files))
    return Target(name, package, folder / "demo.xsd", source.documents)


def turn(seed: int) -> tuple[Counter[str], list[Disagreement]]:
    """Try one of the prepared packages, or one of a schema that is drawn."""
    warnings.simplefilter("ignore")
    number = seed % (len(_IN_TURN) + 1)
    if number < len(_IN_TURN):
        return _try(_IN_TURN[number], seed)
    source = random_source(seed)
    counts = Counter({"schemas drawn": 1})
    if not source.documents:
        return counts, []
    try:
        with package_of(source.files) as (package, folder):
            tried = Target(f"schema {seed}", package, folder / "demo.xsd", source.documents)
            found, wrong = _try(tried, seed)
    except SchemapressError as error:
        return counts + Counter({"not built": 1}), [(f"schema {seed}", source.xsd, f"can't be built: {error}")]
    return counts + found, wrong


def _try(tried: Target, seed: int) -> tuple[Counter[str], list[Disagreement]]:
    large = max(map(len, tried.documents)) > _LARGE
    count = _DOCUMENTS_OF_A_TURN // 20 if large else _DOCUMENTS_OF_A_TURN
    counts, wrong = documents(tried, seed, count)
    more, also_wrong = objects(tried, seed, count // 5)
    return counts + more, wrong + also_wrong
