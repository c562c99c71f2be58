"""The severities that a project gives to rules (`[tool.schemapress.severities]`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemapress.diff.rule import Severity
from schemapress.diff.rule_list import list_rules
from schemapress.errors import SchemapressError, nearest_of
from schemapress.project import Project, project_here

SEVERITIES: tuple[Severity, ...] = ("breaking", "undecided", "compatible", "informative")


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
        severity = next((known_severity for known_severity in SEVERITIES if known_severity == text), None)
        if severity is None:
            hint = f"Use {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}."
            raise SchemapressError(f"Severity {text!r} does not exist.", place=place, hint=hint)
        severities[name] = severity
    return severities
