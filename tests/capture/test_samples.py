"""Example messages settle what they can, and refuse a page that they contradict."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import run

PAGE = """# Report

Endpoint: POST /report

## Request fields (application/xml):

  - `id` (string, required)

  - `madeAt` (string, required)

  - `day` (string)

  - `tags` (array)

  - `level` (string)
    How bad it is, e.g. low
    Enum: "low", "high"
"""

MESSAGE = """<Report xmlns="urn:real">
  <id></id>
  <madeAt>2026-01-01T10:00:00Z</madeAt>
  <day>2026-01-01</day>
  <tags>
    <tag>a</tag>
    <tag>b</tag>
  </tags>
  <level>medium</level>
</Report>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.md").write_text(PAGE, "utf-8")
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "first.xml").write_text(MESSAGE, "utf-8")
    return tmp_path


def capture(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("capture", "report.md", "--into", "spec/api", "--samples", "messages", cwd=folder)


def test_messages_answer_what_the_page_leaves_open_and_say_which_did(folder: Path) -> None:
    done = capture(folder)

    assert done.returncode == 0, done.stderr
    settled = [line.strip() for line in done.stdout.splitlines() if line.startswith("  settled")]
    assert settled == [
        "settled What is the root element of the message called? → Report (Only this answer makes first.xml valid.)",
        "settled In which namespace are the elements? → urn:real (Only this answer makes first.xml valid.)",
        "settled Does the array `tags` repeat its own element, or wrap items? → wrap <tag> in one <tags> "
        "(Only this answer makes first.xml valid.)",
        "settled What is `madeAt`, a string without a format? → xs:dateTime (Only this answer makes first.xml valid.)",
        "settled Is the Enum of `level` a closed list? → examples (Only this answer makes first.xml valid.)",
    ]
    text = (folder / "spec" / "api" / "decisions.toml").read_text("utf-8")
    assert "first.xml: with 'a closed list', line 9: <level> is 'medium'" in text
    assert run("validate", "--schema", "spec/api/report.xsd", "messages/first.xml", cwd=folder).returncode == 0


def test_questions_that_messages_do_not_answer_stay_open(folder: Path) -> None:
    done = capture(folder)

    assert "open May a required string be empty?" in done.stdout
    assert "open Must the fields come in the order of the page?" in done.stdout


def test_a_message_that_contradicts_the_page_is_refused_with_the_lines_of_both(folder: Path) -> None:
    (folder / "messages" / "second.xml").write_text(
        MESSAGE.replace("  <madeAt>2026-01-01T10:00:00Z</madeAt>\n", ""), "utf-8"
    )

    done = capture(folder)

    assert done.returncode == 2
    assert "second.xml:3: This message contradicts the page: <Report> has no <madeAt>" in done.stderr
    assert "Compare with the page: report.md:9:1 lists `madeAt`." in done.stderr
    assert not (folder / "spec").exists()


def test_a_persons_answer_is_not_asked_of_messages(folder: Path) -> None:
    (folder / "messages" / "first.xml").write_text(MESSAGE.replace("medium", "low"), "utf-8")
    capture(folder)
    decisions = folder / "spec" / "api" / "decisions.toml"
    text = decisions.read_text("utf-8")
    decisions.write_text(text.replace('answered-by = "samples"', 'answered-by = "Ann"'), "utf-8")

    done = capture(folder)

    assert "settled" not in done.stdout
    assert decisions.read_text("utf-8").count('answered-by = "Ann"') == 4


def test_a_folder_without_messages_is_an_error(folder: Path) -> None:
    (folder / "messages" / "first.xml").unlink()

    done = capture(folder)

    assert done.returncode == 2
    assert "There is no message (*.xml) in this folder." in done.stderr
