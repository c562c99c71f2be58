"""Compiled templates that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from schemapress.build.template_cache import TemplateCache


def _render(folder: Path, kept: Path, module: Path) -> str:
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=False, bytecode_cache=TemplateCache([kept], [module])
    )
    return environment.get_template("a.py.jinja").render(name="x")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("sys.pycache_prefix", None)
    (tmp_path / "a.py.jinja").write_text("1 {{ name }}")
    (tmp_path / "module.py").touch()
    return tmp_path


def _kept(folder: Path) -> list[Path]:
    return list((folder / "__pycache__").glob("*"))


def test_a_template_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _render(folder, folder, folder / "module.py") == "1 x"
    monkeypatch.setattr(Environment, "compile", None)

    assert _render(folder, folder, folder / "module.py") == "1 x"


def test_a_changed_template_is_compiled_anew(folder: Path) -> None:
    _render(folder, folder, folder / "module.py")
    (folder / "a.py.jinja").write_text("2 {{ name }}")

    assert _render(folder, folder, folder / "module.py") == "2 x"


def test_a_template_is_compiled_anew_after_a_change_of_a_module(folder: Path) -> None:
    _render(folder, folder, folder / "module.py")
    (kept,) = _kept(folder)
    before = kept.read_bytes()
    (folder / "module.py").write_text("changed")

    assert _render(folder, folder, folder / "module.py") == "1 x"
    assert kept.read_bytes() != before


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:40], lambda data: data[:32] + b"\x00" * 20])
def test_a_damaged_file_is_made_anew(folder: Path, damage: object) -> None:
    assert callable(damage)
    _render(folder, folder, folder / "module.py")
    (kept,) = _kept(folder)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))

    assert _render(folder, folder, folder / "module.py") == "1 x"
    assert kept.read_bytes() == whole


def test_templates_of_other_folders_are_not_kept(folder: Path) -> None:
    assert _render(folder, folder / "other", folder / "module.py") == "1 x"
    assert not _kept(folder)


def test_nothing_is_written_where_python_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)

    assert _render(folder, folder, folder / "module.py") == "1 x"
    assert not _kept(folder)
