"""Bindings that are there already: validators and a codec for exactly those classes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MESSAGE, XSD

SCRIPT = """
import sys
from their.tickets import NotifyInProgress
from demo import decode, encode
message = sys.stdin.buffer.read()
value = decode(message)
assert type(value) is NotifyInProgress
assert decode(encode(value)) == value
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with classes of its own, which xsdata generated in the form that it has by default."""
    (tmp_path / "spec" / "demo").mkdir(parents=True)
    shutil.copy(XSD, tmp_path / "spec" / "demo" / "notify.xsd")
    (tmp_path / "pyproject.toml").write_text('[tool.schemapress]\nbindings = {demo = "their.tickets"}\n', "utf-8")
    call(tmp_path, "xsdata", "generate", "spec/demo/notify.xsd", "--package", "their.tickets")
    return tmp_path


def call(project: Path, command: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    python_path = os.pathsep.join([str(project), str(project / "generated")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": python_path}
    program = scripts / command
    return subprocess.run(
        [program, *arguments], cwd=project, env=environment, input=stdin, capture_output=True, check=False
    )


def test_the_classes_that_are_there_get_a_codec(project: Path) -> None:
    built = call(project, "schemapress", "build")
    used = call(project, "python", "-c", SCRIPT, stdin=MESSAGE)

    assert built.returncode == 0, built.stderr
    assert used.returncode == 0, used.stderr


def test_a_class_that_does_not_match_the_schema_is_named(project: Path) -> None:
    xsd = project / "spec" / "demo" / "notify.xsd"
    xsd.write_text(xsd.read_text("utf-8").replace('name="serviceAffected"', 'name="service"'), "utf-8")

    done = call(project, "schemapress", "build")

    assert done.returncode == 2
    assert b"The class NotifyInProgress of their.tickets has no field for the element service." in done.stderr


def test_a_package_that_is_not_there_is_named(project: Path) -> None:
    shutil.rmtree(project / "their")

    done = call(project, "schemapress", "build")

    assert done.returncode == 2
    assert b"The bindings 'their.tickets' can't be imported" in done.stderr
