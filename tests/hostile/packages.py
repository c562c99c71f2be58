"""The APIs that hostile documents and objects are tried on, each with valid documents to begin with.

`SOURCES` are small ones of our own, `corpus_source` one of a sample of the corpus, `random_source` one that is drawn.
"""

from __future__ import annotations

import atexit
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

from lxml import etree

import schemapress
from tests import corpus
from tests.conftest import MESSAGE, XSD, schema
from tests.support.generated_package import build
from tests.support.random_schema import Maker, judged_schema

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@dataclass(frozen=True, slots=True)
class Source:
    """Valid documents, the XSD that has their root elements, and the other files that it needs, by their names."""

    xsd: str | bytes
    documents: tuple[bytes, ...]
    others: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, str | bytes]:
        return {"demo.xsd": self.xsd, **self.others}


def _element(name: str, type_: str, occurs: str = 'minOccurs="0"') -> str:
    return f'<xs:element name="{name}" type="xs:{type_}" {occurs}/>'


_SIMPLE = (
    *(
        "string",
        "normalizedString",
        "token",
        "boolean",
        "decimal",
        "integer",
        "byte",
        "unsignedLong",
        "positiveInteger",
    ),
    *("int", "short", "double", "float", "dateTime", "date", "time", "gYear", "gYearMonth", "duration", "base64Binary"),
    *("hexBinary", "anyURI", "QName", "NMTOKENS", "language"),
)
_VALUES = {
    "boolean": "true", "decimal": "1.50", "integer": "7", "byte": "-8", "unsignedLong": "9", "positiveInteger": "1",
    "int": "1", "short": "2", "double": "1.5E3", "float": "INF", "dateTime": "2026-11-20T09:30:00Z",
    "date": "2026-11-20", "time": "09:30:00.5", "gYear": "2026", "gYearMonth": "2026-11", "duration": "P1DT2H",
    "base64Binary": "QUJD", "hexBinary": "0aFF", "anyURI": "urn:a", "QName": "a", "NMTOKENS": "a b", "language": "en",
}  # fmt: skip

SOURCES: Mapping[str, Source] = {
    "ticketing": Source(XSD.read_text("utf-8"), (MESSAGE,)),
    "plain": Source(
        schema(
            f'<xs:element name="m"><xs:complexType><xs:sequence>{"".join(_element(f"f-{t}", t) for t in _SIMPLE)}'
            "</xs:sequence></xs:complexType></xs:element>"
        ),
        (("<m>" + "".join(f"<f-{t}>{_VALUES.get(t, 'x y')}</f-{t}>" for t in _SIMPLE) + "</m>").encode(), b"<m/>"),
    ),
    "recursive": Source(
        schema(
            '<xs:element name="t" type="N"/><xs:complexType name="N"><xs:sequence>'
            '<xs:element name="l" type="xs:string" minOccurs="0"/>'
            '<xs:element name="n" type="N" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
            '<xs:attribute name="a" type="xs:int"/></xs:complexType>'
        ),
        (b'<t a="1"><l>x</l><n><n a="2"/></n><n/></t>', b"<t>" + b"<n>" * 200 + b"</n>" * 200 + b"</t>"),
    ),
    "keys": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" minOccurs="0" maxOccurs="9">'
            '<xs:complexType><xs:attribute name="k" type="xs:int"/><xs:attribute name="id" type="xs:ID"/>'
            '<xs:attribute name="f" type="xs:int"/><xs:attribute name="ref" type="xs:IDREF"/></xs:complexType>'
            '</xs:element></xs:sequence></xs:complexType><xs:key name="K"><xs:selector xpath="i"/><xs:field xpath="@k"/>'
            '</xs:key><xs:keyref name="F" refer="K"><xs:selector xpath="i"/><xs:field xpath="@f"/></xs:keyref></xs:element>'
        ),
        (b'<r><i k="1" id="a" f="2"/><i k="2" ref="a"/></r>',),
    ),
    "nils": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" nillable="true" type="xs:int"/>'
            '<xs:element name="b" nillable="true" type="xs:date" maxOccurs="3"/></xs:sequence></xs:complexType></xs:element>'
        ),
        (f'<r {XSI}><a xsi:nil="true"/><b>2026-01-01</b><b xsi:nil="1"/></r>'.encode(), b"<r><a>1</a><b>2026-01-01</b></r>"),
    ),
    "anonymous": Source(
        schema(
            '<xs:element name="order"><xs:complexType><xs:sequence><xs:element name="items" maxOccurs="2"><xs:complexType>'
            '<xs:sequence><xs:element name="item" type="xs:string" maxOccurs="9"/></xs:sequence></xs:complexType>'
            "</xs:element></xs:sequence></xs:complexType></xs:element>",
            'targetNamespace="urn:d" xmlns="urn:d" elementFormDefault="qualified"',
        ),
        (b'<order xmlns="urn:d"><items><item>a</item><item/></items></order>', b'<p:order xmlns:p="urn:d"><p:items><p:item>a</p:item></p:items></p:order>'),
    ),
    "mixed": Source(
        schema(
            '<xs:complexType name="Price"><xs:sequence><xs:element name="amount" type="xs:decimal"/></xs:sequence>'
            '</xs:complexType><xs:element name="doc"><xs:complexType><xs:sequence><xs:element name="line">'
            '<xs:complexType mixed="true"><xs:choice minOccurs="0" maxOccurs="unbounded">'
            '<xs:element name="price" type="Price"/><xs:element name="count" type="xs:int"/></xs:choice></xs:complexType>'
            "</xs:element></xs:sequence></xs:complexType></xs:element>",
            'targetNamespace="urn:d" xmlns="urn:d" elementFormDefault="qualified"',
        ),
        (b'<doc xmlns="urn:d"><line>buy <count>3</count> at <price><amount>1.5</amount></price>!</line></doc>',),
    ),
    "open": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:any minOccurs="0" maxOccurs="5" processContents="lax"/>'
            '</xs:sequence><xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
            '<xs:element name="n" type="xs:int"/>'
        ),
        (b'<r a="1"><n>1</n><x:y xmlns:x="urn:x"><z/></x:y></r>', b"<n>5</n>"),
    ),
}  # fmt: skip


