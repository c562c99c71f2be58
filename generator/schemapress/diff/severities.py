"""The severities that a project gives to rules (`[tool.schemapress.severities]`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from schemapress.diff.rule import Severity
from schemapress.diff.rule_list import list_rules
from schemapress.errors import SchemapressError, nearest_of
from schemapress.project import Project, project_here

SEVERITIES: dict[str, Severity] = {severity: severity for severity in get_args(Severity)}


def read_severities(start: Path) -> Mapping[str, Severity]:
    """Return the severities of the project around a folder, by the names of rules; none outside a project.

    Raises:
        SchemapressError: a rule or a severity does not exist.
    """
    project = project_here(start)
    return {} if project is None else severities_of(project)


def severities_of(project: Project) -> Mapping[str, Severity]:
    """Return the severities of a project, by the names of rules.

    Raises:
        SchemapressError: a rule or a severity does not exist.
    """
    place = str(project.root / "pyproject.toml")
    known = {rule.name for rule in list_rules()}
    severities: dict[str, Severity] = {}
    for name, text in (project.settings.severities or {}).items():
        if name not in known:
            hint = f"{nearest_of(name, known)} To list the rules, run `schemapress diff --rules`."
            raise SchemapressError(f"Rule {name!r} does not exist.", place=place, hint=hint)
        if text not in SEVERITIES:
            *others, last = SEVERITIES
            hint = f"Use {', '.join(others)} or {last}."
            raise SchemapressError(f"Severity {text!r} does not exist.", place=place, hint=hint)
        severities[name] = SEVERITIES[text]
    return severities
