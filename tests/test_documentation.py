"""What the README and the docs show: each command is run, and prints what is printed there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from schemapress.cli import _COMMANDS
from schemapress.diff.rule_list import list_rules
from schemapress.project import Settings
from tests.conftest import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_VARYING = re.compile(r"\(\d+\.\d s\)|\d+(?= lines$)", re.MULTILINE)
"""Seconds, and the lengths of emitted files, which every change of the generator changes."""


def script(page: Path) -> tuple[str, str]:
    """Return the commands of a page as one script, and what they are shown to print."""
    commands, output = [], []
    for block in _BLOCK.findall(page.read_text("utf-8")):
        inside: str | None = None
        for line in block.splitlines():
            if inside is not None:
                commands.append(line)
                inside = None if line == inside else inside
            elif line.startswith(("$ ", "> ")):
                commands.append(line[2:])
                found = re.search(r"<<'(\w+)'", line)
                inside = found[1] if found else None
            else:
                output.append(line)
    text = "\n".join(commands).replace(
        "sleep 2", "until (: > /dev/tcp/127.0.0.1/8731) 2> /dev/null; do sleep 0.1; done"
    )
    return f"set -m\n{text}\n", "\n".join(output)


def copy_of_the_repository(folder: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    return folder


def _comparable(printed: str) -> str:
    return _VARYING.sub("…", printed)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```console" in page.read_text("utf-8")], ids=lambda page: page.name
)
def test_every_command_of_a_page_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    commands, expected = script(page)
    if "curl" in commands and shutil.which("curl") is None:
        pytest.skip("curl, which the page calls, is not installed")
    folder = copy_of_the_repository(tmp_path / "copy")

    done = subprocess.run(
        ["bash", "-c", commands],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )

    lines = [line for line in done.stdout.splitlines() if not re.match(r"\[\d\]|\.venv/bin/uvicorn", line)]
    assert _comparable("\n".join(lines)) == _comparable(expected)


def test_the_start_page_shows_what_the_readme_shows() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8").splitlines()
    blocks = re.findall(r"```text\n(.*?)```", (REPOSITORY / "docs" / "index.md").read_text("utf-8"), re.DOTALL)
    shown = [line for block in blocks for line in block.splitlines() if line != "…" and not line.startswith("$ ")]

    assert len(shown) > 8
    assert [line for line in shown if line not in readme] == []


def test_every_key_of_the_configuration_is_documented() -> None:
    text = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")

    assert [key for key in Settings.__dataclass_fields__ if f"`{key}`" not in text] == []


def test_every_command_is_documented() -> None:
    text = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")

    assert [name for name in _COMMANDS if f"schemapress {name}" not in text] == []


def test_every_rule_of_diff_is_documented_as_it_is() -> None:
    text = (REPOSITORY / "docs" / "diff-rules.md").read_text("utf-8")

    expected = [f"| `{one.name}` | {one.severity} | {one.documentation} | {one.suggestion} |" for one in list_rules()]

    assert [line for line in text.splitlines() if line.startswith("| `")] == expected


def test_every_block_of_yaml_can_be_read() -> None:
    for page in PAGES:
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            assert yaml.safe_load(block), page.name


def test_every_dependency_has_its_reason() -> None:
    text = (REPOSITORY / "docs" / "dependencies.md").read_text("utf-8")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]

    names = [re.split(r"[\[<>=]", requirement)[0] for requirement in declared]

    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
