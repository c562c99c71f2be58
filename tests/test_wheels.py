"""Both distributions have what belongs in them, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from schemapress.documentation import PAGES
from tests.conftest import REPOSITORY
from tools.wheels import wrong_with


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), ".", "generator/schemapress_runtime"]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    return folder


def test_each_wheel_has_its_package_and_nothing_else(wheels: Path) -> None:
    assert wrong_with(wheels) == []


def test_the_wheel_has_the_pages_that_errors_name(wheels: Path, tmp_path: Path) -> None:
    (wheel,) = wheels.glob("schemapress-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "from schemapress.documentation import PAGES, find_page; print(*map(find_page, PAGES), sep='\\n')"

    printed = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert printed.stdout.split() == [str(tmp_path / "schemapress" / "pages" / f"{page}.md") for page in PAGES]
    for page in PAGES:
        shown = (tmp_path / "schemapress" / "pages" / f"{page}.md").read_text("utf-8")
        assert shown == (REPOSITORY / "docs" / f"{page}.md").read_text("utf-8")


def test_a_file_too_many_and_a_file_too_few_are_seen(wheels: Path, tmp_path: Path) -> None:
    for wheel in wheels.iterdir():
        with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(tmp_path / wheel.name, "w") as new:
            for name in old.namelist():
                if name != "schemapress_runtime/py.typed":
                    new.writestr(name, old.read(name))
            new.writestr("tests/conftest.py", "")

    assert wrong_with(tmp_path) == [
        "schemapress: tests/conftest.py does not belong in it",
        "schemapress_runtime: tests/conftest.py does not belong in it",
        "schemapress_runtime: schemapress_runtime/py.typed is missing",
    ]
