"""Whether a schema is itself valid, as libxml2 judges it."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError

_NAMESPACE = re.compile(r"\{http://www\.w3\.org/2001/XMLSchema\}")


def check_schema(paths: tuple[Path, ...]) -> None:
    """Check the rules that XSD 1.0 has for schemas themselves.

    Raises:
        SchemapressError: with the first rule that is broken, the file and the line.
    """
    for path in paths:
        try:
            etree.XMLSchema(etree.parse(str(path)))
        except etree.XMLSchemaParseError as error:
            raise _invalid(error, path) from None


def _invalid(error: etree.XMLSchemaParseError, path: Path) -> SchemapressError:
    entries = [entry for entry in error.error_log if entry.level_name != "WARNING"]
    if not entries:
        return SchemapressError(f"The schema is invalid: {error}", place=str(path), hint="Mend the XSD.")
    entry = entries[0]
    message = _NAMESPACE.sub("xs:", entry.message).strip()
    file = path if entry.filename in ("", "<string>") else Path(entry.filename)
    return SchemapressError(f"The schema is invalid: {message}", place=f"{file}:{entry.line}", hint="Mend the XSD.")
