"""`schemapress validate`: which documents it takes, which schema it takes them by, and how it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

import schemapress
from tests.conftest import MakeProject, run, run_process, schema

INTEGER = schema('<xs:element name="r" type="xs:int"/>')
CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'
TYPE = '<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a schema, and documents in two levels: two are valid, and one is not."""
    (tmp_path / "r.xsd").write_text(INTEGER, "utf-8")
    (tmp_path / "documents" / "deep").mkdir(parents=True)
    (tmp_path / "documents" / "b.xml").write_text("<r>1</r>", "utf-8")
    (tmp_path / "documents" / "deep" / "A.XML").write_text("<r>\nx</r>", "utf-8")
    (tmp_path / "documents" / "c.Xml").write_text("<r>2</r>", "utf-8")
    (tmp_path / "documents" / "notes.txt").write_text("none", "utf-8")
    return tmp_path


def test_a_folder_stands_for_its_documents_in_the_order_of_their_paths(folder: Path) -> None:
    done = run("validate", "--schema", "r.xsd", "documents", cwd=folder)

    assert done.returncode == 1
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [
        "documents/b.xml",
        "documents/c.Xml",
        "documents/deep/A.XML:1:1",
    ]
    assert done.stderr == "2 of 3 documents are valid\n"


def test_hidden_folders_are_left_out(folder: Path) -> None:
    (folder / "documents" / ".idea").mkdir()
    (folder / "documents" / ".idea" / "workspace.xml").write_text("<project/>", "utf-8")

    assert "workspace" not in run("validate", "--schema", "r.xsd", "documents", cwd=folder).stdout


@pytest.mark.parametrize(
    ("text", "code", "said"), [("<r>1</r>", 0, "<stdin>: valid\n"), ("<r>x</r>", 1, "<stdin>:1:1: /r")]
)
def test_a_hyphen_is_standard_input(folder: Path, text: str, code: int, said: str) -> None:
    command = [str(Path(sys.executable).with_name("schemapress")), "validate", "--schema", "r.xsd", "-"]
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout[: len(said)], done.stderr) == (code, said, "")


def test_an_unreadable_file_is_reported_and_the_others_are_validated(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "documents" / "dangling.xml").symlink_to("nowhere")

    done = run(
        "validate", "--schema", "r.xsd", "missing.xml", "empty", "documents/dangling.xml", "documents/b.xml", cwd=folder
    )

    assert (done.returncode, done.stdout) == (2, "documents/b.xml: valid\n")
    assert done.stderr.splitlines() == [
        "error: missing.xml: This can't be read: No such file or directory.",
        "error: empty: There is no .xml file in this folder.",
        "error: documents/dangling.xml: This can't be read: No such file or directory.",
        "1 of 3 documents is valid; 2 could not be read",
    ]


def test_an_empty_folder_is_no_document_and_an_error(folder: Path) -> None:
    (folder / "empty").mkdir()

    done = run("validate", "--schema", "r.xsd", "documents/b.xml", "empty", "empty", cwd=folder)

    assert (done.returncode, done.stdout) == (2, "documents/b.xml: valid\n")
    assert done.stderr == "error: empty: There is no .xml file in this folder.\n"


def test_a_file_named_twice_is_validated_once(folder: Path) -> None:
    names = ("documents/b.xml", "./documents/b.xml", "documents", str(folder / "documents"), "nowhere", "./nowhere")

    done = run("validate", "--schema", "r.xsd", *names, cwd=folder)

    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [
        "documents/b.xml",
        "documents/c.Xml",
        "documents/deep/A.XML:1:1",
    ]
    assert done.stderr.splitlines()[-1] == "2 of 4 documents are valid; 1 could not be read"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever runs this can read every folder")
