"""The severities that a project gives to rules (`[tool.schemapress.severities]`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from schemapress.diff.rule import Severity
from schemapress.diff.rule_list import list_rules
from schemapress.errors import SchemapressError, nearest_of
from schemapress.load.schema import Direction
from schemapress.project import Project

SEVERITIES: dict[str, Severity] = {severity: severity for severity in get_args(Severity)}


def severities_of(project: Project) -> Mapping[str, Severity]:
    """Return the severities of a project.

    The keys are names of rules, or RULE:receive and RULE:send for the findings of one direction.

    Raises:
        SchemapressError: a rule or a severity does not exist.
    """
    place = str(project.root / "pyproject.toml")
    known = {rule.name for rule in list_rules()}
    severities: dict[str, Severity] = {}
    for name, text in (project.settings.severities or {}).items():
        rule, colon, direction = name.partition(":")
        if colon and direction not in get_args(Direction):
            message = f"Direction {direction!r} does not exist, in {name!r}."
            raise SchemapressError(message, place=place, hint=f'Use "{rule}:receive" or "{rule}:send".')
        if rule not in known:
            hint = f"{nearest_of(rule, known)} To list the rules, run `schemapress diff --rules`."
            raise SchemapressError(f"Rule {rule!r} does not exist.", place=place, hint=hint)
        if text not in SEVERITIES:
            *others, last = SEVERITIES
            hint = f"Use {', '.join(others)} or {last}."
            raise SchemapressError(f"Severity {text!r} does not exist.", place=place, hint=hint)
        severities[name] = SEVERITIES[text]
    return severities
