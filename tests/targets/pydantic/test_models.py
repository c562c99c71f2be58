"""Packages with models: documents become models and models documents, as with dataclasses."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from pydantic import BaseModel
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata_pydantic.bindings import XmlParser
from xsdata_pydantic.compat import AnyElement, DerivedElement

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS
from schemapress.project import load_project
from schemapress.targets.pydantic.target import PydanticTarget
from tests.conftest import MakeProject, run
from tests.support.generated_package import Passes, build

XSD = Path(__file__).parent / "journal.xsd"
SETTINGS = 'targets = ["pydantic", "validators", "scanner", "codec"]'


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    project = tmp_path_factory.mktemp("project")
    (project / "spec" / "demo").mkdir(parents=True)
    shutil.copy(XSD, project / "spec" / "demo")
    (project / "pyproject.toml").write_text(f"[tool.schemapress]\n{SETTINGS}\n", "utf-8")
    return build(project)


ENTRY = '<entry id="a"><amount>1.50</amount><validate>x</validate></entry>'
CLOSED = "<closed>2026-01-01</closed>"


def journal(content: str, attributes: str = "") -> bytes:
    names = 'xmlns="urn:journal" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f"<journal {names}{attributes}>{content}</journal>".encode()


DOCUMENTS = {
    "usual": journal(ENTRY + CLOSED, ' schema="s"'),
    "nil": journal(f'{ENTRY}<closed xsi:nil="true"/>'),
    "choices": journal(f"{ENTRY}{CLOSED}<json>3</json><copy>c</copy><json>4</json>"),
    "extended": journal(
        '<entry id="b" xsi:type="SignedEntry"><amount>2</amount><signature>AAEC</signature></entry>' + CLOSED
    ),
    "restricted": journal('<entry id="c" xsi:type="BareEntry"><amount>2</amount></entry>' + CLOSED),
    "wildcard": journal(f'{ENTRY}{CLOSED}<o:x xmlns:o="urn:o" k="v">text<o:y/></o:x>'),
    "fixed": b'<entry xmlns="urn:journal" id="a" kind="plain"><amount>1</amount></entry>',
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_becomes_the_model_that_xsdata_pydantic_makes_and_a_valid_document_again(
    package: ModuleType, name: str
) -> None:
    document, judge = DOCUMENTS[name], etree.XMLSchema(etree.parse(XSD))
    assert judge.validate(etree.fromstring(document))

    value = package.decode(document)
    written = package.encode(value)

    assert isinstance(value, BaseModel)
    assert value == XmlParser(handler=LxmlEventHandler).from_bytes(document, type(value))
    assert judge.validate(etree.fromstring(written))
    assert package.decode(written) == value
    assert package.from_json(package.to_json(value), type(value)) == value


def test_a_bare_value_has_the_name_of_its_element_where_it_does_not_tell_it(package: ModuleType) -> None:
    document = journal(f"{ENTRY}{CLOSED}<copy>c</copy><anything>7</anything><anything><x xmlns=''/></anything>")

    value = package.decode(document)

    bare, named, untyped = value.copy_or_json_or_anything
    assert bare == "c"
    assert named == DerivedElement(qname="{urn:journal}anything", value="7")
    assert isinstance(untyped, AnyElement)
    assert package.decode(package.encode(value)) == value
    assert package.from_json(package.to_json(value), type(value)) == value


def test_each_pass_makes_the_same_model(package: ModuleType) -> None:
    document, passes = DOCUMENTS["fixed"], Passes(package)
    by_walk = package.decode(document.replace(b"><amount", b" ><!-- --><amount"))

    assert passes.read(document) == package.decode(document) == by_walk


def test_the_scanner_makes_models(make_project: MakeProject) -> None:
    project = make_project(settings=SETTINGS)
    package = build(project)
    document = (Path(__file__).parents[2] / "data" / "notify-in-progress.xml").read_bytes()

    scanned = Passes(package).scan(document)

    assert isinstance(scanned, BaseModel)
    assert scanned == package.decode(document.replace(b"?>", b"?><!-- -->")) == package.decode(document)
    assert package.decode(package.encode(scanned)) == scanned
    updates = list(package.iter_decode(Path(__file__).parents[2] / "data" / "notify-in-progress.xml", "updates"))
    assert updates == scanned.updates  # type: ignore[attr-defined]  # a model of the package


def test_a_model_that_is_not_valid_is_not_written(package: ModuleType) -> None:
    value = package.decode(DOCUMENTS["usual"])
    value.entry[0].amount = None
    with pytest.raises(package.InvalidDocument, match="amount"):
        package.encode(value)

    value.entry[0].amount = Decimal(1)
    value.entry = [value.entry[0], "text"]
    with pytest.raises(package.InvalidDocument, match="contains the text 'text'"):
        package.encode(value)


def test_the_calls_of_xsdata_take_and_give_models(package: ModuleType) -> None:
    from xsdata.formats.dataclass.serializers.config import SerializerConfig

    value = package.XmlParser().from_bytes(DOCUMENTS["usual"], package.bindings.Journal)
    text = package.XmlSerializer(config=SerializerConfig(indent="  ")).render(value)

    assert "\n  <" in text
    assert package.decode(text.encode()) == value


CHECKED = """
from decimal import Decimal

