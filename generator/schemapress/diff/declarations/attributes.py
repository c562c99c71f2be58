"""The comparison of attributes, and of the wildcards that allow them (XSD 1.0 Part 1 §3.4.4 clauses 3 and 4)."""

from __future__ import annotations

from functools import partial

from lxml import etree

from schemapress.diff.aspects import attribute, attribute_presence, attribute_wildcard, fixed_value, rename
from schemapress.diff.aspects.aspect import Difference, Outcomes
from schemapress.diff.aspects.attribute import attribute_uses_of
from schemapress.diff.aspects.attribute_wildcard import admit_attribute, wildcard_of
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress.inclusion.result import NotIncluded, Undecided


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the differences of the attributes that an element can have; last, which of them are undecided."""
    narrow_uses, wide_uses = attribute_uses_of(pair.narrow_type), attribute_uses_of(pair.wide_type)
    has_wildcard = wildcard_of(pair.narrow_type) is not None
    admitted = (*schemas.narrow.attributes, *schemas.wide.attributes, *schemas.names) if has_wildcard else ()
    renames = rename.find_attribute_renames(narrow_uses, wide_uses)
    undecided: list[str] = []
    has_wildcard_difference = False
    for name in dict.fromkeys((*narrow_uses, *wide_uses, *admitted)):
        narrow = narrow_uses.get(name) or admit_attribute(pair.narrow_type, name, schemas.narrow)
        wide = wide_uses.get(name) or admit_attribute(pair.wide_type, name, schemas.wide)
        is_new = name in renames.values()
        if name in wide_uses and wide_uses[name].required and not is_new and (narrow is None or not narrow.required):
            yield attribute_presence.make_difference(name, pair, schemas)
        if narrow is None:
            continue
        if wide is None:
            if name not in narrow_uses and has_wildcard_difference:
                continue
            has_wildcard_difference = has_wildcard_difference or name not in narrow_uses
            aspect = attribute.ASPECT if name in narrow_uses else attribute_wildcard.ASPECT
            aspect = rename.ASPECT if name in renames else aspect
            texts = {aspect: schemas.examples.make_attribute(narrow, None)}
        else:
            result = fixed_value.compare_attribute_values(narrow, wide)
            if isinstance(result, Undecided):
                undecided.append(f"attribute {name}: {result.reason}")
            texts = dict(result.example) if isinstance(result, NotIncluded) else {}
        for aspect, text in texts.items():
            make = partial(_make_element, pair, schemas, name, text)
            yield Difference(aspect, name, pair, make, is_of_attribute=True, other=renames.get(name, ""))
    if undecided:
        yield Undecided("; ".join(undecided))


def _make_element(pair: Pair, schemas: SchemaPair, name: str, text: str) -> etree._Element:
    """Return an element with an attribute."""
    element = schemas.make_element(pair)
    element.set(name, text)
    return element
