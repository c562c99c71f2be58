"""What validators that nobody here wrote say of a witness: libxml2, and the xmlschema library where that one errs."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from schemapress.diff.versions.version import Version
from schemapress.errors import SchemapressError
from schemapress.load.globals import Globals
from schemapress.load.pattern_facet import check_patterns
from schemapress.load.sealed_copy import SealedCopy
from schemapress.load.size import measure

if TYPE_CHECKING:
    import xmlschema


class Judges:
    """Two validators for one version, each made when it is first asked; none of what it would take too long for."""

    def __init__(self, version: Version) -> None:
        self._version = version

    def accept(self, document: bytes) -> Iterator[tuple[str, bool | None]]:
        """Yield the name of each judge, and whether it accepts a document; None where it can't read the schema."""
        yield "libxml2", self._libxml2_accepts(document)
        yield "xmlschema", self._xmlschema_accepts(document)

    def _libxml2_accepts(self, document: bytes) -> bool | None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return None if self._libxml2 is None else self._libxml2.validate(etree.fromstring(document, parser))

    def _xmlschema_accepts(self, document: bytes) -> bool | None:
        import xmlschema  # takes longer than most comparisons, and is seldom asked

        if self._xmlschema is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return bool(self._xmlschema.is_valid(io.BytesIO(document)))
            except (xmlschema.XMLSchemaException, SyntaxError, ValueError, LookupError):
                return False

    @cached_property
    def _copy(self) -> SealedCopy:
        return SealedCopy(self._version.documents)

    @cached_property
    def _has_hard_models(self) -> bool:
        documents = [*self._version.documents]
        return bool(measure(documents, Globals(documents), self._version.reading.limits).types)

    @cached_property
    def _has_hard_patterns(self) -> bool:
        return bool(check_patterns(self._version.documents, self._version.reading.limits))

    @cached_property
    def _libxml2(self) -> etree.XMLSchema | None:
        if self._has_hard_models or self._has_hard_patterns:
            return None
        try:
            return self._copy.libxml2(self._version.files)
        except etree.XMLSchemaParseError:
            return None

    @cached_property
    def _xmlschema(self) -> xmlschema.XMLSchema10 | None:
        if self._has_hard_patterns:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self._copy.xmlschema(self._version.files)
            except Exception:  # whatever it raises, it can't judge by this schema
                return None


class Confirmation:
    """Asks the judges about documents that one version accepts and the other refuses."""

    def __init__(self, accepting: Version, refusing: Version) -> None:
        self._accepting, self._refusing = Judges(accepting), Judges(refusing)
        self._names = f"{accepting.name} accepts and {refusing.name} refuses"

    def of(self, document: bytes) -> tuple[str, ...]:
        """Return the judges that confirm a witness: libxml2, or where it does not, xmlschema; nobody where none can.

        Raises:
            SchemapressError: all that can judge deny it.
        """
        denied = []
        for (name, accepted), (_, other) in zip(
            self._accepting.accept(document), self._refusing.accept(document), strict=True
        ):
            if accepted and other is False:
                return (name,)
            if accepted is not None and other is not None:
                denied.append(name)
        if denied:
            raise SchemapressError(
                f"A document that {self._names} was found, and {' and '.join(denied)} deny it:\n{document.decode()}",
                hint="That is a mistake of schemapress, or of both: please report it, with the two schemas.",
            )
        return ()