def test_a_folder_inside_that_can_not_be_read_is_told(folder: Path) -> None:
    (folder / "documents" / "deep").chmod(0)
    try:
        done = run("validate", "--schema", "r.xsd", "documents", cwd=folder)
    finally:
        (folder / "documents" / "deep").chmod(0o700)

    assert done.returncode == 2
    assert "error: documents/deep: This can't be read: Permission denied." in done.stderr


def test_a_name_that_is_no_utf_8_can_be_printed(folder: Path) -> None:
    name = os.fsdecode(b"documents/\xff.xml")
    (folder / name).write_text("<r/>", "utf-8")

    for style in ("text", "json", "junit", "github"):
        done = run("validate", "--schema", "r.xsd", "--format", style, name, cwd=folder)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert "documents/�.xml" in done.stdout or "documents/\\ufffd.xml" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_a_folder_is_told_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "documents" / "a.xml")

    done = run_process("validate", "--schema", "r.xsd", "documents", cwd=folder, timeout=30)

    assert done.returncode == 2
    assert "error: documents/a.xml: This can't be read: it is not a regular file." in done.stderr.splitlines()
    assert "documents/b.xml: valid" in done.stdout.splitlines()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_that_is_named_is_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with subprocess.Popen(["sh", "-c", "echo '<r>1</r>' > pipe"], cwd=folder):
        done = run_process("validate", "--schema", "r.xsd", "pipe", cwd=folder, timeout=30)

    assert (done.returncode, done.stdout) == (0, "pipe: valid\n")


@pytest.mark.skipif(os.name != "posix", reason="the shell closes standard input")
def test_a_standard_input_that_is_closed_is_told(folder: Path) -> None:
    command = f"'{Path(sys.executable).with_name('schemapress')}' validate --schema r.xsd - <&-"
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: <stdin>: This can't be read: standard input is closed.\n"


@pytest.mark.skipif(os.name != "posix", reason="no file has such a name")
def test_control_characters_of_a_name_are_escaped(folder: Path) -> None:
    (folder / "a\nb: valid\x1b[2J.xml").write_text("<r>1</r>", "utf-8")
    (folder / "c\nd.xml").write_text("<r>x</r>", "utf-8")
    (folder / "e\nf.xml").symlink_to("nowhere")

    done = run(
        "validate", "--schema", "r.xsd", "a\nb: valid\x1b[2J.xml", "c\nd.xml", "e\nf.xml", "e\nf.xml", cwd=folder
    )

    first, second = done.stdout.splitlines()
    assert first == "a\\nb: valid\\x1b[2J.xml: valid"
    assert second.startswith("c\\nd.xml:1:1: /r: ")
    assert done.stderr.splitlines()[0] == "error: e\\nf.xml: This can't be read: No such file or directory."


def test_quiet_prints_problems_alone(folder: Path) -> None:
    done = run("validate", "-q", "--schema", "r.xsd", "documents", cwd=folder)
    as_json = run("validate", "-q", "--schema", "r.xsd", "--format", "json", "documents", cwd=folder)
    good = run("validate", "--quiet", "--schema", "r.xsd", "documents/b.xml", cwd=folder)

    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["documents/deep/A.XML:1:1"]
    assert done.stderr == ""
    assert [one["file"] for one in json.loads(as_json.stdout)] == ["documents/deep/A.XML"]
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")


def test_json_is_one_list_with_what_could_not_be_read(folder: Path) -> None:
    done = run("validate", "--schema", "r.xsd", "--format", "json", "documents", "missing.xml", cwd=folder)
    none = run("validate", "-q", "--schema", "r.xsd", "--format", "json", "documents/b.xml", cwd=folder)

    reports = json.loads(done.stdout)
    assert done.stdout == json.dumps(reports, indent=2) + "\n"
    assert [one["valid"] for one in reports] == [True, True, False, None]
    assert reports[3] == {
        "file": "missing.xml",
        "valid": None,
        "error": "This can't be read: No such file or directory.",
    }
    assert none.stdout == "[]\n"


