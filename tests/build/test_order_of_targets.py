"""The order in which a build emits the targets."""

from __future__ import annotations

from schemapress.build.emit import emit
from schemapress.project import load_project
from tests.conftest import MakeProject


def test_targets_that_need_no_classes_come_first(make_project: MakeProject) -> None:
    loaded = load_project(make_project(settings='targets = ["bindings", "scanner", "validators"]'))
    (folder,) = loaded.apis()
    steps: list[str] = []

    emit(loaded, folder, steps.append)

    assert steps == ["reading", "validators", "bindings", "scanner", "formatting"]
