"""Documents read piece by piece: what is yielded, what is refused, and how much memory it takes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cityfibre_ticketing import InvalidDocument, decode, iter_decode
from cityfibre_ticketing._runtime.codec import stream
from cityfibre_ticketing._runtime.xml.text_parts import PART_BYTES
from cityfibre_ticketing.bindings import Update
from schemapress.compilation import validator_of
from schemapress.load.loader import load
from schemapress_runtime.codec.messages import Messages
from schemapress_runtime.codec.stream import iter_decode_stream
from schemapress_runtime.report.problem import InvalidDocument as InvalidInMemory
from tests.conftest import MESSAGE, REPOSITORY, schema
from tests.support.growth import count_work

START, END = MESSAGE.index(b"  <updates>"), MESSAGE.index(b"  <appointments>")


def large(count: int, broken: bytes = b"") -> bytes:
    return MESSAGE[:START] + MESSAGE[START:END] * count + broken + MESSAGE[END:]


def test_every_element_is_yielded_as_decode_binds_it(message: bytes) -> None:
    assert list(iter_decode(io.BytesIO(message), "updates")) == decode(message).updates


def test_a_source_that_is_no_path_and_no_file_is_a_type_error(message: bytes) -> None:
    with pytest.raises(TypeError) as of_bytes:
        next(iter_decode(message, "updates"))  # type: ignore[arg-type]  # the mistake that is being made
    with pytest.raises(TypeError, match=r"^expected a path or a file, not NoneType$"):
        next(iter_decode(None, "updates"))  # type: ignore[arg-type]  # the mistake that is being made

    assert str(of_bytes.value) == "expected a path or a file, not bytes; decode and validate take bytes"


def test_what_the_reader_gives_up_on_goes_on_where_it_stopped() -> None:
    """A reference to a character that the reader does not resolve comes late in a document of several parts."""
    good, odd = MESSAGE[START:END], MESSAGE[START:END].replace(b"<updates>", b"<updates ><?p?>")
    document = MESSAGE[:START] + good * 2_000 + odd.replace(b"</updatedBy>", b"&#x10000;</updatedBy>") + MESSAGE[END:]
    assert len(document) > 2 * PART_BYTES

    assert list(iter_decode(io.BytesIO(document), "updates")) == decode(document).updates


def test_a_document_of_many_parts_is_read_by_the_tag_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = large(3_000)
    monkeypatch.setattr(stream, "_walk", None)  # which is not needed

    assert list(iter_decode(io.BytesIO(document), "updates")) == decode(document).updates
    assert list(iter_decode(io.BytesIO(document), "appointment"))


def test_the_first_elements_are_there_before_the_file_is_read() -> None:
    document = large(10_000)
    source = io.BytesIO(document)

    next(iter_decode(source, "updates"))

    assert source.tell() < len(document) / 2


def test_an_element_deeper_down_is_found_as_well(message: bytes, tmp_path: Path) -> None:
    (tmp_path / "message.xml").write_bytes(message)
    appointments = decode(message).appointments
    assert appointments is not None

    assert list(iter_decode(tmp_path / "message.xml", "appointment")) == appointments.appointment


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b">BUYER-0042<", b"><", "cvc-minLength-valid"),
        (b"<updatedBy>", b"<wrong/><updatedBy>", "cvc-complex-type.2.4"),
        (b"<apiVersion>1.0</apiVersion>", b"", "cvc-complex-type.2.4"),
        (b"<sentAt>", b"words<sentAt>", "cvc-complex-type.2.3"),
        (b"<notifyInProgress>", b'<notifyInProgress a="1">', "cvc-complex-type.3.2.2"),
        (b">RK-55<", b"><", "cvc-minLength-valid"),
        (b"<apiVersion>", b"<!-- c --><unknown/><apiVersion>", "cvc-complex-type.2.4"),
        (b"</notifyInProgress>", b"", "xml-not-well-formed"),
        (b"<notifyInProgress>", b"<!DOCTYPE a><notifyInProgress>", "xml-doctype"),
        (b"notifyInProgress>", b"other>", "cvc-elt.1"),
    ],
)
def test_problems_around_the_elements_are_refused_too(message: bytes, before: bytes, after: bytes, code: str) -> None:
    document = message.replace(before, after, 2 if before == b"notifyInProgress>" else 1)

    with pytest.raises(InvalidDocument) as raised:
        list(iter_decode(io.BytesIO(document), "updates"))

    assert raised.value.problems[0].code == code


def test_elements_before_a_problem_are_yielded() -> None:
    document = large(5, b"  <updates><updatedTime>never</updatedTime></updates>\n")
    found: list[Update] = []

    with pytest.raises(InvalidDocument):
        found.extend(iter_decode(io.BytesIO(document), "updates"))

    reader: Iterator[Update] = iter_decode(io.BytesIO(document), "updates")
    assert [next(reader).updated_by for _ in range(10)] == ["supplier"] * 10


def test_a_list_without_its_last_required_part_is_refused(message: bytes) -> None:
    document = message[:START] + b"</notifyInProgress>"

    with pytest.raises(InvalidDocument, match="has no <updates>; it is required"):
        list(iter_decode(io.BytesIO(document), "updates"))


def test_an_element_that_the_schema_has_not_is_a_mistake_of_the_caller(message: bytes) -> None:
    with pytest.raises(ValueError, match="no element 'nothing'"):
        list(iter_decode(io.BytesIO(message), "nothing"))


def _levels(count: int, wide: int = 0) -> str:
    """Return elements of a type each, one inside the other, with some more children."""
    more = "".join(f'<xs:element name="more{number}" type="xs:string" minOccurs="0"/>' for number in range(wide))
    types = "".join(
        f'<xs:complexType name="T{level}"><xs:sequence><xs:element name="e{level + 1}" type="T{level + 1}"/>{more}'
        "</xs:sequence></xs:complexType>"
        for level in range(count)
    )
    return f'{types}<xs:complexType name="T{count}"><xs:sequence/></xs:complexType><xs:element name="e0" type="T0"/>'


def _stream(tmp_path: Path, declarations: str, document: bytes, wanted: str) -> list[object]:
    path = tmp_path / f"{len(declarations)}.xsd"
    path.write_text(schema(declarations), "utf-8")
    validator = validator_of(load((path,)))
    messages: Messages[object] = Messages({}, ModuleType("none"), validator.declarations)
    return list(iter_decode_stream(io.BytesIO(document), wanted, validator, messages))


def test_a_schema_may_be_as_deep_as_it_likes(tmp_path: Path) -> None:
    document = b"<e0>" + b"".join(f"<e{level}>".encode() for level in range(1, 200))

    with pytest.raises(InvalidInMemory) as raised:
        _stream(tmp_path, _levels(2_000), document, "e2000")
    assert [one.code for one in raised.value.problems] == ["xml-not-well-formed"]


def test_the_holder_of_an_element_is_found_once_for_all_open_elements(tmp_path: Path) -> None:
    path = tmp_path / "deep.xsd"
    path.write_text(schema(_levels(2_000)), "utf-8")
    validator = validator_of(load((path,)))

    def read(levels: int) -> None:
        messages: Messages[object] = Messages({}, ModuleType("none"), validator.declarations)
        document = "".join(f"<e{level}>" for level in range(levels)).encode()
        with pytest.raises(InvalidInMemory):
            list(iter_decode_stream(io.BytesIO(document), "e2000", validator, messages))

    read(250)  # makes the content models
    shallow, deep = count_work(lambda: read(1)), count_work(lambda: read(250))

    assert deep < 10 * shallow, (shallow, deep)  # one search of the types takes nearly all; one per level, 250 times it


def test_a_message_names_few_of_the_elements_that_may_stand_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInMemory) as raised:
        _stream(tmp_path, _levels(2, 500), b"<e0><e1><e2/></e1><bad/></e0>", "e2")

    (found,) = raised.value.problems
    assert found.message.startswith("<bad> may not stand here inside <e0>; expected <more0>, <more1>,")
    assert len(found.message) < 500


SCRIPT = """
import sys
from cityfibre_ticketing import iter_decode

class Endless:
    def __init__(self, start, middle, end, size):
        self.parts = self.read_parts(start, middle, end, size)
    def read_parts(self, start, middle, end, size):
        yield start
        for _ in range(size // len(middle)):
            yield middle
        yield end
    def read(self, _=-1):
        return next(self.parts, b"")

message = open(sys.argv[1], "rb").read()
start, end = message.index(b"  <updates>"), message.index(b"  <appointments>")
middle = message[start:end] * 100
count = sum(1 for _ in iter_decode(Endless(message[:start], middle, message[end:], int(sys.argv[2])), "updates"))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("size", [20_000_000])
def test_memory_stays_bounded_whatever_the_document_has(size: int) -> None:
    message = REPOSITORY / "tests" / "data" / "notify-in-progress.xml"
    command = [sys.executable, "-c", SCRIPT, str(message), str(size)]

    done = subprocess.run(command, cwd=REPOSITORY / "generated", capture_output=True, text=True, check=True)

    count, megabytes = map(int, done.stdout.split())
    assert count > 100_000
    assert megabytes < 200
