"""Measure the validation and the decoding of a large file: speed and memory, as ratios.

`python -m benchmarks.streaming` writes a file that repeats the project's own message, with keys and without, to a
temporary folder, and removes it. `--megabytes N` sets its size (1,000 unless said otherwise). `--schema XSD --document
XML --element NAME` repeats an element of another document; the values of its attributes `id` and `ref` are numbered.

Printed per way of reading: the speed as a share of the speed in memory, of a document of some megabytes; and the most
memory that the reading takes beyond that of a process which has read one record.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parent.parent

IN_MEMORY_BYTES = 8_000_000
"""Size of the document that is read in memory: below the bound from which on documents are read in parts."""

KEYS = """
    <xs:key name="messageKey"><xs:selector xpath="notifyInProgress"/><xs:field xpath="messageId"/></xs:key>"""

BATCH = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="{message}"/>
  <xs:element name="batch">
    <xs:complexType>
      <xs:sequence><xs:element ref="notifyInProgress" maxOccurs="unbounded"/></xs:sequence>
    </xs:complexType>
    {keys}
  </xs:element>
</xs:schema>"""

_NUMBERED = re.compile(rb'( id| ref)="([^"]*)"|(<messageId>)([^<]*)')


def repeat(before: bytes, record: bytes, after: bytes, size: int) -> Iterator[bytes]:
    """Yield a document of about `size` bytes: a record again and again, with other identifiers each time."""
    yield before
    written = len(before) + len(after)
    number = 0
    while not number or written < size:
        number += 1
        numbered = _NUMBERED.sub(partial(_add, b"-%d" % number), record)
        written += len(numbered)
        yield numbered
    yield after


def _add(suffix: bytes, identifier: re.Match[bytes]) -> bytes:
    """Return an identifier with a suffix."""
    return identifier[0][:-1] + suffix + b'"' if identifier[1] else identifier[0] + suffix


def cut_record(data: bytes, element: str) -> tuple[bytes, bytes, bytes]:
    """Return what is before the first element of a name, the element, and what is behind the last one."""
    name = re.escape(element.encode())
    start = re.search(rb"<(?:\w+:)?%b[\s>]" % name, data)
    ends = list(re.finditer(rb"</(?:\w+:)?%b\s*>" % name, data))
    if start is None or not ends:
        raise ValueError(f"the document has no element {element!r} with content")
    return data[: start.start()], data[start.start() : ends[0].end()], data[ends[-1].end() :]


def memory(field: str) -> int:
    """Return a figure of the memory of this process, in kilobytes, as Linux tells it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{field}:", 1)[1].split()[0])


def measure(work: Callable[[], object]) -> dict[str, float]:
    """Return the seconds of a call, and the most memory in megabytes that it takes beyond what is there before."""
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    before = memory("VmRSS")
    began = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - began, "megabytes": (memory("VmHWM") - before) / 1024}


def run(way: str, schema: Path, element: str, small: Path, file: Path) -> dict[str, float]:
    """Read a file in one way, in this process, which has read a small one before."""
    if way.startswith("decode"):
        import cityfibre_ticketing as package

        def decode(path: Path) -> int:
            if way == "decode-memory":
                return len(package.decode(path.read_bytes()).updates)
            return sum(1 for _ in package.iter_decode(path, element))

        decode(small)
        return measure(lambda: decode(file))
    if way == "lxml":
        compiled = etree.XMLSchema(etree.parse(str(schema)))

        def read() -> None:
            for _, item in etree.iterparse(str(file), schema=compiled):
                if etree.QName(item).localname == element:
                    item.clear()
                    while item.getprevious() is not None:
                        del item.getparent()[0]

        return measure(read)
    import schemapress

    validator = schemapress.compile(schema, roots=[schema.parent])
    assert validator.validate(small.read_bytes()).valid, validator.validate(small.read_bytes())
    if way == "memory":
        data = file.read_bytes()
        return measure(lambda: validator.validate(data))
    return measure(lambda: _assert_valid(validator.validate(file)))


def _assert_valid(report: object) -> None:
    assert getattr(report, "valid", False), report


def compare(
    name: str,
    schema: Path,
    document: tuple[bytes, bytes, bytes],
    element: str,
    size: int,
    ways: tuple[str, ...] = ("memory", "stream", "lxml"),
) -> None:
    """Print the figures of one kind of document, in ways of which the first one has it in memory."""
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: Path(folder) / f"{kind}.xml" for kind in ("small", "memory", "large")}
        for kind, bytes_ in (("small", 1), ("memory", min(size, IN_MEMORY_BYTES)), ("large", size)):
            with files[kind].open("wb") as file:
                file.writelines(repeat(*document, bytes_))
        speeds: dict[str, float] = {}
        print(f"\n{name}: {files['large'].stat().st_size / 1e6:,.0f} MB")
        for way in ways:
            file_ = files["memory" if way == ways[0] else "large"]
            command = [sys.executable, "-m", "benchmarks.streaming", "--run", way]
            command += ["--schema", str(schema), "--element", element, str(files["small"]), str(file_)]
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
            if done.returncode:
                print(f"  {way:<14} failed: {done.stderr.strip().splitlines()[-1][:200]}")
                continue
            result = json.loads(done.stdout)
            speeds[way] = file_.stat().st_size / 1e6 / result["seconds"]
            share = speeds[way] / speeds.get(ways[0], float("nan"))
            print(f"  {way:<14} {speeds[way]:>7.1f} MB/s {share:>6.2f} x memory {result['megabytes']:>8.1f} MB more")


def main() -> None:
    """Measure, or be one of the processes in which is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--schema", type=Path)
    parser.add_argument("--document", type=Path)
    parser.add_argument("--element", default="notifyInProgress")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        small, file = options.files
        print(json.dumps(run(options.run, options.schema, options.element, small, file)))
        return
    size = options.megabytes * 1_000_000
    if options.schema is not None:
        parts = cut_record(options.document.read_bytes(), options.element)
        compare(options.document.name, options.schema, parts, options.element, size)
        return
    from .peers import MESSAGE

    message = next((ROOT / "spec").rglob("notify-in-progress.xsd"))
    record = MESSAGE[MESSAGE.index(b"<notifyInProgress") :]
    for name, keys in (("the message in a batch", ""), ("the same with a key", KEYS)):
        with tempfile.TemporaryDirectory() as folder:
            schema = Path(folder) / "batch.xsd"
            (Path(folder) / message.name).write_bytes(message.read_bytes())
            schema.write_text(BATCH.format(message=message.name, keys=keys))
            compare(name, schema, (b"<batch>", record, b"</batch>"), "notifyInProgress", size)
    start, end = record.index(b"<updates>"), record.index(b"<appointments>")
    parts = record[:start], record[start:end], record[end:]
    compare("iter_decode of its updates", message, parts, "updates", size, ("decode-memory", "decode-stream"))


if __name__ == "__main__":
    main()
