"""What packages have of SOAP: nothing where no endpoint is of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import MakeProject, run
from tests.support.soap import ORDERS


def modules(package: Path) -> set[str]:
    return {path.name for path in (package / "_runtime" / "http" / "soap").glob("*.py")}


def test_only_a_package_with_operations_carries_the_runtime_of_soap(make_project: MakeProject) -> None:
    project = make_project()
    shutil.copy(ORDERS, project)
    assert run("capture", "orders.wsdl", "--into", "spec/orders", cwd=project).returncode == 0

    done = run("build", cwd=project)

    assert done.returncode == 0, done.stderr
    assert modules(project / "generated" / "demo") == set()
    assert {"endpoint.py", "operation.py", "envelope.py"} <= modules(project / "generated" / "orders")
    for name in ("handlers.py", "client.py"):
        assert "soap" not in (project / "generated" / "demo" / name).read_text("utf-8").lower()
