"""Which targets there are: built-in ones, and those of an installed package; and what names of targets go together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.targets.registry import (
    BUILT_IN_CLASSES,
    BUILT_IN_TARGETS,
    DEFAULT_TARGETS,
    find_makers_of_classes,
    find_quick_check,
    load_classes_target,
    load_targets,
)
from tests.conftest import MakeProject

PLUG_IN = '''
"""A target that lists the messages of an API, and one that makes classes as the target `bindings` does."""

from schemapress.targets.bindings.target import BindingsTarget
from schemapress.targets.code import fill, literal, module
from schemapress.targets.target import File, Import


class Listing:
    name = "listing"
    requires = ("bindings",)

    def emit(self, context):
        (name,) = context.shapes.root_names(context.schema.documents)
        text = fill("NAME = {}\\n", literal(name))
        exports = (Import(module(".listing"), ("NAME",)),)
        yield File("listing.py", text, exports=exports, documentation="`NAME` is the class of the message.")


class OwnClasses(BindingsTarget):
    name = "own-classes"
'''
ENTRY_POINTS = """
[schemapress.targets]
listing = plug_in:Listing
own-classes = plug_in:OwnClasses

[schemapress.classes]
own-classes = plug_in:OwnClasses
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with a package as pip installs one."""
    folder = tmp_path / "site"
    (folder / "plug_in-1.2.dist-info").mkdir(parents=True)
    (folder / "plug_in-1.2.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: plug-in\nVersion: 1.2\n")
    (folder / "plug_in-1.2.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
    (folder / "plug_in.py").write_text(PLUG_IN)
    return folder


@pytest.mark.parametrize("classes", ["bindings", "own-classes"])
def test_the_targets_of_an_installed_package_are_listed_by_their_names(
    make_project: MakeProject, installed: Path, classes: str
) -> None:
    project = make_project(settings=f'targets = ["{classes}", "validators", "scanner", "codec", "listing"]')
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), *filter(None, sys.path)])}

    done = subprocess.run(
        [sys.executable, "-m", "schemapress", "build"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    package = project / "generated" / "demo"
    assert (package / "listing.py").read_text("utf-8").endswith('NAME = "NotifyInProgress"\n')
    init = (package / "__init__.py").read_text("utf-8")
    assert "`NAME` is the class of the message.\n`decode` turns" in init
    assert "from .listing import NAME" in init
    assert "class NotifyInProgress:" in (package / "bindings.py").read_text("utf-8")
    assert '"plug-in": "1.2"' in (package / "MANIFEST.json").read_text("utf-8")


def test_each_built_in_target_has_its_name() -> None:
    for name in BUILT_IN_TARGETS:
        (target, *_) = load_targets([name, *DEFAULT_TARGETS])
        assert target.name == name
    assert DEFAULT_TARGETS == ("bindings", "validators", "scanner", "codec", "handlers", "client", "testing")


def test_the_validators_ask_the_first_target_that_has_a_quick_check() -> None:
    check = find_quick_check(load_targets(DEFAULT_TARGETS))

    assert check is not None
    assert (check.module, check.names) == (".scanner", ("accepts",))
    assert find_quick_check(load_targets(["validators"])) is None


def test_the_binding_classes_are_made_by_one_target() -> None:
    for name in BUILT_IN_CLASSES:
        target = load_classes_target([name, "validators"])
        assert target is not None
        assert target.name == name
    assert find_makers_of_classes(["validators", "pydantic", "scanner"]) == ["pydantic"]
    assert load_classes_target(["validators"]) is None
    with pytest.raises(SchemapressError, match="The targets 'bindings' and 'pydantic' both make the binding classes"):
        load_classes_target(BUILT_IN_CLASSES)


def test_a_target_that_is_not_there_and_one_that_needs_others_are_errors() -> None:
    with pytest.raises(
        SchemapressError, match=r"There is no target 'codecs'[^.]*\.\n  Known are bindings, client, codec, "
    ):
        load_targets(["codecs"])
    with pytest.raises(
        SchemapressError,
        match=r"The target 'codec' needs the targets bindings, validators and scanner\.\n  Add bindings or pydantic, ",
    ):
        load_targets(["validators", "codec"])
