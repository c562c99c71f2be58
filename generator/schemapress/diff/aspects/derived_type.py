"""The types that an element may name with `xsi:type` (XSD 1.0 Part 1 §3.3.4 clause 4)."""

from __future__ import annotations

from functools import partial

from schemapress.diff.aspects import undeclared_type
from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes
from schemapress.diff.notation import describe_named_type
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.example import may_stand_for
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, Type
from schemapress_runtime.xsd.simple_type import SimpleType

ASPECT = Aspect(
    "derived_type",
    narrowed=narrowing_rule(
        "derived-type-removed",
        "xsi:type can no longer name a type: the type is gone, blocked, or not derived from the declared type.",
        "Keep the type and its derivation.",
    ),
    widened=widening_rule("derived-type-added", "xsi:type can name a type that it could not name before."),
    describe=lambda side, _: describe_named_type(side.subject, side.declaration, side.declarations),
    is_of_declaration=True,
    step="xsi:type=",
)


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield a pair for each type that both may name, and one difference for all types that only `narrow` may name."""
    if pair.narrow_type is not pair.narrow.type or isinstance(pair.narrow_type, SimpleType):
        return
    lost: list[tuple[str, Type]] = []
    for name, narrow_type in schemas.find_derived(pair.narrow_type).items():
        if not may_stand_for(narrow_type, pair.narrow) or (
            isinstance(narrow_type, ComplexType) and narrow_type.abstract
        ):
            continue
        wide_type = schemas.wide.types.get(name)
        if wide_type is None or not (wide_type is pair.wide.type or may_stand_for(wide_type, pair.wide)):
            lost.append((name, narrow_type))
        else:
            yield Pair(pair.narrow, narrow_type, pair.wide, wide_type, pair)
    if lost:
        (name, narrow_type), *others = lost
        make = partial(schemas.examples.make_shell, pair.narrow, narrow_type, None)
        is_declared = pair.narrow.is_declared and pair.wide.is_declared
        aspect = ASPECT if is_declared else undeclared_type.ASPECT
        yield Difference(aspect, name, pair, make, others=tuple(other for other, _ in others))


def allows_any_type(pair: Pair) -> bool:
    """Whether both sides may name every type with `xsi:type`, for any element."""
    is_any = pair.narrow_type is ANY_TYPE and pair.wide_type is ANY_TYPE
    return is_any and not pair.narrow.blocked and not pair.wide.blocked
