"""Both distributions have what belongs in them, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
