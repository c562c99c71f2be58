"""`schemapress capture` as a user calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.test_pages import PAGES
from tests.conftest import run

PAGE = (PAGES / "accept-fault.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a page in it, `accept-fault.md`."""
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    (tmp_path / "accept-fault.md").write_text(PAGE, "utf-8")
    return tmp_path


def capture(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("capture", "accept-fault.md", "--into", "spec/api", *arguments, cwd=folder)


def xsd(folder: Path) -> Path:
    return folder / "spec" / "api" / "accept-fault.xsd"


def decisions(folder: Path) -> Path:
    return folder / "spec" / "api" / "decisions.toml"


def answer(folder: Path, key: str, given: str) -> None:
    """Answer a question in the file, as a person does."""
    before, entry, after = decisions(folder).read_text("utf-8").partition(f'key = "{key}"')
    assert entry
    text, blank, rest = after.partition("\n\n")
    lines = [f'answer = "{given}"' if line.startswith("answer =") else line for line in text.splitlines()]
    lines = ['answered-by = "Ann"' if line.startswith("answered-by") else line for line in lines]
    decisions(folder).write_text(before + entry + "\n".join(lines) + blank + rest, "utf-8")


def test_every_open_question_is_listed(folder: Path) -> None:
    done = capture(folder)

    assert done.returncode == 0, done.stderr
    assert (
        "spec/api/accept-fault.xsd from accept-fault.md: 9 fields, 9 questions, 9 of them on their defaults"
        in done.stdout
    )
    assert "open What is the root element of the message called? → acceptFault" in done.stdout
    assert (folder / "spec" / "api" / "accept-fault.md").read_text("utf-8") == PAGE
    assert run("build", cwd=folder).returncode == 0


def test_strict_is_content_only_when_no_question_stands_on_its_default(folder: Path) -> None:
    assert capture(folder, "--strict").returncode == 1

    text = decisions(folder).read_text("utf-8")
    decisions(folder).write_text(text.replace('answered-by = "default"', 'answered-by = "Ann"'), "utf-8")

    assert capture(folder, "--strict").returncode == 0


def test_a_persons_answer_is_kept_and_takes_effect(folder: Path) -> None:
    capture(folder)
    answer(folder, "namespace", "urn:partner")

    done = capture(folder)

    assert done.returncode == 0, done.stderr
    assert 'targetNamespace="urn:partner"' in xsd(folder).read_text("utf-8")
    assert 'answered-by = "Ann"' in decisions(folder).read_text("utf-8")
    assert "+<xs:schema" in done.stdout.replace("  +", "+")


def test_breaking_changes_of_a_page_are_reported(folder: Path) -> None:
    capture(folder)
    page = folder / "accept-fault.md"
    page.write_text(page.read_text("utf-8").replace("## Response", "  - `tags` (array)\n\n## Response"), "utf-8")

    done = capture(folder)

    assert "acceptFault  receive: " in done.stdout, done.stdout
    assert "/acceptFault/tags" in done.stdout


def test_only_new_questions_are_asked_when_the_page_has_changed(folder: Path) -> None:
    capture(folder)
    text = decisions(folder).read_text("utf-8")
    decisions(folder).write_text(text.replace('answered-by = "default"', 'answered-by = "Ann"'), "utf-8")
    (folder / "accept-fault.md").write_text(PAGE.replace("## Response", "  - `tags` (array)\n\n## Response"), "utf-8")

    done = capture(folder)

    assert "10 fields, 10 questions, 1 of them on its default" in done.stdout
    assert "open Does the array `tags` repeat its own element, or wrap items?" in done.stdout
    assert '<xs:element name="tags"' in done.stdout


def test_a_profile_answers_for_a_whole_family(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.schemapress.capture]\nnamespace = "urn:family"\norder = "all"\n', "utf-8"
    )
    (folder / "own.toml").write_text('namespace = "urn:own"\n', "utf-8")

    capture(folder, "--profile", "own.toml")

    assert 'targetNamespace="urn:own"' in xsd(folder).read_text("utf-8")
    assert "<xs:all>" in xsd(folder).read_text("utf-8")
    assert decisions(folder).read_text("utf-8").count('answered-by = "profile"') == 2
    assert run("build", cwd=folder).returncode == 0


