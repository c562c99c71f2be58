"""The scoreboard: each API of the corpus the whole way, from its files to objects and back.

`make corpus` prints a row for each API and writes a JSON beside it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from lxml import etree
from xsdata.formats.dataclass.models.generics import DerivedElement

from schemapress.load.document_reader import read_documents
from schemapress.load.sealed_copy import SealedCopy
from schemapress.project import load_project
from tests.conftest import REPOSITORY
from tests.corpus import Case, unpacked
from tests.corpus.apis import CorpusApi
from tests.support.judges import parser_of_xsdata, without_space_around_dates
from tests.support.xsdata_difference import without_names

STEPS = ("build", "validate", "decode", "encode", "order", "prefixes", "json", "mypy", "check", "diff", "export")
"""The columns: what is done with each API. `validate` and those after it up to `json` count documents."""


@dataclass
class Score:
    """The progress of an API: for each step the successes, the total, and the errors."""

    name: str
    right: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    build_memory: int = 0

    def note(self, step: str, wrong: str | None = None) -> None:
        """Count something that was tried, and what was wrong with it."""
        self.total[step] = self.total.get(step, 0) + 1
        self.right[step] = self.right.get(step, 0) + (wrong is None)
        if wrong is not None:
            self.wrong.append(f"{step}: {wrong}")

    @property
    def is_whole(self) -> bool:
        return not self.wrong

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "whole": self.is_whole}


def scored(api: CorpusApi, most: int | None) -> Score:
    """Take an API the whole way, with a bar on the terminal."""

    def progress(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{api.name}: {what}", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="corpus-") as project:
        found = score(api, Path(project), most, progress)
    progress("done")
    return found


def score(
    api: CorpusApi,
    project: Path,
    most: int | None,
    progress: Callable[[str], None],
    settings: str = "",
    commands: Collection[str] = ("mypy", "check", "diff", "export"),
) -> Score:
    """Take an API the whole way, in a folder for its project, with so many of its documents, or all.

    `settings` are more lines of the project's pyproject.toml, `commands` the steps that are taken after the documents.
    """
    found = Score(api.name)
    lay_out(api, project, settings)
    progress("build")
    with _timed(found, "build"):
        done = _run("build", "--project", str(project))
    found.build_memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    found.note("build", None if done.returncode == 0 else _said(done))
    if done.returncode != 0:
        return found
    sys.path.insert(0, str(project / "generated"))
    package_name = load_project(project).apis()[0].package
    for name in [name for name in sys.modules if name.partition(".")[0] == package_name]:
        del sys.modules[name]  # that of another project
    package = importlib.import_module(package_name)
    accepts = _judge(project)
    chosen = api.cases if most is None else api.cases[:: max(1, len(api.cases) // most)][:most]
    for number, case in enumerate(chosen, 1):
        progress(f"document {number} of {len(chosen)}")
        _document(package, (unpacked(api.family) / case.document).read_bytes(), case, accepts, found)
    for step, command in {
        "mypy": (sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "-p", package_name),
        "check": (*_SCHEMAPRESS, "check", "--project", str(project)),
        "diff": (
            *_SCHEMAPRESS,
            "diff",
            "--format",
            "json",
            str(project / "spec" / api.name),
            str(project / "spec" / api.name),
        ),
        "export": (*_SCHEMAPRESS, "export", "openapi", api.name, "--project", str(project)),
    }.items():
        if step not in commands:
            continue
        progress(step)
        with _timed(found, step):
            done = _call(command, project / "generated")
        found.note(step, None if done.returncode == 0 else _said(done))
    return found


_SCHEMAPRESS = (sys.executable, "-m", "schemapress")


def lay_out(api: CorpusApi, project: Path, settings: str = "") -> None:
    """Make the project of an API: the specification as it was published, and what its settings need to name."""
    folder = project / "spec" / api.name
    shutil.copytree(api.source, folder, dirs_exist_ok=True)
    lines = ["[tool.schemapress]"]
    if api.entries:
        lines += ["[tool.schemapress.entries]", f"{json.dumps(api.name)} = {json.dumps(api.entries)}"]
    if api.supplied:
        lines.append("[tool.schemapress.locations]")
    for one in api.supplied:
        data = (unpacked(api.family) / one.file).read_bytes()
        (folder / one.name).write_bytes(data.replace(one.old.encode(), one.new.encode()))
        lines.append(f"{json.dumps(one.location)} = {json.dumps(f'spec/{api.name}/{one.name}')}")
    (project / "pyproject.toml").write_text("\n".join([*lines, settings]) + "\n", "utf-8")


def _document(package: ModuleType, data: bytes, case: Case, accepts: Callable[[bytes], bool], found: Score) -> None:
    """Validate, decode and encode a document."""
    name = Path(case.document).name
    with _timed(found, "validate"):
        report = package.validate(data)
    agreed = report.valid == (case.verdict == "valid")
    found.note("validate", None if agreed else f"{name}: {'valid' if report.valid else str(report)[:300]}")
    if not report.valid:
        return
    try:
        with _timed(found, "decode"):
            value = package.decode(data)
    except Exception as error:  # whatever is raised, the document was not decoded
        found.note("decode", f"{name}: {type(error).__name__}: {error}"[:400])
        return
    with _timed(found, "decode by xsdata"):
        theirs = _from_xsdata(data, type(value))
    mine, its = without_names(value), without_names(theirs)
    found.note("decode", None if mine == its else f"{name}: {_difference(mine, its)}")
    try:
        with _timed(found, "encode"):
            written = package.encode(value)
    except Exception as error:  # whatever is raised, the object was not encoded
        found.note("encode", f"{name}: {type(error).__name__}: {error}"[:400])
        return
    again = package.decode(written)
    wrong = None
    if accepts(data) and not accepts(written):
        wrong = f"{name}: libxml2 refuses what is written"
    elif again != value:
        wrong = f"{name}: {_difference(again, value)}"
    found.note("encode", wrong)
    found.note("order", _misplaced(data, written, name))
    found.note("prefixes", _with_other_prefixes(package, value, written, accepts(written) and accepts, name))
    found.note("json", _as_json(package, value, name))


def _from_xsdata(data: bytes, class_: type) -> object:
    """Return what xsdata's own parser makes of a document; it takes `xsi:nil="1"` for an error."""
    tree = etree.fromstring(data, etree.XMLParser(remove_pis=True, remove_comments=True, huge_tree=True))
    for element in tree.iter("*"):
        for name, text in element.items():
            if name == "{http://www.w3.org/2001/XMLSchema-instance}nil":
                element.set(name, "true" if text.strip() in ("1", "true") else "false")
    try:
        value: object = parser_of_xsdata(class_).parse(tree, class_)
    except Exception as error:  # it fails in as many ways as there are values
        return f"xsdata: {type(error).__name__}: {error}"
    return value.value if isinstance(value, DerivedElement) else value


