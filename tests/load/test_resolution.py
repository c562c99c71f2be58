"""Resolution of imports: the project's locations, catalogs, and the schemas that come with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.roots import Roots, roots_of
from tests.conftest import MakeProject, run, schema

URL = "http://example.invalid/schemas/types.xsd"
TYPES = schema('<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>', 'targetNamespace="urn:t"')
CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


def importing(location: str | None) -> str:
    where = "" if location is None else f' schemaLocation="{location}"'
    return schema(f'<xs:import namespace="urn:t"{where}/><xs:element name="r" type="t:T"/>', 'xmlns:t="urn:t"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "spec"
    (made / "local").mkdir(parents=True)
    (made / "local" / "types.xsd").write_text(TYPES, "utf-8")
    return made


def files(folder: Path, location: str | None, roots: Roots | None = None) -> set[str]:
    (folder / "main.xsd").write_text(importing(location), "utf-8")
    return set(load((folder / "main.xsd",), roots=roots or roots_of([folder])).files)


@pytest.mark.parametrize(
    "entry",
    [
        f'<uri name="{URL}" uri="local/types.xsd"/>',
        f'<system systemId="{URL}" uri="local/types.xsd"/>',
        '<rewriteURI uriStartString="http://example.invalid/schemas/" rewritePrefix="local/"/>',
        '<rewriteSystem systemIdStartString="http://example.invalid/schemas/" rewritePrefix="local/"/>',
        '<uriSuffix uriSuffix="/types.xsd" uri="local/types.xsd"/>',
        f'<group xml:base="local/"><uri name="{URL}" uri="types.xsd"/></group>',
        f'<uri name="other" uri="x"/><group><uri name="  {URL}\n" uri="local/types.xsd"/></group>',
        '<uri name="urn:t" uri="local/types.xsd"/>',
        '<nextCatalog catalog="next.xml"/>',
        '<delegateURI uriStartString="http://example.invalid/" catalog="next.xml"/>',
    ],
)
def test_a_catalog_beside_a_schema_says_where_a_url_is(folder: Path, entry: str) -> None:
    (folder / "catalog.xml").write_text(CATALOG.format(entry), "utf-8")
    (folder / "next.xml").write_text(CATALOG.format(f'<uri name="{URL}" uri="local/types.xsd"/>'), "utf-8")

    assert files(folder, URL) == {"main.xsd", "local/types.xsd"}


def test_the_longest_start_of_a_catalog_counts(folder: Path) -> None:
    entries = (
        '<rewriteURI uriStartString="http://example.invalid/" rewritePrefix="nowhere/"/>'
        '<rewriteURI uriStartString="http://example.invalid/schemas/" rewritePrefix="local/"/>'
    )
    (folder / "catalog.xml").write_text(CATALOG.format(entries), "utf-8")

    assert files(folder, URL) == {"main.xsd", "local/types.xsd"}


def test_catalogs_that_refer_to_each_other_end(folder: Path) -> None:
    (folder / "catalog.xml").write_text(CATALOG.format('<nextCatalog catalog="catalog.xml"/>'), "utf-8")

    with pytest.raises(SchemapressError, match="nothing is fetched"):
        files(folder, URL)


@pytest.mark.parametrize("name", [URL, "urn:t"])
@pytest.mark.parametrize("location", [URL, None])
def test_a_location_that_is_named_says_where_a_document_is(folder: Path, name: str, location: str | None) -> None:
    roots = roots_of([folder], {name: folder / "local" / "types.xsd"})

    if name == URL and location is None:
        with pytest.raises(SchemapressError, match="in the namespace 'urn:t', but the schema has no document for it"):
            files(folder, location, roots)
    else:
        assert files(folder, location, roots) == {"main.xsd", "local/types.xsd"}


def test_an_import_that_nothing_resolves_is_an_error_with_its_place(folder: Path) -> None:
    with pytest.raises(SchemapressError, match="T \\(line 3\\) in the namespace 'urn:t'") as refused:
        files(folder, None)

    assert refused.value.place == f"{folder}/main.xsd:3"
    assert "[tool.schemapress.locations]" in (refused.value.hint or "")


def test_an_import_that_nothing_needs_may_lead_nowhere(folder: Path) -> None:
    (folder / "main.xsd").write_text(schema('<xs:import namespace="urn:t"/><xs:element name="r"/>'), "utf-8")

    assert load((folder / "main.xsd",)).files == ("main.xsd",)


@pytest.mark.parametrize(
    ("catalog", "message"),
    [
        (CATALOG.format(f'<uri name="{URL}" uri="http://example.invalid/other.xsd"/>'), "not on this machine"),
        (CATALOG.format(f'<uri name="{URL}" uri="../../outside.xsd"/>'), "outside the folders"),
        ("<catalog/>", "This is not an XML catalog"),
        ("<catalog", "not well-formed"),
    ],
)
def test_a_catalog_that_leads_out_or_is_none_is_an_error(folder: Path, catalog: str, message: str) -> None:
    (folder / "catalog.xml").write_text(catalog, "utf-8")

    with pytest.raises(SchemapressError, match=message):
        files(folder, URL)


@pytest.mark.parametrize(
    ("namespace", "reference"),
    [
        ("http://www.w3.org/XML/1998/namespace", '<xs:attribute ref="p:lang"/>'),
        ("http://www.w3.org/1999/xlink", '<xs:attribute ref="p:href"/>'),
        ("http://www.w3.org/2000/09/xmldsig#", '<xs:sequence><xs:element ref="p:Signature"/></xs:sequence>'),
    ],
)
def test_well_known_schemas_come_with_the_package(tmp_path: Path, namespace: str, reference: str) -> None:
    prefix = "xml" if "XML" in namespace else "p"
    declared = "" if prefix == "xml" else f'xmlns:p="{namespace}"'
    content = (
        f'<xs:import namespace="{namespace}" schemaLocation="http://www.w3.org/somewhere.xsd"/>'
        f'<xs:element name="r"><xs:complexType>{reference.replace("p:", prefix + ":")}</xs:complexType></xs:element>'
    )
    (tmp_path / "a.xsd").write_text(schema(content, declared), "utf-8")

    assert "r" in load((tmp_path / "a.xsd",)).elements


def test_all_commands_know_locations(make_project: MakeProject) -> None:
    root = make_project(
        {"main.xsd": importing(URL), "local/types.xsd": TYPES},
        f'[tool.schemapress.locations]\n"{URL}" = "spec/demo/local/types.xsd"',
    )
    (root / "r.xml").write_text("<r>5</r>", "utf-8")

    for command in (
        ("build",),
        ("check",),
        ("export", "openapi", "demo"),
        ("validate", "--schema", "spec/demo/main.xsd", "r.xml"),
        ("diff", "spec/demo", "spec/demo"),
    ):
        done = run(*command, cwd=root)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_a_catalog_is_a_source_of_the_package(make_project: MakeProject) -> None:
    entry = f'<uri name="{URL}" uri="{{}}/types.xsd"/>'
    root = make_project(
        {"main.xsd": importing(URL), "a/types.xsd": TYPES, "b/types.xsd": TYPES.replace("int", "byte")},
        'entries = { demo = ["main.xsd"] }',
    )
    catalog = root / "spec" / "demo" / "catalog.xml"
    catalog.write_text(CATALOG.format(entry.format("a")), "utf-8")

    assert run("build", cwd=root).returncode == 0
    assert run("check", cwd=root).returncode == 0
    catalog.write_text(CATALOG.format(entry.format("b")), "utf-8")
    assert run("check", cwd=root).returncode == 1
    assert "up to date" not in run("build", cwd=root).stdout
