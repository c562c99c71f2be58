"""Whether two schemas are versions of the same API."""

from __future__ import annotations

from schemapress.diff.versions.version import Version
from schemapress.errors import SchemapressError
from schemapress_runtime.xsd.names import local_name, namespace_of


def check_related(old: Version, new: Version) -> None:
    """Check that there is something to compare.

    Raises:
        SchemapressError: the versions have no message in common; with what to do where only the namespace differs.
    """
    before, after = old.schema.documents, new.schema.documents
    if not before or not after or any(name in new.schema.elements for name in before):
        return
    alike = {local_name(name): name for name in after}
    for name in before:
        other = alike.get(local_name(name))
        if other is not None:
            raise _other_namespace(name, other, old, new)
    listed = [", ".join(map(local_name, list(side)[:5])) + (", …" if len(side) > 5 else "") for side in (before, after)]
    raise SchemapressError(
        f"They have no message in common: {old.name} has {listed[0]}; {new.name} has {listed[1]}.",
        hint="Compare two versions of the same API.",
    )


def _other_namespace(name: str, other: str, old: Version, new: Version) -> SchemapressError:
    before, after = namespace_of(name), namespace_of(other)
    message = f"The namespace of {local_name(name)} was {before or 'none'}, and is {after or 'none'}."
    hint = f"To compare them as if it was the same, say --map-namespace {before}={after}."
    if not before or not after:
        hint = "No document of the one can be one of the other."
    return SchemapressError(message, place=f"{old.name} and {new.name}", hint=hint)
