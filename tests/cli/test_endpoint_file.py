"""`endpoints.toml` as an input of build, check, diff, watch and export: it belongs to the version of its API."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from schemapress.build.watched import find_changed, read_stamps
from schemapress.project import load_project
from tests.conftest import MakeProject, run, schema

ORDER = schema(
    '<xs:element name="order"><xs:complexType><xs:sequence>'
    '<xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>',
    'targetNamespace="urn:a" elementFormDefault="qualified"',
)
FACTS = """[[endpoint]]
name = "placeOrder"
method = "POST"
path = "/orders"
request = { element = "order" }
response = [{ status = 204 }]
"""


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"order.xsd": ORDER, "endpoints.toml": FACTS})


def test_a_package_with_facts_in_a_file_has_handlers_a_client_and_a_test_kit(project: Path) -> None:
    built = run("build", cwd=project)

    assert built.returncode == 0, built.stderr
    package = project / "generated" / "demo"
    assert "def place_order(self, message: bindings.Order, request: Request)" in (package / "handlers.py").read_text()
    assert "def place_order" in (package / "client.py").read_text()
    assert "place_order" in (package / "testing.py").read_text()
    assert "no handlers" not in built.stdout


def test_check_reports_a_changed_and_a_removed_file(project: Path) -> None:
    file = project / "spec" / "demo" / "endpoints.toml"
    assert run("build", cwd=project).returncode == 0
    assert "endpoints.toml" in (project / "generated" / "demo" / "MANIFEST.json").read_text()
    assert run("check", cwd=project).returncode == 0

    file.write_text(FACTS.replace("/orders", "/order"), "utf-8")
    changed = run("check", cwd=project)
    assert changed.returncode == 1
    assert "+    path='/order'," in changed.stdout.replace('"', "'").replace("        ", "    ")
    assert "1 changed" not in run("build", cwd=project).stdout

    file.unlink()
    assert run("check", cwd=project).returncode == 1
    assert "is up to date" not in run("build", cwd=project).stdout
    assert not (project / "generated" / "demo" / "handlers.py").exists()


def test_a_change_of_the_file_is_watched(project: Path) -> None:
    file = project / "spec" / "demo" / "endpoints.toml"
    before = read_stamps(load_project(project))

    file.write_text(FACTS + "\n", "utf-8")

    assert find_changed(before, read_stamps(load_project(project))) == [file.resolve()]


def test_two_folders_differ_by_their_files(project: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "order.xsd").write_text(ORDER, "utf-8")
    (new / "endpoints.toml").write_text(FACTS.replace("/orders", "/order"), "utf-8")

    done = run("diff", "spec/demo", str(new), "--fail-on", "breaking", cwd=project)

    assert "spec/demo/endpoints.toml:1" in done.stdout
    assert "from /orders to /order." in done.stdout
    assert done.returncode == 1


def test_a_revision_has_its_own_file(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")
    file = project / "spec" / "demo" / "endpoints.toml"
    assert run("diff", "--against", "HEAD", cwd=project).stdout == "No specification changed.\n"

    file.write_text(FACTS + "deprecated = true\n" + FACTS.replace("lace", "ut").replace("/o", "/p/o"), "utf-8")
    added = run("diff", "--against", "HEAD", cwd=project)
    assert "POST /p/orders was added" in added.stdout

    file.unlink()
    removed = run("diff", "--against", "HEAD", cwd=project)
    assert "POST /orders was removed" in removed.stdout


def test_the_sunset_of_an_endpoint_counts(project: Path, tmp_path: Path) -> None:
    file = project / "spec" / "demo" / "endpoints.toml"
    file.write_text(FACTS + "sunset = 2020-01-31\n", "utf-8")
    new = tmp_path / "new"
    new.mkdir()
    (new / "order.xsd").write_text(ORDER, "utf-8")

    done = run("diff", "spec/demo", str(new), cwd=project)

    assert "2020-01-31" in done.stdout
    assert done.returncode == 0


def test_a_wrong_lifecycle_is_refused_with_its_line(project: Path, tmp_path: Path) -> None:
    file = project / "spec" / "demo" / "endpoints.toml"
    file.write_text(FACTS + 'sunset = "soon"\n', "utf-8")

    new = tmp_path / "new"
    new.mkdir()
    (new / "order.xsd").write_text(ORDER, "utf-8")

    done = run("diff", "spec/demo", str(new), cwd=project)

    assert done.returncode == 2
    assert "sunset is 'soon'" in done.stderr
    assert "endpoints.toml:1" in done.stderr


def test_a_renamed_namespace_is_renamed_in_the_file_too(project: Path, tmp_path: Path) -> None:
    file = project / "spec" / "demo" / "endpoints.toml"
    facts = '[prefixes]\na = "urn:a"\n' + FACTS.replace('"order"', '"a:order"')
    file.write_text(facts, "utf-8")
    new = tmp_path / "new"
    new.mkdir()
    (new / "order.xsd").write_text(ORDER.replace("urn:a", "urn:b"), "utf-8")
    (new / "endpoints.toml").write_text(facts.replace("urn:a", "urn:b"), "utf-8")

    done = run("diff", "spec/demo", str(new), cwd=project)

    assert "namespace-changed" in done.stdout
    assert done.stderr == ""


def test_the_exported_openapi_document_has_the_endpoints(project: Path) -> None:
    done = run("export", "openapi", "demo", cwd=project)

    assert done.returncode == 0, done.stderr
    assert "/orders:" in done.stdout


def test_an_error_names_the_file_and_the_line(project: Path) -> None:
    (project / "spec" / "demo" / "endpoints.toml").write_text(FACTS.replace("method", "metod"), "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "spec/demo/endpoints.toml:3: The endpoint has no key 'metod'." in done.stderr
    assert "Did you mean 'method'?" in done.stderr


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
