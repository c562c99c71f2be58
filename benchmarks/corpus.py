"""Real schemas with real documents: each document validated and decoded, beside libxml2, xmlschema and xsdata.

`python -m benchmarks.corpus SCHEMA DOCUMENT…` measures any others.
"""

from __future__ import annotations

import importlib
import io
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import xmlschema
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

import schemapress
from schemapress.build.emit import emit
from schemapress.build.install import install
from schemapress.load.loader import load
from schemapress.project import load_project

from .figure import Figure
from .peers import XSD
from .timing import microseconds


@dataclass(frozen=True, slots=True)
class Document:
    """The results of one document: the pass that took it, and ratios.

    `validate` and `compiled` (in memory, without a scanner) are multiples of lxml's parse and XMLSchema; the
    others say how many times faster than xmlschema, and than xsdata's parser and serializer.
    """

    name: str
    size: int
    taken_by: str
    validate: float
    compiled: float
    faster_than_xmlschema: float
    decode: float
    encode: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """A schema with its documents; `compile` is a multiple of the time that xmlschema takes to build it."""

    name: str
    compile: float
    documents: tuple[Document, ...]


def measure(name: str, schema: Path, documents: Iterable[Path]) -> Corpus:
    """Build a package from a schema, and measure it on those documents that are valid."""
    schemapress.compile(XSD)  # as xmlschema builds its own schema of schemas when it is imported
    judge, theirs = _timed(lambda: xmlschema.XMLSchema10(str(schema)))
    compiled, ours = _timed(lambda: schemapress.compile(schema))
    libxml2 = etree.XMLSchema(etree.parse(str(schema)))
    with tempfile.TemporaryDirectory() as temporary:
        package = _build(Path(temporary), schema, f"corpus_{abs(hash(schema)):x}")
        found = [
            _measure(package, compiled, libxml2, judge, path)
            for path in documents
            if libxml2.validate(etree.parse(str(path)))
        ]
    return Corpus(name, ours / theirs, tuple(found))


def _measure(
    package: ModuleType,
    compiled: schemapress.Validator,
    libxml2: etree.XMLSchema,
    judge: xmlschema.XMLSchema10,
    path: Path,
) -> Document:
    data = path.read_bytes()
    message = package.decode(data)
    parser, serializer = XmlParser(context=XmlContext()), XmlSerializer(context=XmlContext())
    times = microseconds(
        {
            "libxml2": lambda: libxml2.validate(etree.fromstring(data)),
            "validate": lambda: package.validate(data),
            "compiled": lambda: compiled.validate(data),
            "xmlschema": lambda: judge.is_valid(io.BytesIO(data)),
            "decode": lambda: package.decode(data),
            "xsdata": lambda: parser.from_bytes(data, type(message)),
            "encode": lambda: package.encode(message),
            "serializer": lambda: serializer.render(message),
        },
        rounds=4,
    )
    return Document(
        path.name,
        len(data),
        _taken_by(package, data),
        times["validate"] / times["libxml2"],
        times["compiled"] / times["libxml2"],
        times["xmlschema"] / times["validate"],
        times["xsdata"] / times["decode"],
        times["serializer"] / times["encode"],
    )


def _taken_by(package: ModuleType, data: bytes) -> str:
    """Return the pass that takes a document: the scanner, the reader or the walk."""
    text = importlib.import_module(f"{package.__name__}._runtime.xml.plain_text").admit(data)
    if text is None:
        return "walk"
    if importlib.import_module(f"{package.__name__}.scanner").accepts(text):
        return "scanner"
    tag_reader = importlib.import_module(f"{package.__name__}.validators").VALIDATOR.tag_reader
    verdict = tag_reader.validate(text, lambda: etree.fromstring(data))
    return "reader" if verdict.name == "VALID" else "walk"


def _build(project: Path, schema: Path, name: str) -> ModuleType:
    """Build a package from a schema and the files that it refers to, and import it."""
    (project / "pyproject.toml").write_text(f'[tool.schemapress]\npackages = {{corpus = "{name}"}}\n', "utf-8")
    folder = project / "spec" / "corpus"
    for file in (schema.name, *load((schema,)).files):
        copy = folder / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(schema.parent / file, copy)
    loaded = load_project(project)
    (api,) = loaded.apis(("corpus",))
    install(emit(loaded, api).files, loaded.output / api.package)
    sys.path.insert(0, str(loaded.output))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(loaded.output))


Made = TypeVar("Made")


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    started = time.perf_counter()
    return make(), time.perf_counter() - started


_COLUMNS = ("taken by", "validate", "compiled", "xmlschema", "decode", "encode")


def table(corpus: Corpus) -> None:
    """Print what each document of a corpus gave."""
    count = len(corpus.documents)
    print(f"\n{corpus.name}: {count} documents; compiled in {corpus.compile:.2f} x xmlschema's own build")
    print(f"  {'':<44}{'bytes':>9}" + "".join(f"{column:>11}" for column in _COLUMNS))
    for one in corpus.documents:
        slower = f"{one.validate:>10.2f}x{one.compiled:>10.2f}x"
        faster = f"{one.faster_than_xmlschema:>9.0f} f{one.decode:>9.1f} f{one.encode:>9.1f} f"
        print(f"  {one.name[:43]:<44}{one.size:>9,}{one.taken_by:>11}{slower}{faster}")
    print("  x: of lxml parse + XMLSchema; f: times faster than xmlschema, and than xsdata's parser and serializer")


def figures(corpus: Corpus) -> list[Figure]:
    """Return the figures of a corpus, each that of its worst document."""
    name, documents = corpus.name, corpus.documents
    found = [Figure(f"{name}: compile the schema", corpus.compile, "xmlschema's own build", most=1.3)]
    for taken_by, slower, faster in (("scanner", 1, 10), ("reader", 2.5, 5), ("walk", 2.5, 5)):
        taken = [one for one in documents if one.taken_by == taken_by]
        if taken:
            share = f"{name}, the {len(taken)} of {len(documents)} by the {taken_by}"
            most = max(one.validate for one in taken)
            found.append(Figure(f"{share}: validate", most, "lxml parse + XMLSchema", most=slower))
            least = min(one.decode for one in taken)
            found.append(Figure(f"{share}: decode", least, "times faster than xsdata's parser", least=faster))
    median = statistics.median(one.validate for one in documents)
    encode = min(one.encode for one in documents)
    least = min(one.faster_than_xmlschema for one in documents)
    return [
        *found,
        Figure(f"{name}: validate, the median", median, "lxml parse + XMLSchema"),
        Figure(f"{name}: validate", least, "times faster than xmlschema", least=10),
        Figure(f"{name}: encode", encode, "times faster than xsdata's serializer", least=1),
        Figure(
            f"{name}: validate in memory", max(one.compiled for one in documents), "lxml parse + XMLSchema", most=2.5
        ),
    ]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    schema, *paths = map(Path, sys.argv[1:])
    table(measure(schema.stem, schema, paths))
