"""Answers to questions: whose they are, where they stand, and what is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capture.test_command import answer, capture, decisions, folder
from tests.conftest import run

__all__ = ["folder"]


def line_of_answer(folder: Path, key: str) -> int:
    lines = decisions(folder).read_text("utf-8").splitlines()
    start = lines.index(f'key = "{key}"')
    return next(number for number, line in enumerate(lines, start=1) if number > start and line.startswith("answer ="))


def test_an_answer_that_nobody_gave_is_an_error_with_its_line_and_what_to_add(folder: Path) -> None:
    capture(folder)
    text = decisions(folder).read_text("utf-8")
    decisions(folder).write_text(text.replace('answer = "sequence"', 'answer = "all"'), "utf-8")
    edited = decisions(folder).read_text("utf-8")

    done = capture(folder)

    assert done.returncode == 2
    place = f"spec/api/decisions.toml:{line_of_answer(folder, 'order')}"
    assert f"{place}: The answer to 'order' was changed from 'sequence' to 'all'" in done.stderr
    assert "Put your name in it: answered-by = \"…\" instead of 'default'. Or change the answer back." in done.stderr
    assert decisions(folder).read_text("utf-8") == edited


def test_an_answer_of_the_profile_may_not_be_changed_by_nobody_either(folder: Path) -> None:
    (folder / "own.toml").write_text('order = "all"\n', "utf-8")
    capture(folder, "--profile", "own.toml")
    text = decisions(folder).read_text("utf-8")
    decisions(folder).write_text(text.replace('answer = "all"', 'answer = "sequence"'), "utf-8")

    done = capture(folder, "--profile", "own.toml")

    assert done.returncode == 2
    assert "was changed from 'all' to 'sequence'" in done.stderr
    assert "instead of 'profile'" in done.stderr


def test_a_default_that_changes_with_the_page_is_no_edit(folder: Path) -> None:
    capture(folder)
    page = folder / "accept-fault.md"
    page.write_text(page.read_text("utf-8").replace("## Response 200", "## Response 404"), "utf-8")

    assert capture(folder).returncode == 0


def test_an_answer_to_a_question_that_is_not_asked_any_more_is_not_dropped_silently(folder: Path) -> None:
    page = folder / "accept-fault.md"
    text = page.read_text("utf-8")
    page.write_text(text.replace("## Response", "  - `tags` (array)\n\n## Response"), "utf-8")
    capture(folder)
    answer(folder, "array:tags", "wrap <tag> in one <tags>")
    page.write_text(text, "utf-8")

    done = capture(folder)

    assert "no longer asked array:tags, which Ann answered with 'wrap <tag> in one <tags>'" in done.stdout


@pytest.mark.parametrize("given", ["2", "?", "partner", "urn:a b", "http://<host>"])
def test_a_namespace_that_is_no_uri_is_an_error_with_its_line(folder: Path, given: str) -> None:
    capture(folder)
    answer(folder, "namespace", given)

    done = capture(folder)

    assert done.returncode == 2
    place = f"spec/api/decisions.toml:{line_of_answer(folder, 'namespace')}"
    assert f"{place}: The answer to 'In which namespace are the elements?' is {given!r}" in done.stderr
    assert "Expected: an absolute URI, such as urn:partner:api, or one of 'none'." in done.stderr


def test_a_root_that_is_no_name_is_an_error(folder: Path) -> None:
    capture(folder)
    answer(folder, "root:request", "accept fault")

    done = capture(folder)

    assert done.returncode == 2
    assert "Expected: a name without a colon, or one of 'acceptFault', 'AcceptFault'." in done.stderr


@pytest.mark.parametrize(
    ("profile", "message", "hint"),
    [
        (
            'ordr = "all"',
            "pyproject.toml: The profile answers 'ordr', which is not a question.",
            "Did you mean 'order'?",
        ),
        ('"aray:x" = "wrap"', "The profile answers 'aray:x', which is not a question.", "Did you mean 'array'?"),
        ('zzz = "x"', "The profile answers 'zzz', which is not a question.", "Known are any, array, direction,"),
        (
            'root = "candidate 9"',
            "The profile answers 'root' with 'candidate 9', which is not a candidate.",
            "Expected: a name without a colon, or one of 'acceptFault', 'AcceptFault'.",
        ),
        (
            'order = "alphabetical"',
            "The answer of the profile to 'Must the fields come in the order of the page?' is 'alphabetical'",
            "Expected: one of 'sequence', 'all'.",
        ),
        (
            'namespace = "2"',
            "The answer of the profile to 'In which namespace are the elements?' is '2'",
            "an absolute URI",
        ),
    ],
)
def test_a_profile_that_answers_nothing_is_an_error(folder: Path, profile: str, message: str, hint: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.schemapress.capture]\n{profile}\n", "utf-8")

    done = capture(folder)

    assert done.returncode == 2
    assert message in done.stderr
    assert hint in done.stderr
    assert not (folder / "spec").exists()


def test_answers_of_other_kinds_than_a_page_asks_about_are_passed_over(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.schemapress.capture]\narray = "wrap"\nnull = "xsi:nil"\n', "utf-8")

    assert capture(folder).returncode == 0


def test_a_namespace_of_an_openapi_document_that_is_no_uri_is_an_error_with_its_place(tmp_path: Path) -> None:
    text = (
        "openapi: 3.0.0\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          text/xml:\n"
        "            schema: {type: object, xml: {name: a, namespace: shop}}\n"
    )
    (tmp_path / "api.yaml").write_text(text, "utf-8")

    done = run("capture", "api.yaml", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "The xml.namespace 'shop' is not an absolute URI, such as urn:partner:api." in done.stderr
