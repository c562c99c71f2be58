"""Fixtures: the ticketing API as it is in the repository, and small projects made for one test."""

from __future__ import annotations

import contextlib
import io
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from schemapress.cli import main

REPOSITORY = Path(__file__).parent.parent
XSD = REPOSITORY / "spec" / "cityfibre-ticketing" / "notify-in-progress.xsd"
MESSAGE = (Path(__file__).parent / "data" / "notify-in-progress.xml").read_bytes()

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

SCHEMA = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{attributes}>
{content}
</xs:schema>
"""


def schema(content: str, attributes: str = "") -> str:
    """Return the text of a schema document."""
    return SCHEMA.format(content=content, attributes=attributes and f" {attributes}")


@pytest.fixture(scope="session", autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for caches of all commands that tests run, so that none is written to the user's own."""
    folder = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture
def message() -> bytes:
    """A valid message, with every optional element but one email."""
    return MESSAGE


MakeProject = Callable[..., Path]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Return a function that lays out a project: files of spec/demo, and lines of [tool.schemapress]."""

    def make(files: Mapping[str, str] | None = None, settings: str = "") -> Path:
        root = tmp_path / "project"
        folder = root / "spec" / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        if files is None:
            shutil.copy(XSD, folder)
        for name, text in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        (root / "pyproject.toml").write_text(f"[tool.schemapress]\n{settings}\n", "utf-8")
        return root

    return make


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process: one of its own takes as long to start as most commands to run."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", newline="\n") for _ in range(2))
    handler = signal.getsignal(signal.SIGTERM)
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
    ):
        warnings.resetwarnings()
        for ignored in (DeprecationWarning, ResourceWarning):  # as Python does by default
            warnings.simplefilter("ignore", ignored)
        patch.setattr(sys, "argv", ["schemapress", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(), "utf-8"))
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            signal.signal(signal.SIGTERM, handler)
    assert isinstance(code, int)
    return subprocess.CompletedProcess(["schemapress", *arguments], code, _read(output), _read(errors))


def _read(stream: io.TextIOWrapper) -> str:
    """Return what was written, as a pipe gives it."""
    stream.flush()
    stream.seek(0)
    return stream.read().replace("\r\n", "\n")


def run_process(*arguments: str, cwd: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, in a process of its own."""
    command = [str(Path(sys.executable).with_name("schemapress")), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
