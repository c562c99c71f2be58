"""Disagreements with judges that were settled by the specification, in our favour or against us, stay settled."""

from __future__ import annotations

from pathlib import Path

import pytest

import schemapress
from tests.conformance.settled import SETTLED, read


@pytest.mark.parametrize("path", sorted(SETTLED.glob("*.toml")), ids=lambda path: path.stem)
def test_settled_verdicts_stay(tmp_path: Path, path: Path) -> None:
    case = read(path)
    schema = tmp_path / "settled.xsd"
    schema.write_text(case.schema, "utf-8")
    document = case.document.encode()

    assert "§" in case.paragraph, f"read the specification, and write into {path} which paragraph settles it"
    assert schemapress.compile(schema).validate(document).valid == case.valid, case.paragraph
