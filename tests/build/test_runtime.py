"""Where a package has its runtime: a copy of what its modules import, or the distribution that is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import schemapress
from schemapress_runtime import versions
from tests.conftest import MESSAGE, REPOSITORY, MakeProject, run, schema

RUNTIME = REPOSITORY / "generator" / "schemapress_runtime"
INT = '<xs:element name="{}" type="xs:int"/>'


ALONE = """
import sys
sys.modules["schemapress"] = sys.modules["schemapress_runtime"] = None
import demo
print(demo.validate(open("message.xml", "rb").read()).valid, demo.validate(b"<a/>").valid)
"""


def rooms_of(package: Path) -> set[str]:
    """Return the rooms of the runtime that a package has a copy of."""
    return {path.parent.name for path in (package / "_runtime").glob("*/*.py")}


@pytest.mark.parametrize(
    ("targets", "rooms"),
    [
        (["bindings"], set()),
        (["validators"], {"report", "xml", "xsd", "binding", "validation"}),
        (["bindings", "validators"], {"report", "xml", "xsd", "binding", "validation"}),
        (["bindings", "scanner", "validators", "codec"], {"report", "xml", "xsd", "binding", "validation", "codec"}),
    ],
)
def test_a_copy_holds_what_the_targets_need(make_project: MakeProject, targets: list[str], rooms: set[str]) -> None:
    project = make_project(settings=f"targets = {targets}")

    done = run("build", cwd=project)

    package = project / "generated" / "demo"
    assert done.returncode == 0, done.stderr
    assert rooms_of(package) == rooms
    assert (package / "_runtime").exists() == bool(rooms)
    for path in package.rglob("*.py"):
        assert not _missing(path), path
    (package.parent / "message.xml").write_bytes(MESSAGE)
    if "validators" in targets:
        done = subprocess.run(
            [sys.executable, "-c", ALONE], cwd=package.parent, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == ("True False\n", "")


def _missing(path: Path) -> list[str]:
    """Return the modules of its own package that a module imports and that are not there."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            target = path.parents[node.level - 1].joinpath(*node.module.split("."))
            if not target.is_dir() and not target.with_suffix(".py").is_file():
                found.append(node.module)
    return found


def test_packages_that_share_the_runtime_share_its_exceptions(tmp_path: Path) -> None:
    for name in ("one", "other"):
        folder = tmp_path / "spec" / name
        folder.mkdir(parents=True)
        (folder / "it.xsd").write_text(schema(INT.format(name)), "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.schemapress]\nruntime = "installed"\n', "utf-8")
    script = (
        "import one, other\n"
        "try: other.decode(b'<other>x</other>')\n"
        "except one.InvalidDocument as error: print(error.problems[0].code, one.RUNTIME)\n"
        "print(one.decode(one.encode(one.decode(b'<one>1</one>'))).value)\n"
    )

    assert run("build", cwd=tmp_path).returncode == 0
    assert run("check", cwd=tmp_path).returncode == 0
    generated = tmp_path / "generated"
    done = subprocess.run([sys.executable, "-c", script], cwd=generated, capture_output=True, text=True, check=False)
    verified = subprocess.run([sys.executable, "one/verify.py"], cwd=generated, capture_output=True, check=False)

    assert (done.stdout, done.stderr) == (f"cvc-datatype-valid.1.2.1 {versions.RUNTIME_VERSION}\n1\n", "")
    assert verified.returncode == 0
    assert not (generated / "one" / "_runtime").exists()


def test_a_package_can_move_from_one_to_the_other_and_back(make_project: MakeProject) -> None:
    project = make_project()
    package = project / "generated" / "demo"
    for placement in ("vendored", "installed", "vendored"):
        make_project(settings=f'runtime = "{placement}"')
        assert run("build", cwd=project).returncode == 0

        assert (package / "_runtime").is_dir() == (placement == "vendored")
        assert (package / "_runtime.py").is_file() == (placement == "installed")
        done = subprocess.run([sys.executable, package / "verify.py"], capture_output=True, text=True, check=False)
        assert done.stdout == "every file is as it was generated\n"


def test_another_placement_is_refused(make_project: MakeProject) -> None:
    done = run("build", cwd=make_project(settings='runtime = "shared"'))

    assert done.returncode == 2
    assert "[tool.schemapress] runtime is 'shared'; expected 'vendored' or 'installed'." in done.stderr


@pytest.mark.parametrize("needed", ["0.1.0", "0.1"])
def test_the_runtime_of_the_same_version_is_taken(needed: str) -> None:
    assert versions.require_runtime(needed, "demo") == versions.RUNTIME_VERSION


@pytest.mark.parametrize(
    ("needed", "installed"), [("0.1.1", "0.1.0"), ("0.2.0", "0.1.9"), ("0.1.0", "0.2.0"), ("1.0.0", "2.0.0")]
)
def test_a_runtime_that_does_not_fit_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, needed: str, installed: str
) -> None:
    monkeypatch.setattr(versions, "RUNTIME_VERSION", installed)

    with pytest.raises(ImportError) as raised:
        versions.require_runtime(needed, "demo")

    said = str(raised.value)
    assert said.startswith(f"demo needs schemapress-runtime {needed}, and {installed} is installed (")
    assert f'python -m pip install "schemapress-runtime~={needed}"' in said


@pytest.mark.parametrize(("needed", "installed"), [("1.2.0", "1.10.0"), ("0.1.2", "0.1.10")])
def test_a_later_runtime_that_keeps_its_promises_is_taken(
    monkeypatch: pytest.MonkeyPatch, needed: str, installed: str
) -> None:
    monkeypatch.setattr(versions, "RUNTIME_VERSION", installed)

    assert versions.require_runtime(needed, "demo") == installed


def test_generator_and_runtime_have_one_version() -> None:
    assert schemapress.__version__ == versions.RUNTIME_VERSION


def test_no_room_of_the_runtime_imports_one_above_it() -> None:
    floors = ("", "report", "xml", "xsd", "binding", "validation", "codec", "http")
    for path in RUNTIME.rglob("*.py"):
        room = path.relative_to(RUNTIME).parts[0] if path.parent != RUNTIME else ""
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("schemapress"), path
                above = (node.module or "").split(".")[0] if node.level == (2 if room else 1) else room
                target = above if (RUNTIME / above).is_dir() else ""
                assert floors.index(target) <= floors.index(room), (path, node.module)
