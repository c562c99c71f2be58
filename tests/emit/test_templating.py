"""What templates print: code, and texts that went through a filter."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemapress.emit.code import (
    Code,
    call,
    comment,
    docstring,
    fill,
    fstring,
    identifier,
    join,
    literal,
    pattern_text,
    raw_fstring,
)
from schemapress.emit.templating import renderer
from schemapress.errors import SchemapressError
from tests.conftest import MakeProject, run
from tests.hostile.builds import NASTY

TEXTS = [*NASTY, "\x00", "\ud800", "a\\", 'a"', "\r\n"]


def render(folder: Path, template: str, **context: object) -> str:
    (folder / "own.py.jinja").write_text(template, "utf-8")
    return renderer(folder)("own.py.jinja", context)


def test_a_string_does_not_become_code_by_being_called_so() -> None:
    with pytest.raises(TypeError):
        Code("x")
    assert type(identifier("x") + "y") is str
    assert type(f"{identifier('x')}") is str


@pytest.mark.parametrize(
    "template", ["x = {{ text }}", "{{ text ~ '' }}", "{{ [code, text] | join(', ') }}", "{{ text | upper }}"]
)
def test_a_template_can_not_print_a_text(tmp_path: Path, template: str) -> None:
    with pytest.raises((SchemapressError, TypeError), match=r"code"):
        render(tmp_path, f"\n{template}\n", text="y", code=identifier("z"))


def test_the_error_names_template_and_line(tmp_path: Path) -> None:
    with pytest.raises(SchemapressError, match=r"own\.py\.jinja:3: The template prints a text that is not code: 'y'"):
        render(tmp_path, "\n\nx = {{ text }}\n", text="y")


def test_filters_macros_and_blocks_print_code(tmp_path: Path) -> None:
    template = (
        "{% macro assign(name, value) %}{{ name | identifier }} = {{ value | literal }}\n{% endmacro %}"
        '{{ "About {what}." | docstring(what=text) }}\n{{ text | comment }}\n'
        "{{ assign('x', text) }}{% set y %}{{ 3 }}{% endset %}y = {{ y }}\n"
    )

    text = 'a"""\nb'
    module = ast.parse(render(tmp_path, template, text=text))

    assert ast.get_docstring(module) == 'About a""" b.'
    assert [ast.unparse(statement) for statement in module.body[1:]] == ["x = " + repr(text), "y = 3"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_the_value_of_its_literal(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert eval(fstring((text, identifier("x"), text)), {"x": 1}) == f"{text}1{text}"
    assert eval(fstring((text,))) == text
    assert str(ast.literal_eval(docstring(text))).rstrip(" ") == text.rstrip(" ")
    assert ast.parse(f"{comment(text)}\nx").body[0].lineno == 2
    assert len(ast.parse(f"{comment(text)}\nx").body) == 1


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_matches_its_regular_expression_and_nothing_else_does(text: str) -> None:
    expression = eval(raw_fstring(("(", pattern_text(text), ")", identifier("END"))), {"END": r"\Z"})

    found = re.match(expression, text)
    assert found is not None
    assert found[1] == text
    assert re.match(expression, f"{text}x") is None


def test_what_is_no_code_can_not_stand_in_code() -> None:
    x: Any = "x"  # what mypy would refuse is what is tried
    attempts: list[Callable[[], Code]] = [
        lambda: fill("int({})", x),
        lambda: join(", ", [x]),
        lambda: join("; ", [identifier("x")]),
        lambda: call("f", [x]),
        lambda: call("f; g", []),
        lambda: identifier("x y"),
        lambda: identifier("class"),
        lambda: literal(object()),
        lambda: fstring((fill("{}[{}]", identifier("x"), literal("}")),)),
        lambda: raw_fstring(('"',)),
        lambda: raw_fstring(("\\",)),
        lambda: raw_fstring(("\n",)),
    ]
    for attempt in attempts:
        with pytest.raises((TypeError, ValueError)):
            attempt()


def test_a_template_of_the_project_replaces_ours(make_project: MakeProject) -> None:
    project = make_project(settings='templates = "own"')
    (project / "own").mkdir()
    template = (
        '{{ "Mine, of {source}." | docstring(source=api.source) }}\n\nNAME = {{ api.schema.documentation | literal }}\n'
    )
    (project / "own" / "handlers.py.jinja").write_text(template, "utf-8")

    assert run("build", cwd=project).returncode == 0

    text = (project / "generated" / "demo" / "handlers.py").read_text("utf-8")
    assert text.startswith('"""Mine, of notify-in-progress.xsd."""\n\nNAME = ')
