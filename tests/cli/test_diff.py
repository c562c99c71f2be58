"""`schemapress diff`, as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import schema

OLD = schema('<xs:element name="root" type="xs:int"/>')
NEW = schema('<xs:element name="root" type="xs:byte"/>')


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "schemapress", "diff", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def commit(folder: Path, message: str) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", message]):
        subprocess.run([*git, *arguments], check=True)


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "root.xsd").write_text(text)
    return tmp_path


def test_a_narrowed_message_is_breaking_for_who_receives_it_and_compatible_for_who_sends_it(versions: Path) -> None:
    done = run(versions, "old/root.xsd", "new/root.xsd")

    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "root  receive: breaking, send: compatible"
    assert "no longer accepted: <root> is '" in done.stdout
    assert "> <root>" in done.stdout


def test_the_direction_can_be_given(versions: Path) -> None:
    assert run(versions, "old", "new", "--direction", "send").stdout.startswith("root  send: compatible\n")


def test_a_breaking_change_fails_where_that_is_asked_for(versions: Path) -> None:
    assert run(versions, "old", "new", "--fail-on", "breaking").returncode == 1
    assert run(versions, "old", "new", "--direction", "send", "--fail-on", "breaking").returncode == 0


def test_two_revisions_of_git_are_compared_with_all_that_they_include(versions: Path) -> None:
    folder = versions / "spec"
    folder.mkdir()
    (versions / "types.xsd").write_text(
        schema('<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>')
    )
    (folder / "root.xsd").write_text(
        schema('<xs:include schemaLocation="../types.xsd"/><xs:element name="root" type="T"/>')
    )
    commit(versions, "one")
    (versions / "types.xsd").write_text(
        schema('<xs:simpleType name="T"><xs:restriction base="xs:byte"/></xs:simpleType>')
    )
    commit(versions, "two")

    done = run(versions, "HEAD~1:spec", "HEAD:spec/root.xsd")
    on_disk = run(folder, "HEAD~1:spec", ".")

    assert done.stdout.startswith("root  receive: breaking, send: compatible\n"), done.stderr
    assert on_disk.stdout == done.stdout


def test_the_same_schema_changes_nothing(versions: Path) -> None:
    done = run(versions, "old", "old", "--fail-on", "breaking")

    assert (done.returncode, done.stdout) == (0, "root  receive: same, send: same\n")


def test_any_change_fails_where_that_is_asked_for(versions: Path) -> None:
    assert run(versions, "old", "old", "--fail-on", "any").returncode == 0
    assert run(versions, "new", "old", "--direction", "receive", "--fail-on", "any").returncode == 1


def test_a_message_that_is_gone_is_breaking_and_a_new_one_is_not(versions: Path) -> None:
    (versions / "new" / "root.xsd").write_text(OLD.replace("root", "other"))

    done = run(versions, "old", "new", "--fail-on", "breaking")

    assert done.returncode == 1
    assert done.stdout == "root  breaking: the message is gone\nother  compatible: a new message\n"


def test_json_has_each_document_with_its_problem(versions: Path) -> None:
    (change,) = json.loads(run(versions, "old", "new", "--format", "json").stdout)["changes"]

    assert change["verdicts"] == {"receive": "breaking", "send": "compatible"}
    (witness,) = change["no_longer_accepted"]
    assert witness["document"].startswith("<root>")
    assert witness["problem"]["code"] == "cvc-maxInclusive-valid"


def test_markdown_has_a_table_and_each_document_folded(versions: Path) -> None:
    printed = run(versions, "old", "new", "--format", "markdown").stdout

    assert "| `root` | receive | **breaking** |\n| `root` | send | compatible |" in printed
    assert "<details><summary>No longer accepted: &lt;root&gt; is '" in printed
    assert "```xml\n<root>" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("old", "missing"), "missing: There is no such file or folder."),
        (("old", "empty"), "empty: There is no .xsd in this folder."),
        (("old", "broken.xsd"), "broken.xsd"),
        (("nowhere:old", "new"), "There is no revision 'nowhere' in this repository."),
        (("old", "new", "--format", "pdf"), "There is no format 'pdf'."),
        (("HEAD:missing", "new"), "HEAD:missing: There is no such file or folder."),
    ],
)
def test_bad_input_is_named_and_exits_with_2(versions: Path, arguments: tuple[str, ...], message: str) -> None:
    (versions / "empty").mkdir()
    commit(versions, "all")
    (versions / "broken.xsd").write_text("<xs:schema")

    done = run(versions, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
