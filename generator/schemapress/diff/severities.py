"""The severities that a project gives to rules, instead of their own (`[tool.schemapress.severities]`)."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from schemapress.diff.check import rules
from schemapress.diff.rule import Severity
from schemapress.errors import SchemapressError
from schemapress.project import load_project

SEVERITIES: tuple[Severity, ...] = ("breaking", "undecided", "compatible", "informative")


def severities(start: Path) -> Mapping[str, Severity]:
    """Return the severities of the project that a folder belongs to, by the names of rules; none outside of projects.

    Raises:
        SchemapressError: there is no such rule, or no such severity.
    """
    if not any((folder / "pyproject.toml").is_file() for folder in (start.resolve(), *start.resolve().parents)):
        return {}
    project = load_project(start)
    place = str(project.root / "pyproject.toml")
    known = {rule.name for rule in rules()}
    found: dict[str, Severity] = {}
    for name, text in (project.settings.severities or {}).items():
        if name not in known:
            nearest = get_close_matches(name, known, n=1)
            hint = f"Did you mean {nearest[0]!r}?" if nearest else "`schemapress diff --rules` lists them."
            raise SchemapressError(f"There is no rule {name!r}.", place=place, hint=hint)
        severity = next((one for one in SEVERITIES if one == text), None)
        if severity is None:
            hint = f"Known are {', '.join(SEVERITIES)}."
            raise SchemapressError(f"There is no severity {text!r}.", place=place, hint=hint)
        found[name] = severity
    return found
