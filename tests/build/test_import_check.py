"""A package is imported before it is installed, in a copy of the process or in a new one, with the same answer."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemapress.build.import_check import ImportCheck
from schemapress.errors import SchemapressError
from tests.conftest import MakeProject, run

INSTALLED = Path("generated/demo")


@pytest.fixture(params=["in a copy of the process", "in a new process"])
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let another thread run, or none: a process with several threads is not copied."""
    if request.param == "in a copy of the process":
        yield
        return
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    yield
    done.set()
    other.join()


def _write(folder: Path, **modules: str) -> Path:
    for name, text in {"__init__": "", **modules}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return folder


@pytest.mark.usefixtures("way")
def test_a_package_that_can_be_imported_is_accepted(tmp_path: Path) -> None:
    ImportCheck(_write(tmp_path, a="from . import b", b="import json"), ["a", "b"]).check(INSTALLED)


@pytest.mark.usefixtures("way")
def test_an_error_has_the_place_where_it_was_raised(tmp_path: Path) -> None:
    with pytest.raises(SchemapressError) as raised:
        ImportCheck(_write(tmp_path, a="\nimport nothing_of_this_name"), ["a"]).check(INSTALLED)

    assert "ModuleNotFoundError: No module named 'nothing_of_this_name'" in raised.value.message
    assert raised.value.place == "generated/demo/a.py:2"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("text", ["raise SystemExit(5)", "raise KeyboardInterrupt", "import os; os._exit(3)"])
def test_a_module_that_ends_its_process_is_an_error_and_the_build_goes_on(tmp_path: Path, text: str) -> None:
    with pytest.raises(SchemapressError, match="The package that was built can't be imported: "):
        ImportCheck(_write(tmp_path, a=text), ["a"]).check(INSTALLED)


@pytest.mark.usefixtures("way")
def test_what_a_module_prints_is_not_shown_and_it_can_read_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "import os; print('a'); os.write(1, b'b'); os.write(2, b'c'); assert os.read(0, 1) == b''"

    ImportCheck(_write(tmp_path, a=text), ["a"]).check(INSTALLED)

    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("way")
def test_a_package_gets_the_modules_of_the_runtime_in_place_of_its_copies(make_project: MakeProject) -> None:
    project = make_project()
    assert run("build", cwd=project).returncode == 0
    package = project / "generated" / "demo"
    (package / "_runtime" / "names.py").write_text("raise ValueError\n", "utf-8")

    ImportCheck(package, ["handlers", "client", "testing"]).check(INSTALLED)


@pytest.mark.usefixtures("way")
def test_a_process_that_a_module_leaves_behind_does_not_hold_up_the_build(tmp_path: Path) -> None:
    text = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)"
    start = time.monotonic()

    ImportCheck(_write(tmp_path, a=text), ["a"]).check(INSTALLED)

    assert time.monotonic() - start < 30


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies the process")
def test_a_copy_has_no_file_of_the_build_and_ends_without_a_word_to_the_parent(tmp_path: Path) -> None:
    """The lock of a folder that is built is such a file; a parent that ignores SIGCHLD is told nothing."""
    _write(tmp_path, a='import os\nassert len(os.listdir("/proc/self/fd")) == 5, os.listdir("/proc/self/fd")')
    program = (
        "import signal, sys\nfrom pathlib import Path\nfrom schemapress.build.import_check import ImportCheck\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nlock = open('lock', 'w')\n"
        f"ImportCheck(Path({str(tmp_path)!r}), ['a']).check(Path('generated/demo'))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
