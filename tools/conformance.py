"""The W3C's XML Schema test suite: our verdicts beside those of libxml2 and of the xmlschema library.

`make conformance XSTS=FOLDER` takes a folder with `manifest.jsonl.xz` (a test a line: schemas, instance, expected)
and `xsts-dev.tar.xz` (the documents). A test whose own expectation is wrong stands in `disputed.toml`, with the
paragraph that says so; there is no other exception.
"""

from __future__ import annotations

import json
import lzma
import os
import sys
import tarfile
import tempfile
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import click
import xmlschema
from lxml import etree

import schemapress

DISPUTED = Path(__file__).with_name("disputed.toml")
PROCESSORS = ("schemapress", "libxml2", "xmlschema")


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the suite."""

    schemas: tuple[str, ...]
    instance: str
    expected: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of each processor to a test: `valid`, `invalid`, or the reason that there is none."""

    test: Test
    verdicts: dict[str, str]


def read_tests(folder: Path) -> list[Test]:
    """Return the tests that a manifest lists."""
    with lzma.open(folder / "manifest.jsonl.xz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [Test(tuple(one["schemas"]), one["instance"], one["expected"]) for one in found]


def disputed() -> dict[str, str]:
    """Return the instances whose expectation is disputed, with the reason."""
    entries = tomllib.loads(DISPUTED.read_text("utf-8"))["test"]
    return {instance: entry["paragraph"] for entry in entries for instance in entry["instances"]}


def _ours(root: Path, schemas: tuple[str, ...], documents: list[bytes]) -> Iterator[str]:
    validator = schemapress.compile([root / name for name in schemas], doctype=True, lax=True)
    for document in documents:
        yield "valid" if validator.validate(document).valid else "invalid"


def _libxml2(root: Path, schemas: tuple[str, ...], documents: list[bytes]) -> Iterator[str]:
    validator = etree.XMLSchema(etree.parse(str(_driver(root, schemas))))
    parser = etree.XMLParser(no_network=True)
    for document in documents:
        try:
            yield "valid" if validator.validate(etree.fromstring(document, parser)) else "invalid"
        except (etree.XMLSyntaxError, ValueError):
            yield "invalid"


def _xmlschema(root: Path, schemas: tuple[str, ...], documents: list[bytes]) -> Iterator[str]:
    validator = xmlschema.XMLSchema10([str(root / name) for name in schemas], allow="local", defuse="never")
    for document in documents:
        try:
            yield "valid" if validator.is_valid(xmlschema.XMLResource(document, defuse="never")) else "invalid"
        except Exception:  # whatever it raises, it has not found the document valid
            yield "invalid"


def _driver(root: Path, schemas: tuple[str, ...]) -> Path:
    """Return one schema document for several, as libxml2 needs it."""
    if len(schemas) == 1:
        return root / schemas[0]
    references = []
    for name in schemas:
        namespace = etree.parse(str(root / name)).getroot().get("targetNamespace")
        uri = (root / name).as_uri()
        if namespace:
            references.append(f'<xs:import namespace="{namespace}" schemaLocation="{uri}"/>')
        else:
            references.append(f'<xs:include schemaLocation="{uri}"/>')
    with tempfile.NamedTemporaryFile("w", suffix=".xsd", delete=False) as file:
        file.write(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(references)}</xs:schema>')
    return Path(file.name)


_RUNNERS = {"schemapress": _ours, "libxml2": _libxml2, "xmlschema": _xmlschema}


def _run(job: tuple[Path, tuple[str, ...], list[Test], tuple[str, ...]]) -> list[Outcome]:
    """Give the tests of one schema to each processor."""
    root, schemas, tests, processors = job
    documents = [_read(root / test.instance) for test in tests]
    verdicts: list[dict[str, str]] = [{} for _ in tests]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in processors:
            try:
                said = list(_RUNNERS[name](root, schemas, documents))
            except Exception as error:  # a schema that a processor refuses counts against it
                said = [f"no schema: {error}"] * len(tests)
            for verdict, word in zip(verdicts, said, strict=True):
                verdict[name] = word
    return [Outcome(test, verdict) for test, verdict in zip(tests, verdicts, strict=True)]


def _read(path: Path) -> bytes:
    """Return a document; one that is not in the archive is not valid, whoever judges it."""
    return path.read_bytes() if path.is_file() else b""


def run(folder: Path, *, processors: tuple[str, ...] = PROCESSORS, progress: bool = True) -> list[Outcome]:
    """Run all tests on all cores."""
    tests = read_tests(folder)
    by_schema: dict[tuple[str, ...], list[Test]] = {}
    for test in tests:
        by_schema.setdefault(test.schemas, []).append(test)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary).resolve()
        with tarfile.open(folder / "xsts-dev.tar.xz") as archive:
            archive.extractall(root, filter="data")
        jobs = [(root, schemas, of_schema, processors) for schemas, of_schema in by_schema.items()]
        outcomes: list[Outcome] = []
        with (
            Pool(os.cpu_count()) as pool,
            click.progressbar(length=len(tests), label="tests", hidden=not progress) as bar,
        ):
            for found in pool.imap(_run, jobs, chunksize=8):
                outcomes += found
                bar.update(len(found))
    return outcomes


def right(outcome: Outcome, processor: str, disputes: dict[str, str]) -> bool:
    """Whether a processor is right on a test; the expectation of a disputed one is turned round."""
    expected = outcome.test.expected
    if outcome.test.instance in disputes:
        expected = "invalid" if expected == "valid" else "valid"
    return outcome.verdicts[processor] == expected


def main() -> None:
    """Print the table, and every test on which we are wrong."""
    outcomes = run(Path(sys.argv[1]))
    disputes = disputed()
    suite = {name: sum(right(one, name, {}) for one in outcomes) for name in PROCESSORS}
    specification = {name: sum(right(one, name, disputes) for one in outcomes) for name in PROCESSORS}
    refused = Counter(name for one in outcomes for name in PROCESSORS if one.verdicts[name].startswith("no schema"))
    print(f"{len(outcomes):,} tests, {len(disputes)} of them disputed ({DISPUTED.name})\n")
    print(f"{'':<14}{'right by the suite':>20}{'with the disputes':>20}{'schema refused':>16}")
    for name in PROCESSORS:
        print(f"{name:<14}{suite[name]:>20,}{specification[name]:>20,}{refused[name]:>16,}")
    wrong = [one for one in outcomes if not right(one, "schemapress", disputes)]
    print(f"\nwrong: {len(wrong)}")
    for one in wrong:
        others = ", ".join(f"{name} {one.verdicts[name][:7]}" for name in PROCESSORS[1:])
        print(
            f"  {one.test.instance}: expected {one.test.expected}, said {one.verdicts['schemapress'][:90]!r} ({others})"
        )


if __name__ == "__main__":
    main()
