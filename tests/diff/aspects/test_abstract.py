"""A type that becomes abstract."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.abstract import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag
from tests.support.schema_change import assert_narrowed


def test_a_type_that_becomes_abstract(tmp_path: Path) -> None:
    derived = complex_type(tag("complexContent", tag("extension", attribute("y"), base="Base")), name="Derived")
    concrete, abstract = (
        schema(element("root", "Base") + complex_type(sequence(), name="Base", abstract=abstract) + derived)
        for abstract in ("false", "true")
    )

    finding = assert_narrowed(ASPECT, tmp_path, wide=concrete, narrow=abstract, path="/root")

    assert (finding.before, finding.after) == ("not abstract", "an abstract type")
