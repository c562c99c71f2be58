"""Independent validators that confirm a witness, or deny it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.confirmation import Confirmation, Confirmed
from schemapress.diff.inputs.version import Version
from tests.conftest import schema


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Version, Version]:
    pair = []
    for name, type_ in (("old", "xs:int"), ("new", "xs:byte")):
        file = tmp_path / f"{name}.xsd"
        file.write_text(schema(f'<xs:element name="root" type="{type_}"/>'))
        pair.append(Version(name, (file,), ""))
    return pair[0], pair[1]


def test_libxml2_confirms_a_document_that_one_version_accepts_and_the_other_refuses(
    versions: tuple[Version, Version],
) -> None:
    assert Confirmation(*versions).confirm(b"<root>300</root>") == Confirmed(("libxml2",))


@pytest.mark.parametrize("document", [b"<root>1</root>", b"<root>x</root>"])
def test_a_document_that_shows_nothing_is_denied(versions: tuple[Version, Version], document: bytes) -> None:
    assert Confirmation(*versions).confirm(document) == Confirmed(denied_by=("libxml2", "xmlschema"))


def test_xmlschema_confirms_where_libxml2_is_wrong(tmp_path: Path) -> None:
    pair = []
    for name, type_ in (("old", "xs:date"), ("new", "xs:int")):
        file = tmp_path / f"{name}.xsd"
        file.write_text(schema(f'<xs:element name="root" type="{type_}"/>'))
        pair.append(Version(name, (file,), ""))

    assert Confirmation(pair[0], pair[1]).confirm(b"<root> 2026-01-01 </root>") == Confirmed(("xmlschema",))


def test_several_files_are_one_schema_for_other_validators_too(tmp_path: Path) -> None:
    pair = []
    for name, type_ in (("old", "xs:int"), ("new", "xs:byte")):
        (tmp_path / name).mkdir()
        files = []
        for element, namespace in (("one", "urn:one"), ("two", "urn:two")):
            file = tmp_path / name / f"{element}.xsd"
            text = schema(f'<xs:element name="{element}" type="{type_}"/>')
            file.write_text(text.replace("<xs:schema ", f'<xs:schema targetNamespace="{namespace}" '))
            files.append(file)
        pair.append(Version(name, tuple(files), name))
    confirmation = Confirmation(pair[0], pair[1])

    for element in ("one", "two"):
        document = f'<{element} xmlns="urn:{element}">300</{element}>'.encode()
        assert confirmation.confirm(document) == Confirmed(("libxml2",))
