"""Files for the host of the repository: workflows and issue forms, valid against GitHub's published schemas."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

GITHUB = REPOSITORY / ".github"
FILES = [
    *(("vendor.github-workflows", file) for file in sorted((GITHUB / "workflows").glob("*.yml"))),
    *(("vendor.github-issue-forms", file) for file in sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))),
    ("vendor.github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml"),
]


def judged(schema: str, file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("schema", "file"), FILES, ids=lambda value: getattr(value, "name", None))
def test_github_can_read_what_is_for_it(schema: str, file: Path) -> None:
    done = judged(schema, file)

    assert done.returncode == 0, done.stdout


def test_a_mistake_in_a_workflow_is_seen(tmp_path: Path) -> None:
    text = (GITHUB / "workflows" / "ci.yml").read_text("utf-8")
    (tmp_path / "ci.yml").write_text(text.replace("runs-on:", "run-on:"), "utf-8")

    assert judged("vendor.github-workflows", tmp_path / "ci.yml").returncode == 1


def test_the_workflow_tests_the_versions_that_the_project_admits() -> None:
    workflow = (GITHUB / "workflows" / "ci.yml").read_text("utf-8")

    assert 'requires-python = ">=3.11"' in (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert 'python: ["3.11", "3.12", "3.13", "3.14"]' in workflow
    assert "make test" in workflow


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    """A path is relative to the repository, or to one of the packages; NAME stands for any name."""
    text = (REPOSITORY / page).read_text("utf-8")
    tops = [
        REPOSITORY,
        REPOSITORY / "generator",
        *(REPOSITORY / "generator" / package for package in ("schemapress", "schemapress_runtime")),
    ]
    paths = set(re.findall(r"`((?:[\w-]+/)+(?:[\w-]+\.(?:py|md|toml|jsonl|xsd))?)`", text)) - {"_runtime/"}

    assert len(paths) > 10
    missing = [
        path for path in sorted(paths) if not any(list(top.glob(path.replace("NAME", "*").rstrip("/"))) for top in tops)
    ]
    assert missing == []


def test_the_map_of_the_code_names_what_is_there() -> None:
    page = (REPOSITORY / "ARCHITECTURE.md").read_text("utf-8")
    generator = REPOSITORY / "generator"
    rooms = [path for package in ("schemapress", "schemapress_runtime") for path in (generator / package).iterdir()]

    assert [
        path.relative_to(generator).as_posix()
        for path in rooms
        if path.is_dir() and path.name not in ("__pycache__", "export") and f"{path.name}/" not in page
    ] == []
