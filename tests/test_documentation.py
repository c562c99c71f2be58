"""Runs each command of the README and the docs, and compares its output with the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from schemapress.cli import _COMMANDS
from schemapress.diff.rule_list import list_rules
from schemapress.project import Settings
from tests.conftest import REPOSITORY
from tools.documentation import on_page_markdown

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_VARYING = re.compile(r"\(\d+\.\d s\)|\d+(?= (?:lines$|added))", re.MULTILINE)
"""Seconds, and the lengths and numbers of emitted files, which a change of the generator changes."""
_JOB = re.compile(r"\[\d\]|(\.venv/bin/)?(uvicorn|gunicorn) |Terminated")
"""The output of a shell about a server in the background."""
_END = "=== the end of command "


@dataclass(frozen=True)
class Step:
    """A command as a page shows it, and the lines that it is shown to print."""

    lines: tuple[str, ...]
    output: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command as a shell takes it; a server in the background is waited for."""
        text = "\n".join(re.sub(r"^[$>] ", "", line) for line in self.lines)
        wait = r"\1for _ in {1..200}; do (: > /dev/tcp/127.0.0.1/\2) 2> /dev/null && break; sleep 0.1; done"
        return re.sub(r"(?m)^(.*[ :](87\d\d)\b.* & )sleep \d$", wait, text)


def steps_of(block: str) -> Iterator[Step]:
    """Yield the steps of a block of console."""
    lines: list[str] = []
    output: list[str] = []
    delimiter: str | None = None
    for line in block.splitlines():
        if delimiter is not None or line.startswith("> "):
            lines.append(line)
        elif line.startswith("$ "):
            if lines:
                yield Step(tuple(lines), tuple(output))
            lines, output = [line], []
        else:
            output.append(line)
            continue
        here_document = re.search(r"<<'(\w+)'", line) if delimiter is None else None
        delimiter = here_document[1] if here_document else None if line == delimiter else delimiter
    yield Step(tuple(lines), tuple(output))


def run_steps(steps: Sequence[Step], folder: Path) -> list[tuple[str, ...]]:
    """Return the lines that each step prints, run in one shell in a copy of the repository."""
    commands = (f"{step.command}\necho '{_END}'" for step in steps)
    done = subprocess.run(
        ["bash", "-c", "\n".join(["set -m", "trap 'kill $(jobs -p) 2> /dev/null' EXIT", *commands])],
        cwd=copy_of_the_repository(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"},
    )
    parts = done.stdout.replace(f"{_END}\n", f"\n{_END}\n").split(f"\n{_END}\n")[:-1]
    return [tuple(line for line in part.splitlines() if not _JOB.match(line)) for part in parts]


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


def _comparable(output: Sequence[str]) -> list[str]:
    return [_VARYING.sub("…", line) for line in output if line]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```console" in page.read_text("utf-8")], ids=lambda page: page.name
)
def test_every_command_of_a_page_prints_what_the_page_shows(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With --update-golden, the page gets what the commands print now."""
    text = page.read_text("utf-8")
    steps = [step for block in _BLOCK.findall(text) for step in steps_of(block)]
    if any("curl" in step.command for step in steps) and shutil.which("curl") is None:
        pytest.skip("curl, which the page calls, is not installed")

    printed = run_steps(steps, tmp_path / "copy")

    if request.config.getoption("--update-golden"):
        page.write_text(_update(text, steps, printed), "utf-8")
    assert [(step.command, _comparable(output)) for step, output in zip(steps, printed, strict=False)] == [
        (step.command, _comparable(step.output)) for step in steps
    ]


def _update(text: str, steps: Sequence[Step], printed: Sequence[Sequence[str]]) -> str:
    """Return a page whose steps are shown with what they print; what only varies stays as it is."""
    shown = iter(zip(steps, printed, strict=True))

    def rewrite(block: re.Match[str]) -> str:
        lines: list[str] = []
        for _ in steps_of(block[0]):
            step, output = next(shown)
            same = _comparable(output) == _comparable(step.output)
            lines += [*step.lines, *(step.output if same else output)]
        return "".join(f"{line}\n" for line in lines)

    return _BLOCK.sub(rewrite, text)


def test_the_start_page_shows_what_the_readme_shows() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8").splitlines()
    blocks = re.findall(r"```text\n(.*?)```", (REPOSITORY / "docs" / "index.md").read_text("utf-8"), re.DOTALL)
    shown = [line for block in blocks for line in block.splitlines() if line != "…" and not line.startswith("$ ")]

    assert len(shown) > 8
    assert [line for line in shown if line not in readme] == []


def test_every_key_of_the_configuration_is_documented() -> None:
    text = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")

    assert [key for key in Settings.__dataclass_fields__ if f"`{key}`" not in text] == []


def test_every_command_is_documented_by_its_help() -> None:
    page = on_page_markdown((REPOSITORY / "docs" / "commands.md").read_text("utf-8"))

    assert [name for name in _COMMANDS if f"Usage: schemapress {name} " not in page] == []
    assert "<!--" not in page


def test_a_page_that_asks_for_the_help_of_no_command_stops_the_site() -> None:
    with pytest.raises(KeyError, match="biuld"):
        on_page_markdown("<!-- help: biuld -->")


def test_every_rule_of_diff_is_documented_as_it_is() -> None:
    text = (REPOSITORY / "docs" / "diff-rules.md").read_text("utf-8")

    expected = [
        f"| `{one.name}` | {one.severity} | {one.breaks} | {one.documentation} | {one.suggestion} |"
        for one in list_rules()
    ]

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
