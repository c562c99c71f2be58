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

from schemapress.load.loader import load
from tests.conftest import MakeProject, schema
from tests.support.documents import mutated_bytes, mutated_trees, valid_trees
from tests.support.generated_package import Passes, build
from tests.support.judges import libxml2_accepts, parser_of_xsdata, xmlschema_accepts
from tests.targets.test_golden import GOLDEN

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
        return parser_of_xsdata(package.codec.CLASSES[root.tag]).parse(root, package.codec.CLASSES[root.tag])


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
    passes = Passes(package)
    assert passes.reader_accepts(document)
    assert passes.read(document) in (value, None)
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
    assert report.valid in judgements.values(), (judgements, str(report), document)
    accepting = Passes(package).accepting(document)
    assert ("walk" in accepting) == report.valid, (accepting, document)
    assert report.valid or accepting == set(), (accepting, document)


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
    accepting = Passes(package).accepting(document)
    assert ("walk" in accepting) == report.valid, (accepting, document)
    assert report.valid or accepting == set(), (accepting, document)


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
    passes = Passes(package)
    if passes.scan(serialize(tree)) is not None:
        assert passes.scan(document) == value
        assert passes.scanner_accepts(document)


ORDER = """<o:order xmlns:o="urn:example:orders">
  <o:number>A-1</o:number><o:placed>2026-11-20</o:placed><o:tag>x</o:tag><o:tag></o:tag><o:gift>true</o:gift>
  <o:buyer><o:name>Ann</o:name><o:address><o:country>GB</o:country></o:address></o:buyer>
  <o:delivery>
    <o:window><o:from>2026-11-20T09:30:00Z</o:from><o:note>a</o:note><o:note>b</o:note></o:window>
    <o:to><o:street>Road</o:street><o:country>GB-NIR</o:country></o:to>
  </o:delivery>
  <o:line>
    <o:item>cable</o:item><o:quantity>2</o:quantity><o:price currency="GBP" list="a">1.50</o:price>
    <o:unit since="2026-01-01"><o:code scheme="s">H87</o:code></o:unit>
  </o:line>
  <o:total>3.00</o:total>
</o:order>"""


def test_the_scanner_takes_every_plain_part_of_a_document(packages: dict[str, ModuleType]) -> None:
    package = packages["orders"]
    passes = Passes(package)
    document = ORDER.encode()

    assert passes.scanner_accepts(document)
    assert passes.scan(document) == from_xsdata(package, document)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<o:tag>x", "<o:tag>x</o:tag><o:tag></o:tag><o:tag>"),
        ('currency="GBP"', 'currency="USD"'),
        ('currency="GBP" ', ""),
        ("</o:delivery>", "</o:delivery><o:delivery/>"),
        ("<o:to>", "<o:window/><o:to>"),
        ('scheme="s"', 'scheme="s" scheme="s"'),
        ('since="2026-01-01"', 'since="2026-02-30"'),
        ("<o:total>3.00", "<o:total>3,00"),
    ],
)
def test_the_scanner_takes_nothing_that_is_not_valid(packages: dict[str, ModuleType], before: str, after: str) -> None:
    package = packages["orders"]
    assert before in ORDER
    document = ORDER.replace(before, after).encode()

    assert Passes(package).accepting(document) == set()
    assert not package.validate(document).valid


def test_no_pass_takes_a_root_without_an_attribute_that_is_required(packages: dict[str, ModuleType]) -> None:
    document = b'<catalogue xmlns="urn:example:catalogue"></catalogue>'

    assert Passes(packages["catalogue"]).accepting(document) == set()
    assert [problem.code for problem in packages["catalogue"].validate(document)] == ["cvc-complex-type.4"]


def test_empty_content_admits_not_even_white_space(packages: dict[str, ModuleType]) -> None:
    package = packages["orders"]
    document = ORDER.replace("</o:line>", "<o:fragile></o:fragile></o:line>").encode()

    assert package.validate(document).valid
    assert not package.validate(document.replace(b"<o:fragile>", b"<o:fragile> ")).valid


def test_an_element_without_content_may_repeat(make_project: MakeProject) -> None:
    part = '<xs:element name="e" type="E" minOccurs="0" maxOccurs="unbounded"/>'
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{part}</xs:sequence></xs:complexType></xs:element>'
    package = build(make_project({"r.xsd": schema(f'{root}<xs:complexType name="E"/>')}))

    assert len(package.decode(b"<r><e/><e></e></r>").e) == 2
    assert "scan" in Passes(package).accepting(b"<r>\n  <e></e>\n  <e></e>\n</r>")
    assert not package.validate(b"<r><e>x</e></r>").valid


def test_the_scanner_is_off_where_the_schema_is_out_of_its_reach(packages: dict[str, ModuleType]) -> None:
    document = b'<c:catalogue xmlns:c="urn:example:catalogue" version="1"/>'

    assert Passes(packages["catalogue"]).accepting(document) == {"reader", "read", "walk"}
