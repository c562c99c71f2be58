"""The versions of xsdata and lxml that a package needs: told at import, and the same wherever they are written."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from schemapress_runtime.versions import LXML_VERSION, XSDATA_VERSION
from tests.conftest import REPOSITORY

BOUNDS = {"xsdata": ".".join(map(str, XSDATA_VERSION)), "lxml": ".".join(map(str, LXML_VERSION))}

NEW_ENOUGH = [*BOUNDS.items(), ("xsdata", "26.10"), ("xsdata", "27.1b1"), ("lxml", "7.0")]


def imported_with(folder: Path, name: str, version: str) -> str:
    """Return what the import of a generated package prints, where a library says that it is of a version.

    Another version takes a network to install. So the library is the real one, with another word about itself.
    """
    said = {
        "xsdata": f"import xsdata; xsdata.__version__ = {version!r}",
        "lxml": f"from lxml import etree; etree.__version__ = {version!r}\n"
        f"etree.LXML_VERSION = ({', '.join(version.split('.'))}, 0, 0)",
    }
    use = "from cityfibre_ticketing import decode"
    script = f"{said[name]}\ntry:\n  {use}\n  print('imported')\nexcept ImportError as e: print(e)"
    path = str(REPOSITORY / "generated")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{script}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("name", "version"), [("xsdata", "26.1"), ("xsdata", "24.12.3"), ("lxml", "5.4"), ("lxml", "4.9")]
)
def test_a_library_that_is_too_old_is_an_error_that_says_what_to_do(tmp_path: Path, name: str, version: str) -> None:
    printed = imported_with(tmp_path, name, version)

    needed = BOUNDS[name]
    assert printed.startswith(
        f"cityfibre_ticketing needs {name} {needed} or newer, and {name} {version} is installed ("
    )
    assert printed.endswith(f'Upgrade it: python -m pip install "{name}>={needed}"')


@pytest.mark.parametrize(
    ("name", "version"), [*BOUNDS.items(), ("xsdata", "26.10"), ("xsdata", "27.1b1"), ("lxml", "7.0")]
)
def test_a_library_that_is_new_enough_is_taken(tmp_path: Path, name: str, version: str) -> None:
    assert imported_with(tmp_path, name, version) == "imported"


def test_the_project_and_the_docs_have_the_bounds_of_the_runtime() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    matches = (re.fullmatch(r"(xsdata|lxml)\S*>=([\d.]+)", one) for one in project)
    declared = {found[1]: found[2] for found in matches if found}
    page = (REPOSITORY / "docs" / "generated-packages.md").read_text("utf-8")

    assert declared == BOUNDS
    assert f'"xsdata>={BOUNDS["xsdata"]}", "lxml>={BOUNDS["lxml"]}"' in page
    assert f"xsdata {BOUNDS['xsdata']} and lxml {BOUNDS['lxml']}, or newer" in page