LONGEST = 40_000
"""Bytes of a document of the corpus that is mutated; a longer one takes the time of many."""

OF_THE_CORPUS: Mapping[str, tuple[str, str]] = {
    "datex-2": ("v2.3/DATEXIISchema_2_2_3.xsd", ""),
    "iati": ("2.03/iati-activities-schema.xsd", "*.xsd"),
    "finvoice": ("xsd/Finvoice3.0.xsd", ""),
    "bpmn-2.0": ("xsd/BPMN20.xsd", "*.xsd"),
    "sabre": ("schemas/BargainFinderMaxRQ_v1-9-7.xsd", "*Types*.xsd"),
    "fpml-5.13": ("xsd/fpml-main-5-13.xsd", "*.xsd"),
}
"""The sample: for each family, the entry document, and which other files beside it belong to the schema."""


def corpus_source(family: str) -> Source:
    """Return one of the sample.

    Raises:
        FileNotFoundError: the corpus is absent.
    """
    entry, others = OF_THE_CORPUS[family]
    root = corpus.unpacked(family)
    schema = root / entry
    beside = {path.name: path.read_bytes() for path in schema.parent.glob(others or schema.name) if path != schema}
    documents = [
        (root / case.document).read_bytes()
        for case in corpus.cases()
        if (case.family, case.schema, case.verdict) == (family, entry, "valid")
    ]
    return Source(schema.read_bytes(), tuple(one for one in documents if len(one) <= LONGEST), beside)


def random_source(seed: int) -> Source:
    """Return a schema that is drawn, and the valid ones among the documents that are drawn for it.

    Where none is valid, as for a key whose field is seldom there, or libxml2 can't judge them, the next one is drawn.
    """
    chance = random.Random(seed)
    valid: tuple[bytes, ...] = ()
    while not valid:
        made = judged_schema(chance)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "demo.xsd"
            path.write_text(made.text, "utf-8")
            validator = schemapress.compile(path)
        drawn = [etree.tostring(made.root(), encoding="UTF-8") for _ in range(60)]
        valid = tuple(one for one in drawn if validator.validate(one).valid)
    return Source(made.text, valid)


def source_of_many(seed: int, roots: int = 30) -> Source:
    """Return a schema with many roots that is drawn, and valid documents for each."""
    made = Maker(random.Random(seed)).make_many(roots)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.xsd"
        path.write_text(made.text, "utf-8")
        validator = schemapress.compile(path)
    drawn = dict.fromkeys(etree.tostring(make(), encoding="UTF-8") for make in made.roots for _ in range(8))
    return Source(made.text, tuple(one for one in drawn if validator.validate(one).valid))


@contextmanager
def package_of(files: Mapping[str, str | bytes], settings: str = "") -> Iterator[tuple[ModuleType, Path]]:
    """Give the package that is built of files, imported, and the folder with the files.

    `settings` are lines of [tool.schemapress].

    Raises:
        schemapress.SchemapressError: the package can't be built.
    """
    with tempfile.TemporaryDirectory(prefix="hostile-") as project:
        folder = Path(project) / "spec" / "demo"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (Path(project) / "pyproject.toml").write_text(f"[tool.schemapress]\n{settings}\n", "utf-8")
        package = build(Path(project))
        yield package, folder
        for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
            del sys.modules[name]


@cache
def built(name: str) -> tuple[ModuleType, Path]:
    """Return the package of one of `SOURCES`, built and imported for as long as the process lives, and its XSD."""
    package, folder = KEPT.enter_context(package_of(SOURCES[name].files))
    return package, folder / "demo.xsd"


KEPT = ExitStack()
"""The packages that stay until the process ends."""

atexit.register(KEPT.close)
