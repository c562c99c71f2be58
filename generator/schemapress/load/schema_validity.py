"""Whether a schema is itself valid: libxml2 judges first, the xmlschema library where libxml2 is known to be wrong."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress_runtime.xml.document import Element

from .constraint_names import hint_for, rule_of
from .document import XSD_TAG, SchemaDocument
from .sealed_copy import SealedCopy

_NAMESPACE = re.compile(r"\{http://www\.w3\.org/2001/XMLSchema\}")

_MOST_SHOWN = 1_000
"""Characters of a judge's message that are shown: it repeats values of any length."""

_UNRESOLVED = ("SRC_RESOLVE", "SRC_INCLUDE", "SRC_IMPORT", "SRC_REDEFINE", "FAILED_LOAD")
"""Parts of the names of libxml2's errors about something missing."""


def check_schema(
    paths: tuple[Path, ...],
    for_libxml2: SealedCopy,
    for_xmlschema: SealedCopy,
    is_beyond_xmlschema: Callable[[Element, SchemaDocument], bool],
    *,
    strict: bool = True,
) -> Callable[[], None] | None:
    """Check the rules of XSD 1.0 for schemas themselves, on the copies that each judge may read.

    If libxml2 refuses a schema, the xmlschema library, a hundred times slower, decides: libxml2 refuses some valid
    schemas, such as redefinitions of groups. libxml2 does not check restrictions of complex content. If there are any,
    and if `strict`, the function is returned with which xmlschema checks them, unless they are known to be valid; it
    raises what this one does. `is_beyond_xmlschema` returns whether xmlschema is known to be wrong on a complex type.
    Unless `strict`, missing documents and components are no error (Part 1 §5.3).

    Raises:
        SchemapressError: the schema breaks a rule; with the first rule, the file and the line.
    """
    judges = _Judges(for_libxml2, for_xmlschema, tuple(_independent_documents(paths, for_libxml2)))
    refusal = judges.ask_libxml2()
    if refusal is not None:
        lenient = not strict and all(_is_unresolved(entry.type_name) for entry in _errors(refusal))
        if not lenient and judges.ask_xmlschema() is not None:
            raise judges.explain(refusal)
    elif strict and any(map(_restricts_content, for_libxml2.documents)):
        return lambda: _check_restrictions(judges, is_beyond_xmlschema)
    return None


def _check_restrictions(judges: _Judges, is_beyond_xmlschema: Callable[[Element, SchemaDocument], bool]) -> None:
    """Let xmlschema check restrictions, without identity constraints, which libxml2 has checked."""
    refusal = judges.ask_xmlschema(with_constraints=False)
    if refusal is not None and "restriction" in str(getattr(refusal, "message", "")):
        document, element = judges.locate(refusal)
        if element is None or not is_beyond_xmlschema(element, document):
            raise _restriction_error(document, element)


def _independent_documents(paths: tuple[Path, ...], copy: SealedCopy) -> Iterator[Path]:
    """Yield the given documents, without those that another of them refers to."""
    reached = {path: copy.collect_reached(path) for path in paths}
    referred = {real for path in paths for real in reached[path] - {path.resolve()}}
    covered: set[Path] = set()
    for path in sorted(paths, key=lambda path: path.resolve() in referred):
        if path.resolve() not in covered:
            covered |= reached[path]
            yield path


def _restricts_content(document: SchemaDocument) -> bool:
    return document.root.find(f".//{XSD_TAG}complexContent/{XSD_TAG}restriction") is not None


class _Judges:
    """Asks two judges about documents and everything that they refer to."""

    def __init__(self, for_libxml2: SealedCopy, for_xmlschema: SealedCopy, paths: tuple[Path, ...]) -> None:
        self._for_libxml2 = for_libxml2
        self._for_xmlschema = for_xmlschema
        self._paths = paths
        self._path = paths[0]

    def ask_libxml2(self) -> etree.XMLSchemaParseError | None:
        """Return the error of libxml2, with lines that `explain` knows, or None if it accepts the schema."""
        try:
            self._for_libxml2.parse_with_libxml2(self._paths)
        except etree.XMLSchemaParseError as refusal:
            try:
                self._for_libxml2.parse_with_libxml2(self._paths, lined=True)
            except etree.XMLSchemaParseError as lined:
                return lined
            return refusal
        return None

    def ask_xmlschema(self, *, with_constraints: bool = True) -> Exception | None:
        """Return the error of the xmlschema library, or None if it accepts the schema."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._for_xmlschema.parse_with_xmlschema(self._paths, with_constraints=with_constraints)
            except Exception as error:  # whatever it raises, it did not accept the schema
                return error
        return None

    def explain(self, error: etree.XMLSchemaParseError) -> SchemapressError:
        """Return an error of libxml2 as one of this package, with rule, file and line."""
        entries = _errors(error)
        if not entries:
            return SchemapressError(f"The schema is invalid: {error}", place=str(self._path), hint="Fix the XSD.")
        entry = entries[0]
        rule = rule_of(entry.type_name)
        message = _NAMESPACE.sub("xs:", entry.message).strip().replace("not determinist.", "not deterministic.")
        document = self._for_libxml2.document(entry.filename or "")
        element = self._for_libxml2.find_by_line(entry.filename or "", entry.line)
        if document is None:
            document = self._for_libxml2.document(self._for_libxml2.name(self._path))
        assert document is not None
        if element is None and not entry.line:
            element = _find_facet(document, message)
        return _validity_error(message, rule, document, element)

    def locate(self, refusal: Exception) -> tuple[SchemaDocument, Element | None]:
        """Return the document and the element of an error of xmlschema."""
        url = str(getattr(refusal, "schema_url", "") or self._for_xmlschema.name(self._path))
        document = self._for_xmlschema.document(url)
        assert document is not None
        return document, self._for_xmlschema.find_by_path(url, str(getattr(refusal, "path", "") or "/*"))


def _restriction_error(document: SchemaDocument, element: Element | None) -> SchemapressError:
    """Return the error of a complex type that is not a valid restriction of its base."""
    name = "" if element is None else f" {element.get('name', '')}".rstrip()
    message = f"complex type{name} is not a valid restriction of its base type."
    return _validity_error(message, "derivation-ok-restriction.5", document, element)


def _validity_error(message: str, rule: str, document: SchemaDocument, element: Element | None) -> SchemapressError:
    place = f"{document.path}:1" if element is None else document.show(element)
    message = message if len(message) <= _MOST_SHOWN else f"{message[:_MOST_SHOWN]}…"
    return SchemapressError(f"The schema is invalid: {message} [{rule}]", place=place, hint=hint_for(rule))


def _errors(error: etree.XMLSchemaParseError) -> list[etree._LogEntry]:
    log: Iterable[etree._LogEntry] = error.error_log
    return [entry for entry in log if entry.level_name != "WARNING"]


def _is_unresolved(name: str) -> bool:
    return any(part in name for part in _UNRESOLVED)


def _find_facet(document: SchemaDocument, message: str) -> Element | None:
    """Return the facet that an error of libxml2 names without its line."""
    named = re.findall(r"'(\w+)'", message)
    if not named:
        return None
    for element in document.root.iter(*(f"{XSD_TAG}{name}" for name in named[:1])):
        siblings = {etree.QName(sibling).localname for sibling in element.itersiblings("*", preceding=True)}
        if siblings.issuperset(set(named) - {named[0]}):
            return element
    return None
