"""Whether a schema is itself valid: libxml2 judges at once; where it refuses, the xmlschema library may overrule it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError

_NAMESPACE = re.compile(r"\{http://www\.w3\.org/2001/XMLSchema\}")


_UNRESOLVED = ("SRC_RESOLVE", "SRC_INCLUDE", "SRC_IMPORT", "SRC_REDEFINE", "FAILED_LOAD")
"""Parts of the names of libxml2's errors that say that something is missing."""


def check_schema(paths: tuple[Path, ...], *, strict: bool = True) -> None:
    """Check the rules that XSD 1.0 has for schemas themselves.

    A schema is refused if both judges refuse it: libxml2 is wrong on some valid schemas, such as those
    that redefine groups, and the other one, which takes a hundred times longer, is asked only then. Unless
    `strict`, what is missing does not count (Part 1 §5.3).

    Raises:
        SchemapressError: with the first rule that is broken, the file and the line.
    """
    for path in paths:
        try:
            etree.XMLSchema(etree.parse(str(path)))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
            lenient = not strict and all(_is_unresolved(entry.type_name) for entry in _errors(error))
            if not lenient and not _is_valid(path):
                raise _invalid(error, path) from None


def _errors(error: etree.LxmlError) -> list[etree._LogEntry]:
    log: Iterable[etree._LogEntry] = error.error_log  # type: ignore[assignment]  # the stubs have it not iterable
    return [entry for entry in log if entry.level_name != "WARNING"]


def _is_unresolved(name: str) -> bool:
    return any(part in name for part in _UNRESOLVED)


def _is_valid(path: Path) -> bool:
    """Whether the xmlschema library finds a schema valid."""
    import xmlschema

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            xmlschema.XMLSchema10(str(path.resolve()), allow="local")
        except Exception:  # whatever it raises, it did not find the schema valid
            return False
    return True


def _invalid(error: etree.LxmlError, path: Path) -> SchemapressError:
    entries = _errors(error)
    if not entries:
        return SchemapressError(f"The schema is invalid: {error}", place=str(path), hint="Mend the XSD.")
    entry = entries[0]
    message = _NAMESPACE.sub("xs:", entry.message).strip()
    file = path if entry.filename in ("", "<string>") else Path(entry.filename)
    return SchemapressError(f"The schema is invalid: {message}", place=f"{file}:{entry.line}", hint="Mend the XSD.")
