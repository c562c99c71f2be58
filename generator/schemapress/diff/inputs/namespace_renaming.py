"""A version with renamed namespaces, to compare it with a version whose namespaces changed."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from schemapress.load.roots import roots_of

_ATTRIBUTE = re.compile(rb"""(?<=\s)((?:xmlns(?::[\w.-]+)?|targetNamespace|namespace)\s*=\s*)("[^"<]*"|'[^'<]*')""")
"""The attributes of a schema document that name namespaces (XSD 1.0 Part 1 §3.15.2, §4.2.3, §3.10.2)."""


@contextmanager
def rename_namespaces(version: Version, namespaces: Mapping[str, str]) -> Iterator[Version]:
    """Provide a version with renamed namespaces while the block runs.

    Its places stay the same: only attribute values change.

    Raises:
        SchemapressError: no document of the schema has one of the namespaces.
    """
    if not namespaces:
        yield version
        return
    documents = version.documents
    known = {document.namespace for document in documents}
    for namespace in namespaces:
        if namespace not in known:
            hint = f"Its namespaces are {', '.join(map(repr, sorted(known)))}."
            raise SchemapressError(f"{version.name} has no namespace {namespace!r} to map.", hint=hint)
    top = Path(os.path.commonpath([document.path.resolve().parent for document in documents]))
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        copied = Path(temporary).resolve()
        for path in {document.path.resolve() for document in documents}:
            target = copied / path.relative_to(top)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_rename(path.read_bytes(), namespaces))
        files = tuple(copied / path.resolve().relative_to(top) for path in version.files)
        yield replace(version, files=files, reading=replace(version.reading, roots=roots_of([copied])))


def _rename(data: bytes, namespaces: Mapping[str, str]) -> bytes:
    names = {old.encode(): new.encode() for old, new in namespaces.items()}

    def replace_value(match: re.Match[bytes]) -> bytes:
        value = match[2]
        words = [names.get(word, word) for word in value[1:-1].split()]
        return match[1] + value[:1] + b" ".join(words) + value[-1:]

    return _ATTRIBUTE.sub(replace_value, data)
