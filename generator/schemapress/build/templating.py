"""Jinja as this project uses it: strict, printing nothing but code, and overridable by path."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
)

from schemapress.documentation import find_page
from schemapress.errors import SchemapressError, nearest_of
from schemapress.targets import code
from schemapress.targets.code import Code, comment, docstring, identifier, join, join_printed, literal

from .own_templates import TEMPLATE_FOLDERS
from .template_cache import TemplateCache


class _NotCode(Exception):
    """A template printed a value that is not code."""


def _only_code(value: object) -> object:
    """Return the value that a template prints, if it is code or a number."""
    if isinstance(value, Code) or type(value) in (int, bool):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises what Jinja has to say of it
    raise _NotCode(repr(value)[:80])


class _Environment(Environment):
    """An environment whose macros and blocks return code: each part is code, or stands in the template itself."""

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        return join_printed(parts)


def _join_code(parts: Iterable[Code], separator: str = "") -> Code:
    return join(separator, parts)


@cache
def _shipped_environment() -> Environment:
    return _make_environment(None)


def _make_environment(overrides: Path | None) -> Environment:
    folders = TEMPLATE_FOLDERS if overrides is None else (overrides, *TEMPLATE_FOLDERS)
    environment = _Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # what is rendered is Python, not HTML; `finalize` sees to its texts
        finalize=_only_code,
        bytecode_cache=TemplateCache(TEMPLATE_FOLDERS, (Path(__file__), Path(code.__file__))),
    )
    environment.filters.update({"literal": literal, "docstring": docstring, "comment": comment})
    environment.filters.update({"identifier": identifier, "join": _join_code})
    return environment


def renderer(overrides: Path | None) -> Callable[[str, Mapping[str, object]], str]:
    """Return the function that renders a template by its path; `overrides` is searched first.

    It raises a SchemapressError where a template of `overrides` can't be rendered, or what it gives is no Python.

    Raises:
        SchemapressError: a template of `overrides` is no template.
    """
    # A project adds templates and takes them away while `build --watch` runs; those that are shipped stay as they are.
    environment = _shipped_environment() if overrides is None else _make_environment(overrides)
    for template in environment.list_templates(extensions=["jinja"]):
        _load(environment, template, overrides)  # now, while xsdata is still at work

    def render(template: str, context: Mapping[str, object]) -> str:
        text = _render(environment, template, context, overrides)
        try:
            return without_unused_imports(text)
        except SyntaxError as error:
            if overrides is None or not (overrides / template).is_file():
                raise
            line = (text.splitlines()[error.lineno - 1 : error.lineno] or [""])[0].strip() if error.lineno else ""
            raise SchemapressError(
                f"The template gives a module that is no Python: {error.msg} in line {error.lineno} of it, {line!r}.",
                place=str(overrides / template),
                hint="Correct the template.",
            ) from None

    return render


def _load(environment: Environment, name: str, overrides: Path | None) -> Template:
    """Return a template.

    Raises:
        SchemapressError: it is not one.
    """
    try:
        return environment.get_template(name)
    except TemplateSyntaxError as error:
        message, place = f"This is no template of Jinja: {error.message}", f"{error.filename}:{error.lineno}"
    except UnicodeDecodeError as error:
        message, place = f"This is not UTF-8: {error}", name if overrides is None else str(overrides / name)
    raise SchemapressError(f"{message.rstrip('.')}.", place=place, hint="Correct the template.")


def _render(environment: Environment, name: str, context: Mapping[str, object], overrides: Path | None) -> str:
    template = _load(environment, name, overrides)
    try:
        return template.render(context)
    except SchemapressError:
        raise
    except Exception as error:  # a template runs expressions of its author, which may raise anything
        place = _find_place(error, overrides)
        if place is None:
            raise  # a defect of ours
        raise SchemapressError(_describe(error), place=place, hint=_hint_for(error, context)) from None


def _find_place(error: Exception, overrides: Path | None) -> str | None:
    """Return the line of a template of the project that raised an error, the innermost one; None where none did."""
    if isinstance(error, TemplateSyntaxError):  # of one that is included
        return f"{error.filename}:{error.lineno}"
    folders = [] if overrides is None else [overrides]
    if isinstance(error, _NotCode):
        folders += TEMPLATE_FOLDERS  # the text that one of ours prints may come from a target that is a plug-in
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        f"{frame.filename}:{frame.lineno}"
        for frame in frames
        if not frame.filename.endswith(".py") and any(Path(frame.filename).is_relative_to(folder) for folder in folders)
    ]
    return places[-1] if places else None


def _describe(error: Exception) -> str:
    message = str(error).rstrip(".")
    match error:
        case _NotCode():
            return f"The template prints a text that is not code: {message}."
        case UndefinedError():
            return f"The template uses a name that is not defined: {message}."
        case TemplateNotFound():
            return f"The template includes {message!r}, which is not there."
        case _:
            return f"The template can't be rendered: {message or type(error).__name__}."


def _hint_for(error: Exception, context: Mapping[str, object]) -> str:
    if isinstance(error, _NotCode):
        return "Pass it through one of the filters literal, docstring, comment and identifier."
    undefined = re.fullmatch(r"'(\w+)' is undefined", str(error)) if isinstance(error, UndefinedError) else None
    if undefined is not None:
        return nearest_of(undefined[1], context)
    return f"{find_page('configuration')} says what templates can use."


def without_unused_imports(source: str) -> str:
    """Return a module without the names that it imports and neither uses nor exports (`import name as name`)."""
    tree = ast.parse(source)
    used: set[object] = set()
    waiting: list[object] = [tree]
    while waiting:  # `ast.walk` takes three times as long
        node = waiting.pop()
        if isinstance(node, ast.Name):
            used.add(node.id)
            continue
        for part in vars(node).values():
            if isinstance(part, list):
                waiting += [item for item in part if isinstance(item, ast.AST)]
            elif isinstance(part, ast.AST):
                waiting.append(part)
        match node:
            case ast.Assign([ast.Name("__all__")], ast.List(names)):
                used.update(name.value for name in names if isinstance(name, ast.Constant))
    lines = source.split("\n")
    for statement in reversed(tree.body):
        if not isinstance(statement, ast.ImportFrom) or statement.module == "__future__":
            continue
        kept = [
            ast.unparse(alias)
            for alias in statement.names
            if alias.asname == alias.name or (alias.asname or alias.name) in used
        ]
        if len(kept) == len(statement.names):
            continue
        replacement = [f"from {'.' * statement.level}{statement.module or ''} import {', '.join(kept)}"] if kept else []
        lines[statement.lineno - 1 : statement.end_lineno] = replacement
    return "\n".join(lines)
