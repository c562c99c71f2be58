"""Independent confirmation of a witness: libxml2 first, xmlschema where libxml2 is known to be wrong."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from lxml import etree

from schemapress.diff.inputs.version import Version
from schemapress.diff.judge_process import IsValid, JudgeProcess
from schemapress.load.global_components import GlobalComponents
from schemapress.load.pattern_facet import check_patterns
from schemapress.load.sealed_copy import SealedCopy, find_empty_extensions
from schemapress.load.size import measure

Judgement = Literal["accepts", "refuses", "unable"]
"""The answer of a validator to a document; it is unable to validate if it can't read the schema."""

MOST_TYPES = 2_000
"""Types up to which other validators load a schema; they need minutes for larger ones."""


class ForeignValidators:
    """libxml2 and xmlschema for one version; each loads the schema at its first use.

    Content models and patterns can take other validators very long; then they run in processes of their own.
    """

    def __init__(self, version: Version) -> None:
        self._version = version

    def judge(self, document: bytes) -> Iterator[tuple[str, Judgement]]:
        """Yield the name and the judgement of each validator."""
        for name in _LOADERS:
            answer = self._judges[name](document)
            yield name, "unable" if answer is None else "accepts" if answer else "refuses"

    @cached_property
    def _judges(self) -> Mapping[str, Callable[[bytes], bool | None]]:
        if len(self._version.schema.types) > MOST_TYPES:
            return dict.fromkeys(_LOADERS, lambda _: None)
        loaders = {name: partial(load, self._version) for name, load in _LOADERS.items()}
        if self._is_hard:
            return {name: JudgeProcess(load).judge for name, load in loaders.items()}
        return {name: _Judge(load) for name, load in loaders.items()}

    @property
    def _is_hard(self) -> bool:
        documents, limits = self._version.documents, self._version.reading.limits
        has_hard_models = measure([*documents], _components_of(self._version), limits).types
        return bool(has_hard_models or check_patterns(documents, limits))


class _Judge:
    """A validator in this process, which loads the schema when the first document comes."""

    def __init__(self, load: Callable[[], IsValid | None]) -> None:
        self._load = load

    @cached_property
    def _is_valid(self) -> IsValid | None:
        return self._load()

    def __call__(self, document: bytes) -> bool | None:
        return None if self._is_valid is None else self._is_valid(document)


def _components_of(version: Version) -> GlobalComponents:
    return GlobalComponents([*version.documents], strict=not version.faults)


def _load_libxml2(version: Version) -> IsValid | None:
    """Return libxml2's validator; None if it can't read the schema."""
    try:
        crashing = find_empty_extensions(version.documents, _components_of(version))
        schema = SealedCopy(version.documents, crashing).parse_with_libxml2(version.files)
    except etree.XMLSchemaParseError:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return lambda document: bool(schema.validate(etree.fromstring(document, parser)))


def _load_xmlschema(version: Version) -> IsValid | None:
    """Return the validator of the xmlschema library; None if it can't read the schema."""
    import xmlschema  # takes longer than most comparisons, and is seldom needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            schema = SealedCopy(version.documents).parse_with_xmlschema(version.files)
        except Exception:  # whatever it raises, it can't validate by this schema
            return None

    def is_valid(document: bytes) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return bool(schema.is_valid(io.BytesIO(document)))
            except (xmlschema.XMLSchemaException, SyntaxError, ValueError, LookupError):
                return False

    return is_valid


_LOADERS: Mapping[str, Callable[[Version], IsValid | None]] = {"libxml2": _load_libxml2, "xmlschema": _load_xmlschema}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The validator that confirms a witness, and those that deny it; neither has any where none is able to judge."""

    by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()


class Confirmation:
    """Confirms documents that one version accepts and the other refuses."""

    def __init__(self, accepting: Version, refusing: Version) -> None:
        self._accepting, self._refusing = ForeignValidators(accepting), ForeignValidators(refusing)
        self._known: dict[bytes, Confirmed] = {}

    def confirm(self, document: bytes) -> Confirmed:
        """Return the judgement of libxml2 and, if that does not confirm a witness, of xmlschema.

        A document that shows a change in several messages is judged once.
        """
        if document not in self._known:
            self._known[document] = self._judge(document)
        return self._known[document]

    def _judge(self, document: bytes) -> Confirmed:
        denying: list[str] = []
        for (name, accepting), (_, refusing) in zip(
            self._accepting.judge(document), self._refusing.judge(document), strict=True
        ):
            if (accepting, refusing) == ("accepts", "refuses"):
                return Confirmed((name,))
            if "unable" not in (accepting, refusing):
                denying.append(name)
        return Confirmed(denied_by=tuple(denying))
