"""The comparison of an element's text (XSD 1.0 Part 1 §3.3.4 clause 5, §3.4.4 clause 2)."""

from __future__ import annotations

from functools import partial

from lxml import etree

from schemapress.diff.aspects import content_type, fixed_value, mixed
from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes
from schemapress.inclusion.pair import Pair, SchemaPair, is_mixed, may_have_space, model_of, text_type_of
from schemapress.inclusion.result import NotIncluded, Undecided
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.xsd.builtin import BUILTIN


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the differences of the texts that an element can have."""

    def differ(aspect: Aspect, text: str) -> Difference:
        return Difference(aspect, "", pair, partial(schemas.make_element, pair, text=text))

    narrow, wide = text_type_of(pair.narrow_type), text_type_of(pair.wide_type)
    if narrow is not None and wide is not None:
        result = fixed_value.compare_element_texts(pair)
        if isinstance(result, NotIncluded):
            for aspect, text in result.example.items():
                yield differ(aspect, text)
        elif isinstance(result, Undecided):
            yield result
    elif fixed_value.is_constrained(pair):
        yield from fixed_value.compare_mixed_texts(pair, schemas)
    elif wide is None and is_mixed(pair.wide_type):
        return
    elif narrow is not None:
        text = schemas.examples.make_text(narrow, None)
        yield (
            differ(content_type.ASPECT, text) if text.strip() else Undecided(f"simple type {narrow.label} and no text")
        )
    elif is_mixed(pair.narrow_type):
        if not model_of(pair.narrow_type).start.accepts:

            def make_with_text() -> etree._Element:
                element = schemas.make_element(pair)
                element.text = "a"
                return element

            yield Difference(mixed.ASPECT if wide is None else content_type.ASPECT, "", pair, make_with_text)
        elif wide is None:
            yield differ(mixed.ASPECT, "a")
        else:
            texts = content_type.compare_types(BUILTIN["string"], wide)
            if isinstance(texts, NotIncluded):
                yield differ(content_type.ASPECT, content_type.pick_plainest(texts.example.values()))
            elif isinstance(texts, Undecided):
                yield texts
    elif wide is not None:
        spaces = ("", " ") if may_have_space(pair.narrow_type) else ("",)
        refused = next((text for text in spaces if not accepts_text(wide, text)), None)
        if refused is not None and model_of(pair.narrow_type).start.accepts:
            yield differ(content_type.ASPECT, refused)