def test_junit_has_a_case_for_each_document(folder: Path) -> None:
    (folder / "two.xml").write_text('<r a="1" b="2"/>', "utf-8")

    done = run("validate", "--schema", "r.xsd", "--format", "junit", "documents", "two.xml", "missing.xml", cwd=folder)

    (suite,) = etree.fromstring(done.stdout.encode())
    assert dict(suite.items()) == {
        "name": "schemapress validate",
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "0",
        "time": "0",
    }
    cases: dict[str, list[etree._Element]] = {str(case.get("name")): [*case] for case in suite}
    assert [name for name, results in cases.items() if not results] == ["documents/b.xml", "documents/c.Xml"]
    (failure,) = cases["two.xml"]
    assert str(failure.get("message")).startswith("3 problems: /r/@a: <r> has ")
    assert [line.partition(": ")[0] for line in (failure.text or "").splitlines()] == ["two.xml:1:1"] * 3
    (error,) = cases["missing.xml"]
    assert (error.tag, error.get("message")) == ("error", "This can't be read: No such file or directory.")


def test_github_gets_a_command_for_each_problem(folder: Path) -> None:
    name = "50%,a:b.xml"
    (folder / name).write_text("<r>1\n 2</r>", "utf-8")

    done = run("validate", "--schema", "r.xsd", "--format", "github", name, "documents/b.xml", cwd=folder)

    (line,) = done.stdout.splitlines()
    assert line.startswith("::error file=50%25%2Ca%3Ab.xml,line=1,col=1,title=cvc-datatype-valid.1.2.1::/r: <r> is '1")
    assert done.returncode == 1


def test_the_schema_can_be_a_folder(tmp_path: Path) -> None:
    for name, text in {
        "schemas/main/order.xsd": schema(
            '<xs:include schemaLocation="../common/types.xsd"/><xs:element name="order" type="T"/>'
        ),
        "schemas/main/invoice.xsd": schema(
            '<xs:include schemaLocation="../common/types.xsd"/><xs:element name="invoice" type="T"/>'
        ),
        "schemas/common/types.xsd": schema(f'<xs:import namespace="urn:x" schemaLocation="http://x/x.xsd"/>{TYPE}'),
        "schemas/x.xsd": schema("", 'targetNamespace="urn:x"'),
        "schemas/catalog.xml": CATALOG.format('<uri name="http://x/x.xsd" uri="x.xsd"/>'),
        "a.xml": "<order>1</order>",
        "b.xml": "<invoice>1</invoice>",
        "none/a.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    done = run("validate", "--schema", "schemas", "a.xml", "b.xml", cwd=tmp_path)
    none = run("validate", "--schema", "none", "a.xml", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, "a.xml: valid\nb.xml: valid\n")
    assert none.returncode == 2
    assert "none: There is no .xsd file in this folder." in none.stderr


def test_an_api_of_the_project_has_its_own_entries_and_locations(make_project: MakeProject) -> None:
    root = make_project(
        {
            "main.xsd": schema(
                '<xs:import namespace="urn:t" schemaLocation="http://t/t.xsd"/>'
                '<xs:element name="r" type="t:T" xmlns:t="urn:t"/>'
            ),
            "other.xsd": schema('<xs:element name="r" type="xs:date"/>'),
        },
        'entries = {demo = ["main.xsd"]}\nlocations = {"http://t/t.xsd" = "elsewhere/t.xsd"}',
    )
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "t.xsd").write_text(
        schema('<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>', 'targetNamespace="urn:t"'),
        "utf-8",
    )
    (root / "a.xml").write_text("<r>1</r>", "utf-8")

    by_name = run("validate", "--api", "demo", "a.xml", cwd=root)
    by_folder = run("validate", "--schema", "spec/demo", "a.xml", cwd=root)
    elsewhere = run("validate", "--project", "project", "--api", "demo", "project/a.xml", cwd=root.parent)
    unknown = run("validate", "--api", "dmo", "a.xml", cwd=root)

    for done in (by_name, by_folder, elsewhere):
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert unknown.returncode == 2
    assert "There is no API 'dmo'." in unknown.stderr


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    """A folder with a schema that imports another one by URL, which only a catalog elsewhere has the file of."""
    for name, text in {
        "schemas/r.xsd": schema(
            '<xs:import namespace="urn:t" schemaLocation="http://t/t.xsd"/>'
            '<xs:element name="r" type="t:T" xmlns:t="urn:t"/>'
        ),
        "shared/t.xsd": schema(f'<xs:include schemaLocation="more.xsd"/>{TYPE}', 'targetNamespace="urn:t"'),
        "shared/more.xsd": schema(""),
        "shared/ours.xml": CATALOG.format('<uri name="http://t/t.xsd" uri="t.xsd"/>'),
        "documents/a.xml": "<r>1</r>",
    }.items():
        (tmp_path / "at" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "at" / name).write_text(text, "utf-8")
    return tmp_path / "at"