from pydantic import BaseModel, field_validator
from xsdata_pydantic.fields import field


class Entry(BaseModel):
    class Meta:
        name = "entry"

    amount: Decimal = field(metadata={"type": "Element"})

    @field_validator("amount")
    @classmethod
    def check(cls, amount: Decimal) -> Decimal:
        if amount == 13:
            raise ValueError("an unlucky amount")
        return amount
"""
ENTRY_XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="entry"><xs:complexType><xs:sequence>'
    '<xs:element name="amount" type="xs:decimal"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
)


@pytest.fixture
def of_own_models(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package for models that are there already, one with a check of its own."""
    project = make_project({"entry.xsd": ENTRY_XSD}, f'{SETTINGS}\nbindings = {{demo = "checked_models"}}')
    (project / "checked_models.py").write_text(CHECKED, "utf-8")
    monkeypatch.syspath_prepend(str(project))
    return build(project)


@pytest.mark.parametrize("space", ["", "<!-- -->"])
def test_each_pass_reports_a_refusal_of_the_model_in_the_same_way(of_own_models: ModuleType, space: str) -> None:
    package: Any = of_own_models
    good, bad = (f"<entry>{space}<amount>{amount}</amount></entry>".encode() for amount in (12, 13))

    assert package.decode(good).amount == 12
    with pytest.raises(package.InvalidDocument, match="an unlucky amount") as raised:
        package.decode(bad)
    assert [problem.code for problem in raised.value.problems] == ["decode-value"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            'targets = ["bindings", "pydantic", "codec"]',
            "The targets 'bindings' and 'pydantic' both make the binding classes.\n  Name one of them.",
        ),
        (
            'targets = ["validators", "scanner"]',
            "The target 'scanner' needs the target bindings.\n  Add bindings or pydantic to the targets.",
        ),
        (
            f"{SETTINGS}\nxsdata = {{format = {{frozen = true}}}}",
            "'frozen' of xsdata has no effect on pydantic classes.",
        ),
        (
            'xsdata = {format = {value = "pydantic"}}',
            "The format of the classes is 'pydantic'; expected 'dataclasses'.\n"
            "  The targets decide on it: `bindings` makes dataclasses, `pydantic` makes models.",
        ),
    ],
)
def test_impossible_settings_are_errors(make_project: MakeProject, settings: str, message: str) -> None:
    done = run("build", cwd=make_project(settings=settings))

    assert done.returncode == 2
    assert message in done.stderr


def test_without_the_plug_in_the_error_says_what_to_install(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    (api,) = load_project(make_project(settings=SETTINGS)).apis()
    monkeypatch.setitem(sys.modules, "xsdata_pydantic", None)  # as of a package that is not there

    with pytest.raises(SchemapressError, match=r"Install it: pip install 'schemapress\[pydantic\]'"):
        PydanticTarget().start(api, DEFAULT_LIMITS)
