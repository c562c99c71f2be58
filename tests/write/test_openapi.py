"""An exported OpenAPI document is captured back as a schema that accepts the same documents."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import schemapress
from schemapress.capture.decide.decisions import RecordedSource
from schemapress.capture.finish import finish_draft
from schemapress.capture.sources.readers import read_source
from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import Version
from schemapress.load.loader import load
from schemapress.write.openapi import export_openapi
from tests.conftest import REPOSITORY, XSD, MakeProject, run, schema
from tests.support.documents import mutated_trees, valid_trees

GOLDEN = REPOSITORY / "tests" / "golden"
SCHEMAS: dict[str, tuple[Path, ...]] = {
    "ticketing": (XSD,),
    "faults": tuple(sorted((GOLDEN / "openapi" / "faults").glob("*.xsd"))),
    "store": tuple(sorted((GOLDEN / "openapi" / "store").glob("*.xsd"))),
    **{path.stem: (path,) for path in sorted((GOLDEN / "capture").glob("*.xsd"))},
}


@cache
def captured(name: str, folder: Path) -> tuple[Path, ...]:
    """Return the files of the schema that the export of a schema is captured as."""
    loaded = load(SCHEMAS[name])
    folder.mkdir(exist_ok=True)
    path = folder / "exported.yaml"
    path.write_text(yaml.safe_dump(export_openapi(loaded, name).document, sort_keys=False), "utf-8")
    paths = []
    for draft in read_source(path.read_bytes(), path):
        made = finish_draft(draft, RecordedSource(path.name, "0" * 64, "2026-01-01", draft.schema), None, {})
        paths.append(folder / draft.schema)
        paths[-1].write_text(made.xsd, "utf-8")
    return tuple(paths)


def validators(name: str, folder: Path) -> tuple[schemapress.Validator, schemapress.Validator]:
    """Return the validators of a schema, and of the one that its export is captured as."""
    return schemapress.compile(SCHEMAS[name]), schemapress.compile(captured(name, folder))


def test_an_endpoint_with_certificates_has_the_scheme_of_mutual_tls() -> None:
    document = export_openapi(load((XSD,)), "t").document
    plain = export_openapi(load(SCHEMAS["store"]), "t").document

    assert document["components"]["securitySchemes"] == {"clientCertificate": {"type": "mutualTLS"}}
    assert document["paths"]["/notifyInProgress"]["post"]["security"] == [{"clientCertificate": []}]
    assert "security" not in str(plain)


def test_the_security_of_an_endpoint_is_captured_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    (endpoint,) = load(captured("ticketing", tmp_path_factory.getbasetemp() / "export-ticketing")).endpoints

    assert endpoint.security == "certificate"


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_document_changes_but_one_that_names_a_type(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    files = captured(name, tmp_path_factory.getbasetemp() / f"export-{name}")

    comparison = compare(name, Version("old", SCHEMAS[name], ""), Version("new", files, ""))

    found = [finding for finding in comparison.findings if finding.rule.kind == "documents"]
    assert [one.message for one in found if not one.rule.name.startswith(("derived-type", "undeclared-type"))] == []


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
@settings(max_examples=40)
def test_the_captured_export_accepts_the_same_documents(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before, after = validators(name, tmp_path_factory.getbasetemp() / f"export-{name}")
    loaded = load(SCHEMAS[name])
    root = data.draw(st.sampled_from(sorted(loaded.documents)))

    tree = data.draw(valid_trees(loaded, root))
    other = data.draw(mutated_trees(tree))

    for document in (etree.tostring(tree), etree.tostring(other)):
        assert before.validate(document).valid == after.validate(document).valid, (
            document,
            str(before.validate(document)),
            str(after.validate(document)),
        )


@pytest.mark.parametrize(
    ("declarations", "what"),
    [
        (
            '<xs:element name="r"><xs:complexType><xs:all><xs:element name="a"/></xs:all>'
            "</xs:complexType></xs:element>",
            "an xs:all or a wildcard",
        ),
        (
            '<xs:element name="r"><xs:complexType mixed="true"><xs:sequence><xs:element name="a"/></xs:sequence>'
            "</xs:complexType></xs:element>",
            "mixed content",
        ),
        (
            '<xs:element name="r"><xs:complexType><xs:simpleContent><xs:extension base="xs:int">'
            '<xs:attribute name="a"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>',
            "an element with text and attributes",
        ),
    ],
)
def test_a_part_that_openapi_can_not_express_is_reported_with_its_place(
    tmp_path: Path, declarations: str, what: str
) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(schema(declarations), "utf-8")

    lost = export_openapi(load((path,)), "demo").lost

    assert [one.place for one in lost] == ["demo.xsd:3"]
    assert lost[0].part == what


def test_a_choice_that_repeats_becomes_optional_arrays(tmp_path: Path) -> None:
    choice = '<xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:int"/><xs:element name="b"/></xs:choice>'
    (tmp_path / "demo.xsd").write_text(
        schema(f'<xs:element name="r"><xs:complexType>{choice}</xs:complexType></xs:element>'), "utf-8"
    )

    root = export_openapi(load((tmp_path / "demo.xsd",)), "demo").document["components"]["schemas"]["r"]

    assert {name: made["type"] for name, made in root["properties"].items()} == {"a": "array", "b": "array"}
    assert "required" not in root


def test_a_text_with_attributes_becomes_an_object(tmp_path: Path) -> None:
    text = '<xs:extension base="xs:decimal"><xs:attribute name="currency" use="required"/></xs:extension>'
    content = f"<xs:complexType><xs:simpleContent>{text}</xs:simpleContent></xs:complexType>"
    (tmp_path / "demo.xsd").write_text(schema(f'<xs:element name="r">{content}</xs:element>'), "utf-8")

    root = export_openapi(load((tmp_path / "demo.xsd",)), "demo").document["components"]["schemas"]["r"]

    assert root["properties"]["value"] == {"type": "number", "x-xsd-text": True}
    assert root["required"] == ["currency"]


def test_the_command_tells_of_what_is_left_out_and_refuses_it_where_asked(make_project: MakeProject) -> None:
    content = '<xs:complexType mixed="true"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>'
    root = make_project({"a.xsd": schema(f'<xs:element name="r">{content}</xs:element>')})

    assert run("export", "openapi", "demo", cwd=root).stderr == "left out a.xsd:3: mixed content\n"
    assert run("export", "openapi", "demo", "--strict", cwd=root).returncode == 2


def test_the_command_writes_yaml(tmp_path: Path) -> None:
    done = run("export", "openapi", "cityfibre-ticketing", "--output", str(tmp_path / "out.yaml"), cwd=REPOSITORY)

    assert done.returncode == 0, done.stderr
    document = yaml.safe_load((tmp_path / "out.yaml").read_text("utf-8"))
    assert document["openapi"] == "3.1.0"
    assert list(document["paths"]) == ["/notifyInProgress"]
