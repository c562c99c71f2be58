"""Whether a schema is itself valid: libxml2 judges at once; the xmlschema library where libxml2 is known to err."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from schemapress.errors import SchemapressError

from .rule import hint_for, rule_of
from .source import XSD, line_of

_NAMESPACE = re.compile(r"\{http://www\.w3\.org/2001/XMLSchema\}")

_UNRESOLVED = ("SRC_RESOLVE", "SRC_INCLUDE", "SRC_IMPORT", "SRC_REDEFINE", "FAILED_LOAD")
"""Parts of the names of libxml2's errors that say that something is missing."""


def check_schema(paths: tuple[Path, ...], *, strict: bool = True) -> None:
    """Check the rules that XSD 1.0 has for schemas themselves.

    What libxml2 refuses is asked of the xmlschema library, which takes a hundred times longer: libxml2 is wrong
    on some valid schemas, such as those that redefine groups. So is, if `strict`, what restricts complex
    content, which libxml2 does not check. Unless `strict`, what is missing does not count (Part 1 §5.3).

    Raises:
        SchemapressError: with the first rule that is broken, the file and the line.
    """
    for path in paths:
        try:
            tree = etree.parse(str(path))
            etree.XMLSchema(tree)
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
            lenient = not strict and all(_is_unresolved(entry.type_name) for entry in _errors(error))
            if not lenient and _second_judge(path) is not None:
                raise _invalid(error, path) from None
            continue
        if strict and tree.find(f".//{XSD}complexContent/{XSD}restriction") is not None:
            refusal = _second_judge(path)
            if refusal is not None and "restriction" in str(refusal):
                raise _illegal_restriction(refusal, path)


def _errors(error: etree.LxmlError) -> list[etree._LogEntry]:
    log: Iterable[etree._LogEntry] = error.error_log  # type: ignore[assignment]  # the stubs have it not iterable
    return [entry for entry in log if entry.level_name != "WARNING"]


def _is_unresolved(name: str) -> bool:
    return any(part in name for part in _UNRESOLVED)


def _second_judge(path: Path) -> Exception | None:
    """Return why the xmlschema library refuses a schema, or None where it finds it valid."""
    import xmlschema

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            xmlschema.XMLSchema10(str(path.resolve()), allow="local")
        except Exception as error:  # whatever it raises, it did not find the schema valid
            return error
    return None


def _invalid(error: etree.LxmlError, path: Path) -> SchemapressError:
    entries = _errors(error)
    if not entries:
        return SchemapressError(f"The schema is invalid: {error}", place=str(path), hint="Mend the XSD.")
    entry = entries[0]
    rule = rule_of(entry.type_name)
    message = _NAMESPACE.sub("xs:", entry.message).strip().replace("not determinist.", "not deterministic.")
    file = path if entry.filename in ("", "<string>") else Path(entry.filename)
    line = entry.line or _line_of_facet(file, message)
    return SchemapressError(f"The schema is invalid: {message} [{rule}]", place=f"{file}:{line}", hint=hint_for(rule))


def _line_of_facet(path: Path, message: str) -> int:
    """Return the line of the facet that an error names, which libxml2 does not know."""
    named = re.findall(r"'(\w+)'", message)
    for element in etree.parse(str(path)).iter(*(f"{XSD}{name}" for name in named[:1])):
        siblings = {etree.QName(sibling).localname for sibling in element.itersiblings("*", preceding=True)}
        if siblings.issuperset(set(named) - {named[0]}):
            return line_of(element)
    return 1


def _illegal_restriction(refusal: Exception, path: Path) -> SchemapressError:
    """Return the error of a complex type that is no restriction of its base; xmlschema gives its path and file."""
    file = Path(unquote(urlsplit(str(getattr(refusal, "schema_url", "") or path)).path))
    rule = "derivation-ok-restriction.5"
    line, name = 1, ""
    found = etree.parse(str(file)).xpath(str(getattr(refusal, "path", "") or "/*"), namespaces={"xs": XSD[1:-1]})
    if isinstance(found, list) and found and isinstance(found[0], etree._Element):
        line, name = line_of(found[0]), f" {found[0].get('name', '')}".rstrip()
    message = f"The schema is invalid: complex type{name} is no restriction of its base type. [{rule}]"
    return SchemapressError(message, place=f"{file}:{line}", hint=hint_for(rule))
