"""Every aspect is registered, and has its test and its documentation."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from schemapress.diff import aspects
from schemapress.diff.aspects import ASPECTS
from schemapress.diff.aspects.aspect import Aspect
from schemapress_runtime.xsd.facets import FACETS
from tests.conftest import REPOSITORY


def test_every_module_is_an_aspect_that_is_registered_under_its_name() -> None:
    modules = {path.stem for path in Path(aspects.__file__).parent.glob("*.py")} - {"__init__", "aspect"}

    assert {aspect.name for aspect in ASPECTS} == modules
    assert len(ASPECTS) == len(modules)


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: str(aspect.name))
def test_an_aspect_has_its_test_and_its_rows_in_the_documentation(aspect: Aspect) -> None:
    documentation = (REPOSITORY / "docs" / "diff-rules.md").read_text("utf-8")

    assert importlib.import_module(f"schemapress.diff.aspects.{aspect.name}").ASPECT is aspect
    assert (Path(__file__).parent / f"test_{aspect.name}.py").is_file()
    assert f"| `{aspect.narrowed.name}` |" in documentation
    assert f"| `{aspect.widened.name}` |" in documentation
    assert aspect.narrowed.suggestion


def test_every_facet_but_white_space_belongs_to_one_aspect() -> None:
    facets = [facet for aspect in ASPECTS for facet in aspect.facets]

    assert sorted(facets) == sorted(set(FACETS) - {"whiteSpace"})


def test_every_cause_belongs_to_one_aspect() -> None:
    causes = [aspect.cause for aspect in ASPECTS if aspect.cause is not None]

    assert sorted(causes) == ["missing", "order", "repeated", "undeclared", "unknown"]


def test_no_import_runs_up() -> None:
    above = ("documents", "message")
    texts = {path.name: path.read_text("utf-8") for path in Path(aspects.__file__).parent.glob("*.py")}

    assert texts
    assert [name for name, text in texts.items() for room in above if f"schemapress.diff.{room}" in text] == []
