"""XSD files to Schema: resolves references and derivations, so that each component stands by itself."""

from __future__ import annotations

from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress_runtime.xsd.components import ComplexType, Type

from .constraint_names import hint_for
from .determinism import TooManyComparisons, competing
from .endpoint_facts import endpoints
from .globals import Globals
from .pattern_facet import check_patterns
from .resolution import XML_NAMESPACE
from .roots import Roots
from .schema import Schema
from .schema_validity import check_schema
from .sealed_copy import SealedCopy
from .size import Hard, measure
from .source import Documents, SchemaDocument, documentation, read_documents
from .substitution import SubstitutedParticles, SubstitutionGroups
from .types import TypeLoader


def load(
    paths: tuple[Path, ...], *, strict: bool = True, roots: Roots | None = None, limits: SourceLimits = DEFAULT_LIMITS
) -> Schema:
    """Return the schema of XSD files, and of all files that they include or import.

    Nothing is read from outside of `roots`; without them, `roots_around` says what may be read. A file that is
    referred to and missing is an error if `strict`, and passed over otherwise.

    Raises:
        SchemapressError: a file is missing, may not be read or is not an XSD, the schema is invalid, or it goes
            beyond a limit.
    """
    read, found, hard = _checked(paths, strict, roots, limits)
    documents = read.documents
    loader = TypeLoader(found, _prefixes(documents))
    declarations = loader.declarations()
    elements = declarations.elements
    groups = SubstitutionGroups((name, element.substitution_group) for name, element in elements.items())
    for element, document in hard.types:
        _check_determinism(loader.types.get(loader.key_of(element, document)), groups, limits, document.show(element))
    asked = {path.resolve() for path in paths}
    return Schema(
        declarations=declarations,
        types=loader.types,
        declared_prefixes=_declared_prefixes(documents),
        endpoints=endpoints(documents, elements),
        files=tuple(sorted({document.file for document in documents if document.namespace != XML_NAMESPACE})),
        sources=tuple(document.file for document in documents if document.path.resolve() in asked),
        documentation=documentation(documents[0].root),
        notations=tuple(notation.name for notation in found.of_kind("notation")),
        target_namespaces=tuple(dict.fromkeys(document.namespace for document in documents)),
        paths=tuple(dict.fromkeys(document.path.absolute() for document in documents)),
        catalogs=read.catalogs,
        contents={document.real: document.data for document in documents},
        targets={document.real: document.referred for document in documents},
    )


def check(
    paths: tuple[Path, ...], *, roots: Roots | None = None, limits: SourceLimits = DEFAULT_LIMITS
) -> list[SchemaDocument]:
    """Check XSD files, and all files that they include or import, without making a schema; return the documents.

    Raises:
        SchemapressError: as `load` does.
    """
    return _checked(paths, True, roots, limits)[0].documents


def _checked(
    paths: tuple[Path, ...], strict: bool, roots: Roots | None, limits: SourceLimits
) -> tuple[Documents, Globals, Hard]:
    """Return the documents of a schema, their global components, and the types that only their loader can judge."""
    read = read_documents(paths, strict=strict, roots=roots, limits=limits)
    documents = read.documents
    found = Globals(documents, strict=strict)
    hard = measure(documents, found, limits)
    patterns = check_patterns(documents, limits)
    models = frozenset(element for element, _ in hard.types)
    for_libxml2 = SealedCopy(documents, models | patterns)
    for_xmlschema = SealedCopy(documents, (models - hard.restricted) | patterns)
    check_schema(paths, for_libxml2, for_xmlschema, SubstitutedParticles(found), strict=strict)
    return read, found, hard


def _check_determinism(type_: Type | None, groups: SubstitutionGroups, limits: SourceLimits, place: str) -> None:
    """Check that no two particles of a content model compete, where no judge looks at it."""
    if not isinstance(type_, ComplexType) or type_.particle is None:
        return
    try:
        found = competing(type_.particle, groups, limits.content_model_comparisons)
    except TooManyComparisons:
        raise beyond("content_model_comparisons", limits, "The content model", place) from None
    if found is not None:
        lines = " and ".join(str(term.place) for term in found)
        message = f"The schema is invalid: the particles at {lines} can match the same element. [cos-nonambig]"
        raise SchemapressError(message, place=place, hint=hint_for("cos-nonambig"))


def _declared_prefixes(documents: list[SchemaDocument]) -> dict[str, dict[str, str]]:
    """Return what the first document of each target namespace declares: namespaces by their prefixes."""
    found: dict[str, dict[str, str]] = {}
    for document in documents:
        if document.namespace not in found:
            found[document.namespace] = {prefix or "": uri for prefix, uri in document.root.nsmap.items()}
    return found


def _prefixes(documents: list[SchemaDocument]) -> dict[str, str]:
    """Choose the prefix of each target namespace: the one that the source uses, or `tns`, `tns2`…"""
    targets = dict.fromkeys(document.namespace for document in documents if document.namespace)
    chosen = {XML_NAMESPACE: "xml"} if XML_NAMESPACE in targets else {}
    for document in documents:
        for prefix, namespace in document.root.nsmap.items():
            if prefix and namespace in targets and namespace not in chosen and prefix not in chosen.values():
                chosen[namespace] = prefix
    free = (name for name in ("tns", *(f"tns{number}" for number in range(2, 10_000))) if name not in chosen.values())
    for namespace in targets:
        if namespace not in chosen:
            chosen[namespace] = next(free)
    return dict(sorted(chosen.items()))
