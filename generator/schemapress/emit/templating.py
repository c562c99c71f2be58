"""Jinja as this project uses it: strict, with filters for Python literals, and overridable by path."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

_BUILT_IN = Path(__file__).parent / "templates"


@cache
def _environment(overrides: Path | None) -> Environment:
    folders = [_BUILT_IN] if overrides is None else [overrides, _BUILT_IN]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # what is rendered is Python, not HTML
    )
    environment.filters.update({"pyrepr": pyrepr, "docstring": docstring, "fstring": fstring})
    return environment


@cache
def renderer(overrides: Path | None) -> Callable[[str, Mapping[str, object]], str]:
    """Return the function that renders a template by its path; `overrides` is searched first."""
    environment = _environment(overrides)
    for template in environment.list_templates(extensions=["jinja"]):
        environment.get_template(template)  # compiled now, while xsdata is still at work

    def render(template: str, context: Mapping[str, object]) -> str:
        return without_unused_imports(environment.get_template(template).render(context))

    return render


def rendered(template: str, context: Mapping[str, object]) -> str:
    """Return a built-in template rendered, as a module that is run and not read: unused imports stay in it."""
    return _environment(None).get_template(template).render(context)


def pyrepr(text: str) -> str:
    """Return a Python literal."""
    return repr(text)


def docstring(text: str) -> str:
    """Return a text as a string literal in triple quotes."""
    text = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return f'"""{text} """' if text.endswith('"') else f'"""{text}"""'


def fstring(text: str) -> str:
    """Return the inside of an f-string as an f-string, or as a plain literal where nothing is replaced."""
    if "{" not in text:
        return repr(text)
    quote = "'" if '"' in text and "'" not in text else '"'
    return f"f{quote}{text}{quote}"


def without_unused_imports(source: str) -> str:
    """Return a module without the names that it imports and does not use."""
    tree = ast.parse(source)
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.add(node.value)
    lines = source.splitlines(keepends=True)
    for found in reversed(tree.body):
        if not isinstance(found, ast.ImportFrom) or found.module == "__future__":
            continue
        kept = [alias.name for alias in found.names if (alias.asname or alias.name) in used]
        if len(kept) == len(found.names):
            continue
        statement = f"from {'.' * found.level}{found.module or ''} import {', '.join(kept)}\n" if kept else ""
        lines[found.lineno - 1 : found.end_lineno] = [statement]
    return "".join(lines)
