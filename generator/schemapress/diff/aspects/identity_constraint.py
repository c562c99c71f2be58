"""Keys, references to keys, and unique values (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import partial

from lxml import etree

from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes, Side
from schemapress.diff.aspects.attribute import attribute_uses_of
from schemapress.diff.aspects.content_type import is_finer
from schemapress.diff.inclusion.document_repair import is_repairable
from schemapress.diff.inclusion.pair import Pair, SchemaPair, model_of, text_type_of
from schemapress.diff.inclusion.result import Included, Undecided
from schemapress.diff.inclusion.same_structure import find_shortest_with
from schemapress.diff.rule import document_rule
from schemapress_runtime.names import local_name
from schemapress_runtime.validation.identity import steps_of
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.xsd.components import Declarations, ElementDeclaration, IdentityConstraint
from schemapress_runtime.xsd.simple_type import SimpleType


def _describe(side: Side, _: Side) -> str:
    constraints = (f"{constraint.kind} {local_name(constraint.name)}" for constraint in side.declaration.constraints)
    return ", ".join(constraints) or "no constraint"


ASPECT = Aspect(
    "identity_constraint",
    narrowed=document_rule(
        "identity-constraint-added",
        "A new key, keyref or unique constraint refuses values that were allowed.",
        "Check the values in the application if you can: a schema refuses the whole document.",
    ),
    widened=document_rule("identity-constraint-removed", "Values may be duplicated, be absent, or refer to nothing."),
    describe=_describe,
    is_of_declaration=True,
)


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield a small element that breaks a constraint of `wide` alone; undecided if none does."""
    added = [constraint for constraint in pair.wide.constraints if constraint not in pair.narrow.constraints]
    if not added:
        return
    for element in _make_repetitions(pair, schemas):
        if not _validate(element, pair.narrow, schemas.narrow) and is_repairable(
            _validate(element, pair.wide, schemas.wide)
        ):
            yield Difference(ASPECT, "", pair, partial(deepcopy, element))
            return
    yield Undecided(f"{added[0].kind} {local_name(added[0].name)}, which the other one does not have")


def compare_values(pairs: Iterable[Pair]) -> Included | Undecided:
    """Compare when values are equal: constraints of both versions must hold for the same documents.

    For keys, values that are equal by `wide` must be equal by `narrow`; for references, the other way round too.
    It compares the values of all elements and attributes that have the name of a selected field.
    """
    pairs = list(pairs)
    constraints = {constraint for pair in pairs for constraint in pair.wide.constraints}
    if not constraints:
        return Included()
    refers = any(constraint.kind == "keyref" for constraint in constraints)
    selected = {step for constraint in constraints for step in _find_selected(constraint)}
    for pair in pairs:
        for name, narrow, wide in _find_value_types(pair):
            if not selected.isdisjoint((name, "*")) and not (
                is_finer(wide, narrow) and (not refers or is_finer(narrow, wide))
            ):
                return Undecided(f"identity constraints, over values of {narrow.label} that become {wide.label}")
    return Included()


def _make_repetitions(pair: Pair, schemas: SchemaPair) -> Iterator[etree._Element]:
    """Yield small elements: with as few children as possible, then with each child once and twice, of one value."""
    yield schemas.make_element(pair)
    narrow, wide = pair.narrow_model, model_of(pair.wide_type)
    for tag, term in narrow.declared.items():
        for times in (1, 2) if schemas.examples.may_have(tag, term) else ():
            tags = find_shortest_with(narrow, tag, times)
            if tags is not None:
                yield schemas.make_element(pair, schemas.examples.make_children(narrow, wide, tags))


def _validate(
    element: etree._Element, declaration: ElementDeclaration, declarations: Declarations
) -> list[UnlocatedProblem]:
    walk = Walk(declarations)
    walk.validate_element(element, declaration)
    walk.finish()
    return walk.problems.noted


def _find_selected(constraint: IdentityConstraint) -> Iterator[str]:
    """Yield the names of the elements and attributes that the fields select; `*` for any name."""
    for field in constraint.fields:
        for path in field.split("|"):
            for selector in constraint.selector.split("|") if path.strip() == "." else (path,):
                name = steps_of(selector)[-1].lstrip("@")
                yield "*" if name == "." or name.endswith("*") else name


def _find_value_types(pair: Pair) -> Iterator[tuple[str, SimpleType, SimpleType]]:
    """Yield the name and both types of each value that both declarations have."""
    narrow, wide = text_type_of(pair.narrow_type), text_type_of(pair.wide_type)
    if narrow is not None and wide is not None:
        yield pair.narrow.name, narrow, wide
    wide_attributes = attribute_uses_of(pair.wide_type)
    for name, attribute in attribute_uses_of(pair.narrow_type).items():
        if name in wide_attributes:
            yield name, attribute.type, wide_attributes[name].type