def _difference(one: Any, other: Any, path: str = "") -> str:
    """Return where two objects differ first."""
    if type(one) is type(other) and hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            if getattr(one, name) != getattr(other, name):
                return _difference(getattr(one, name), getattr(other, name), f"{path}.{name}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (mine, its) in enumerate(zip(one, other, strict=True)):
            if mine != its:
                return _difference(mine, its, f"{path}[{index}]")
    return f"{path}: {one!r:.150} is not {other!r:.150}"


def _misplaced(before: bytes, after: bytes, name: str) -> str | None:
    """Return the first element that does not stand where it stood, or None where all do."""
    trees = [
        etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
        for data in (before, after)
    ]
    first, second = ([(element.tag, _depth(element)) for element in tree.iter("*")] for tree in trees)
    for number, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return f"{name}: element {number} was {one} and is {other}"
    return None if len(first) == len(second) else f"{name}: {len(first)} elements became {len(second)}"


def _as_json(package: ModuleType, value: Any, name: str) -> str | None:
    """Return what is wrong with an object that is written as JSON and read back, or None."""
    try:
        read = package.from_json(package.to_json(value), type(value))
    except Exception as error:  # whatever is raised, it was not read back
        return f"{name}: {type(error).__name__}: {error}"[:400]
    return None if read == value else f"{name}: {_difference(read, value)}"


def _with_other_prefixes(
    package: ModuleType, value: object, written: bytes, accepts: Callable[[bytes], bool] | Literal[False], name: str
) -> str | None:
    """Return what is wrong with an object that is written with a new prefix for each of its namespaces, or None."""
    chosen = {f"q{number}": uri for number, uri in enumerate(sorted(_namespaces(written)))}
    try:
        other = package.encode(value, prefixes=chosen)
    except Exception as error:  # whatever is raised, the object was not encoded
        return f"{name}: {type(error).__name__}: {error}"[:400]
    if not _namespaces(other) <= _namespaces(written) or other.count(b"xmlns:q") != len(_namespaces(other)):
        return f"{name}: {other[:400]!r} does not have each namespace once, with the prefix that was chosen"
    if accepts and not accepts(other):
        return f"{name}: libxml2 refuses what is written with other prefixes"
    return None if package.decode(other) == value else f"{name}: {_difference(package.decode(other), value)}"


def _namespaces(document: bytes) -> set[str]:
    """Return the namespaces that are declared anywhere in a document."""
    root = etree.fromstring(document, etree.XMLParser(huge_tree=True))
    return {uri for element in root.iter("*") for uri in element.nsmap.values() if uri}


def _depth(element: etree._Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _judge(project: Path) -> Callable[[bytes], bool]:
    """Return what says whether libxml2 accepts a document; all are accepted where it can't make the schema."""
    loaded = load_project(project)
    (folder,) = loaded.apis()
    copy = SealedCopy(read_documents(folder.sources, roots=loaded.roots).documents)
    try:
        schema = copy.parse_with_libxml2(folder.sources)
    except etree.XMLSchemaParseError:
        return lambda _: True
    parser = etree.XMLParser(huge_tree=True)
    return lambda data: bool(schema.validate(without_space_around_dates(etree.fromstring(data, parser))))


@contextlib.contextmanager
def _timed(found: Score, step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        found.seconds[step] = found.seconds.get(step, 0) + time.perf_counter() - started


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _call((*_SCHEMAPRESS, *arguments), REPOSITORY)


def _call(command: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, (str(REPOSITORY / "generator"), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stdout + done.stderr).strip()[:600]
