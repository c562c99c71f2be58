"""Every input is linear in work and memory, or refused at a bound: each kind of document at n and at 2n."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import schemapress
from tests.conftest import schema
from tests.hostile.document_growth import FORKS, measure
from tests.hostile.documents import KINDS
from tests.support.growth import grows_linearly

LEVELS = 25
"""A size of which four times are fewer levels than a document may have."""

ELEMENTS = 200
"""A size beyond which no caches and no hints of similar names change the work on an element."""


@pytest.fixture(scope="module", autouse=True)
def _forks() -> Iterator[None]:
    yield
    FORKS.close()


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_document_takes_about_twice_the_work(kind: str, tmp_path: Path) -> None:
    growth = KINDS[kind]
    path = tmp_path / "schema.xsd"
    path.write_text(schema(growth.declarations), "utf-8")

    def make(size: int) -> tuple[schemapress.Validator, bytes]:
        return schemapress.compile(path), growth.document(size).encode()  # a validator that remembers nothing

    least = ELEMENTS if growth.size >= 10_000 else LEVELS
    grows_linearly(make, lambda made: made[0].validate(made[1]), max(growth.size // 100, least))


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_document_takes_no_more_than_about_twice_the_memory(kind: str) -> None:
    growth = measure(kind)

    assert growth.valid == KINDS[kind].valid
    assert growth.is_linear_in_memory(), growth
