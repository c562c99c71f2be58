"""`schemapress cache`, and what `schemapress validate` keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemapress import compilation
from tests.conftest import run, run_process, schema

INTEGER = schema('<xs:element name="r" type="xs:int"/>')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for caches of one test, with a schema and documents beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(compilation, "_CACHE", {})
    (tmp_path / "r.xsd").write_text(INTEGER, "utf-8")
    (tmp_path / "valid.xml").write_text("<r>1</r>", "utf-8")
    (tmp_path / "invalid.xml").write_text("<r>x</r>", "utf-8")
    return tmp_path / "caches" / "schemapress"


def test_validate_keeps_the_schema_and_prints_the_same_from_it(tmp_path: Path, home: Path) -> None:
    command = ("validate", "--schema", "r.xsd", "valid.xml", "invalid.xml")

    first = run_process(*command, cwd=tmp_path)
    (kept,) = home.iterdir()
    written = kept.stat().st_ino
    second = run_process(*command, cwd=tmp_path)

    assert (first.returncode, first.stdout, first.stderr) == (second.returncode, second.stdout, second.stderr)
    assert first.returncode == 1
    assert [path.stat().st_ino for path in home.iterdir()] == [written]


def test_validate_without_the_cache_keeps_nothing(tmp_path: Path, home: Path) -> None:
    assert run("validate", "--schema", "r.xsd", "--no-cache", "valid.xml", cwd=tmp_path).returncode == 0
    assert not home.exists()


def test_the_schema_of_an_api_is_kept_too(tmp_path: Path, home: Path) -> None:
    (tmp_path / "spec" / "demo").mkdir(parents=True)
    (tmp_path / "spec" / "demo" / "r.xsd").write_text(INTEGER, "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")

    assert run("validate", "--api", "demo", "valid.xml", cwd=tmp_path).returncode == 0
    assert len(list(home.iterdir())) == 1


def test_the_cache_is_shown_and_cleared(tmp_path: Path, home: Path) -> None:
    assert run("cache", cwd=tmp_path).stdout == f"{home}: 0 schemas, 0.0 MB\n"
    run("validate", "--schema", "r.xsd", "valid.xml", cwd=tmp_path)
    assert run("cache", cwd=tmp_path).stdout == f"{home}: 1 schema, 0.0 MB\n"

    cleared = run("cache", "--clear", cwd=tmp_path)

    assert (cleared.returncode, cleared.stdout, cleared.stderr) == (0, f"Removed 1 schema from {home}.\n", "")
    assert list(home.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such variable")
def test_without_a_home_there_is_no_cache_and_validate_works(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/")

    assert run("validate", "--schema", "r.xsd", "valid.xml", cwd=tmp_path).returncode == 0
    shown = run("cache", cwd=tmp_path)
    assert (shown.returncode, shown.stderr.splitlines()[0]) == (2, "error: There is no cache: you have no home folder.")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the modes of folders say nothing on Windows")
def test_a_folder_that_others_can_write_to_is_named(tmp_path: Path, home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o777)

    done = run_process("validate", "--schema", "r.xsd", "valid.xml", cwd=tmp_path)

    shown = run("cache", "--clear", cwd=tmp_path)

    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith(f"error: The cache {home} is not used: others can write to it.\n  Remove it")
    assert (done.returncode, done.stdout) == (0, "valid.xml: valid\n")
    assert done.stderr == f"warning: The cache {home} is not used: others can write to it.\n"
