"""Independent confirmation of a witness: libxml2 first, xmlschema where libxml2 is known to be wrong."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from lxml import etree

from schemapress.diff.inputs.version import Version
from schemapress.load.global_components import GlobalComponents
from schemapress.load.pattern_facet import check_patterns
from schemapress.load.sealed_copy import SealedCopy, find_empty_extensions
from schemapress.load.size import measure

if TYPE_CHECKING:
    import xmlschema

Judgement = Literal["accepts", "refuses", "unable"]
"""The answer of a validator to a document; it is unable to validate if it can't read the schema."""


class ForeignValidators:
    """libxml2 and xmlschema for one version; each loads the schema at its first use, unless that takes too long."""

    def __init__(self, version: Version) -> None:
        self._version = version

    def judge(self, document: bytes) -> Iterator[tuple[str, Judgement]]:
        """Yield the name and the judgement of each validator."""
        yield "libxml2", self._validate_by_libxml2(document)
        yield "xmlschema", self._validate_by_xmlschema(document)

    def _validate_by_libxml2(self, document: bytes) -> Judgement:
        if self._libxml2 is None:
            return "unable"
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return "accepts" if self._libxml2.validate(etree.fromstring(document, parser)) else "refuses"

    def _validate_by_xmlschema(self, document: bytes) -> Judgement:
        import xmlschema  # takes longer than most comparisons, and is seldom needed

        if self._xmlschema is None:
            return "unable"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return "accepts" if self._xmlschema.is_valid(io.BytesIO(document)) else "refuses"
            except (xmlschema.XMLSchemaException, SyntaxError, ValueError, LookupError):
                return "refuses"

    @cached_property
    def _copy(self) -> SealedCopy:
        return SealedCopy(self._version.documents)

    @cached_property
    def _components(self) -> GlobalComponents:
        return GlobalComponents([*self._version.documents], strict=not self._version.faults)

    @cached_property
    def _has_hard_models(self) -> bool:
        return bool(measure([*self._version.documents], self._components, self._version.reading.limits).types)

    @cached_property
    def _has_hard_patterns(self) -> bool:
        return bool(check_patterns(self._version.documents, self._version.reading.limits))

    @cached_property
    def _libxml2(self) -> etree.XMLSchema | None:
        if self._has_hard_models or self._has_hard_patterns:
            return None
        try:
            crashing = find_empty_extensions(self._version.documents, self._components)
            return SealedCopy(self._version.documents, crashing).parse_with_libxml2(self._version.files)
        except etree.XMLSchemaParseError:
            return None

    @cached_property
    def _xmlschema(self) -> xmlschema.XMLSchema10 | None:
        if self._has_hard_patterns:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self._copy.parse_with_xmlschema(self._version.files)
            except Exception:  # whatever it raises, it can't validate by this schema
                return None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The validator that confirms a witness, and those that deny it; neither has any where none is able to judge."""

    by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()


class Confirmation:
    """Confirms documents that one version accepts and the other refuses."""

    def __init__(self, accepting: Version, refusing: Version) -> None:
        self._accepting, self._refusing = ForeignValidators(accepting), ForeignValidators(refusing)

    def confirm(self, document: bytes) -> Confirmed:
        """Return the judgement of libxml2 and, if that does not confirm a witness, of xmlschema."""
        denying: list[str] = []
        for (name, accepting), (_, refusing) in zip(
            self._accepting.judge(document), self._refusing.judge(document), strict=True
        ):
            if (accepting, refusing) == ("accepts", "refuses"):
                return Confirmed((name,))
            if "unable" not in (accepting, refusing):
                denying.append(name)
        return Confirmed(denied_by=tuple(denying))
