"""Loads XSD files as a Schema, and checks that the schema is valid.

1. `source` reads the documents, following includes, imports and redefinitions.
2. `global_components` indexes the components that they define; `redefinition` applies xs:redefine.
3. `size` and `pattern_facet` refuse a schema beyond a limit; `schema_validity` asks independent judges.
4. `types` makes the components; `determinism` and `consistency` check content models, `facet_values` facets.
5. `endpoint_facts` reads xs:appinfo, and what `endpoint_file` makes of `endpoints.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress_runtime.names import XML_NAMESPACE
from schemapress_runtime.xsd.components import ComplexType, Type
from schemapress_runtime.xsd.substitution import SubstitutionGroups

from .consistency import Substitutes, find_inconsistent
from .constraint_names import hint_for
from .determinism import TooManyComparisons, find_competing
from .document import SchemaDocument, documentation, show_place
from .document_reader import NO_RENAMING, SchemaDocuments, read_documents
from .endpoint_file import find_personal_names, read_endpoint_file
from .endpoint_reader import read_endpoints
from .facet_values import check_facet_values
from .facts_source import FactsInSchema, FactsSource
from .global_components import GlobalComponents
from .head_references import HeadReferences
from .pattern_facet import check_patterns
from .restriction import surely_restrict
from .roots import Roots
from .schema import Schema
from .schema_validity import check_schema
from .sealed_copy import SealedCopy, find_empty_extensions
from .size import HardTypes, measure
from .types import TypeLoader


def load(
    paths: tuple[Path, ...],
    *,
    strict: bool = True,
    roots: Roots | None = None,
    limits: SourceLimits = DEFAULT_LIMITS,
    renaming: Mapping[str, str] = NO_RENAMING,
    faults: list[SchemapressError] | None = None,
    needs_files: bool = True,
    endpoint_file: Path | None = None,
) -> Schema:
    """Return the schema of XSD files and of all files that they include, import or redefine.

    `endpoint_file` has more endpoint facts than the XSDs.

    Only files in `roots` are read; without them, in `roots_around` the paths. If `strict`, a reference to a missing
    file is an error; otherwise it is ignored. `renaming` maps namespaces to the names that they get in every document.
    With `faults`, a rule that the schema breaks is no error as long as its components can be made: the errors are added
    to the list, and a component that is not declared constrains nothing (XSD 1.0 Part 1 §5.3). Unless it `needs_files`,
    a local file that is missing is no error either.

    Raises:
        SchemapressError: a file is missing, may not be read or is not an XSD, or the schema is invalid or
            goes beyond a limit.
    """
    read, components, hard, check_restrictions = _read_and_check(
        paths, strict, roots, limits, renaming, faults, needs_files=needs_files
    )
    documents = read.documents
    loader = TypeLoader(components, _choose_prefixes(documents))
    declarations = loader.load_declarations()
    if check_restrictions is not None and not surely_restrict(loader.types.values()):
        with _noting(faults):
            check_restrictions()
    elements = declarations.elements
    groups = SubstitutionGroups((name, element.substitution_group) for name, element in elements.items())
    for element, document in hard.types:
        with _noting(faults):
            _check_determinism(
                loader.types.get(loader.key_of(element, document)), groups, limits, document.show(element)
            )
    with _noting(faults):
        _check_consistency(loader.types.values(), documents)
    with _noting(faults):
        check_facet_values(loader.types.values(), documents)
    personal_names: frozenset[str] = frozenset()
    facts: list[FactsSource] = [FactsInSchema(document) for document in documents]
    if endpoint_file is not None:
        folder = paths[0].resolve().parent
        file = read_endpoint_file(endpoint_file, folder, read.inputs, roots, limits, renaming)
        facts.append(file)
        personal_names = find_personal_names(file, {**loader.types, **declarations.elements})
    named = {path.resolve() for path in paths}
    return Schema(
        declarations=declarations,
        types=loader.types,
        declared_prefixes=_declared_prefixes(documents),
        endpoints=read_endpoints(facts, declarations),
        personal_names=personal_names,
        files=tuple(sorted({document.file for document in documents if document.namespace != XML_NAMESPACE})),
        sources=tuple(document.file for document in documents if document.real in named),
        documentation=documentation(documents[0].root),
        notations=tuple(notation.name for notation in components.of_kind("notation")),
        target_namespaces=tuple(dict.fromkeys(document.namespace for document in documents)),
        paths=tuple(dict.fromkeys(document.path.absolute() for document in documents)),
        catalogs=read.catalogs,
        inputs=read.inputs,
        contents={document.real: document.data for document in documents},
        targets={document.real: document.dependencies for document in documents},
    )


def check(
    paths: tuple[Path, ...], *, roots: Roots | None = None, limits: SourceLimits = DEFAULT_LIMITS
) -> list[SchemaDocument]:
    """Check XSD files and all files that they refer to, without making components; return the documents.

    Raises:
        SchemapressError: as `load` does.
    """
    read, _, _, check_restrictions = _read_and_check(paths, True, roots, limits, NO_RENAMING, None)
    if check_restrictions is not None:
        check_restrictions()
    return read.documents


@contextmanager
def _noting(faults: list[SchemapressError] | None) -> Iterator[None]:
    """Add an error of the block to the faults, if there is a list of them."""
    try:
        yield
    except SchemapressError as error:
        if faults is None:
            raise
        faults.append(error)


def _read_and_check(
    paths: tuple[Path, ...],
    strict: bool,
    roots: Roots | None,
    limits: SourceLimits,
    renaming: Mapping[str, str],
    faults: list[SchemapressError] | None,
    *,
    needs_files: bool = True,
) -> tuple[SchemaDocuments, GlobalComponents, HardTypes, Callable[[], None] | None]:
    """Return the documents of a schema, their global components, and the types that are too hard for the judges.

    The last is what checks restrictions of complex content, if there are any.
    """
    read = read_documents(paths, strict=strict, roots=roots, limits=limits, renaming=renaming, needs_files=needs_files)
    documents = read.documents
    components = GlobalComponents(documents, strict=strict and faults is None)
    hard = measure(documents, components, limits)
    patterns = check_patterns(documents, limits)
    models = frozenset(element for element, _ in hard.types)
    for_libxml2 = SealedCopy(documents, models | patterns | find_empty_extensions(documents, components))
    for_xmlschema = SealedCopy(documents, (models - hard.restricted) | patterns)
    check_restrictions = None
    with _noting(faults):
        check_restrictions = check_schema(paths, for_libxml2, for_xmlschema, HeadReferences(components), strict=strict)
    return read, components, hard, check_restrictions


def _check_determinism(type_: Type | None, groups: SubstitutionGroups, limits: SourceLimits, place: str) -> None:
    """Check that no two particles of a content model compete; for models that the judges do not get."""
    if not isinstance(type_, ComplexType) or type_.particle is None:
        return
    try:
        competing = find_competing(type_.particle, groups, limits.content_model_comparisons)
    except TooManyComparisons:
        raise beyond("content_model_comparisons", limits, "The content model", place) from None
    if competing is not None:
        lines = " and ".join(str(term.place) for term in competing)
        message = f"The schema is invalid: the particles at {lines} can match the same element. [cos-nonambig]"
        raise SchemapressError(message, place=place, hint=hint_for("cos-nonambig"))


def _check_consistency(types: Iterable[Type], documents: list[SchemaDocument]) -> None:
    """Check that elements of one name in a content model have one type, which no judge checks."""
    known: Substitutes = {}
    for type_ in types:
        particle = type_.particle if isinstance(type_, ComplexType) else None
        inconsistent = None if particle is None else find_inconsistent(particle, known)
        if inconsistent is not None:
            first, second = inconsistent
            message = (
                f"The schema is invalid: the elements {first.name} at {first.place} and {second.place} are in one "
                "content model and have different types. [cos-element-consistent]"
            )
            raise SchemapressError(
                message, place=show_place(second.place, documents), hint=hint_for("cos-element-consistent")
            )


def _declared_prefixes(documents: list[SchemaDocument]) -> dict[str, dict[str, str]]:
    """Return the namespaces by prefix that the first document of each target namespace declares."""
    declared: dict[str, dict[str, str]] = {}
    for document in documents:
        if document.namespace not in declared:
            declared[document.namespace] = {prefix or "": uri for prefix, uri in document.root.nsmap.items()}
    return declared


def _choose_prefixes(documents: list[SchemaDocument]) -> dict[str, str]:
    """Return the prefix of each target namespace: the first in the source, or `tns`, `tns2`…"""
    targets = dict.fromkeys(document.namespace for document in documents if document.namespace)
    chosen = {XML_NAMESPACE: "xml"} if XML_NAMESPACE in targets else {}
    for document in documents:
        for prefix, namespace in document.root.nsmap.items():
            if prefix and namespace in targets and namespace not in chosen and prefix not in chosen.values():
                chosen[namespace] = prefix
    numbered = ("tns" if number == 1 else f"tns{number}" for number in count(1))
    free = (name for name in numbered if name not in chosen.values())
    for namespace in targets:
        if namespace not in chosen:
            chosen[namespace] = next(free)
    return dict(sorted(chosen.items()))
