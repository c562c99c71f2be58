"""Packages built from two more schemas: one verdict with the judges, one object with xsdata."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

from schemapress.schema.load import load
from tests.documents import mutated_bytes, mutated_trees, valid_trees
from tests.emit.test_golden import GOLDEN
from tests.generated_package import build
from tests.judges import libxml2_accepts, xmlschema_accepts

ROOTS = {"orders": "{urn:example:orders}order", "catalogue": "{urn:example:catalogue}catalogue"}
SCHEMAS = {name: load((GOLDEN / name / f"{name}.xsd",)) for name in ROOTS}

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    found = {}
    for name in ROOTS:
        project = tmp_path_factory.mktemp(name)
        folder = project / "spec" / "demo"
        folder.mkdir(parents=True)
        shutil.copy(GOLDEN / name / f"{name}.xsd", folder)
        (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
        found[name] = build(project)
    return found


def path(name: str) -> Path:
    return GOLDEN / name / f"{name}.xsd"


def serialize(tree: etree._Element, prefixes: dict[str, str] | None = None) -> bytes:
    """Return a tree as bytes, with other prefixes for its namespaces where they are given."""
    if prefixes is not None:
        bound = {prefix or None: uri for prefix, uri in prefixes.items()}
        attributes = {str(name): str(value) for name, value in tree.attrib.items()}
        renamed = etree.Element(tree.tag, attributes, nsmap=bound)  # type: ignore[arg-type]  # stubs know no None
        renamed.text = tree.text
        renamed.extend(list(tree))
        tree = renamed
        etree.cleanup_namespaces(tree)
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def from_xsdata(package: ModuleType, document: bytes) -> object:
    root = etree.fromstring(document, etree.XMLParser(remove_pis=True, remove_comments=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return XmlParser(handler=LxmlEventHandler).parse(root, package.codec.CLASSES[root.tag])


@pytest.mark.parametrize("name", ROOTS)
@given(data=st.data())
@settings(max_examples=100)
def test_valid_documents_are_accepted_and_bind_as_xsdata_binds_them(
    packages: dict[str, ModuleType], name: str, data: st.DataObject
) -> None:
    package = packages[name]
    document = serialize(data.draw(valid_trees(SCHEMAS[name], ROOTS[name])))

    assert libxml2_accepts(path(name), document)
    assert package.validate(document).valid, str(package.validate(document))
    value = package.decode(document)
    assert value == from_xsdata(package, document)
    try:
        again = package.encode(value)
    except package.InvalidDocument:
        return
    assert package.decode(again) == value
    assert libxml2_accepts(path(name), again)


@pytest.mark.parametrize("name", ROOTS)
@given(data=st.data())
@settings(max_examples=200)
def test_mutated_documents_get_one_verdict(packages: dict[str, ModuleType], name: str, data: st.DataObject) -> None:
    package = packages[name]
    tree = data.draw(valid_trees(SCHEMAS[name], ROOTS[name]).flatmap(mutated_trees))
    document = etree.tostring(tree, encoding="UTF-8")

    report = package.validate(document)

    judgements = {
        "libxml2": libxml2_accepts(path(name), document),
        "xmlschema": xmlschema_accepts(path(name), document),
    }
    assert set(judgements.values()) == {report.valid}, (judgements, str(report), document)
    assert not package.scanner.accepts(document) or report.valid
    assert (package.scanner.scan(document) is None) or report.valid


@pytest.mark.parametrize("name", ROOTS)
@given(data=st.data(), seed=st.integers(0, 2**32))
@settings(max_examples=200)
def test_mutated_bytes_get_one_verdict(
    packages: dict[str, ModuleType], name: str, data: st.DataObject, seed: int
) -> None:
    package = packages[name]
    document = mutated_bytes(serialize(data.draw(valid_trees(SCHEMAS[name], ROOTS[name]))), seed)
    if b"<!DOCTYPE" in document:
        return

    report = package.validate(document)

    assert report.valid == libxml2_accepts(path(name), document), (str(report), document)
    assert not package.scanner.accepts(document) or report.valid
    assert (package.scanner.scan(document) is None) or report.valid


@pytest.mark.parametrize(
    "prefixes", [{"": "urn:example:orders"}, {"o": "urn:example:orders"}, {"a.b-c": "urn:example:orders"}]
)
@given(data=st.data())
@settings(max_examples=20)
def test_the_scanner_takes_any_prefix_that_a_partner_uses(
    packages: dict[str, ModuleType], prefixes: dict[str, str], data: st.DataObject
) -> None:
    package = packages["orders"]
    tree = data.draw(valid_trees(SCHEMAS["orders"], ROOTS["orders"]))

    document = serialize(tree, prefixes)

    value = package.decode(document)
    assert value == from_xsdata(package, document)
    if package.scanner.scan(serialize(tree)) is not None:
        assert package.scanner.scan(document) == value
        assert package.scanner.accepts(document)


def test_the_scanner_is_off_where_the_schema_is_out_of_its_reach(packages: dict[str, ModuleType]) -> None:
    assert packages["catalogue"].scanner.scan(b'<c:catalogue xmlns:c="urn:example:catalogue" version="1"/>') is None
    assert packages["catalogue"].validate(b'<c:catalogue xmlns:c="urn:example:catalogue" version="1"/>').valid
