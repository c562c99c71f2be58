"""Paths whose findings a project does not want to see (`ignored_paths`, `--ignore-path`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from schemapress.diff.finding import Finding

_PREFIX = re.compile(r"(^|[/@=])[^/@:=]+:")
_SIGNS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_ignored(finding: Finding, patterns: Sequence[str]) -> bool:
    """Whether every path of a finding matches a pattern, or is below one that does.

    A finding that other elements share is ignored only if its samples name them all.
    """
    paths = (finding.path, *finding.samples)
    if not patterns or finding.elsewhere > len(finding.samples):
        return False
    return all(any(matches(path, pattern) for pattern in patterns) for path in paths)


def matches(path: str, pattern: str) -> bool:
    """Whether a path matches a pattern, with or without the prefixes of its names, or is below one that does.

    `*` stands for any characters of a step, `?` for one, `**` for any number of steps.
    """
    expression = _compile(pattern)
    return any(expression.fullmatch(text) is not None for text in (path, strip_prefixes(path)))


def strip_prefixes(path: str) -> str:
    """Return a path without the prefixes of its names."""
    return _PREFIX.sub(r"\1", path)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*|\?)", pattern.rstrip("/"))
    return re.compile("".join(_SIGNS.get(piece, re.escape(piece)) for piece in pieces) + "(?:/.*)?")
