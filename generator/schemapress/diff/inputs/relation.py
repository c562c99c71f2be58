"""Whether two schemas are versions of the same API."""

from __future__ import annotations

from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from schemapress_runtime.names import local_name


def require_common_message(old: Version, new: Version) -> None:
    """Raise an error if two versions have nothing to compare.

    Raises:
        SchemapressError: the versions have no message in common.
    """
    before, after = old.schema.documents, new.schema.documents
    if not before or not after or any(name in new.schema.elements for name in before):
        return
    listed = [", ".join(map(local_name, list(side)[:5])) + (", …" if len(side) > 5 else "") for side in (before, after)]
    raise SchemapressError(
        f"The versions have no message in common: {old.name} has {listed[0]}; {new.name} has {listed[1]}.",
        hint="Compare two versions of the same API.",
    )
