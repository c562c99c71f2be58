"""The generated package in an environment that has its two declared dependencies and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import MESSAGE, REPOSITORY, run, schema

SCRIPT = """
import sys
from pathlib import Path
import cityfibre_ticketing as api
from cityfibre_ticketing import handlers
message = Path("message.xml").read_bytes()
value = api.decode(message)
assert api.decode(api.encode(value)) == value
assert api.validate(message).valid
assert api.decode(message.decode().replace("UTF-8", "UTF-16").encode("utf-16")) == value
try:
    value.buyer_identifier = ""
    api.encode(value)
except api.InvalidDocument as error:
    print(error)
for module in ("schemapress", "xmlschema", "jinja2", "click"):
    assert module not in sys.modules, module
"""


SHARED = """
import sys
sys.path[1:1] = sys.argv[1:]
import one, other
try:
    other.decode(b"<other>x</other>")
except one.InvalidDocument:
    print("caught")
print(one.decode(one.encode(one.decode(b"<one>1</one>"))).value)
assert "schemapress" not in sys.modules
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "environment"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pinned = [f"{name}=={version(name)}" for name in ("xsdata", "lxml")]
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no package index can be reached: {done.stderr[-200:]}")
    return python


def test_the_package_works_with_xsdata_and_lxml_alone(environment: Path, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "generated" / "cityfibre_ticketing", tmp_path / "cityfibre_ticketing")
    (tmp_path / "message.xml").write_bytes(MESSAGE)
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")

    done = subprocess.run(
        [environment, "-W", "error", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "/notifyInProgress/buyerIdentifier: <buyerIdentifier> is empty" in done.stdout


def test_two_packages_share_the_runtime_that_is_installed(environment: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        folder = tmp_path / "spec" / name
        folder.mkdir(parents=True)
        (folder / "it.xsd").write_text(schema(f'<xs:element name="{name}" type="xs:int"/>'), "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.schemapress]\nruntime = "installed"\n', "utf-8")
    assert run("build", cwd=tmp_path).returncode == 0
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-build-isolation", "--target", str(tmp_path / "site")]
    subprocess.run([*pip, REPOSITORY / "generator" / "schemapress_runtime"], capture_output=True, check=True)
    command = [str(environment), "-W", "error", "-c", SHARED, str(tmp_path / "site"), str(tmp_path / "generated")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("caught\n1\n", "")


def test_importing_the_package_compiles_no_expression_and_loads_no_parser_of_xsdata(tmp_path: Path) -> None:
    script = (
        "import sys, cityfibre_ticketing.handlers\n"
        "print([name for name in sys.modules if name.startswith(('xsdata.formats.dataclass.parsers', 'jinja2'))])"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=REPOSITORY / "generated", capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
