"""A wildcard that allows fewer namespaces."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.wildcard import ASPECT
from tests.support.schema_builder import make_schema, sequence, tag
from tests.support.schema_change import assert_narrowed


def test_a_wildcard_that_allows_fewer_namespaces(tmp_path: Path) -> None:
    versions = (
        make_schema(sequence(tag("any", processContents="skip", minOccurs=0, namespace=namespace)))
        for namespace in ("##any", "##local")
    )
    everything, local = versions
    finding = assert_narrowed(ASPECT, tmp_path, wide=everything, narrow=local, path="/root")

    assert finding.before == "any element (skip)"
