"""A short form of the run with hostile documents and objects; `make hostile` runs the long one."""

from __future__ import annotations

import pytest

from tests import corpus
from tests.hostile.fuzz import Target, documents, objects, round_trips, target
from tests.hostile.packages import SOURCES, corpus_source, package_of, random_source, source_of_many

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_documents_get_one_verdict_and_nothing_but_the_promised_error(name: str) -> None:
    counts, wrong = documents(target(name), seed=1, count=400)

    assert counts["valid"] > 3
    assert wrong == []


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_objects_are_refused_with_a_path_or_written_as_valid_documents(name: str) -> None:
    counts, wrong = objects(target(name), seed=1, count=300)

    assert counts["written"] > 3
    assert wrong == []


@pytest.mark.parametrize("seed", range(5))
def test_the_same_holds_for_schemas_that_are_drawn(seed: int) -> None:
    source = random_source(seed)
    with package_of(source.files) as (package, folder):
        tried = Target(f"drawn {seed}", package, folder / "demo.xsd", source.documents)
        counts, wrong = documents(tried, seed=seed, count=30)
        more, also_wrong = round_trips(tried, source.documents)

    assert counts["documents"] + more["bound"] > 30
    assert wrong + also_wrong == []


@pytest.mark.parametrize("seed", range(3))
def test_objects_of_drawn_content_models_hold_what_documents_do(seed: int) -> None:
    source = source_of_many(seed)
    with package_of(source.files) as (package, folder):
        tried = Target(f"drawn {seed}", package, folder / "demo.xsd", source.documents)
        counts, wrong = round_trips(tried, source.documents)

    assert counts["bound"] > 100
    assert wrong == []


@pytest.mark.skipif(not corpus.folder(), reason="the corpus is absent; CORPUS names its folder")
@pytest.mark.parametrize("name", ["iati", "datex-2", "sabre"])
def test_the_same_holds_for_a_sample_of_the_corpus(name: str) -> None:
    source = corpus_source(name)
    with package_of(source.files) as (package, folder):
        tried = Target(name, package, folder / "demo.xsd", source.documents)
        counts, wrong = documents(tried, seed=1, count=100)
        more, also_wrong = objects(tried, seed=1, count=60)

    assert counts["valid"] > 3
    assert more["written"] > 3
    assert wrong + also_wrong == []
