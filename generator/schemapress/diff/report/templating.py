"""The templates of reports: the built-in ones, and those that a project has in their place."""

from __future__ import annotations

import traceback
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError

from schemapress.build.own_templates import REPORT_FOLDER
from schemapress.errors import SchemapressError
from schemapress_runtime.report.amount import counted

_LONGEST_CELL = 80
"""Characters of a text in a cell of a table."""


def render_template(name: str, overrides: Path | None, **context: object) -> str:
    """Return what a template prints, with a line break at the end.

    The template of the same name in the folder `overrides` replaces the built-in one.

    Raises:
        SchemapressError: a template of the project is not valid Jinja, uses an unknown name or raises an error.
    """
    environment = _make_environment(overrides, is_html=".html." in name)
    try:
        text = environment.get_template(name).render(context)
    except Exception as error:  # a template runs expressions of its author, which may raise anything
        place = None if overrides is None else _find_place(error, overrides)
        if place is None:
            raise  # a defect of ours
        hint = f"Compare it with the built-in template, {REPORT_FOLDER / name}."
        raise SchemapressError(f"The template can't be rendered: {error}", place=place, hint=hint) from None
    return text if text.endswith("\n") else f"{text}\n"


@cache
def _make_environment(overrides: Path | None, *, is_html: bool) -> Environment:
    folders = [REPORT_FOLDER] if overrides is None else [overrides, REPORT_FOLDER]
    environment = Environment(loader=FileSystemLoader(folders), undefined=StrictUndefined, autoescape=is_html)
    environment.trim_blocks = environment.lstrip_blocks = environment.keep_trailing_newline = True
    environment.globals["bold"] = lambda text: f"**{text}**"
    environment.filters |= {"cell": make_cell, "markdown": escape_markdown, "count_others": count_others}
    return environment


def escape_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is where HTML may stand."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def make_cell(text: str) -> str:
    """Return a text for a cell of a Markdown table, on one line, and cut."""
    cut = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
    return escape_markdown(" ".join(cut.split())).replace("|", "\\|")


def count_others(number: int) -> str:
    """Return the number of other elements in a phrase."""
    return counted(number, "other element")


def _find_place(error: Exception, overrides: Path) -> str | None:
    """Return the line of a template of the project that raised an error, the innermost one; None where none did."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno}" for frame in frames if Path(frame.filename).is_relative_to(overrides)]
    return places[-1] if places else None
