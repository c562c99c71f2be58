"""Files that are validated while they are read: the problems of the walk over a tree, in bounded memory."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import etree

from schemapress.compilation import validator_of
from schemapress.load.loader import load
from schemapress_runtime.limits import MAX_PROBLEMS, MAX_TEXT
from schemapress_runtime.report.problem import Report
from schemapress_runtime.validation.streamed_walk import StreamedWalk
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.verdict import Verdict
from schemapress_runtime.xml.text_parts import admit_parts
from tests.conftest import schema

DECLARATIONS = """
<xs:element name="list"><xs:complexType><xs:sequence>
  <xs:element name="head" type="xs:string"/>
  <xs:element name="record" type="Record" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="end" type="xs:int" minOccurs="0"/>
</xs:sequence></xs:complexType>
  <xs:key name="k"><xs:selector xpath="record"/><xs:field xpath="@key"/></xs:key>
  <xs:keyref name="r" refer="k"><xs:selector xpath="record/see"/><xs:field xpath="@to"/></xs:keyref>
</xs:element>
<xs:complexType name="Record"><xs:sequence>
  <xs:element name="name" type="xs:string"/>
  <xs:element name="see" minOccurs="0" maxOccurs="unbounded">
    <xs:complexType><xs:attribute name="to" type="xs:string"/><xs:attribute name="at" type="xs:IDREF"/></xs:complexType>
  </xs:element>
  <xs:element name="note" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
    <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
  </xs:element>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="key" type="xs:string" use="required"/><xs:attribute name="id" type="xs:ID"/>
