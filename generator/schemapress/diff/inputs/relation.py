"""Whether two schemas are versions of the same API."""

from __future__ import annotations

from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from schemapress_runtime.names import local_name, namespace_of


def require_common_message(old: Version, new: Version) -> None:
    """Raise an error if two versions have nothing to compare.

    Raises:
        SchemapressError: the versions have no message in common; the hint helps if only the namespace differs.
    """
    before, after = old.schema.documents, new.schema.documents
    if not before or not after or any(name in new.schema.elements for name in before):
        return
    by_local_name = {local_name(name): name for name in after}
    for name in before:
        other = by_local_name.get(local_name(name))
        if other is not None:
            raise _make_namespace_error(name, other, old, new)
    listed = [", ".join(map(local_name, list(side)[:5])) + (", …" if len(side) > 5 else "") for side in (before, after)]
    raise SchemapressError(
        f"The versions have no message in common: {old.name} has {listed[0]}; {new.name} has {listed[1]}.",
        hint="Compare two versions of the same API.",
    )


def _make_namespace_error(name: str, other: str, old: Version, new: Version) -> SchemapressError:
    before, after = namespace_of(name), namespace_of(other)
    message = f"The namespace of {local_name(name)} changed from {before or 'none'} to {after or 'none'}."
    hint = f"To compare them as if the namespace was the same, pass --map-namespace {before}={after}."
    if not before or not after:
        hint = "The versions can't be compared: no document of one is a document of the other."
    return SchemapressError(message, place=f"{old.name} and {new.name}", hint=hint)
