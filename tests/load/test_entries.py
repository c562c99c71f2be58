"""The entry documents of a folder: those that nothing refers to, at any depth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import schemapress
from schemapress.errors import SchemapressError
from schemapress.load.entries import find_entries
from schemapress.load.loader import load
from schemapress.load.roots import roots_of, xsds
from schemapress.project import load_project
from tests.conftest import MakeProject, run, schema

INCLUDE = '<xs:include schemaLocation="{}"/>'


def laid_out(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(schema(content), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "entries"),
    [
        ({"a.xsd": INCLUDE.format("b.xsd"), "b.xsd": ""}, ["a.xsd"]),
        ({"main/a.xsd": INCLUDE.format("../common/b.xsd"), "common/b.xsd": ""}, ["main/a.xsd"]),
        ({"a.XSD": INCLUDE.format("b.xsd"), "b.xsd": "", "c.xsd": INCLUDE.format("b.xsd")}, ["a.XSD", "c.xsd"]),
        ({"a.xsd": INCLUDE.format("b.xsd"), "b.xsd": INCLUDE.format("a.xsd")}, ["a.xsd", "b.xsd"]),
        (
            {"a.xsd": INCLUDE.format("b.xsd"), "b.xsd": INCLUDE.format("c.xsd"), "c.xsd": INCLUDE.format("b.xsd")},
            ["a.xsd"],
        ),
        ({"a.xsd": INCLUDE.format("a.xsd")}, ["a.xsd"]),
        ({"a.xsd": '<xs:redefine schemaLocation="b.xsd"/>', "b.xsd": "", ".captured/a.xsd": ""}, ["a.xsd"]),
    ],
)
def test_entries_are_what_no_other_document_refers_to(
    tmp_path: Path, files: Mapping[str, str], entries: list[str]
) -> None:
    folder = laid_out(tmp_path, files)

    found = find_entries(xsds(folder), roots_of([folder]))

    assert [path.relative_to(folder).as_posix() for path in found] == entries


def test_a_schema_in_subfolders_is_built_from_its_entries(make_project: MakeProject) -> None:
    root = make_project(
        {
            "maindoc/order.xsd": schema(INCLUDE.format("../common/types.xsd") + '<xs:element name="order" type="T"/>'),
            "common/types.xsd": schema('<xs:complexType name="T"/><xs:element name="part" type="xs:string"/>'),
        }
    )

    (api,) = load_project(root).apis()

    assert [path.name for path in api.sources] == ["order.xsd"]
    assert list(load(api.sources, roots=api.roots).documents) == ["order"]


def test_entries_can_be_named(make_project: MakeProject) -> None:
    element = schema('<xs:element name="r" type="xs:string"/>')
    root = make_project({"v1/a.xsd": element, "v2/a.xsd": element}, 'entries = { demo = ["v2/*.xsd"] }')

    (api,) = load_project(root).apis()

    assert [path.parent.name for path in api.sources] == ["v2"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('entries = { demo = ["b.xsd"] }', "no XSD in .* has that name"),
        ('entries = { other = ["a.xsd"] }', "names 'other', which is not a folder with an XSD"),
        ('entries = { demo = "a.xsd" }', "expected a table of lists of strings"),
        ('packages = { other = "x" }', "names 'other', which is not a folder with an XSD"),
    ],
)
def test_a_setting_that_names_nothing_is_an_error(make_project: MakeProject, settings: str, message: str) -> None:
    root = make_project({"a.xsd": schema("")}, settings)

    with pytest.raises(SchemapressError, match=message):
        load_project(root).apis()


def test_two_definitions_of_one_name_are_an_error_with_both_places(tmp_path: Path) -> None:
    one = '<xs:element name="r" type="xs:{}"/>'
    folder = laid_out(tmp_path, {"a.xsd": one.format("int"), "b.xsd": one.format("string")})

    with pytest.raises(SchemapressError, match="'r' is defined differently") as refused:
        load((folder / "a.xsd", folder / "b.xsd"))

    assert refused.value.place == f"{folder}/b.xsd:3"
    assert f"{folder}/a.xsd:3" in refused.value.message


def test_two_folders_for_one_package_are_an_error(make_project: MakeProject) -> None:
    root = make_project({"a.xsd": schema('<xs:element name="r" type="xs:int"/>')})
    for name in ("my-api", "my.api"):
        (root / "spec" / name).mkdir()
        (root / "spec" / name / "a.xsd").write_text(schema('<xs:element name="r" type="xs:int"/>'), "utf-8")

    done = run("build", cwd=root)

    assert done.returncode == 2
    assert "would both become the package 'my_api'" in done.stderr


SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


def test_a_document_of_the_folder_stands_before_one_that_comes_with_the_package(tmp_path: Path) -> None:
    message = (
        f'<xs:import namespace="{SIGNATURE}" schemaLocation="http://www.w3.org/TR/xmldsig-core-schema.xsd"/>'
        '<xs:element name="r" type="xs:int"/>'
    )
    (tmp_path / "a.xsd").write_text(schema(message), "utf-8")
    own = schema('<xs:element name="Own" type="xs:int"/>', f'targetNamespace="{SIGNATURE}"')
    (tmp_path / "xmldsig.xsd").write_text(own, "utf-8")
    roots = roots_of([tmp_path])

    loaded = load(find_entries(xsds(tmp_path), roots), roots=roots)

    assert f"{{{SIGNATURE}}}Own" in loaded.elements
    assert f"{{{SIGNATURE}}}Signature" not in loaded.elements


@pytest.mark.parametrize(
    ("catalog", "said"),
    [
        ("no XML", "The catalog is not well-formed XML"),
        ("<catalog/>", "This is not an XML catalog."),
        (
            '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:b" uri="c.xsd"/></catalog>',
            "c.xsd, which does not exist.",
        ),
    ],
)
def test_a_catalog_that_can_not_be_used_is_an_error_where_it_is_asked(
    make_project: MakeProject, catalog: str, said: str
) -> None:
    files = {
        "a.xsd": schema('<xs:import namespace="urn:b"/><xs:element name="r" type="xs:int"/>'),
        "b.xsd": schema('<xs:element name="b" type="xs:int"/>', 'targetNamespace="urn:b"'),
        "catalog.xml": catalog,
    }

    done = run("build", cwd=make_project(files))

    assert done.returncode == 2
    assert said in done.stderr
    assert "catalog.xml" in done.stderr.partition("\n")[0]


@pytest.mark.parametrize(
    ("location", "resolved"),
    [
        ("http://www.w3.org/1999/xlink.xsd", True),
        ("https://www.w3.org/XML/2008/06/xlink.xsd", True),
        ("http://www.loc.gov/standards/xlink/xlink.xsd", False),
    ],
)
def test_xlink_of_others_is_not_that_of_the_w3c(make_project: MakeProject, location: str, resolved: bool) -> None:
    imported = f'<xs:import namespace="http://www.w3.org/1999/xlink" schemaLocation="{location}"/>'

    done = run("build", cwd=make_project({"a.xsd": schema(f'{imported}<xs:element name="r" type="xs:int"/>')}))

    assert (done.returncode == 0) == resolved
    if not resolved:
        assert "which is not on this machine; nothing is fetched." in done.stderr


def test_other_types_in_the_namespace_of_xml_schema_are_not_built_in(
    make_project: MakeProject,
) -> None:
    own = (
        '<xs:simpleType name="derivationControl"><xs:restriction base="xs:NMTOKEN"><xs:enumeration value="list"/>'
        '</xs:restriction></xs:simpleType><xs:element name="r" type="xs:derivationControl"/>'
    )
    files = {"a.xsd": schema(own, 'targetNamespace="http://www.w3.org/2001/XMLSchema"')}

    project = make_project(files)
    done = run("build", cwd=project)

    assert done.returncode == 0, done.stderr
    document = b'<r xmlns="http://www.w3.org/2001/XMLSchema">%s</r>'
    validator = schemapress.compile(project / "spec" / "demo" / "a.xsd")
    assert validator.validate(document % b"list").valid
    assert not validator.validate(document % b"other").valid


def test_a_rewritten_uri_that_leads_to_no_file_is_looked_for_elsewhere(make_project: MakeProject) -> None:
    catalog = (
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        '<rewriteURI uriStartString="http://" rewritePrefix="./copies/"/></catalog>'
    )
    imported = '<xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:import namespace="http://b" {}/>'
    files = {
        "a.xsd": schema(imported.format('schemaLocation="http://b/b.xsd"') + '<xs:element name="r" type="xs:int"/>'),
        "copies/b/b.xsd": schema('<xs:element name="b" type="xs:int"/>', 'targetNamespace="http://b"'),
        "catalog.xml": catalog,
    }

    done = run("build", cwd=make_project(files))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("generated/demo from a.xsd: ")