</xs:complexType>
"""


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    path = tmp_path_factory.mktemp("schema") / "list.xsd"
    path.write_text(schema(DECLARATIONS), "utf-8")
    return validator_of(load((path,)))


def document(records: Iterable[str]) -> bytes:
    return f"<list><head>h</head>{''.join(records)}</list>".encode()


def record(number: int, inside: str = "") -> str:
    return f'<record key="k{number}" id="i{number}"><name>n</name>{inside}</record>\n'


def stream(validator: Validator, data: bytes, most_kept: int) -> Report:
    walk = StreamedWalk(validator.declarations, validator.limits, most_kept)
    for event, element in etree.iterparse(io.BytesIO(data), events=("start", "end")):
        (walk.start if event == "start" else walk.end)(element)
    return walk.finish()


RECORDS = [record(number) for number in range(20)]


@pytest.mark.parametrize("most_kept", [1, 2, 3, 10, 1_000])
@pytest.mark.parametrize(
    "records",
    [
        RECORDS,
        [*RECORDS, "<end>1</end>"],
        [*RECORDS, "<end>one</end>"],
        [*RECORDS, "<end>1</end>", "<end>2</end>"],
        [*RECORDS, "<unknown/>", record(30), "<end>x</end>"],
        [*RECORDS, "text", record(30), "more", "<end>1</end>"],
        [*RECORDS, record(30, "<name>m</name>"), record(31, "<note>a<b>c</b>d</note>")],
        [*RECORDS, record(30, "<note>a<c/>d</note>"), record(31, "<x:y xmlns:x='urn:x'><z><w/></z></x:y>")],
        [*RECORDS, record(30, '<see to="k3"/>'), record(31, '<see at="i40"/>'), record(40)],
        [*RECORDS, record(31, '<see at="i41"/>'), record(32, '<see at="i2"/>')],
        [*RECORDS, record(30, '<see to="k99"/>')],
        [*RECORDS, record(7).replace("i7", "i77")],
        [*RECORDS, record(7).replace("k7", "k77")],
        [*RECORDS, "<record><name><deep><deeper/></deep></name></record>", record(30, "<see>text</see>")],
        ["<record key='1'><name>a</name><see><x/><x/><x/></see></record>", *RECORDS],
    ],
)
def test_the_problems_are_those_of_the_tree(validator: Validator, records: list[str], most_kept: int) -> None:
    data = document(records)
    whole, streamed = validator.walk(data), stream(validator, data, most_kept)

    assert streamed.valid == whole.valid
    assert Counter(problem.message for problem in streamed) == Counter(problem.message for problem in whole)
    assert {problem.line for problem in streamed} == {problem.line for problem in whole}


@pytest.mark.parametrize("data", [b"<other/>", b"<other><a/><b><c/></b></other>"])
def test_an_unknown_root_is_one_problem(validator: Validator, data: bytes) -> None:
    assert [problem.code for problem in stream(validator, data, 1)] == ["cvc-elt.1"]


@pytest.mark.parametrize("size", [16, 100, 5_000])
def test_the_reader_takes_parts_with_keys(validator: Validator, size: int) -> None:
    def parts(data: bytes) -> Iterable[str]:
        return admit_parts(io.BytesIO(data).read, size)

    referring = [*RECORDS, record(30, '<see to="k3" at="i5"/>')]
    assert validator.tag_reader.validate_parts(parts(document(referring))) is Verdict.VALID
    assert validator.tag_reader.validate_parts(parts(document([*RECORDS, record(3)]))) is Verdict.UNSURE


def test_a_large_file_has_a_bounded_report_that_counts_all_problems(validator: Validator, tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    padding = "x" * 2_000
    count = MAX_TEXT // 2_000
    path.write_bytes(document(f"<record key='k{number}'><no>{padding}</no></record>\n" for number in range(count)))
    assert path.stat().st_size > MAX_TEXT

    tracemalloc.start()
    report = validator.validate_file(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(report) == MAX_PROBLEMS
    assert report.total == 2 * count  # each has a child that is not known, and none of those that are required
    assert report.problems[-1].line is not None
    assert {problem.path for problem in report} == {"/list/record", "/list/record/no"}
    assert peak < path.stat().st_size * 3  # its first bytes, and the keys; the tree alone would take ten times as much


def test_a_large_file_is_validated_in_the_memory_of_a_part(validator: Validator, tmp_path: Path) -> None:
    def peak(size: int) -> int:
        path = tmp_path / f"{size}.xml"
        padding = f"<note>{'<b>long text</b>' * 5}{'x' * 2_000}</note>"
        records = size // len(record(0, padding))
        path.write_bytes(document(f'<record key="k{number}"><name/>{padding}</record>' for number in range(records)))
        tracemalloc.start()
        assert validator.validate_file(path).valid
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(MAX_TEXT + 1_000_000)  # fills the caches
    assert peak(2 * MAX_TEXT) - peak(MAX_TEXT + 1_000_000) < MAX_TEXT // 2  # the keys


@pytest.mark.parametrize("is_broken", [False, True])
def test_a_pipe_is_read_like_a_file(validator: Validator, is_broken: bool) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    padding = f"<note>{'x' * 20_000}</note>"
    records = [record(number, padding) for number in range(MAX_TEXT // 20_000 + 1)]
    report = validator.validate_file(Pipe(document([*records, *["<no/>"] * is_broken])))

    assert report.total == is_broken


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"<!DOCTYPE list><list>", "xml-doctype"),
        (b"<list></no>", "xml-not-well-formed"),
        (b"\0", "xml-not-well-formed"),
    ],
)
def test_a_large_file_that_is_no_acceptable_xml_has_one_problem(validator: Validator, start: bytes, code: str) -> None:
    report = validator.validate_file(io.BytesIO(start + b"<head>" + b" " * MAX_TEXT + b"</head>"))

    assert [problem.code for problem in report] == [code]


def test_a_source_is_a_path_or_a_file(validator: Validator) -> None:
    with pytest.raises(TypeError, match=r"^expected a path or a file, not bytes; decode and validate take bytes$"):
        validator.validate_file(b"<list/>")  # type: ignore[arg-type]  # the mistake that is being made
    with pytest.raises(OSError, match="no-such-file"):
        validator.validate_file("no-such-file")
