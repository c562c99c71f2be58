"""XSD files to Schema: resolves references and derivations, so that each component stands by itself."""

from __future__ import annotations

from pathlib import Path

from .endpoint_facts import endpoints
from .globals import Globals
from .judge import check_schema
from .model import Schema
from .source import XML_NAMESPACE, SchemaDocument, documentation, read_documents
from .types import TypeLoader


def load(paths: tuple[Path, ...], *, strict: bool = True) -> Schema:
    """Return the schema of XSD files, and of all files that they include or import.

    A file that is referred to and missing is an error if `strict`, and passed over otherwise.

    Raises:
        SchemapressError: a file is missing or is not an XSD, or the schema is invalid.
    """
    documents = read_documents(paths, strict=strict)
    check_schema(paths, strict=strict)
    loader = TypeLoader(Globals(documents, strict=strict))
    for found in loader.globals.of_kind("element"):
        loader.global_element(found)
    for found in loader.globals.of_kind("type"):
        loader.global_type(found)
    loader.finish()
    elements = {found.name: loader.global_element(found) for found in loader.globals.of_kind("element")}
    asked = {path.resolve() for path in paths}
    return Schema(
        elements=elements,
        types=loader.types,
        prefixes=_prefixes(documents),
        endpoints=endpoints(documents, elements),
        files=tuple(sorted({document.file for document in documents if document.namespace != XML_NAMESPACE})),
        sources=tuple(document.file for document in documents if document.path.resolve() in asked),
        documentation=documentation(documents[0].root),
        attributes={found.name: loader.global_attribute(found) for found in loader.globals.of_kind("attribute")},
        notations=tuple(found.name for found in loader.globals.of_kind("notation")),
        target_namespaces=tuple(dict.fromkeys(document.namespace for document in documents)),
        paths=tuple(dict.fromkeys(document.path.absolute() for document in documents)),
    )


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
