"""The fixed value of an element or attribute, and its default (XSD 1.0 Part 1 §3.3.4 clause 5, §3.5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from schemapress.diff.aspects import content_type
from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import Pair, SchemaPair, is_mixed, model_of, text_type_of
from schemapress.inclusion.result import ComparisonResult, Included, NotIncluded, Undecided
from schemapress.inclusion.sample_texts import make_samples
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.xsd.components import AttributeUse
from schemapress_runtime.xsd.simple_type import SimpleType


def _describe(side: Side, _: Side) -> str:
    holder = side.attribute or side.declaration
    if holder.fixed is not None:
        return f"fixed {holder.fixed!r}"
    return "no fixed value" if holder.default is None else f"default {holder.default!r}"


ASPECT = Aspect(
    "fixed_value",
    narrowed=narrowing_rule(
        "fixed-value-narrowed",
        "A text that was allowed is not the new fixed value, or an empty text no longer stands for a default.",
        "Make the value a default, which a document may override.",
    ),
    widened=widening_rule("fixed-value-widened", "A text that is not the old fixed value is allowed."),
    describe=_describe,
    is_of_declaration=True,
)

_UNDECIDED = Undecided("a fixed or default value")


@dataclass(frozen=True)
class _Constrained:
    """A type with the value that a text must have, and the value of an empty text."""

    type: SimpleType
    fixed: str | None
    when_empty: str | None

    def accepts(self, text: str) -> bool:
        if not text and self.when_empty is not None:
            return True
        if not accepts_text(self.type, text):
            return False
        return self.fixed is None or self.type.parse(text, {}) == self.type.parse(self.fixed, {})


def is_constrained(pair: Pair) -> bool:
    """Whether a declaration has a fixed or default value."""
    values = (pair.narrow.fixed, pair.narrow.default, pair.wide.fixed, pair.wide.default)
    return any(value is not None for value in values)


def compare_element_texts(pair: Pair) -> ComparisonResult[Mapping[Aspect, str]]:
    """Compare the texts of an element without children; the example has one text per aspect."""
    sides = []
    for declaration, type_ in ((pair.narrow, pair.narrow_type), (pair.wide, pair.wide_type)):
        text_type = text_type_of(type_)
        assert text_type is not None
        when_empty = declaration.default if declaration.fixed is None else declaration.fixed
        sides.append(_Constrained(text_type, declaration.fixed, when_empty))
    return _compare(*sides)


def compare_attribute_values(narrow: AttributeUse, wide: AttributeUse) -> ComparisonResult[Mapping[Aspect, str]]:
    """Compare the values of an attribute; the example has one value per aspect."""
    return _compare(*(_Constrained(attribute.type, attribute.fixed, None) for attribute in (narrow, wide)))


def compare_mixed_texts(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the difference of mixed contents with a fixed value, if the text alone shows it."""
    same = (pair.narrow.fixed, pair.narrow.default) == (pair.wide.fixed, pair.wide.default)
    if same and is_mixed(pair.narrow_type) and is_mixed(pair.wide_type):
        return
    if pair.wide.fixed is None and is_mixed(pair.wide_type) and text_type_of(pair.narrow_type) is None:
        return
    is_new = pair.wide.fixed is not None and pair.narrow.fixed is None and is_mixed(pair.narrow_type)
    if is_new and model_of(pair.narrow_type).start.accepts:
        text = "a" if pair.wide.fixed != "a" else "b"
        yield Difference(ASPECT, "", pair, partial(schemas.make_element, pair, text=text))
    else:
        yield _UNDECIDED


def _compare(narrow: _Constrained, wide: _Constrained) -> ComparisonResult[Mapping[Aspect, str]]:
    if narrow.fixed is None and wide.fixed is None and (narrow.when_empty is None or wide.when_empty is not None):
        return content_type.compare_types(narrow.type, wide.type, but=() if wide.when_empty is None else ("",))
    samples = make_samples(narrow.type, wide.type)
    for value in (narrow.fixed, narrow.when_empty):
        if value is not None:
            samples |= {value, f" {value}", f"0{value}", f"+{value}", f"{value}0", f"{value}.0"}
    texts = [text for text in samples if narrow.accepts(text) and not wide.accepts(text)]
    if texts:
        return NotIncluded({ASPECT: min(texts, key=lambda text: (not text.strip(), len(text), text))})
    return Included() if _proves(narrow, wide) else _UNDECIDED


def _proves(narrow: _Constrained, wide: _Constrained) -> bool:
    """Whether `wide` certainly accepts every text that `narrow` accepts."""
    if narrow.when_empty is not None and not wide.accepts(""):
        return False
    if narrow.fixed is not None:
        return wide.accepts(narrow.fixed) and content_type.is_finer(narrow.type, wide.type)
    return wide.fixed is None and content_type.proves(narrow.type, wide.type)
