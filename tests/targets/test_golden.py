"""What is emitted for two schemas, file by file.

`pytest tests/targets/test_golden.py --update-golden` writes the files anew; the diff of them then shows what
a change of the generator does to its output.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schemapress.build.emit import emit
from schemapress.project import load_project
from tests.conftest import MakeProject

GOLDEN = Path(__file__).parent.parent / "golden"
MODULES = {
    "orders": ["__init__.py", "client.py", "codec.py", "handlers.py", "scanner.py", "testing.py", "validators.py"],
    "catalogue": ["__init__.py", "codec.py", "scanner.py", "validators.py"],
}


@pytest.mark.parametrize("name", MODULES)
def test_output_equals_the_golden_files(make_project: MakeProject, name: str, pytestconfig: pytest.Config) -> None:
    project = make_project({})
    shutil.copy(GOLDEN / name / f"{name}.xsd", project / "spec" / "demo")
    loaded = load_project(project)

    (folder,) = loaded.apis()
    emission = emit(loaded, folder)

    for module in MODULES[name]:
        golden = GOLDEN / name / f"{module}.golden"
        if pytestconfig.getoption("--update-golden"):
            golden.write_bytes(emission.files[module])
        assert emission.files[module].decode() == golden.read_text("utf-8"), f"{module} is not as {golden} has it"
    assert ("handlers.py" in emission.files) == ("handlers.py" in MODULES[name])


@pytest.mark.parametrize("name", MODULES)
def test_mypy_accepts_the_package(name: str, make_project: MakeProject) -> None:
    project = make_project({})
    shutil.copy(GOLDEN / name / f"{name}.xsd", project / "spec" / "demo")
    loaded = load_project(project)
    (folder,) = loaded.apis()
    for path, data in emit(loaded, folder).files.items():
        file = project / "demo" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-p", "demo"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.startswith("Success"), done.stdout + done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_no_parameter_has_the_name_of_an_import(name: str) -> None:
    for module in MODULES[name]:
        nodes = list(ast.walk(ast.parse((GOLDEN / name / f"{module}.golden").read_text("utf-8"))))
        imported = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert imported.isdisjoint({node.arg for node in nodes if isinstance(node, ast.arg)}), module
