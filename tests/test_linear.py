"""Everything that is linear, in one place: the work on a document and on a schema grows as they do, and no faster.

Work is counted, at n, 2n and 4n (`tests.support.growth`). The kinds of documents and schemas are those of
`tests.hostile.documents` and `tests.hostile.schemas`; `tests/hostile/` measures their memory. What else is linear has a
test of its own: patterns (`tests/schemapress_runtime/xsd/test_pattern.py`), prefixes that each message chooses
(`tests/hostile/test_prefixes.py`), pages (`tests/capture/`), the length of emitted code (`tests/targets/test_size.py`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import schemapress
from schemapress.build.emit import emit
from schemapress.project import load_project
from tests.conftest import MakeProject, schema
from tests.hostile import documents, schemas
from tests.hostile.packages import KEPT, package_of
from tests.hostile.schema_growth import outcome, write
from tests.support.growth import count_work, grows_linearly

LEVELS = 25
"""A size of which four times are fewer levels than a document may have."""

ELEMENTS = 200
"""A size beyond which no caches and no hints of similar names change the work on an element."""

_ENCODED = {"namespaces one after another": 60}
"""Sizes of which four times can be encoded: all namespaces are declared at the root, which may have 256."""

VALID = [name for name, kind in documents.KINDS.items() if kind.valid]


def _size(kind: str) -> int:
    """Return the size at which the work on a kind of document is counted."""
    size = documents.KINDS[kind].size
    return max(size // 100, ELEMENTS if size >= 10_000 else LEVELS)


@cache
def _package(declarations: str) -> ModuleType:
    package, _ = KEPT.enter_context(package_of({"demo.xsd": schema(declarations)}))
    return package


# Documents


@pytest.mark.parametrize("kind", documents.KINDS)
def test_validate(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "schema.xsd"
    path.write_text(schema(documents.KINDS[kind].declarations), "utf-8")

    def make(size: int) -> tuple[schemapress.Validator, bytes]:
        return schemapress.compile(path), documents.KINDS[kind].document(size).encode()  # one that remembers nothing

    grows_linearly(make, lambda made: made[0].validate(made[1]), _size(kind))


_OF_XSDATA = "ignore::xsdata.exceptions.ConverterWarning"
"""xsdata makes one enumeration of a union of a hundred, and warns of the values of the others."""


@pytest.mark.filterwarnings(_OF_XSDATA)
@pytest.mark.parametrize("kind", documents.KINDS)
def test_decode(kind: str) -> None:
    package, document = _package(documents.KINDS[kind].declarations), documents.KINDS[kind].document

    def decode(data: bytes) -> None:
        with suppress(package.InvalidDocument):
            package.decode(data)

    grows_linearly(lambda size: document(size).encode(), decode, _size(kind))


@pytest.mark.filterwarnings(_OF_XSDATA)
@pytest.mark.parametrize("kind", VALID)
def test_encode(kind: str) -> None:
    package, document = _package(documents.KINDS[kind].declarations), documents.KINDS[kind].document

    grows_linearly(
        lambda size: package.decode(document(size).encode()), package.encode, _ENCODED.get(kind, _size(kind))
    )


def test_encode_an_object_with_errors() -> None:
    package = _package(documents.KINDS["values that are wrong"].declarations)

    def encode(value: object) -> None:
        with pytest.raises(package.InvalidDocument):
            package.encode(value)

    grows_linearly(lambda size: package.bindings.R(i=["x"] * size), encode, ELEMENTS)


class Stream(NamedTuple):
    """A kind of document that is read as a stream, of elements `i`: its declarations, and what makes one of a size."""

    declarations: str
    document: Callable[[int], str]
    size: int = ELEMENTS


def _holding(type_: str, constraint: str = "") -> str:
    return (
        '<xs:element name="r"><xs:complexType><xs:sequence>'
        '<xs:element name="o" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>'
        f'<xs:element name="i" minOccurs="0" maxOccurs="unbounded"><xs:complexType>{type_}</xs:complexType>'
        "</xs:element>"
        f"</xs:sequence></xs:complexType>{constraint}</xs:element>"
    )


_MANY = '<xs:sequence><xs:element name="n" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
_CHOICES = (
    '<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="a" type="xs:int"/>'
    '<xs:element name="b" type="xs:string"/></xs:choice>'
)
_NESTED = '<xs:sequence><xs:element ref="n" minOccurs="0"/></xs:sequence>'
_KEY = '<xs:key name="k"><xs:selector xpath="i"/><xs:field xpath="@a"/></xs:key>'

STREAMS: Mapping[str, Stream] = {
    "elements that are wanted": Stream(_holding(_MANY), lambda count: f"<r>{'<i><n>1</n></i>' * count}</r>"),
    "elements before one that is wanted": Stream(_holding(_MANY), lambda count: f"<r>{'<o>x</o>' * count}<i/></r>"),
    "elements in one that is wanted": Stream(_holding(_MANY), lambda count: f"<r><i>{'<n>1</n>' * count}</i></r>"),
    "attributes": Stream(
        _holding('<xs:anyAttribute processContents="lax"/>'),
        lambda count: f"<r><i{''.join(f' a{number}=' + chr(34) * 2 for number in range(count))}/></r>",
    ),
    "levels": Stream(
        _holding(_NESTED) + f'<xs:element name="n"><xs:complexType>{_NESTED}</xs:complexType></xs:element>',
        lambda count: f"<r><i>{'<n>' * count}{'</n>' * count}</i></r>",
        LEVELS,
    ),
    "choices": Stream(_holding(_CHOICES), lambda count: f"<r>{'<i><a>1</a><b>x</b></i>' * count}</r>"),
    "namespaces": Stream(
        _holding('<xs:sequence><xs:any processContents="lax"/></xs:sequence>'),
        lambda count: (
            f"<r>{''.join(f'<i><x xmlns={chr(34)}urn:{number}{chr(34)}/></i>' for number in range(count))}</r>"
        ),
    ),
    "errors": Stream(_holding(_MANY), lambda count: f"<r><i>{'<n>x</n>' * count}</i></r>"),
    "keys": Stream(
        _holding('<xs:attribute name="a"/>', _KEY),
        lambda count: f"<r>{''.join(f'<i a={chr(34)}{number}{chr(34)}/>' for number in range(count))}</r>",
    ),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_iter_decode(kind: str) -> None:
    package = _package(STREAMS[kind].declarations)

    def read(data: bytes) -> None:
        with suppress(package.InvalidDocument):
            for _ in package.iter_decode(io.BytesIO(data), "i"):
                pass

    grows_linearly(lambda size: STREAMS[kind].document(size).encode(), read, STREAMS[kind].size)


# Schemas

SMALL = 100
"""A size below which a bound refuses a kind before its growth shows: there, the work itself is judged."""

MOST_WORK = 10_000_000
"""Lines and calls for a kind of a small size: about a second."""


def _write(kind: str, size: int, folder: Path) -> Path:
    folder = folder / str(size)
    folder.mkdir(exist_ok=True)
    write(kind, size, folder)
    return folder


@pytest.mark.parametrize("kind", [name for name, kind in schemas.KINDS.items() if kind.size >= SMALL])
def test_compile(kind: str, tmp_path: Path) -> None:
    grows_linearly(lambda size: _write(kind, size, tmp_path), outcome, schemas.KINDS[kind].size // 10)


@pytest.mark.parametrize("kind", [name for name, kind in schemas.KINDS.items() if kind.size < SMALL])
def test_compile_what_is_bounded_early(kind: str, tmp_path: Path) -> None:
    folder = _write(kind, 2 * schemas.KINDS[kind].size, tmp_path)

    assert count_work(lambda: outcome(folder)) < MOST_WORK


@pytest.mark.parametrize(
    "kind", ["complex types", "required elements", "enumeration values", "members of a substitution group"]
)
def test_build(kind: str, make_project: MakeProject) -> None:
    def make(size: int) -> Any:  # a project and its API, which `emit` takes
        project = load_project(make_project(schemas.KINDS[kind].make(size)))
        return project, project.apis()[0]

    grows_linearly(make, lambda made: emit(*made), 20)
