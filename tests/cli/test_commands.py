"""The command line, tried as a user would: in a process of its own, with things typed wrong."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import MESSAGE, REPOSITORY, XSD, MakeProject, run, schema

PACKAGE = Path("generated") / "demo"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def built(make_project: MakeProject) -> Path:
    project = make_project()
    done = run("build", cwd=project)
    assert done.returncode == 0, done.stderr
    return project


def test_build_writes_a_package_and_shows_what_came_out(make_project: MakeProject) -> None:
    project = make_project()

    done = run("build", "-v", cwd=project)

    assert done.returncode == 0
    assert re.match(r"generated/demo from notify-in-progress.xsd: \d+ added \(\d+\.\d s\)\n", done.stdout)
    assert "  + bindings.py" in done.stdout
    assert {"bindings.py", "validators.py", "scanner.py", "codec.py", "handlers.py"} <= set(contents(project / PACKAGE))


def test_build_on_an_unchanged_tree_says_so_and_does_nothing(built: Path) -> None:
    before = (built / PACKAGE).stat()

    done = run("build", cwd=built)

    assert done.returncode == 0
    assert (
        done.stdout == "generated/demo is up to date: bindings, client, codec, handlers, openapi, "
        "scanner, testing, validators, verify\n"
    )
    after = (built / PACKAGE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_two_builds_of_one_source_give_the_same_bytes_anywhere(built: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "a longer path" / "elsewhere"
    shutil.copytree(built / "spec", elsewhere / "spec")
    shutil.copy(built / "pyproject.toml", elsewhere)

    environment = {**os.environ, "PYTHONHASHSEED": "12345", "LANG": "C", "TZ": "Asia/Tokyo"}
    command = [str(Path(sys.executable).with_name("schemapress")), "build"]
    subprocess.run(command, cwd=elsewhere, env=environment, check=True, capture_output=True)

    assert contents(built / PACKAGE) == contents(elsewhere / PACKAGE)


def test_check_says_in_one_line_that_all_is_well(built: Path) -> None:
    done = run("check", cwd=built)

    assert (done.returncode, done.stdout) == (0, "generated/demo is up to date with notify-in-progress.xsd\n")


def test_check_shows_an_edit_of_a_generated_file(built: Path) -> None:
    codec = built / PACKAGE / "codec.py"
    codec.write_text(codec.read_text("utf-8").replace("message is None", "message is not None"), "utf-8")

    done = run("check", cwd=built)

    assert done.returncode == 1
    assert "--- generated/demo/codec.py\n+++ generated/demo/codec.py (as it would be built)\n@@" in done.stdout
    assert "if message is not None else message" in done.stdout
    assert "Run `schemapress build`" in done.stderr


def test_check_shows_an_edit_of_the_source(built: Path) -> None:
    xsd = built / "spec" / "demo" / "notify-in-progress.xsd"
    xsd.write_text(xsd.read_text("utf-8").replace('value="closed"', 'value="cancelled"'), "utf-8")

    done = run("check", cwd=built)

    assert done.returncode == 1
    assert '-    CLOSED = "closed"' in done.stdout
    assert '+    CANCELLED = "cancelled"' in done.stdout


def test_check_shows_a_file_that_was_deleted(built: Path) -> None:
    (built / PACKAGE / "handlers.py").unlink()

    done = run("check", cwd=built)

    assert done.returncode == 1
    assert "--- /dev/null\n+++ generated/demo/handlers.py (as it would be built)" in done.stdout


def test_check_of_a_package_that_is_not_built_says_so_in_one_line(make_project: MakeProject) -> None:
    project = make_project()
    (project / PACKAGE).mkdir(parents=True)
    (project / PACKAGE / "ours.txt").touch()

    done = run("check", cwd=project)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "generated/demo is not built. Run `schemapress build`.\n"


def test_a_package_whose_api_is_gone_is_named_and_stays(built: Path) -> None:
    (built / "spec" / "demo").rename(built / "spec" / "other")
    (built / "generated" / "ours").mkdir()
    (built / "generated" / "ours" / "MANIFEST.json").write_text('{"files": {}}', "utf-8")

    built_again = run("build", cwd=built)
    of_one = run("build", "other", cwd=built)
    checked = run("check", cwd=built)

    said = "generated/demo has no API any more. Delete the folder, or restore its API.\n"
    assert (built_again.returncode, built_again.stderr) == (0, f"warning: {said}")
    assert (of_one.returncode, of_one.stderr) == (0, "")
    assert (checked.returncode, checked.stderr) == (1, said)
    assert run("check", "other", cwd=built).returncode == 0
    assert (built / PACKAGE / "codec.py").is_file()


def test_an_error_that_two_apis_have_is_printed_once(make_project: MakeProject) -> None:
    project = make_project(settings="xsdata = {nothing = 1}")
    shutil.copytree(project / "spec" / "demo", project / "spec" / "other")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert done.stderr.count("error:") == 1


def test_a_build_repairs_what_was_edited_and_leaves_the_rest_alone(built: Path) -> None:
    package = built / PACKAGE
    expected = contents(package)
    (package / "codec.py").write_text("edited", "utf-8")
    (package / "notes.txt").write_text("mine", "utf-8")
    (package / "extra").mkdir()
    (package / "extra" / "mine.py").write_text("mine = 1\n", "utf-8")
    inode = (package / "extra" / "mine.py").stat().st_ino

    done = run("build", "-v", cwd=built)

    assert done.returncode == 0
    assert "  ~ codec.py" in done.stdout
    assert contents(package) == {**expected, "notes.txt": b"mine", "extra/mine.py": b"mine = 1\n"}
    assert (package / "extra" / "mine.py").stat().st_ino == inode


def test_a_generated_file_that_is_no_longer_wanted_is_removed(built: Path) -> None:
    (built / "pyproject.toml").write_text(
        '[tool.schemapress]\ntargets = ["bindings", "scanner", "validators", "codec"]\n', "utf-8"
    )

    done = run("build", "-v", cwd=built)

    assert done.returncode == 0
    assert "  - handlers.py" in done.stdout
    assert not (built / PACKAGE / "handlers.py").exists()


def test_the_manifest_has_every_file_that_was_read(make_project: MakeProject) -> None:
    imports = (
        '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
        '<xs:include schemaLocation="../common/types.xsd"/><xs:include schemaLocation="parts/part.xsd"/>'
    )
    element = '<xs:element name="r"><xs:complexType>{}<xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
    root = make_project(
        {
            "main.xsd": schema(imports + element.format('<xs:sequence><xs:element name="a" type="T"/></xs:sequence>')),
            "parts/part.xsd": schema(""),
            "../common/types.xsd": schema('<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'),
        }
    )
    (root / "spec" / "common" / "never-read.xsd").write_text(schema(""), "utf-8")

    assert run("build", "demo", cwd=root).returncode == 0
    sources = json.loads((root / "generated" / "demo" / "MANIFEST.json").read_text("utf-8"))["sources"]
    assert set(sources) == {"main.xsd", "parts/part.xsd", "../common/types.xsd", "schemapress:xml.xsd"}
    common = root / "spec" / "common" / "types.xsd"
    assert sources["../common/types.xsd"] == f"sha256:{hashlib.sha256(common.read_bytes()).hexdigest()}"
    assert "is up to date" in run("build", "demo", cwd=root).stdout

    common.write_text(common.read_text("utf-8").replace("xs:int", "xs:date"), "utf-8")
    assert "~ validators.py" in run("build", "-v", "demo", cwd=root).stdout
    common.unlink()
    assert "which does not exist" in run("build", "demo", cwd=root).stderr


def test_a_file_in_the_way_is_not_overwritten(built: Path) -> None:
    package = built / PACKAGE
    manifest = json.loads((package / "MANIFEST.json").read_text("utf-8"))
    del manifest["files"]["handlers.py"]
    (package / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    (package / "handlers.py").write_text("mine = 1\n", "utf-8")

    done = run("build", "--force", cwd=built)

    assert done.returncode == 2
    assert "The build would overwrite this file" in done.stderr
    assert (package / "handlers.py").read_text("utf-8") == "mine = 1\n"


def test_a_folder_that_was_never_generated_is_not_taken_over(make_project: MakeProject) -> None:
    project = make_project()
    (project / PACKAGE).mkdir(parents=True)
    (project / PACKAGE / "codec.py").write_text("mine = 1\n", "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "The build would overwrite this file" in done.stderr
    assert contents(project / PACKAGE) == {"codec.py": b"mine = 1\n"}


def test_a_build_that_fails_leaves_the_old_package_whole(built: Path) -> None:
    before = contents(built / PACKAGE)
    xsd = built / "spec" / "demo" / "notify-in-progress.xsd"
    xsd.write_text(xsd.read_text("utf-8").replace('type="NonEmptyString"', 'type="NonEmptyStrings"', 1), "utf-8")

    done = run("build", cwd=built)

    assert done.returncode == 2
    assert "notify-in-progress.xsd:26: The schema is invalid: element decl. 'buyerIdentifier'" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(built / PACKAGE) == before


def test_a_build_that_is_killed_leaves_the_old_package_whole_or_the_new_one(built: Path) -> None:
    package = built / PACKAGE
    old = contents(package)
    xsd = built / "spec" / "demo" / "notify-in-progress.xsd"
    text = xsd.read_text("utf-8")
    seen = set()
    for number in range(12):
        xsd.write_text(text.replace('value="closed"', f'value="closed-{number}"'), "utf-8")
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("schemapress")), "build"], cwd=built, stdout=subprocess.DEVNULL
        )
        time.sleep(0.35 + number * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = contents(package)
        verified = subprocess.run(
            [sys.executable, str(package / "verify.py")], capture_output=True, text=True, check=False
        )
        assert verified.returncode == 0, verified.stdout
        seen.add(now == old)
        old = now
    assert True in seen
    assert run("build", cwd=built).returncode == 0
    assert [path.name for path in (built / "generated").iterdir()] == ["demo"]


def test_the_package_can_prove_that_it_is_as_generated(built: Path) -> None:
    verify = built / PACKAGE / "verify.py"

    good = subprocess.run([sys.executable, str(verify)], capture_output=True, text=True, check=False)
    (built / PACKAGE / "codec.py").write_text("edited", "utf-8")
    (built / PACKAGE / "scanner.py").unlink()
    bad = subprocess.run([sys.executable, str(verify)], capture_output=True, text=True, check=False)

    assert (good.returncode, good.stdout) == (0, "every file is as it was generated\n")
    assert (bad.returncode, bad.stdout) == (1, "codec.py: was edited\nscanner.py: is missing\n")


def test_a_checkout_with_crlf_is_as_generated(built: Path) -> None:
    for file in (*(built / PACKAGE).rglob("*"), *(built / "spec").rglob("*"), built / "pyproject.toml"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = contents(built)

    verified = subprocess.run(
        [sys.executable, str(built / PACKAGE / "verify.py")], capture_output=True, text=True, check=False
    )
    checked = run("check", cwd=built)
    rebuilt = run("build", cwd=built)

    assert (verified.returncode, verified.stdout) == (0, "every file is as it was generated\n")
    assert (checked.returncode, checked.stdout) == (0, "generated/demo is up to date with notify-in-progress.xsd\n")
    assert "is up to date" in rebuilt.stdout
    assert contents(built) == before


def test_modules_that_another_version_left_behind_are_told_from_those_of_the_user(built: Path) -> None:
    package = built / PACKAGE
    (package / "caller.py").write_text('"""Calls.\n\nEmitted by schemapress from a.xsd: edit the XSD."""\n', "utf-8")
    (package / "_runtime" / "xsd" / "old.py").write_text('"""What it was."""\n', "utf-8")
    (package / "mine.py").write_text('"""Mine; not emitted by schemapress from anything."""\n', "utf-8")
    (package / "broken.py").write_text("def", "utf-8")
    (package / "extra").mkdir()
    (package / "extra" / "more.py").write_text('"""Mine too."""\n', "utf-8")

    done = subprocess.run([sys.executable, str(package / "verify.py")], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (
        1,
        "caller.py: was left behind by another version; delete it\n"
        "_runtime/xsd/old.py: was left behind by another version; delete it, or move it elsewhere if it is your own\n",
    )


@pytest.mark.parametrize(("text", "said"), [(None, "is missing"), ("[]", "is no manifest"), ("{", "is no manifest")])
def test_a_package_without_its_manifest_can_not_prove_anything(built: Path, text: str | None, said: str) -> None:
    manifest = built / PACKAGE / "MANIFEST.json"
    manifest.unlink()
    if text is not None:
        manifest.write_text(text, "utf-8")

    command = [sys.executable, str(built / PACKAGE / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (1, f"MANIFEST.json: {said}\n", "")


def test_a_pattern_that_can_not_run_in_linear_time_stops_the_build_with_its_place(make_project: MakeProject) -> None:
    text = schema(
        '<xs:element name="a"><xs:simpleType><xs:restriction base="xs:string">\n'
        '<xs:pattern value="((a|ab|b){1,200}b){1,200}"/></xs:restriction></xs:simpleType></xs:element>'
    )
    project = make_project({"main.xsd": text})

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "main.xsd:4: The pattern is not valid" in done.stderr
    assert not (project / "generated").exists()


def test_validate_prints_every_problem_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(MESSAGE)
    (tmp_path / "bad.xml").write_bytes(MESSAGE.replace(b">true<", b">maybe<").replace(b">RK-55<", b"><"))

    done = run("validate", "--schema", str(XSD), "good.xml", "bad.xml", cwd=tmp_path)

    assert done.returncode == 1
    good, *bad = done.stdout.splitlines()
    assert good == "good.xml: valid"
    assert [line.partition(": ")[0] for line in bad] == ["bad.xml:31:5", "bad.xml:50:7"]


def test_validate_prints_json_for_programs(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_bytes(b"<a/>")

    done = run("validate", "--schema", str(XSD), "--format", "json", "bad.xml", cwd=tmp_path)

    assert done.returncode == 1
    (report,) = json.loads(done.stdout)
    assert (report["file"], report["valid"]) == ("bad.xml", False)
    assert report["problems"][0]["code"] == "cvc-elt.1"


def test_validate_refuses_a_schema_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a/>")

    done = run("validate", "--schema", "a.xml", "a.xml", cwd=tmp_path)

    assert done.returncode == 2
    assert "This is not an XSD" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (["biuld"], "", "Did you mean 'build'?"),
        (["build", "nothing"], "", "There is no API 'nothing'."),
        (["build", "--fource"], "", "No such option"),
        (["build", "--project", "nowhere"], "", "does not exist"),
        (["build"], 'spce = "spec"', "Did you mean 'spec'?"),
        (["build"], "spec = 3", "expected a path"),
        (["build"], 'spec = "elsewhere"', "There is no such folder."),
        (["build"], 'targets = ["bindings", "validator"]', "There is no target 'validator'."),
        (["build"], 'targets = ["bindings", "codec"]', "Add validators, scanner to the targets."),
        (["build"], 'packages = {demo = "not a name"}', "can't be a package name"),
        (["build"], "= broken", "This is not TOML"),
        (["check"], 'output = ["generated"]', "expected a path"),
        (["build"], 'roots = ["nowhere"]', "roots names 'nowhere', but there is no such folder."),
        (["check"], 'roots = ["pyproject.toml"]', "roots names 'pyproject.toml', which is not a folder."),
        (["build"], 'catalogs = ["nowhere.xml"]', "catalogs names 'nowhere.xml', but there is no such file."),
        (["build"], 'locations = {"urn:a" = "a.xsd"}', "locations names 'a.xsd', but there is no such file."),
        (["validate", "--schema", "spec", "x.xml"], 'catalogs = ["nowhere.xml"]', "catalogs names 'nowhere.xml'"),
        (["build"], 'output = "pyproject.toml"', "output is 'pyproject.toml', which is a file."),
        (["build"], 'output = "spec"', "output is 'spec', which is `spec`."),
        (["build"], 'output = "./spec/../spec/x"', "which is inside `spec`, 'spec'."),
        (["build"], 'output = ""', "output is ''; expected a path"),
        (["build"], 'output = "a\\u0000b"', "expected a path"),
        (["build"], 'spec = "pyproject.toml"', "spec is 'pyproject.toml', which is a file."),
        (["build"], 'locations = {"urn:a" = "spec"}', "locations names 'spec', which is not a file."),
        (["build"], "entries = {demo = []}", "entries is {'demo': []}; expected a table of lists of strings, none"),
        (["build"], 'entries = {demo = [""]}', "entries] names '', but no XSD in"),
        (["build"], 'entries = {demo = ["/a.xsd"]}', "entries] names '/a.xsd', but no XSD in"),
        (["build"], 'severities = {nonsense = "breaking"}', "Rule 'nonsense' does not exist."),
        (["check"], 'severities = {element-removed = "loud"}', "Severity 'loud' does not exist."),
        (["build"], 'capture = {nonsense = "x"}', "The profile answers 'nonsense', which is not a question."),
        (["build"], "xsdata = {max_line_length = -1}", "max_line_length is -1; expected a number from 1 to 320."),
        (
            ["build"],
            'xsdata = {extensions = [{type = "class", class = "(", import = "a.B"}]}',
            "Failed to compile extension pattern: pattern '('.",
        ),
        (["build"], "targets = []", "targets is []; expected a list of the names of targets."),
    ],
)
def test_a_mistake_of_the_user_is_explained_and_exits_with_2(
    make_project: MakeProject, arguments: list[str], settings: str, words: str
) -> None:
    project = make_project(settings=settings)

    done = run(*arguments, cwd=project)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_outside_of_a_project_the_command_says_what_is_missing(tmp_path: Path) -> None:
    done = run("build", cwd=tmp_path)

    assert done.returncode == 2
    assert "There is no pyproject.toml here or above." in done.stderr


def test_an_empty_spec_folder_is_explained(make_project: MakeProject) -> None:
    project = make_project({})

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "No folder here has an XSD." in done.stderr


def test_help_names_every_command() -> None:
    done = run("--help", cwd=REPOSITORY)

    assert done.returncode == 0
    assert "build" in done.stdout
    assert "check" in done.stdout


def test_help_says_what_export_writes() -> None:
    assert "Write an API as an OpenAPI document or a JSON Schema." in run("--help", cwd=REPOSITORY).stdout


def test_a_project_can_replace_a_template(make_project: MakeProject) -> None:
    project = make_project(settings='templates = "templates"')
    (project / "templates").mkdir()
    (project / "templates" / "package.py.jinja").write_text(
        '{{ "Ours: {name}." | docstring(name=api.name) }}\n', "utf-8"
    )

    done = run("build", cwd=project)

    assert done.returncode == 0, done.stderr
    assert (project / PACKAGE / "__init__.py").read_text("utf-8").endswith('# fmt: off\n"""Ours: demo."""\n')


def test_the_packages_of_this_repository_are_what_their_sources_give() -> None:
    done = run("check", cwd=REPOSITORY)

    assert done.returncode == 0, done.stdout


def test_one_line_tells_of_a_package(make_project: MakeProject) -> None:
    assert len(run("build", cwd=make_project()).stdout.splitlines()) == 1


def test_an_error_in_one_api_does_not_stop_the_build_of_others(make_project: MakeProject) -> None:
    project = make_project()
    for name, content in {
        "broken": '<xs:element name="r" type="Missing"/>',
        "types": '<xs:simpleType name="T"><xs:restriction base="xs:string"/></xs:simpleType>',
    }.items():
        (project / "spec" / name).mkdir()
        (project / "spec" / name / "a.xsd").write_text(schema(content), "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert (project / PACKAGE / "codec.py").is_file()
    assert "spec/broken/a.xsd:3: " in done.stderr
    assert "spec/types has no package: No global element is bound to a class" in done.stdout

    shutil.rmtree(project / "spec" / "broken")
    checked = run("check", cwd=project)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "spec/types has no package" in checked.stdout


@pytest.mark.parametrize(
    ("name", "why", "other"),
    [
        ("class", "it is a Python keyword", "class_api"),
        ("1st", "Python can't import a module of that name", "api_1st"),
        ("a b", "Python can't import a module of that name", "a_b_api"),
        ("+", "Python can't import a module of that name", "api"),
        ("COM1", "Windows has a device of that name", "com1_api"),
        ("aux", "Windows has a device of that name", "aux_api"),
        ("xml", "it would hide the module of that name", "xml_api"),
        ("lxml", "it would hide the module of that name", "lxml_api"),
    ],
)
def test_a_package_name_that_can_not_be_used_is_refused_with_the_line_that_helps(
    make_project: MakeProject, name: str, why: str, other: str
) -> None:
    project = make_project({f"../{name}/r.xsd": schema('<xs:element name="r" type="xs:int"/>')})
    (project / "spec" / "demo").rmdir()
    line = f'packages = {{"{name}" = "{other}"}}'

    done = run("build", cwd=project)
    (project / "pyproject.toml").write_text(f"[tool.schemapress]\n{line}\n", "utf-8")
    named = run("build", cwd=project)

    assert done.returncode == 2
    assert f"{project / 'spec' / name}: {name.lower()!r} can't be a package name: {why}" in done.stderr
    assert line in done.stderr.splitlines()[-1]
    assert f"generated/{other} from r.xsd" in named.stdout


@pytest.mark.parametrize("name", ["é日本", "e\u0301tat", "\ufb01n"])
def test_a_package_has_its_name_as_python_reads_it(make_project: MakeProject, name: str) -> None:
    project = make_project({f"../{name}/r.xsd": schema('<xs:element name="r" type="xs:int"/>')})
    (project / "spec" / "demo").rmdir()

    done = run("build", cwd=project)
    imported = subprocess.run(
        [sys.executable, "-c", f"import {name} as found; print(found.decode.__name__)"],
        cwd=project / "generated",
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (imported.stdout, imported.stderr) == ("decode\n", "")


def test_fields_that_keep_the_order_of_elements_are_told_of(make_project: MakeProject) -> None:
    content = '<xs:element name="a"/><xs:element name="b"/>'
    choice = f'<xs:choice maxOccurs="unbounded">{content}</xs:choice>'
    project = make_project(
        {"a.xsd": schema(f'<xs:element name="r"><xs:complexType>{choice}</xs:complexType></xs:element>')}
    )

    assert (
        "1 field has elements that can stand in more than one order, and keeps it." in run("build", cwd=project).stdout
    )


def test_an_interrupt_ends_a_command_with_130(make_project: MakeProject) -> None:
    command = [str(Path(sys.executable).with_name("schemapress")), "build"]
    process = subprocess.Popen(command, cwd=make_project(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)

    _, said = process.communicate(timeout=20)

    assert (process.returncode, "Traceback" in said) in ((130, False), (0, False))  # it may have been done before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is full here")
def test_a_disk_that_is_full_is_an_error(built: Path) -> None:
    command = [str(Path(sys.executable).with_name("schemapress")), "export", "openapi", "demo"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=built, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "error: standard output: This can't be written: No space left on device.\n"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["biuld"], "There is no command 'biuld'. Did you mean 'build'?\n  See `schemapress --help`.\n"),
        (["build", "--forc"], "No such option '--forc'. Did you mean '--force'?\n  See `schemapress build --help`.\n"),
        (["validate", "--schema", "r.xsd"], "Missing argument 'FILE...'.\n  See `schemapress validate --help`.\n"),
    ],
)
def test_a_wrong_command_line_is_told_as_all_errors_are(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "r.xsd").write_text(schema(""), "utf-8")

    done = run(*arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}")


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)

    assert done.returncode == 2
    assert "error:" not in done.stderr
    assert "validate" in done.stderr


@pytest.mark.parametrize("file", ["missing/out", "demo.xsd/out"])
def test_an_unwritable_file_is_an_error_with_its_path_and_the_reason(make_project: MakeProject, file: str) -> None:
    project = make_project()
    reason = "Not a directory" if file.startswith("demo") else "No such file or directory"
    shutil.copy(XSD, project / "demo.xsd")
    page = str(XSD.with_suffix(".md"))

    for arguments in (
        ["export", "openapi", "demo", "--output", file],
        ["diff", "demo.xsd", str(XSD), "--changelog", file],
        *([["capture", page, "--into", file]] if file.startswith("demo") else []),  # a folder that is missing is made
    ):
        done = run(*arguments, cwd=project)
        assert (done.returncode, done.stderr.splitlines()[-1]) == (
            2,
            f"error: {file}: This can't be written: {reason}.",
        )


def test_an_unreadable_file_is_an_error(built: Path) -> None:
    (built / "folder.xml").mkdir()

    done = run("capture", "nothing.md", "--into", "spec/x", cwd=built)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("settings", ["tool = 3", "[tool]\nschemapress = 3"])
def test_tables_that_are_none_are_errors(make_project: MakeProject, settings: str) -> None:
    project = make_project()
    (project / "pyproject.toml").write_text(settings, "utf-8")

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "expected a table" in done.stderr


def test_a_package_can_be_outside_of_the_project(make_project: MakeProject, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    project = make_project(settings=f'output = "{outside}"')

    built, checked = run("build", cwd=project), run("check", cwd=project)

    assert (built.returncode, checked.returncode) == (0, 0)
    assert built.stdout.startswith(f"{outside}/demo from ")
    assert (outside / "demo" / "__init__.py").is_file()


@pytest.mark.parametrize(
    "command", ["diff --rules", "validate --schema demo.xsd message.xml message.xml", "export openapi demo"]
)
def test_a_reader_that_goes_is_no_answer(make_project: MakeProject, command: str) -> None:
    project = make_project()
    shutil.copy(XSD, project / "demo.xsd")
    (project / "message.xml").write_bytes(b"<a/>")
    script = f"set -o pipefail; {Path(sys.executable).with_name('schemapress')} {command} | (exec <&-; sleep 2)"

    done = subprocess.run(["bash", "-c", script], cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_source_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    done = run("capture", "/proc/self/mem", "--into", "spec/x", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "error: /proc/self/mem: This can't be read: Input/output error.\n")


def test_an_entry_is_a_path_and_not_the_end_of_one(make_project: MakeProject) -> None:
    one = '<xs:element name="{}" type="xs:int"/>'
    files = {"a.xsd": schema(one.format("a")), "old/a.xsd": schema(one.format("b"))}

    done = run("build", cwd=make_project(files, 'entries = {demo = ["a.xsd"]}'))

    assert done.stdout.startswith("generated/demo from a.xsd: ")
