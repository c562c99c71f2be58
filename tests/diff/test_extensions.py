"""Checks and formats that another installed package adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.report import render
from schemapress.diff.review import Review
from schemapress.diff.rule_list import list_rules
from tests.conftest import schema
from tests.support.schema_builder import element

MODULE = """
from schemapress.diff.checks.check import Check
from schemapress.diff.finding import Finding
from schemapress.diff.rule import Rule

RULE = Rule("file-renamed", "documentation", "informative", "The name of a file changed.")


def find_changes(old, new):
    if old.files[0].name != new.files[0].name:
        yield Finding(RULE, RULE.severity, "file", "The name changed.")


CHECK = Check((RULE,), find_changes)


def count(review):
    return f"{len(list(review.findings))} finding\\n"
"""
ENTRY_POINTS = """
[schemapress.diff_checks]
files = extension:CHECK
[schemapress.diff_formats]
count = extension:count
"""


def test_an_installed_package_adds_a_check_and_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "installed"
    (installed / "extension-1.0.dist-info").mkdir(parents=True)
    (installed / "extension-1.0.dist-info" / "METADATA").write_text("Name: extension\nVersion: 1.0\n")
    (installed / "extension-1.0.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
    (installed / "extension.py").write_text(MODULE)
    monkeypatch.syspath_prepend(installed)
    for name in ("old", "new"):
        (tmp_path / f"{name}.xsd").write_text(schema(element("root")))
    old, new = (find_version(name, tmp_path / f"{name}.xsd", name) for name in ("old", "new"))

    comparison = compare("api", old, new)

    assert [finding.rule.name for finding in comparison.findings] == ["file-renamed"]
    assert "file-renamed" in [rule.name for rule in list_rules()]
    assert render(Review((comparison,)), "count") == "1 finding\n"
