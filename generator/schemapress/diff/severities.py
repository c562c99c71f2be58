"""The severities that a project gives to rules, instead of their own (`[tool.schemapress.severities]`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemapress.diff.check import rules
from schemapress.diff.rule import Severity
from schemapress.errors import SchemapressError, nearest_of
from schemapress.project import Project, project_here

SEVERITIES: tuple[Severity, ...] = ("breaking", "undecided", "compatible", "informative")


def severities(start: Path) -> Mapping[str, Severity]:
    """Return the severities of the project that a folder belongs to, by the names of rules; none outside of projects.

    Raises:
        SchemapressError: there is no such rule, or no such severity.
    """
    project = project_here(start)
    return {} if project is None else severities_of(project)


def severities_of(project: Project) -> Mapping[str, Severity]:
    """Return the severities of a project, by the names of rules.

    Raises:
        SchemapressError: there is no such rule, or no such severity.
    """
    place = str(project.root / "pyproject.toml")
    known = {rule.name for rule in rules()}
    found: dict[str, Severity] = {}
    for name, text in (project.settings.severities or {}).items():
        if name not in known:
            hint = f"{nearest_of(name, known)} `schemapress diff --rules` lists all."
            raise SchemapressError(f"There is no rule {name!r}.", place=place, hint=hint)
        severity = next((one for one in SEVERITIES if one == text), None)
        if severity is None:
            hint = f"Known are {', '.join(SEVERITIES)}."
            raise SchemapressError(f"There is no severity {text!r}.", place=place, hint=hint)
        found[name] = severity
    return found
