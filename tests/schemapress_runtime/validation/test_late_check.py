"""The emitted scanner, which a process that only validates does not load at once: it loads the classes."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from schemapress_runtime.validation import late_check
from schemapress_runtime.validation.late_check import ASKED_BEFORE, check_late
from tests.conftest import REPOSITORY

SCRIPT = """
import sys
from cityfibre_ticketing import validate, validate_file
assert validate_file(sys.argv[1]).valid
data = open(sys.argv[1], "rb").read()
print("cityfibre_ticketing.bindings" in sys.modules, "xsdata" in sys.modules)
for _ in range(200):
    assert validate(data).valid
print("cityfibre_ticketing.bindings" in sys.modules)
"""


def test_a_process_that_validates_few_documents_loads_no_classes() -> None:
    command = [sys.executable, "-c", SCRIPT, str(REPOSITORY / "tests" / "data" / "notify-in-progress.xml")]

    done = subprocess.run(command, cwd=REPOSITORY / "generated", capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[0].startswith("False")
    assert done.stdout.splitlines()[1] == "True"


def test_the_check_is_asked_once_its_module_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("demo.scanner")
    module.accepts = lambda text: text == "good"  # type: ignore[attr-defined]  # as an emitted module has it
    check = check_late("demo.validators", ".scanner", "accepts")

    assert not check("good")
    monkeypatch.setitem(sys.modules, "demo.scanner", module)
    assert check("good")
    assert not check("bad")


def test_the_module_is_loaded_after_some_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(name: str) -> ModuleType:
        loaded.append(name)
        module = ModuleType(name)
        module.accepts = lambda text: True  # type: ignore[attr-defined]  # as an emitted module has it
        return module

    monkeypatch.setattr(late_check, "import_module", load)
    check = check_late("demo.validators", ".scanner", "accepts")

    assert not any(check("") for _ in range(ASKED_BEFORE))
    assert check("")
    assert loaded == ["demo.scanner"]
