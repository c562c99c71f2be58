"""What templates print: code, and texts that went through a filter."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemapress.build.own_templates import built_in_names, report_names
from schemapress.build.templating import renderer
from schemapress.errors import SchemapressError
from schemapress.targets.code import (
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
from tests.conftest import REPOSITORY, MakeProject, run
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


def test_a_plain_text_can_not_stand_in_code() -> None:
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
    assert '# fmt: off\n"""Mine, of notify-in-progress.xsd."""\n\nNAME = ' in text


def with_template(make_project: MakeProject, text: str | bytes, name: str = "handlers.py.jinja") -> Path:
    """Make a project with a template of its own; return the project."""
    project = make_project(settings='templates = "own"')
    path = project / "own" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return project


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_folder_of_templates_that_is_not_there_is_an_error(make_project: MakeProject, command: str) -> None:
    project = make_project(settings='templates = "ownn"')

    done = run(command, cwd=project)

    assert done.returncode == 2
    assert f"{project / 'ownn'}: There is no such folder of templates." in done.stderr
    assert "change `templates` in " in done.stderr


@pytest.mark.parametrize("name", ["handler.py.jinja", "handlers.py", "handlers.py.j2", "demo/handlers.py.jinja"])
def test_a_template_that_nothing_uses_is_an_error_with_the_nearest_name(make_project: MakeProject, name: str) -> None:
    project = with_template(make_project, "", name)

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert f"{project / 'own' / name}: No built-in template has this name" in done.stderr
    assert "Did you mean 'handlers.py.jinja'?" in done.stderr


def test_a_template_can_include_others_and_the_folder_can_have_other_files(make_project: MakeProject) -> None:
    project = with_template(make_project, '{% include "parts/names.jinja" %}')
    (project / "own" / "parts").mkdir()
    (project / "own" / "parts" / "names.jinja").write_text('{% import "parts/more.jinja" as more %}{{ more.x() }}')
    (project / "own" / "parts" / "more.jinja").write_text("{% macro x() %}X = 1\n{% endmacro %}")
    (project / "own" / "README.md").write_text("Ours.")

    done = run("build", cwd=project)

    assert done.stderr == ""
    assert (project / "generated" / "demo" / "handlers.py").read_text("utf-8").endswith("# fmt: off\nX = 1\n")


@pytest.mark.parametrize(
    ("template", "place", "words"),
    [
        ("\n{% for %}\n", ":2", "This is no template of Jinja: Expected an expression"),
        ("x = 1\n{{ x | literall }}\n", ":2", "No filter named 'literall'"),
        (
            "\n\nx = {{ hanlders }}\n",
            ":3",
            "a name that is not defined: 'hanlders' is undefined.",
        ),
        ("x = {{ api.schemma }}\n", ":1", "a name that is not defined: "),
        ("x = {{ 1 // 0 }}\n", ":1", "The template can't be rendered: integer division"),
        ("\nx = {{ 'a b' | identifier }}\n", ":2", "The template can't be rendered: "),
        ('\n{% include "gone.jinja" %}\n', ":2", "The template includes 'gone.jinja', which is not there."),
        (
            "x = (\n",
            "",
            "The template gives a module that is no Python: '(' was never closed in line 1 of it",
        ),
        (b"# \xe9\n", "", "This is not UTF-8"),
    ],
)
def test_an_error_in_a_template_names_its_line(
    make_project: MakeProject, template: str | bytes, place: str, words: str
) -> None:
    project = with_template(make_project, template)

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert f"{project / 'own' / 'handlers.py.jinja'}{place}: " in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_nearest_name_that_a_template_can_use_is_said(make_project: MakeProject) -> None:
    assert "Did you mean 'plan'?" in run("build", cwd=with_template(make_project, "{{ plam }}")).stderr


def test_a_template_of_a_report_is_no_source_of_a_package(make_project: MakeProject) -> None:
    project = with_template(make_project, "# {{ summary.title }}\n", "review.md.jinja")

    done = run("build", cwd=project)

    assert done.returncode == 0, done.stderr
    assert "review.md.jinja" not in (project / "generated" / "demo" / "MANIFEST.json").read_text("utf-8")


def test_the_docs_have_each_template_and_what_it_can_use(make_project: MakeProject) -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w.-]+\.jinja)` \| .* \| (.*) \|$", page, re.MULTILINE))
    assert sorted(rows) == built_in_names()

    for name, described in rows.items():
        if name in report_names():
            continue  # no package is made of it
        project = with_template(make_project, "{{ qqqqqqqqqqqqqq }}", name)
        done = run("build", cwd=project)
        (project / "own" / name).unlink()

        assert f"Known are {', '.join(sorted(re.findall(r'`([a-z_]+)`', described)))}." in done.stderr
