"""The benchmarks of families of schemas: what is measured of them, and the page that shows it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks import builds, families, page
from benchmarks.families import COLUMNS, Family, Measurement
from benchmarks.figure import Figure
from benchmarks.history import Run, make_run, read_history
from tests.conftest import MESSAGE, XSD

NAMES = {column.name for column in COLUMNS}


def _lay_out(project: Path) -> None:
    (project / "spec" / "small").mkdir(parents=True)
    shutil.copy(XSD, project / "spec" / "small")
    (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")


def test_a_family_is_measured_in_every_column_and_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILDS", str(tmp_path / "builds"))
    monkeypatch.syspath_prepend(str(tmp_path))
    document = tmp_path / "message.xml"
    document.write_bytes(MESSAGE)
    family = Family("small", _lay_out, ((document, XSD.name),))

    measured = families.measure(family)

    of_others = {name for name in NAMES if name.endswith("with keys") or name.startswith(("polyxml", "pyxsdata"))}
    assert set(measured.medians) >= NAMES - of_others
    assert all(ratio > 0 for ratio in measured.medians.values())
    assert [(one.name, one.size, one.taken_by) for one in measured.documents] == [
        ("message.xml", len(MESSAGE), "scanner")
    ]
    (kept,) = (tmp_path / "builds").iterdir()
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*.py")}
    builds.build(family.name, family.lay_out)
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*.py")} == before
    assert [*(tmp_path / "builds").iterdir()] == [kept]


def test_a_changed_schema_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILDS", str(tmp_path))

    def lay_out(project: Path) -> None:
        _lay_out(project)
        schema = project / "spec" / "small" / XSD.name
        schema.write_text(schema.read_text("utf-8").replace("</xs:schema>", "<!-- changed --></xs:schema>"), "utf-8")

    first = builds.build("small", _lay_out)
    second = builds.build("small", lay_out)

    assert first.root != second.root
    assert [path.name for path in tmp_path.iterdir()] == [second.root.name]


def test_documents_are_the_largest_of_each_fifth(tmp_path: Path) -> None:
    paths = [tmp_path / f"{size}.xml" for size in (*range(1, 11), families.LARGEST + 1)]
    for path in paths:
        path.write_bytes(b"x" * int(path.stem))

    chosen = families._choose((path, "x.xsd") for path in paths)

    assert [path.stem for path, _ in chosen] == ["2", "4", "6", "8", "10"]
    assert len(families._choose([(paths[0], "x.xsd")])) == 1


def _run(ratios: dict[str, dict[str, float]]) -> Run:
    measured = []
    for name, medians in ratios.items():
        document = families.Document("a.xml", 1, "reader", medians)
        measured.append(Measurement(name, {}, (document,)))
    return make_run(
        [*families.figures(measured), Figure("decode", 0.7, "a parse", most=0.75)], "others used the machine"
    )


def test_the_page_shows_the_worst_first_and_where_a_peer_is_faster() -> None:
    run = _run(
        {
            "good": {"decode": 2.0, "encode": 12.0, "validate": 0.5, "polyxml decode": 3.0},
            "bad": {"decode": 8.0, "encode": 0.5, "validate": 2.5, "polyxml decode": 4.0},
        }
    )

    lines = list(page.lines(run))

    assert "**others used the machine**" in lines
    (decode,) = (line for line in lines if line.startswith("| decode, x"))
    assert "bad 8.00 | 4.00 | good 2.00 | <= 2.5, **not held by 1 of 2**" in decode
    rows = [line for line in lines if line.startswith(("| good", "| bad"))]
    assert [row[:6] for row in rows] == ["| bad ", "| good"]
    assert "| **8.00** |" in rows[0]
    assert [line for line in lines if line.startswith("- ")] == [
        "- xsdata encodes faster than schemapress: bad (0.50).",
        "- libxml2 validates faster than schemapress: bad (2.50).",
        "- polyxml decodes, without validation, faster than schemapress: bad (4.00).",
    ]
    assert "| decode | 0.70 | a parse | <= 0.75, held |" in lines


def test_the_page_has_the_figures_of_the_last_run() -> None:
    shown = page.figures_of(page.PAGE.read_text("utf-8"))

    assert shown == "\n".join(page.lines(read_history()[-1]))
