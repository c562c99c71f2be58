"""XSDs and WSDLs, the simplest captures: copied with what they import, and with where they come from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemapress.capture.words import file_stem
from tests.conftest import REPOSITORY, run, schema

ORDERS = REPOSITORY / "tests" / "golden" / "orders" / "orders.xsd"

WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:t="urn:example:wsdl">
  <wsdl:types>
    <xs:schema targetNamespace="urn:example:wsdl">
      <xs:element name="ping" type="t:Ping"/>
      <xs:simpleType name="Ping"><xs:restriction base="xs:string"/></xs:simpleType>
    </xs:schema>
  </wsdl:types>
</wsdl:definitions>
"""


def test_an_xsd_is_copied_with_its_imports_and_its_provenance(tmp_path: Path) -> None:
    source = tmp_path / "partner"
    (source / "common").mkdir(parents=True)
    main = schema('<xs:include schemaLocation="common/types.xsd"/><xs:element name="r" type="T"/>')
    (source / "main.xsd").write_text(main, "utf-8")
    (source / "common" / "types.xsd").write_text(schema('<xs:complexType name="T"/>'), "utf-8")

    done = run("capture", "partner/main.xsd", "--into", "spec/api", "--strict", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "spec" / "api" / "main.xsd").read_text("utf-8") == main
    assert (tmp_path / "spec" / "api" / "common" / "types.xsd").is_file()
    assert 'page = "main.xsd"\nsha256 = "' in (tmp_path / "spec" / "api" / "decisions.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    assert run("build", cwd=tmp_path).returncode == 0


def test_edits_of_a_copied_xsd_are_merged_with_the_partners_next_one(tmp_path: Path) -> None:
    shutil.copy(ORDERS, tmp_path)
    run("capture", "orders.xsd", "--into", "spec/api", cwd=tmp_path)
    copy = tmp_path / "spec" / "api" / "orders.xsd"
    copy.write_text(copy.read_text("utf-8").replace("</xs:schema>", "  <!-- ours -->\n</xs:schema>"), "utf-8")
    text = (tmp_path / "orders.xsd").read_text("utf-8")
    (tmp_path / "orders.xsd").write_text(text.replace("<xs:schema", "<!-- theirs -->\n<xs:schema", 1), "utf-8")

    done = run("capture", "orders.xsd", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "ours" in copy.read_text("utf-8")
    assert "theirs" in copy.read_text("utf-8")


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """An order that imports a file of another folder, captured once; returned is the partner's folder."""
    source = tmp_path / "partner"
    (source / "common").mkdir(parents=True)
    main = '<xs:include schemaLocation="common/types.xsd"/><xs:element name="order" type="T"/>'
    (source / "main.xsd").write_text(schema(main), "utf-8")
    element = '<xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>'
    (source / "common" / "types.xsd").write_text(schema(f"{element}</xs:complexType>"), "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    assert run("capture", "partner/main.xsd", "--into", "spec/api", cwd=tmp_path).returncode == 0
    return source


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("main.xsd", 'name="order" type="T"', 'name="order" type="xs:int"', "/order"),
        ("common/types.xsd", "</xs:sequence>", '<xs:element name="b" type="xs:int"/></xs:sequence>', "/order/b"),
    ],
    ids=["entry", "included"],
)
def test_a_breaking_change_of_any_file_is_reported(family: Path, file: str, old: str, new: str, told: str) -> None:
    path = family / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    done = run("capture", "partner/main.xsd", "--into", "spec/api", cwd=family.parent)

    assert done.returncode == 0, done.stderr
    assert "does not load" not in done.stdout
    assert "order  " in done.stdout, done.stdout
    assert "breaking" in done.stdout.lower(), done.stdout
    assert told in done.stdout, done.stdout
    assert "earlier" not in done.stdout, done.stdout


def test_the_schema_inside_of_a_wsdl_becomes_an_xsd(tmp_path: Path) -> None:
    (tmp_path / "service.wsdl").write_text(WSDL, "utf-8")

    done = run("capture", "service.wsdl", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    document = tmp_path / "ping.xml"
    document.write_text('<ping xmlns="urn:example:wsdl">x</ping>', "utf-8")
    assert run("validate", "--schema", "spec/api/service.xsd", "ping.xml", cwd=tmp_path).returncode == 0


TWO_SCHEMAS = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:a="urn:a" xmlns:b="urn:b" xmlns:c="urn:c">
  <wsdl:types>
    <xs:schema targetNamespace="urn:a" elementFormDefault="qualified">
      <xs:import namespace="urn:b"/>
      <xs:import namespace="urn:c" schemaLocation="parts/c.xsd"/>
      <xs:element name="ping"><xs:complexType><xs:sequence>
        <xs:element name="b" type="b:B"/><xs:element name="c" type="c:C"/></xs:sequence></xs:complexType></xs:element>
    </xs:schema>
    <xs:schema targetNamespace="urn:b">
      <xs:simpleType name="B"><xs:restriction base="xs:int"/></xs:simpleType>
    </xs:schema>
  </wsdl:types>
</wsdl:definitions>
"""


def test_the_summary_of_a_wsdl_counts_what_its_schema_has(tmp_path: Path) -> None:
    (tmp_path / "service.wsdl").write_text(WSDL, "utf-8")

    done = run("capture", "service.wsdl", "--into", "spec/api", cwd=tmp_path)

    assert done.stdout.startswith("spec/api/service.xsd from service.wsdl: 1 element, 1 type\n"), done.stdout


def test_a_profile_with_a_table_header_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "service.wsdl").write_text(WSDL, "utf-8")
    (tmp_path / "p.toml").write_text('[tool.schemapress.capture]\norder = "all"\n', "utf-8")

    done = run("capture", "service.wsdl", "--into", "spec/api", "--profile", "p.toml", cwd=tmp_path)

    assert done.returncode == 2
    assert "Remove the table header" in done.stderr


def test_schemas_of_a_wsdl_find_each_other_and_what_they_import(tmp_path: Path) -> None:
    (tmp_path / "service.wsdl").write_text(TWO_SCHEMAS, "utf-8")
    (tmp_path / "parts").mkdir()
    text = schema('<xs:simpleType name="C"><xs:restriction base="xs:date"/></xs:simpleType>', 'targetNamespace="urn:c"')
    (tmp_path / "parts" / "c.xsd").write_text(text, "utf-8")

    done = run("capture", "service.wsdl", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    document = '<ping xmlns="urn:a"><b>{}</b><c>2026-01-01</c></ping>'
    (tmp_path / "good.xml").write_text(document.format("1"), "utf-8")
    (tmp_path / "bad.xml").write_text(document.format("x"), "utf-8")
    assert run("validate", "--schema", "spec/api/service-1.xsd", "good.xml", cwd=tmp_path).returncode == 0
    assert run("validate", "--schema", "spec/api/service-1.xsd", "bad.xml", cwd=tmp_path).returncode == 1


def test_an_unknown_root_element_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text("<page/>", "utf-8")

    done = run("capture", "page.xml", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "The root of this document is <page>; expected an XSD's <schema> or a WSDL." in done.stderr


def test_an_included_file_in_another_encoding_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "main.xsd").write_text(schema('<xs:include schemaLocation="t.xsd"/><xs:element name="r"/>'), "utf-8")
    included = schema("<!-- \u00e9 -->").replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"')
    (tmp_path / "t.xsd").write_text(included, "latin-1")

    done = run("capture", "main.xsd", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "t.xsd: This is not UTF-8: byte " in done.stderr


def test_an_xsd_that_is_invalid_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "bad.xsd").write_text(schema('<xs:element name="r" type="Nope"/>'), "utf-8")

    done = run("capture", "bad.xsd", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "[src-resolve]" in done.stderr
    assert not (tmp_path / "spec").exists()


def test_a_schema_is_copied_with_what_lies_above_its_folder(tmp_path: Path) -> None:
    publisher = tmp_path / "publisher"
    files = {
        "maindoc/order.xsd": schema(
            '<xs:include schemaLocation="../common/types.xsd"/><xs:import namespace="urn:t" schemaLocation="http://a/t.xsd"/>'
            '<xs:element name="order" type="T"/>'
        ),
        "common/types.xsd": schema('<xs:complexType name="T"/>'),
        "common/local.xsd": schema("", 'targetNamespace="urn:t"'),
        "catalog.xml": (
            '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
            '<uri name="http://a/t.xsd" uri="common/local.xsd"/></catalog>'
        ),
    }
    for name, text in files.items():
        (publisher / name).parent.mkdir(parents=True, exist_ok=True)
        (publisher / name).write_text(text, "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")

    done = run("capture", "publisher/maindoc/order.xsd", "--into", "spec/order", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "spec/order/order.xsd: 1 element, 1 type (4 files)\n"
    written = {
        path.relative_to(tmp_path / "spec" / "order").as_posix(): path.read_text("utf-8")
        for path in (tmp_path / "spec" / "order").rglob("*.x*")
        if ".captured" not in path.parts
    }
    assert written == files
    assert run("build", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("settings", ['locations = {"http://t/t.xsd" = "spec/t/t.xsd"}', 'catalogs = ["ours.xml"]'])
@pytest.mark.parametrize("kind", ["xsd", "wsdl"])
def test_a_file_of_the_project_is_read_and_not_copied(tmp_path: Path, settings: str, kind: str) -> None:
    text = schema(
        '<xs:import namespace="urn:t" schemaLocation="http://t/t.xsd"/>'
        '<xs:element name="r" type="t:T" xmlns:t="urn:t"/>',
        'targetNamespace="urn:r"',
    )
    if kind == "wsdl":
        inside = text.partition("\n")[2]
        text = f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>{inside}</types></definitions>'
    for name, content in {
        f"page.{kind}": text,
        "spec/t/t.xsd": schema('<xs:complexType name="T"/>', 'targetNamespace="urn:t"'),
        "ours.xml": (
            '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
            '<uri name="http://t/t.xsd" uri="spec/t/t.xsd"/></catalog>'
        ),
        "pyproject.toml": f"[tool.schemapress]\n{settings}\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")

    done = run("capture", f"page.{kind}", "--into", "spec/new", cwd=tmp_path)
    again = run("capture", f"page.{kind}", "--into", "spec/new", cwd=tmp_path)
    built = run("build", "new", cwd=tmp_path)

    for one in (done, again, built):
        assert one.returncode == 0, one.stderr
    copied = (path for path in (tmp_path / "spec" / "new").rglob("*.xsd") if ".captured" not in path.parts)
    assert [path.name for path in copied] == ["page.xsd"]


@pytest.mark.parametrize("name", ["con.xsd", "Aux.wsdl", "lpt1.tar.wsdl"])
def test_a_page_is_not_kept_under_a_name_that_windows_reserves(tmp_path: Path, name: str) -> None:
    text = schema('<xs:element name="r" type="xs:int"/>')
    if name.endswith("wsdl"):
        inside = text.partition("\n")[2]
        text = f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>{inside}</types></definitions>'
    (tmp_path / name).write_text(text, "utf-8")

    done = run("capture", name, "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert f"{name}: {name!r} can't be a file name: Windows has a device of that name." in done.stderr
    assert not (tmp_path / "spec").exists()


def test_a_file_that_is_named_after_an_operation_has_no_name_that_windows_reserves() -> None:
    assert [file_stem(name) for name in ("CON", "aux", "com1", "com10", "console", "", "notifyAux")] == [
        "con-message",
        "aux-message",
        "com-1",
        "com-10",
        "console",
        "message",
        "notify-aux",
    ]
