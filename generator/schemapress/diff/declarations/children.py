"""The comparison of sequences of children, and the pairs below them (XSD 1.0 Part 1 §3.4.4 clause 2.4)."""

from __future__ import annotations

from lxml import etree

from schemapress.diff.aspects import ASPECTS, content_model, content_type, rename, substitution, wildcard
from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes
from schemapress.inclusion.model_comparison import Meeting
from schemapress.inclusion.pair import Pair, SchemaPair, model_of, text_type_of
from schemapress.inclusion.result import Undecided
from schemapress.inclusion.separation import Separation, find_separations
from schemapress_runtime.xsd.components import BasicTerm, ElementDeclaration

_ASPECTS = {aspect.cause: aspect for aspect in ASPECTS if aspect.cause is not None}


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the differences of two content models, and a pair for each child that both accept."""
    narrow, wide = pair.narrow_model, model_of(pair.wide_type)
    separations = find_separations(narrow, wide, schemas.names, schemas.examples.may_have)
    renames, differences = rename.find_element_renames(
        narrow, wide, separations.differences, schemas.names, schemas.examples.may_have
    )
    for old, new in renames.items():
        tags = next(each.tags for each in separations.differences if (each.cause, each.child) == ("unknown", old))
        yield _make_difference(rename.ASPECT, old, tags, pair, schemas, other=new)
    if differences and text_type_of(pair.wide_type) is not None:
        yield _make_difference(content_type.ASPECT, "", differences[0].tags, pair, schemas)
    else:
        for separation in differences:
            aspect = _find_aspect(separation, pair)
            yield _make_difference(aspect, separation.child, separation.tags, pair, schemas)
        refused_space = None if differences else content_model.find_refused_space(pair, schemas)
        if refused_space is not None:
            yield refused_space
    for meeting in separations.meetings:
        narrow_declaration = _find_declaration(meeting.tag, meeting.narrow, schemas, of_wide=False)
        wide_declaration = _find_declaration(meeting.tag, meeting.wide, schemas, of_wide=True)
        if narrow_declaration is None:
            yield (outcome := _pair_typed(meeting, pair, schemas))
            if isinstance(outcome, Undecided):
                return
        elif wide_declaration is not None:
            yield Pair(
                narrow_declaration, narrow_declaration.type, wide_declaration, wide_declaration.type, pair, meeting
            )
        else:
            yield _make_difference(wildcard.ASPECT, meeting.tag, meeting.tags, pair, schemas)


def _find_aspect(separation: Separation, pair: Pair) -> Aspect:
    aspect = _ASPECTS[separation.cause]
    if separation.cause == "unknown" and substitution.is_substitute(separation.tag, pair.narrow_type):
        return substitution.ASPECT
    return aspect


def _make_difference(
    aspect: Aspect, subject: str, tags: tuple[str, ...], pair: Pair, schemas: SchemaPair, other: str = ""
) -> Difference:
    def make_with_children() -> etree._Element:
        return schemas.make_element(
            pair, schemas.examples.make_children(pair.narrow_model, model_of(pair.wide_type), tags)
        )

    return Difference(aspect, subject, pair, make_with_children, other=other)


def _find_declaration(tag: str, term: BasicTerm, schemas: SchemaPair, *, of_wide: bool) -> ElementDeclaration | None:
    """Return the declaration that governs a child, under a wildcard too; None if it must be declared and is not."""
    return term if isinstance(term, ElementDeclaration) else schemas.admit(tag, term.process, of_wide=of_wide)


def _pair_typed(meeting: Meeting[BasicTerm], pair: Pair, schemas: SchemaPair) -> Pair | Undecided:
    """Return the pair of an undeclared element, for the types that `xsi:type` can give it (§3.10.4)."""
    narrow = schemas.admit_typed(meeting.tag, of_wide=False)
    if isinstance(meeting.wide, ElementDeclaration):
        return Undecided(f"{meeting.tag}, which is declared nowhere and is admitted where it has xsi:type")
    wide = schemas.admit(meeting.tag, meeting.wide.process, of_wide=True)
    wide = wide or schemas.admit_typed(meeting.tag, of_wide=True)
    return Pair(narrow, narrow.type, wide, wide.type, pair, meeting, is_typed=True)
