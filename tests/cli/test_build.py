"""`schemapress build` at a terminal: what it prints while it works, and how it builds again when a file changes."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MakeProject, run, schema

COMMAND = str(Path(sys.executable).with_name("schemapress"))
INTEGER = schema(
    '<xs:element name="r" type="T"/><xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'
)
LARGE = schema(
    "".join(
        f'<xs:element name="r{n}"><xs:complexType><xs:sequence><xs:element name="a{n}" type="xs:int"/>'
        f'<xs:element name="b{n}" type="xs:date" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
        for n in range(400)
    )
)
"""Takes a few seconds to build."""


CURRENT = "generated/{} is up to date: bindings, codec, scanner, validators, verify\n"


class Watch:
    """A process that watches a project, and the lines that it prints, as they come."""

    def __init__(self, project: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [COMMAND, "build", "--watch", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(project), os.environ.get("PYTHONPATH", "")])},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            for line in printed:
                self._lines.put(line)

    def until(self, words: str) -> list[str]:
        """Return the lines that are printed up to the one with some words."""
        lines: list[str] = []
        deadline = time.monotonic() + 30
        while not (lines and words in lines[-1]):
            try:
                lines.append(self._lines.get(timeout=max(deadline - time.monotonic(), 0.01)))
            except queue.Empty:
                raise AssertionError(f"{words!r} was not printed: {lines}") from None
        return lines

    def says_nothing_for(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._lines.empty()

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextlib.contextmanager
def watching(project: Path, *arguments: str) -> Iterator[Watch]:
    watch = Watch(project, *arguments)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()
        watch.reader.join()


def test_a_watch_builds_again_after_each_change_until_it_is_interrupted(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": INTEGER})
    xsd, validators = project / "spec" / "demo" / "r.xsd", project / "generated" / "demo" / "validators.py"

    with watching(project) as watch:
        assert "generated/demo from r.xsd" in watch.until("Watching")[0]

        xsd.write_text(INTEGER.replace("xs:int", "xs:date"), "utf-8")
        edit, built = watch.until("generated/demo from r.xsd")
        assert edit == "spec/demo/r.xsd changed\n"
        assert re.fullmatch(r"generated/demo from r.xsd: \d changed \(\d+\.\d s\)\n", built)
        assert "date" in validators.read_text("utf-8").lower()

        assert watch.says_nothing_for(1.5)
        code = watch.end()

    assert code == 130
    assert "Interrupted." in "".join(watch.until("Interrupted."))


def test_a_watch_goes_on_after_an_error(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": INTEGER})
    xsd, settings = project / "spec" / "demo" / "r.xsd", project / "pyproject.toml"

    with watching(project, "-q") as watch:
        wait_for(project / "generated" / "demo" / "codec.py")
        xsd.write_text(INTEGER.replace('"T"/>', '"Missing"/>', 1), "utf-8")
        watch.until("error: ")
        watch.until("Declare it")
        settings.write_text("[tool.schemapress]\nspce = 1\n", "utf-8")
        watch.until("has no key 'spce'")
        watch.until("Did you mean")
        xsd.write_text(INTEGER, "utf-8")
        settings.write_text('[tool.schemapress]\npackages = {demo = "other"}\n', "utf-8")
        wait_for(project / "generated" / "other" / "codec.py")
        assert watch.end() == 130


def test_a_watch_tells_that_an_error_is_gone_and_that_an_api_is(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": INTEGER, "../other/r.xsd": INTEGER})
    xsd, settings = project / "spec" / "demo" / "r.xsd", project / "pyproject.toml"

    with watching(project) as watch:
        watch.until("Watching")
        xsd.write_text(INTEGER.replace('"T"/>', '"Missing"/>', 1), "utf-8")
        watch.until("Declare it")
        xsd.write_text(INTEGER, "utf-8")
        assert watch.until("up to date")[1:] == [CURRENT.format("demo")]

        settings.write_text("[tool.schemapress]\nspce = 1\n", "utf-8")
        watch.until("Did you mean")
        settings.write_text("[tool.schemapress]\n", "utf-8")
        assert watch.until("other is up to date")[1:] == [CURRENT.format("demo"), CURRENT.format("other")]

        settings.write_text('[tool.schemapress]\nroots = ["more"]\n', "utf-8")
        watch.until("Create ")
        settings.write_text("[tool.schemapress]\n", "utf-8")
        watch.until("other is up to date")

        xsd.unlink()
        _, gone, package = watch.until("has no API")
        assert gone == "spec/demo has no XSD any more and is not built\n"
        assert package.startswith("warning: generated/demo has no API any more. Delete the folder")

        (project / "spec" / "other" / "r.xsd").write_text(INTEGER.replace("xs:int", "xs:date"), "utf-8")
        assert len(watch.until("generated/other from r.xsd")) == 2
        assert watch.says_nothing_for(1.5)


def test_a_watch_reads_bindings_anew_that_are_there_already(make_project: MakeProject) -> None:
    content = '<xs:element name="r"><xs:complexType><xs:sequence>{}</xs:sequence></xs:complexType></xs:element>'
    one, two = '<xs:element name="a" type="xs:int"/>', '<xs:element name="b" type="xs:int"/>'
    project = make_project({"r.xsd": schema(content.format(one + two))})
    assert run("build", cwd=project).returncode == 0
    models = (project / "generated" / "demo" / "bindings.py").read_text("utf-8")
    (project / "spec" / "demo" / "r.xsd").write_text(schema(content.format(one)), "utf-8")
    assert run("build", cwd=project).returncode == 0
    (project / "generated" / "demo" / "bindings.py").rename(project / "models.py")
    (project / "pyproject.toml").write_text('[tool.schemapress]\nbindings = {demo = "models"}\n', "utf-8")

    with watching(project) as watch:
        watch.until("Watching")
        (project / "models.py").write_text(models, "utf-8")
        watch.until("generate the bindings anew")
        (project / "spec" / "demo" / "r.xsd").write_text(schema(content.format(one + two)), "utf-8")
        assert "generated/demo from r.xsd: " in watch.until("generated/demo")[-1]


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 30
    while not file.is_file():
        assert time.monotonic() < deadline, f"{file} was not written"
        time.sleep(0.05)


def test_quiet_prints_errors_alone(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": INTEGER})

    done = run("build", "-q", cwd=project)
    again = run("build", "--quiet", cwd=project)
    (project / "spec" / "demo" / "r.xsd").write_text(INTEGER.replace("xs:int", "xs:integre"), "utf-8")
    wrong = run("build", "-q", cwd=project)
    both = run("build", "-q", "-v", cwd=project)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "r.xsd:3: The schema is invalid" in wrong.stderr
    assert both.returncode == 2
    assert "can't be combined" in both.stderr


def at_a_terminal(project: Path, *arguments: str) -> str:
    """Return the raw output of a build on a terminal of 60 columns."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "60"}
    with subprocess.Popen(
        [COMMAND, "build", *arguments], cwd=project, env=environment, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b""
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    written += os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
        process.communicate()
    os.close(ours)
    assert process.returncode == 0
    return written.decode()


@pytest.mark.skipif(os.name != "posix", reason="there is no pty here")
def test_progress_is_one_line_that_is_rewritten_and_erased(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": LARGE})

    written = at_a_terminal(project)

    erase, *lines, last = written.split("\r\x1b[K")
    assert (erase, last) == ("", "")
    assert all(re.fullmatch(r"generated/demo: [a-z ]+ \(\d+ s\)", line) for line in lines), lines
    steps = list(dict.fromkeys(line.split(": ")[1].rpartition(" (")[0] for line in lines))
    known = ["reading", "validators", "bindings", "scanner", "codec", "handlers", "formatting", "import check"]
    assert steps == [step for step in known if step in steps]
    assert steps


@pytest.mark.skipif(os.name != "posix", reason="there is no pty here")
def test_there_is_no_progress_where_nobody_wants_it(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": LARGE})

    assert at_a_terminal(project, "-q") == ""
    assert run("build", "--force", cwd=project).stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there, a process that is terminated gets no signal")
@pytest.mark.parametrize("times", [1, 2])
def test_a_build_that_is_terminated_leaves_no_temporary_folder(make_project: MakeProject, times: int) -> None:
    project = make_project()
    temporary = project / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("schemapress")), "build"],
        cwd=project,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while not list(temporary.glob("*/output")):  # xsdata has been started
        assert process.poll() is None
        time.sleep(0.005)

    for _ in range(times):  # `timeout` sends the signal to the process and to its group
        process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)

    assert process.returncode == 143
    assert said == ""
    assert list(temporary.iterdir()) == []
    assert not list(project.glob("generated/.*"))
    assert run("build", cwd=project).returncode == 0


