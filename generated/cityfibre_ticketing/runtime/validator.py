"""Validation of bytes against the declarations of one schema."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from .declaration import Declarations
from .document import Element, UnacceptableXML, canonical, parse, unparsed_entities
from .locate import locate
from .problem import VALID, Report
from .walk import Walk


def validate_bytes(
    data: bytes,
    declarations: Declarations,
    accepts: Callable[[bytes], bool],
    scanned: AbstractSet[str],
    *,
    doctype: bool = False,
) -> Report:
    """Return the report of a document.

    `accepts` is the fast path. What it does not take is parsed, tried once more in canonical form (a
    comment or another quoting is no reason to walk) if its root is among `scanned`, and then walked over,
    which finds what is wrong.
    `doctype` allows a document type declaration.
    """
    if accepts(data):
        return VALID
    try:
        root = parse(data, doctype=doctype)
    except UnacceptableXML as error:
        return Report((error.problem,))
    if str(root.tag) in scanned and accepts(canonical(root)):
        return VALID
    return validate_tree(data, root, declarations)


def validate_tree(data: bytes, root: Element, declarations: Declarations) -> Report:
    """Return the report of a document that has been parsed already; `data` is what it was parsed from."""
    walk = Walk(declarations, unparsed_entities(data) if b"<!ENTITY" in data else frozenset())
    walk.document(root)
    if not walk.findings:
        return VALID
    return locate(walk.findings, data, root, declarations.prefixes)