def test_a_catalog_is_asked_that_is_named(imported: Path) -> None:
    arguments = ("--schema", "at/schemas/r.xsd", "at/documents")
    catalog = imported / "shared" / "ours.xml"

    done = run("validate", "--catalog", "at/shared/ours.xml", *arguments, cwd=imported.parent)
    without = run("validate", *arguments, cwd=imported.parent)
    (imported / "shared").rename(imported.parent / "elsewhere")
    elsewhere = imported.parent / "elsewhere" / "ours.xml"
    far = run("validate", "--catalog", str(elsewhere), *arguments, cwd=imported.parent)
    validator = schemapress.compile(imported / "schemas" / "r.xsd", catalogs=[elsewhere])

    assert (done.returncode, done.stdout) == (0, "at/documents/a.xml: valid\n"), done.stderr
    assert (far.returncode, far.stdout) == (0, "at/documents/a.xml: valid\n"), far.stderr
    assert validator.validate(imported / "documents" / "a.xml").valid
    assert without.returncode == 2
    assert "'http://t/t.xsd'" in without.stderr
    assert not catalog.exists()


def test_the_catalogs_of_the_project_are_asked(imported: Path) -> None:
    (imported / "pyproject.toml").write_text('[tool.schemapress]\ncatalogs = ["shared/ours.xml"]\n', "utf-8")

    done = run("validate", "--schema", "../schemas/r.xsd", "a.xml", cwd=imported / "documents")

    assert (done.returncode, done.stdout) == (0, "a.xml: valid\n"), done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.xml"], "No schema is named. Pass --schema FILE, or --api NAME"),
        (["--api", "demo", "--schema", "r.xsd", "a.xml"], "can't be combined with --schema"),
        (["--schema", "r.xsd", "-", "-"], "which can be read only once"),
        (["--schema", "r.xsd", "--location", "x", "a.xml"], "expected URI=FILE"),
        (["--schema", "r.xsd", "--location", "urn:x=x.xsd", "a.xml"], "there is no file 'x.xsd' for 'urn:x'"),
        (["--schema", "r.xsd"], "Missing argument"),
        (["--schema", "r.xsd", ""], "A FILE is the empty string"),
    ],
)
def test_a_command_that_makes_no_sense_is_explained(folder: Path, arguments: list[str], words: str) -> None:
    done = run("validate", *arguments, cwd=folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a process is read as Linux has it")
def test_memory_does_not_grow_with_the_number_of_documents(folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(60):
        (folder / "many" / f"{number}.xml").write_text(f"<r>1<!--{'x' * 1_000_000}--></r>", "utf-8")
    code = (
        "import resource, sys; from schemapress.cli import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )

    def peak(*documents: str) -> int:
        command = [sys.executable, "-c", code, "validate", "--schema", "r.xsd", *documents]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return int(done.stderr.splitlines()[-1])

    assert peak("many") - peak("many/0.xml", "many/1.xml") < 20_000  # kB, of 60,000 that all of them have
