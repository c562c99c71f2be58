"""Packages are put in place whole, one build at a time, and only if they can be imported."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from schemapress.build.install import install
from schemapress.errors import SchemapressError
from schemapress.workspace import workspace
from tests.conftest import MakeProject, run

PACKAGE = "generated/demo"
MANIFEST = b'{"files": {"a.py": "", "b.py": ""}}'


def test_builds_that_run_at_once_do_not_get_in_each_others_way(make_project: MakeProject) -> None:
    project = make_project()
    command = [str(Path(sys.executable).with_name("schemapress")), "build", "--force"]

    running = [subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    done = [(process.communicate()[1], process.returncode) for process in running]

    assert done == [("", 0)] * 4
    assert [path.name for path in (project / "generated").iterdir()] == ["demo"]
    assert subprocess.run([sys.executable, project / PACKAGE / "verify.py"], check=False).returncode == 0


def test_a_file_of_the_user_in_place_of_the_package_is_refused(make_project: MakeProject) -> None:
    project = make_project()
    (project / "generated").mkdir()
    (project / PACKAGE).write_text("mine", "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert f"{project / PACKAGE}: The build would overwrite this file, which it did not generate." in done.stderr
    assert (project / PACKAGE).read_text("utf-8") == "mine"


def test_a_package_behind_a_link_is_written_where_the_link_leads(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "demo").symlink_to("elsewhere")

    install({"a.py": b"a = 1\n"}, tmp_path / "demo")

    assert (tmp_path / "demo").is_symlink()
    assert (tmp_path / "elsewhere" / "a.py").read_bytes() == b"a = 1\n"


def test_leftovers_of_a_killed_build_are_removed_and_files_of_a_running_one_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with workspace() as (left, _):
        shutil.copytree(left, tmp_path / "schemapress-build-left")
    (tmp_path / "schemapress-build-of-a-user").mkdir()
    (tmp_path / "output" / ".other.staging-left0000").mkdir(parents=True)

    with workspace() as (others, _):
        with workspace() as (own, _):
            kept = {others.name, own.name, "output", "schemapress-build-of-a-user"}
            assert {path.name for path in tmp_path.iterdir()} == kept
        install({"a.py": b""}, tmp_path / "output" / "demo")

    assert {path.name for path in tmp_path.iterdir()} == {"output", "schemapress-build-of-a-user"}
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["demo"]


def test_an_installation_waits_for_another_one(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from schemapress.build.install import install\n"
    script += "install({'a.py': b''}, Path(sys.argv[1]))"
    lock = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "demo")])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert not (tmp_path / "demo").exists()
    finally:
        os.close(lock)

    assert process.wait(10) == 0
    assert (tmp_path / "demo" / "a.py").exists()


def test_a_disk_that_takes_no_more_is_named(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from schemapress.build.install import install\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "install({'a.py': b'#' * 10_000}, Path(sys.argv[1]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "demo")], capture_output=True, text=True, check=False
    )

    assert done.stderr.endswith(f"SchemapressError: {tmp_path / 'demo'}: This can't be written: File too large.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_can_not_be_imported_is_not_installed(make_project: MakeProject) -> None:
    project = make_project(settings='templates = "own"')
    (project / "own").mkdir()
    assert run("build", cwd=project).returncode == 0
    before = {path.name: path.read_bytes() for path in (project / PACKAGE).glob("*.*")}
    (project / "own" / "handlers.py.jinja").write_text('"""Mine."""\n\nimport nothing_of_this_name\n', "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert f"{project / PACKAGE}/handlers.py:6: The package that was built can't be imported: " in done.stderr
    assert "No module named 'nothing_of_this_name'" in done.stderr
    assert {path.name: path.read_bytes() for path in (project / PACKAGE).glob("*.*")} == before
    assert [path.name for path in (project / "generated").iterdir()] == ["demo"]


def test_modules_of_the_user_inside_the_package_are_not_imported(make_project: MakeProject) -> None:
    project = make_project()
    assert run("build", cwd=project).returncode == 0
    (project / PACKAGE / "mine.py").write_text("raise SystemExit(5)\n", "utf-8")

    assert run("build", "--force", cwd=project).returncode == 0


def test_a_check_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    def refuse(staged: Path) -> None:
        assert (staged / "b.py").read_bytes() == b"new"
        raise SchemapressError("no")

    install({"a.py": b"old"}, tmp_path / "demo")

    with pytest.raises(SchemapressError, match="no"):
        install({"b.py": b"new"}, tmp_path / "demo", refuse)

    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["a.py"]
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


_WITHOUT_EXCHANGE = """
import os, signal, sys
from pathlib import Path
from schemapress.build import install

