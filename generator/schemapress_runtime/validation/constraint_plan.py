"""Identity constraints prepared for reading: their paths as automata, attributes as members of keys (§3.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..xsd.components import AttributeUse, ComplexType, Declarations, ElementDeclaration, IdentityConstraint, Type
from ..xsd.primitive import Value
from ..xsd.simple_type import Atomic, Restriction, SimpleType, normalize
from .identity import key_member, parse_value
from .path_automaton import Path, PathAutomaton, split_path


class FieldEnd(NamedTuple):
    """The end of a field's path: the number of the field, and the test of an attribute; None for an element."""

    number: int
    attribute: str | None


class ConstraintPlan:
    """One identity constraint, its fields as an automaton.

    `simple_fields` are the names of attributes where each field is one attribute of the selected element itself or,
    with None, its text. It is None where a field has a longer path.
    """

    __slots__ = ("constraint", "fields", "is_reference", "kind", "name", "simple_fields")

    def __init__(self, constraint: IdentityConstraint) -> None:
        self.constraint = constraint
        self.name, self.kind = constraint.name, constraint.kind
        self.is_reference = constraint.kind == "keyref"
        paths = [
            Path(is_deep, steps, FieldEnd(number, attribute))
            for number, path in enumerate(constraint.fields)
            for is_deep, steps, attribute in split_path(path)
        ]
        self.fields = PathAutomaton(paths)
        names = tuple(path.mark.attribute for path in paths)
        is_simple = len(paths) == len(constraint.fields) and not any(path.steps or path.is_deep for path in paths)
        is_simple = is_simple and not any(name is not None and "*" in name for name in names)
        self.simple_fields = names if is_simple else None


class ScopePlan:
    """The identity constraints of one element declaration, their selectors as an automaton.

    `referred` are the names of the keys that its references look up, `tests` the steps that admit elements on the way
    to any node.
    """

    __slots__ = ("constraints", "referred", "selectors", "tests")

    def __init__(self, constraints: tuple[IdentityConstraint, ...]) -> None:
        self.constraints = tuple(map(ConstraintPlan, constraints))
        paths = [
            Path(is_deep, steps, plan)
            for plan in self.constraints
            for is_deep, steps, _ in split_path(plan.constraint.selector)
        ]
        self.selectors = PathAutomaton(paths)
        self.referred = frozenset(constraint.refer for constraint in constraints if constraint.refer is not None)
        ways = [(path.is_deep, path.steps) for path in paths]
        ways += [(path.is_deep, path.steps) for plan in self.constraints for path in plan.fields.paths]
        self.tests = frozenset(step for is_deep, steps in ways for step in steps or ("*",) * is_deep)


AttributeReader = tuple[tuple[str, Value | None, Callable[[str], Value]], ...]
"""For each field: the attribute, its value where it is absent, and what makes a value of a valid text."""


def _value_maker(type_: SimpleType) -> Callable[[str], Value]:
    """Return what makes a member of a key sequence of a text that is valid; the facets are not checked."""
    root = type_.root if isinstance(type_, Restriction) else type_
    if not isinstance(root, Atomic):
        return lambda text: key_member(type_.parse(text, {}))
    label, value, whitespace = root.label, root.primitive.value, type_.whitespace
    if label == "string":
        return str if whitespace == "preserve" else lambda text: normalize(text, whitespace)
    return lambda text: key_member((label, value(normalize(text, whitespace), {})))


class ConstraintPlans:
    """The plans of one schema's declarations, each made when an element of the declaration is first met."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self._known: dict[ElementDeclaration, ScopePlan] = {}
        self._readers: dict[tuple[Type, tuple[str | None, ...]], AttributeReader | None] = {}

    def plan(self, declaration: ElementDeclaration) -> ScopePlan:
        """Return the plan of a declaration that has constraints."""
        known = self._known.get(declaration)
        if known is None:
            known = self._known[declaration] = ScopePlan(declaration.constraints)
        return known

    def reader(self, type_: Type, names: tuple[str | None, ...]) -> AttributeReader | None:
        """Return how to read the values of an element's attributes, of these names; None where it takes more than that.

        `names` are the fields of one constraint, so that there are no more of them than the schema has.
        """
        key = (type_, names)
        if key not in self._readers:
            self._readers[key] = _find_reader(type_, names, self.declarations.attributes)
        return self._readers[key]


def _find_reader(
    type_: Type, names: tuple[str | None, ...], attributes: Mapping[str, AttributeUse]
) -> AttributeReader | None:
    """Return how to read attributes of a type; `attributes` are those that the schema declares globally."""
    fields: list[tuple[str, Value | None, Callable[[str], Value]]] = []
    for name in names:
        if name is None:
            return None
        use = type_.attributes.get(name) if isinstance(type_, ComplexType) else None
        if use is None and name not in attributes:
            fields.append((name, None, str))
            continue
        if use is None or use.type.needs_namespaces:
            return None
        default = use.default if use.fixed is None else use.fixed
        absent = None if default is None else parse_value(default, use.type, None)
        fields.append((name, None if absent is None else key_member(absent), _value_maker(use.type)))
    return tuple(fields)
