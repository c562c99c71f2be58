"""A short form of the scoreboard: a few documents of each API; `make corpus` takes all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import corpus
from tests.corpus.apis import APIS, CorpusApi
from tests.corpus.board import score

SLOW = ("netex", "ubl", "ojp", "siri", "fpml", "datex-v2.2")
"""APIs that only the long form takes: they need minutes, and the last one is nearly the schema of datex-v2.3."""


@pytest.mark.skipif(not corpus.folder(), reason="the corpus is absent; CORPUS names its folder")
@pytest.mark.parametrize("api", [api for api in APIS if api.name not in SLOW], ids=lambda api: api.name)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_a_real_schema_goes_the_whole_way(api: CorpusApi, tmp_path: Path) -> None:
    assert score(api, tmp_path, most=3, progress=lambda _: None).wrong == []