rename, renamed = Path.rename, []

def at_once(path, target):
    renamed.append(path)
    if len(renamed) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(path, target)

install._swap = lambda one, other: False
Path.rename = at_once
install.install({"b.py": b"new"}, Path(sys.argv[1]))
"""
"""Installs a package where folders can't be swapped in one step, and is killed before the rename of a number."""


@pytest.mark.parametrize("number", [1, 2])
def test_a_package_outlives_a_build_that_is_killed_while_it_puts_a_new_one_in_place(
    tmp_path: Path, number: int
) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"old", "MANIFEST.json": b'{"files": {"a.py": ""}}'}, package)
    (package / "mine.py").write_bytes(b"mine")

    command = [sys.executable, "-c", _WITHOUT_EXCHANGE, str(package), str(number)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert package.exists() == (number == 1)
    install({"c.py": b"another"}, tmp_path / "other")

    assert {path.name for path in tmp_path.iterdir()} == {"demo", "other"}
    assert (package / "a.py").read_bytes() == b"old"
    assert (package / "mine.py").read_bytes() == b"mine"


def test_files_of_the_user_are_in_the_package_that_is_built_after_a_kill(tmp_path: Path) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"old", "MANIFEST.json": b'{"files": {"a.py": ""}}'}, package)
    (package / "mine.py").write_bytes(b"mine")
    subprocess.run([sys.executable, "-c", _WITHOUT_EXCHANGE, str(package), "2"], check=False)

    install({"c.py": b"new", "MANIFEST.json": b'{"files": {"c.py": ""}}'}, package)

    assert {path.name for path in package.iterdir()} == {"c.py", "MANIFEST.json", "mine.py"}
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_package_goes_back_where_the_new_one_does_not_get_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"old"}, package)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if target == package and not path.name.endswith("-old"):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr("schemapress.build.install._swap", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", refuse)

    with pytest.raises(SchemapressError, match="can't be written: Permission denied"):
        install({"b.py": b"new"}, package)

    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert [path.name for path in package.iterdir()] == ["a.py"]


def test_a_package_is_put_in_place_where_folders_can_not_be_swapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"old"}, package)
    monkeypatch.setattr("schemapress.build.install._swap", lambda one, other: False)

    install({"b.py": b"new"}, package)

    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert (package / "b.py").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["..staging-a-old", ".env.staging-eu", ".helper.staging-x-old", ".a.staging-old"])
def test_a_folder_that_no_build_made_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("mine = 1\n", "utf-8")

    install({"__init__.py": b"", "MANIFEST.json": b"{}"}, tmp_path / "api")

    assert (tmp_path / name / "__init__.py").read_text("utf-8") == "mine = 1\n"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == ["api"]


def test_a_file_that_is_unchanged_is_kept_and_not_written_again(tmp_path: Path) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"a = 1\n", "b.py": b"b = 1\n", "MANIFEST.json": MANIFEST}, package)
    before = {name: (package / name).stat() for name in ("a.py", "b.py")}

    install({"a.py": b"a = 1\n", "b.py": b"b = 2\n", "MANIFEST.json": MANIFEST}, package)

    assert (package / "a.py").stat().st_ino == before["a.py"].st_ino
    assert (package / "b.py").stat().st_ino != before["b.py"].st_ino
    assert (package / "b.py").read_bytes() == b"b = 2\n"


def test_a_file_that_became_a_link_is_written_as_a_file(tmp_path: Path) -> None:
    package = tmp_path / "demo"
    install({"a.py": b"a = 1\n", "MANIFEST.json": MANIFEST}, package)
    (package / "a.py").rename(tmp_path / "elsewhere.py")
    (package / "a.py").symlink_to(tmp_path / "elsewhere.py")

    install({"a.py": b"a = 1\n", "MANIFEST.json": MANIFEST}, package)

    assert not (package / "a.py").is_symlink()
