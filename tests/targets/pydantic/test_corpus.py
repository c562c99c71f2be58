"""Real schemas as models: their documents are decoded, encoded, and judged by libxml2."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from lxml import etree
from pydantic import BaseModel
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata_pydantic.bindings import XmlContext, XmlParser

from schemapress.build.emit import emit
from schemapress.build.install import install
from schemapress.project import load_project
from tests import corpus
from tests.corpus.apis import APIS
from tests.corpus.board import lay_out

_MOST = 6
"""Documents of one API."""


@pytest.mark.skipif(not corpus.folder(), reason="the corpus is absent; CORPUS names its folder")
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
@pytest.mark.parametrize("name", ["finvoice", "sabre", "bpmn", "ksef", "iati"])
def test_real_documents_become_models_and_valid_documents_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = next(api for api in APIS if api.name == name)
    lay_out(api, tmp_path)
    settings = tmp_path / "pyproject.toml"
    package_name = f"{name}_models"
    lines = (
        '[tool.schemapress]\ntargets = ["pydantic", "validators", "scanner", "codec"]\n'
        f'packages = {{{name} = "{package_name}"}}\n'
    )
    settings.write_text(settings.read_text("utf-8").replace("[tool.schemapress]\n", lines, 1), "utf-8")
    project = load_project(tmp_path)
    (source,) = project.apis()
    install(emit(project, source).files, project.output / package_name)
    monkeypatch.setattr(sys, "path", [str(project.output), *sys.path])
    package = importlib.import_module(package_name)
    valid = [case for case in api.cases if case.verdict == "valid"]

    for case in valid[:: max(1, len(valid) // _MOST)][:_MOST]:
        data = (corpus.unpacked(api.family) / case.document).read_bytes()
        value = package.decode(data)
        written = package.encode(value)
        parser = XmlParser(context=XmlContext(models_package=package_name), handler=LxmlEventHandler)

        assert isinstance(value, BaseModel)
        assert value == parser.from_bytes(data, type(value)), case.document
        assert package.decode(written) == value, case.document
        assert package.validate(written).valid
        if name != "ksef":  # libxml2 is given the schema with the files that it lacks by the package alone
            judge = etree.XMLSchema(etree.parse(corpus.unpacked(api.family) / case.schema))
            assert judge.validate(etree.fromstring(written, etree.XMLParser(huge_tree=True))), case.document