def test_a_profile_answers_all_questions_of_a_kind(folder: Path) -> None:
    tags = PAGE.replace("## Response", "  - `tags` (array)\n\n  - `codes` (array)\n\n## Response")
    (folder / "accept-fault.md").write_text(tags, "utf-8")
    (folder / "own.toml").write_text('array = "wrap"\nroot = "candidate 2"\nempty = "no"\n', "utf-8")

    capture(folder, "--profile", "own.toml")

    text = xsd(folder).read_text("utf-8")
    assert '<xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>' in text
    assert '<xs:element name="code" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>' in text
    assert '<xs:element name="AcceptFault">' in text
    assert '<xs:element name="AcceptFaultResponse">' in text


def test_an_answer_that_is_no_candidate_is_an_error_that_lists_them(folder: Path) -> None:
    capture(folder)
    answer(folder, "order", "alphabetical")

    done = capture(folder)

    assert done.returncode == 2
    assert "is 'alphabetical', which is not a candidate" in done.stderr
    assert "Expected: one of 'sequence', 'all'." in done.stderr


def test_edits_of_the_xsd_are_merged_with_the_changes_of_the_page(folder: Path) -> None:
    capture(folder)
    edited = xsd(folder).read_text("utf-8").replace('name="slot"', 'name="slot" id="kept"')
    xsd(folder).write_text(edited, "utf-8")
    (folder / "accept-fault.md").write_text(PAGE.replace("Zero where all went well", "Zero for success"), "utf-8")

    done = capture(folder)

    assert done.returncode == 0, done.stderr
    assert "Your edits of the XSD were kept." in done.stdout
    assert 'id="kept"' in xsd(folder).read_text("utf-8")
    assert "Zero for success" in xsd(folder).read_text("utf-8")


def test_edits_that_the_page_changed_too_are_a_conflict_and_not_overwritten(folder: Path) -> None:
    capture(folder)
    edited = xsd(folder).read_text("utf-8").replace("Zero where all went well", "Nought where all is well")
    xsd(folder).write_text(edited, "utf-8")
    (folder / "accept-fault.md").write_text(PAGE.replace("Zero where all went well", "Zero for success"), "utf-8")

    done = capture(folder)

    assert done.returncode == 1
    assert "conflict: the page changed in 1 place that you edited" in done.stderr
    assert xsd(folder).read_text("utf-8") == edited
    both = (folder / "spec" / "api" / "accept-fault.xsd.conflict").read_text("utf-8")
    assert both.index("Nought where all is well") < both.index("Zero for success")


def test_an_xsd_that_was_not_captured_is_not_overwritten(folder: Path) -> None:
    xsd(folder).parent.mkdir(parents=True)
    xsd(folder).write_text("<mine/>", "utf-8")

    done = capture(folder)

    assert done.returncode == 2
    assert "This XSD was not captured, so it is not overwritten." in done.stderr
    assert xsd(folder).read_text("utf-8") == "<mine/>"


def test_the_same_page_captured_again_changes_nothing(folder: Path) -> None:
    capture(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    capture(folder)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_several_pages_share_one_file_of_decisions(folder: Path) -> None:
    shutil.copy(PAGES / "integers.md", folder)

    done = run("capture", "accept-fault.md", "integers.md", "--into", "spec/api", cwd=folder)

    assert done.returncode == 0, done.stderr
    assert decisions(folder).read_text("utf-8").count("[[page]]") == 2
    answer(folder, "order", "all")
    capture(folder)
    assert decisions(folder).read_text("utf-8").count("[[page]]") == 2


def test_questions_are_asked_at_the_terminal(folder: Path) -> None:
    script = Path(sys.executable).with_name("schemapress")
    command = [str(script), "capture", "accept-fault.md", "--into", "spec/api", "--interactive"]
    answers = "\n".join(["2", "", "urn:typed", "nine", "all", *[""] * 9]) + "\n"

    done = subprocess.run(
        command,
        cwd=folder,
        input=answers,
        capture_output=True,
        text=True,
        env={**os.environ, "LOGNAME": "ann"},
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Type a number from 1 to 2." in done.stderr
    text = xsd(folder).read_text("utf-8")
    assert '<xs:element name="AcceptFault">' in text
    assert 'targetNamespace="urn:typed"' in text
    assert "<xs:all>" in text
    assert 'answered-by = "ann"' in decisions(folder).read_text("utf-8")
    assert "0 of them on their defaults" in done.stdout
