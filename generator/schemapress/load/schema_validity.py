"""Whether a schema is itself valid: libxml2 judges at once; the xmlschema library where libxml2 is known to err."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError

from .constraint_names import hint_for, rule_of
from .sealed_copy import SealedCopy
from .source import XSD, Element, SchemaDocument

_NAMESPACE = re.compile(r"\{http://www\.w3\.org/2001/XMLSchema\}")

_MOST_SAID = 1_000
"""Characters of what a judge says that are shown: it repeats values, however long they are."""

_UNRESOLVED = ("SRC_RESOLVE", "SRC_INCLUDE", "SRC_IMPORT", "SRC_REDEFINE", "FAILED_LOAD")
"""Parts of the names of libxml2's errors that say that something is missing."""


def check_schema(
    paths: tuple[Path, ...],
    for_libxml2: SealedCopy,
    for_xmlschema: SealedCopy,
    is_beyond_xmlschema: Callable[[Element, SchemaDocument], bool],
    *,
    strict: bool = True,
) -> None:
    """Check the rules that XSD 1.0 has for schemas themselves, on the copies that each judge may read.

    What libxml2 refuses is asked of the xmlschema library, which takes a hundred times longer: libxml2 is wrong
    on some valid schemas, such as those that redefine groups. So is, if `strict`, what restricts complex
    content, which libxml2 does not check; identity constraints it has judged then. `is_beyond_xmlschema` says of a
    complex type that this library errs on it. Unless `strict`, what is missing does not count (Part 1 §5.3).

    Raises:
        SchemapressError: with the first rule that is broken, the file and the line.
    """
    judge = _Judge(for_libxml2, for_xmlschema, tuple(_uncovered(paths, for_libxml2)))
    refusal = judge.libxml2()
    if refusal is not None:
        lenient = not strict and all(_is_unresolved(entry.type_name) for entry in _errors(refusal))
        if not lenient and judge.xmlschema() is not None:
            raise judge.invalid(refusal)
    elif strict and any(map(_restricts, for_libxml2.documents)):
        other = judge.xmlschema(with_constraints=False)
        if other is not None and "restriction" in str(getattr(other, "message", "")):
            document, element = judge.place_of(other)
            if element is None or not is_beyond_xmlschema(element, document):
                raise judge.illegal_restriction(document, element)


def _uncovered(paths: tuple[Path, ...], copy: SealedCopy) -> Iterator[Path]:
    """Yield the documents that were asked for, but those that another of them refers to."""
    reached = {path: copy.reached(path) for path in paths}
    referred = {real for path in paths for real in reached[path] - {path.resolve()}}
    covered: set[Path] = set()
    for path in sorted(paths, key=lambda path: path.resolve() in referred):
        if path.resolve() not in covered:
            covered |= reached[path]
            yield path


def _restricts(document: SchemaDocument) -> bool:
    return document.root.find(f".//{XSD}complexContent/{XSD}restriction") is not None


class _Judge:
    """What two judges say of documents and all that they refer to."""

    def __init__(self, for_libxml2: SealedCopy, for_xmlschema: SealedCopy, paths: tuple[Path, ...]) -> None:
        self._for_libxml2 = for_libxml2
        self._for_xmlschema = for_xmlschema
        self._paths = paths
        self._path = paths[0]

    def libxml2(self) -> etree.XMLSchemaParseError | None:
        """Return why libxml2 refuses a schema, or None where it finds it valid."""
        try:
            self._for_libxml2.libxml2(self._paths)
        except etree.XMLSchemaParseError as error:
            return error
        return None

    def xmlschema(self, *, with_constraints: bool = True) -> Exception | None:
        """Return why the xmlschema library refuses a schema, or None where it finds it valid."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._for_xmlschema.xmlschema(self._paths, with_constraints=with_constraints)
            except Exception as error:  # whatever it raises, it did not find the schema valid
                return error
        return None

    def invalid(self, error: etree.XMLSchemaParseError) -> SchemapressError:
        """Return the error of a schema that libxml2 refuses."""
        entries = _errors(error)
        if not entries:
            return SchemapressError(f"The schema is invalid: {error}", place=str(self._path), hint="Fix the XSD.")
        entry = entries[0]
        rule = rule_of(entry.type_name)
        message = _NAMESPACE.sub("xs:", entry.message).strip().replace("not determinist.", "not deterministic.")
        document = self._for_libxml2.document(entry.filename or "")
        element = self._for_libxml2.element(entry.filename or "", entry.line)
        if document is None:
            document = self._for_libxml2.document(self._for_libxml2.name(self._path))
        assert document is not None
        if element is None and not entry.line:
            element = _facet(document, message)
        return _refused(f"{message}", rule, document, element)

    def place_of(self, refusal: Exception) -> tuple[SchemaDocument, Element | None]:
        """Return the document and the element that xmlschema refuses; it gives its path and file."""
        url = str(getattr(refusal, "schema_url", "") or self._for_xmlschema.name(self._path))
        document = self._for_xmlschema.document(url)
        assert document is not None
        return document, self._for_xmlschema.at(url, str(getattr(refusal, "path", "") or "/*"))

    def illegal_restriction(self, document: SchemaDocument, element: Element | None) -> SchemapressError:
        """Return the error of a complex type that is no restriction of its base."""
        name = "" if element is None else f" {element.get('name', '')}".rstrip()
        message = f"complex type{name} is no restriction of its base type."
        return _refused(message, "derivation-ok-restriction.5", document, element)


def _refused(message: str, rule: str, document: SchemaDocument, element: Element | None) -> SchemapressError:
    place = f"{document.path}:1" if element is None else document.show(element)
    message = message if len(message) <= _MOST_SAID else f"{message[:_MOST_SAID]}…"
    return SchemapressError(f"The schema is invalid: {message} [{rule}]", place=place, hint=hint_for(rule))


def _errors(error: etree.XMLSchemaParseError) -> list[etree._LogEntry]:
    log: Iterable[etree._LogEntry] = error.error_log
    return [entry for entry in log if entry.level_name != "WARNING"]


def _is_unresolved(name: str) -> bool:
    return any(part in name for part in _UNRESOLVED)


def _facet(document: SchemaDocument, message: str) -> Element | None:
    """Return the facet that an error names, of which libxml2 does not know the line."""
    named = re.findall(r"'(\w+)'", message)
    for element in document.root.iter(*(f"{XSD}{name}" for name in named[:1])):
        siblings = {etree.QName(sibling).localname for sibling in element.itersiblings("*", preceding=True)}
        if siblings.issuperset(set(named) - {named[0]}):
            return element
    return None
