"""Identity constraints, which are about many elements at once (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from schemapress.diff.inclusion import value_space
from schemapress.diff.inclusion.alike import shortest_with
from schemapress.diff.inclusion.difference.attributes import values
from schemapress.diff.inclusion.difference.pair import Difference, Found, Pair, Sides, model_of, text_type
from schemapress.diff.inclusion.undecided import Undecided
from schemapress.diff.inclusion.whole import all_whole
from schemapress_runtime.validation.identity import steps_of
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.xsd.declaration import Declarations, ElementDeclaration, IdentityConstraint
from schemapress_runtime.xsd.simple_type import SimpleType


def differences(pair: Pair, sides: Sides) -> Found:
    """Yield an element that breaks a constraint which `narrow` has not, if a small one does.

    Raises:
        Undecided: `wide` has a constraint that `narrow` has not, and no small element breaks it.
    """
    new = [one for one in pair.wide.constraints if one not in pair.narrow.constraints]
    if not new:
        return
    for element in _repeating(pair, sides):
        if not _findings(element, pair.narrow, sides.narrow) and all_whole(_findings(element, pair.wide, sides.wide)):
            yield Difference("identity-constraint", "", pair, element)
            return
    raise Undecided(f"{new[0].kind} {new[0].name.rpartition('}')[2]}, which the other one does not have")


def _repeating(pair: Pair, sides: Sides) -> Iterator[etree._Element]:
    """Yield small elements: with as few children as can be, and with each child once and twice, all of one value."""
    yield sides.shell(pair)
    narrow, wide = model_of(pair.narrow_type), model_of(pair.wide_type)
    for tag, term in narrow.declared.items():
        for times in (1, 2) if sides.examples.may_have(tag, term) else ():
            word = shortest_with(narrow, tag, times)
            if word is not None:
                yield sides.shell(pair, sides.examples.children(narrow, wide, word))


def _findings(
    element: etree._Element, declaration: ElementDeclaration, declarations: Declarations
) -> list[UnlocatedProblem]:
    walk = Walk(declarations)
    walk.validate_element(element, declaration)
    walk.finish()
    return walk.problems.noted


def compares_otherwise(pairs: Iterable[Pair]) -> str | None:
    """Return why it can't be said whether constraints that both have hold for the same documents; None if it can.

    For keys they do where values that are equal by `wide` are equal by `narrow`; for references, the other way round.
    Compared are the values of all elements and attributes that have the name of one that a field selects.
    """
    pairs = list(pairs)
    constraints = {constraint for pair in pairs for constraint in pair.wide.constraints}
    if not constraints:
        return None
    refers = any(constraint.kind == "keyref" for constraint in constraints)
    selected = {step for constraint in constraints for step in _selected(constraint)}
    for pair in pairs:
        for name, narrow, wide in _compared(pair):
            if not selected.isdisjoint((name, "*")) and not (
                value_space.is_finer(wide, narrow) and (not refers or value_space.is_finer(narrow, wide))
            ):
                return f"identity constraints, over values of {narrow.name} that become {wide.name}"
    return None


def _selected(constraint: IdentityConstraint) -> Iterator[str]:
    """Yield the names of the elements and attributes that the fields select; `*` where they may have any name."""
    for field in constraint.fields:
        for path in field.split("|"):
            for one in constraint.selector.split("|") if path.strip() == "." else (path,):
                name = steps_of(one)[-1].lstrip("@")
                yield "*" if name == "." or name.endswith("*") else name


def _compared(pair: Pair) -> Iterator[tuple[str, SimpleType, SimpleType]]:
    one, other = text_type(pair.narrow_type), text_type(pair.wide_type)
    if one is not None and other is not None:
        yield pair.narrow.tag, one, other
    for name, narrow, wide in values(pair):
        yield name, narrow.type, wide.type
