"""Real schemas from the cache: they give the same reports of the same documents as those that were loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import schemapress
from schemapress import compilation
from schemapress.errors import SchemapressError
from tests import corpus
from tests.corpus import Case, unpacked
from tests.corpus.apis import APIS, CorpusApi
from tests.support.same_components import find_difference

MOST = 3
"""Documents of each verdict that are validated against one schema."""


def schemas_of(api: CorpusApi) -> dict[str, list[Case]]:
    """Return the first two schemas that documents of an API are judged by, with some of the documents."""
    cases: dict[str, list[Case]] = {}
    for case in api.cases:
        cases.setdefault(case.schema, []).append(case)
    return {schema: list(some_of(cases[schema])) for schema in list(cases)[:2]}


def some_of(cases: list[Case]) -> Iterator[Case]:
    for verdict in ("valid", "invalid"):
        yield from [case for case in cases if case.verdict == verdict][:MOST]


@pytest.mark.skipif(not corpus.folder(), reason="the corpus is absent; CORPUS names its folder")
@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_a_real_schema_from_the_cache_gives_the_same_reports(
    api: CorpusApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = unpacked(api.family)
    for schema, cases in schemas_of(api).items():
        validators = []
        for _ in range(2):
            monkeypatch.setattr(compilation, "_CACHE", {})
            validators.append(schemapress.compile(family / schema, lax=True, cache=tmp_path))
            monkeypatch.setattr(compilation, "load", refuse)
        monkeypatch.undo()
        loaded, restored = validators
        for case in cases:
            document = family / case.document
            reports = [validator.validate(document) for validator in (loaded, restored)]
            assert reports[0] == reports[1], document
            assert str(reports[0]) == str(reports[1]), document
        assert find_difference(loaded.declarations, restored.declarations) is None


def refuse(*_arguments: object, **_options: object) -> None:
    """Stand for the load of a schema that must come from the cache."""
    raise SchemapressError("this schema is loaded a second time")
