"""Eight threads that use a package at once that was imported just now: each gets its own objects and reports."""

from __future__ import annotations

import importlib
import io
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import FrameType, ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.conftest import schema
from tests.hostile.packages import package_of

if TYPE_CHECKING:
    from _typeshed import TraceFunction

THREADS = 8

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

CORPUS_LIKE = schema(
    """
<xs:element name="report"><xs:complexType><xs:sequence>
  <xs:element name="header" type="d:Header"/>
  <xs:element name="body" type="d:Body" maxOccurs="unbounded"/>
  <xs:element name="extension" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>
</xs:sequence><xs:attribute name="version" type="xs:string" use="required"/></xs:complexType></xs:element>
<xs:complexType name="Header"><xs:sequence><xs:element name="sent" type="xs:dateTime"/>
  <xs:element name="note" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
    <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
  </xs:element></xs:sequence><xs:attribute name="id" type="xs:ID"/><xs:attribute name="tags" type="xs:NMTOKENS"/>
</xs:complexType>
<xs:complexType name="Body"><xs:choice minOccurs="0" maxOccurs="unbounded">
  <xs:element name="amount" type="d:Amount"/><xs:element name="count" type="xs:int" nillable="true"/>
  <xs:element ref="d:item"/></xs:choice><xs:attribute name="kind" type="d:Kind"/></xs:complexType>
<xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:enumeration value="a"/><xs:enumeration value="b"/>
</xs:restriction></xs:simpleType>
<xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:decimal">
  <xs:attribute name="currency" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Item"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="Priced"><xs:complexContent><xs:extension base="d:Item"><xs:sequence>
  <xs:element name="price" type="d:Amount"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:element name="item" type="d:Item"/>
<xs:element name="priced" type="d:Priced" substitutionGroup="d:item"/>
""",
    'targetNamespace="urn:d" xmlns:d="urn:d" elementFormDefault="qualified"',
)


def _document(number: int) -> bytes:
    """Return a document that no other number has, in which every part of the schema occurs."""
    bodies = "".join(
        f'<body kind="{"ab"[index % 2]}"><amount currency="C{number}">{number}.{index}</amount><count>{index}</count>'
        f'<item><name>n{number}</name></item><count xsi:nil="true"/><priced><name>p{index}</name>'
        f'<price currency="EUR">{number}</price></priced><item xsi:type="Priced"><name>t</name><price>{index}</price>'
        "</item></body>"
        for index in range(number % 5 + 1)
    )
    return (
        f'<report xmlns="urn:d" {XSI} version="{number}"><header id="i{number}" tags="a{number} b">'
        f"<sent>2026-11-27T00:00:{number % 60:02}Z</sent><note>x{number}<b>y</b>z</note></header>{bodies}"
        f'<extension at="{number}"><x:y xmlns:x="urn:x{number}"><x:z k="{number}">t</x:z></x:y>'
        "<item><name>w</name></item></extension></report>"
    ).encode()


DOCUMENTS = [_document(number) for number in range(THREADS)]


@pytest.fixture(scope="module")
def package() -> Iterator[ModuleType]:
    with package_of({"demo.xsd": CORPUS_LIKE}, 'runtime = "vendored"') as (package, _):
        yield package


_TABLES = re.compile(r"/(binding|validation|xsd|codec)/|/validators\.py$")
"""The modules that make tables, and those that make components when they are first needed."""


def _give_way(frame: FrameType, _event: str, _argument: object) -> TraceFunction | None:
    """Let another thread run at each line of the modules that make tables."""
    if not _TABLES.search(frame.f_code.co_filename):
        return None
    time.sleep(0)
    return _give_way


def _import_anew(package: ModuleType) -> ModuleType:
    """Import a package again, with its runtime: it has met no document."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
        del sys.modules[name]
    assert package.__file__ is not None
    sys.path.insert(0, package.__file__.rpartition(package.__name__)[0])
    try:
        return importlib.import_module(package.__name__)
    finally:
        del sys.path[0]


INVALID = [
    document.replace(b"<name>w<", b"<name>w</name><no/><name>").replace(b'kind="a"', b'kind="c"', 1)
    for document in DOCUMENTS
]


def _use(package: ModuleType, number: int) -> tuple[str, bytes, bool, str, str]:
    """Decode a document, encode and decode it again, validate it and an invalid one, and read its bodies."""
    data = DOCUMENTS[number]
    report = package.validate(INVALID[number])
    value = package.decode(data)
    written = package.encode(value)
    bodies = list(package.iter_decode(io.BytesIO(data), "body"))
    is_same = package.validate(data).valid and package.decode(written) == value and bodies == value.body
    return repr(value), written, is_same, str(report), repr(bodies)


def _work(package: ModuleType, number: int, barrier: Barrier) -> list[tuple[str, bytes, bool, str, str]]:
    """Use each document, beginning with another one in each thread."""
    done = []
    barrier.wait()
    for turn in range(THREADS):
        sys.settrace(_give_way if turn == 0 else None)
        done.append(_use(package, (number + turn) % THREADS))
    return done[-number:] + done[:-number]  # in the order of the documents


@pytest.mark.parametrize("attempt", range(2))
def test_eight_threads_at_once_get_what_one_gets(package: ModuleType, attempt: int) -> None:
    alone = _import_anew(package)
    expected = [_use(alone, number) for number in range(THREADS)]
    assert all(is_same and report != "valid" for _, _, is_same, report, _ in expected)
    fresh = _import_anew(package)
    barrier = Barrier(THREADS)

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda number: _work(fresh, number, barrier), range(THREADS)))

    for found in results:
        assert found == expected