def test_verbose_says_how_each_root_is_read(make_project: MakeProject) -> None:
    many = "".join(f'<xs:element name="m{number}" type="xs:int"/>' for number in range(11))
    plain = '<xs:complexType><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>'
    project = make_project({"a.xsd": schema(f'<xs:element name="plain">{plain}</xs:element>{many}')})

    first = run("build", "-v", cwd=project).stdout.splitlines()
    forced = run("build", "-v", "--force", cwd=project).stdout.splitlines()
    usual = run("build", "--force", cwd=project).stdout.splitlines()

    said = [line for line in first if "<" in line]
    assert said[:2] == ["  <plain> is read by the scanner", "  <m0> is read tag by tag: its content is simple"]
    assert len(said) == 10
    assert first[-1] == "  and 2 more"
    assert [*said, "  and 2 more"] == forced[2:]
    assert len(usual) == 2


def test_a_build_says_once_how_to_get_handlers_where_an_api_has_no_endpoints(make_project: MakeProject) -> None:
    line = (
        "  No handlers or client were made: the API has no endpoint facts. "
        "`schemapress endpoints demo` writes a first file."
    )
    project = make_project({"a.xsd": schema('<xs:element name="a" type="xs:int"/>')})

    assert run("build", cwd=project).stdout.splitlines()[1:] == [line]
    assert line not in run("build", cwd=project).stdout
    assert run("build", "--force", "-q", cwd=project).stdout == ""
    make_project({}, settings='targets = ["bindings", "validators"]')
    assert line not in run("build", "--force", cwd=project).stdout


def test_a_watch_does_not_repeat_that_an_api_has_no_endpoints(make_project: MakeProject) -> None:
    project = make_project({"r.xsd": schema('<xs:element name="r" type="xs:int"/>')})
    with watching(project) as watch:
        assert "endpoint facts" in "".join(watch.until("Watching"))
        (project / "spec" / "demo" / "r.xsd").write_text(schema('<xs:element name="r" type="xs:date"/>'), "utf-8")
        assert watch.until("changed (")[-1].startswith("generated/demo from")
        assert watch.says_nothing_for(1.0)
