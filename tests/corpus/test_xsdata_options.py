"""Each option of xsdata on a real schema: what is built with it goes the whole way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import corpus
from tests.corpus.apis import APIS
from tests.corpus.board import score

_TABLE = "[tool.schemapress.xsdata]"
_OPTIONS = {
    "filenames": ("iati", f'{_TABLE}\nstructure_style = "filenames"'),
    "namespaces": ("sabre", f'{_TABLE}\nstructure_style = "namespaces"'),
    "clusters": ("finvoice", f'{_TABLE}\nstructure_style = "clusters"'),
    "namespace-clusters": ("ksef", f'{_TABLE}\nstructure_style = "namespace-clusters"'),
    "frozen": ("bpmn", f"{_TABLE}\nformat.frozen = true"),
    "slots": ("finvoice", f"{_TABLE}\nformat = {{ slots = true, unsafe_hash = true, repr = false }}"),
    "compound fields": ("bpmn", f'{_TABLE}\ncompound_fields = {{ enabled = true, default_name = "items" }}'),
    "plain fields": ("bpmn", f"{_TABLE}\ncompound_fields = false"),
    "wrapper fields": ("iati", f"{_TABLE}\nwrapper_fields = true"),
    "unnested classes": ("ksef", f"{_TABLE}\nunnest_classes = true"),
    "generic collections": ("sabre", f"{_TABLE}\ngeneric_collections = true"),
    "docstrings": ("datex-v2.3", f'{_TABLE}\ndocstring_style = "NumPy"\ninclude_header = true\nmax_line_length = 100'),
    "names": (
        "finvoice",
        f"""{_TABLE}
        substitutions = [{{ type = "class", search = "Type$", replace = "" }}]
        [tool.schemapress.xsdata.conventions]
        class_name = "mixedPascalCase"
        field_name = {{ case = "camelCase", safe_prefix = "field" }}
        constant_name = "mixedCase"
        module_name = "pascalCase"
        package_name = "pascalCase"
        """,
    ),
}


_TYPED = ("namespaces", "frozen", "names")
"""The options whose packages mypy looks at; it takes as long as all the rest."""


@pytest.mark.skipif(not corpus.folder(), reason="the corpus is absent; CORPUS names its folder")
@pytest.mark.parametrize("option", _OPTIONS)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_a_real_schema_goes_the_whole_way_with_an_option(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, settings = _OPTIONS[option]
    api = next(api for api in APIS if api.name == name)
    monkeypatch.setattr(sys, "path", list(sys.path))

    commands = ("mypy",) if option in _TYPED else ()
    assert score(api, tmp_path, 4, lambda _: None, settings, commands).wrong == []
