"""Jinja as this project uses it: strict, printing nothing but code, and overridable by path."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Undefined

from schemapress.errors import SchemapressError

from .code import Code, comment, docstring, identifier, join, literal, printed

_BUILT_IN = Path(__file__).parent / "templates"


class _NotCode(Exception):
    """A template printed a value that is not code."""


def _only_code(value: object) -> object:
    """Return what a template prints, if it is code or a number."""
    if isinstance(value, Code) or type(value) in (int, bool):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises what Jinja has to say of it
    raise _NotCode(repr(value)[:80])


class _Environment(Environment):
    """What a macro or a block gives is code: each of its parts is, or stands in the template itself."""

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        return printed(parts)


def _joined(parts: Iterable[Code], separator: str = "") -> Code:
    return join(separator, parts)


@cache
def _environment(overrides: Path | None) -> Environment:
    folders = [_BUILT_IN] if overrides is None else [overrides, _BUILT_IN]
    environment = _Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # what is rendered is Python, not HTML; `finalize` sees to its texts
        finalize=_only_code,
    )
    environment.filters.update({"literal": literal, "docstring": docstring, "comment": comment})
    environment.filters.update({"identifier": identifier, "join": _joined})
    return environment


@cache
def renderer(overrides: Path | None) -> Callable[[str, Mapping[str, object]], str]:
    """Return the function that renders a template by its path; `overrides` is searched first."""
    environment = _environment(overrides)
    for template in environment.list_templates(extensions=["jinja"]):
        environment.get_template(template)  # compiled now, while xsdata is still at work

    def render(template: str, context: Mapping[str, object]) -> str:
        return without_unused_imports(_rendered(environment, template, context))

    return render


def rendered(template: str, context: Mapping[str, object]) -> str:
    """Return a built-in template rendered, as a module that is run and not read: unused imports stay in it."""
    return _rendered(_environment(None), template, context)


def _rendered(environment: Environment, name: str, context: Mapping[str, object]) -> str:
    template = environment.get_template(name)
    try:
        return template.render(context)
    except _NotCode as error:
        path = str(template.filename)
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        raise SchemapressError(
            f"The template prints a text that is not code: {error}.",
            place=f"{path}:{lines[-1]}" if lines else path,
            hint="Pass it through one of the filters literal, docstring, comment and identifier.",
        ) from None


def without_unused_imports(source: str) -> str:
    """Return a module without the names that it imports and does not use."""
    tree = ast.parse(source)
    used: set[object] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name):
                used.add(name)
            case ast.Assign([ast.Name("__all__")], ast.List(names)):
                used.update(name.value for name in names if isinstance(name, ast.Constant))
    lines = source.split("\n")
    for found in reversed(tree.body):
        if not isinstance(found, ast.ImportFrom) or found.module == "__future__":
            continue
        kept = [alias.name for alias in found.names if (alias.asname or alias.name) in used]
        if len(kept) == len(found.names):
            continue
        statement = [f"from {'.' * found.level}{found.module or ''} import {', '.join(kept)}"] if kept else []
        lines[found.lineno - 1 : found.end_lineno] = statement
    return "\n".join(lines)
