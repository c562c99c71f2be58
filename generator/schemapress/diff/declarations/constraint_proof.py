"""Whether the identity constraints of one schema certainly hold wherever those of another do (XSD 1.0 Part 1 §3.11).

A constraint of `wide` is implied if `narrow` has one whose elements hold all that it selects, and if the values of its
fields are equal only where they were. Names do not matter, nor the way in which a path is written. Each path is
followed through both schemas at once.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from schemapress.diff.aspects.attribute import attribute_uses_of
from schemapress.diff.aspects.content_type import is_finer, proves
from schemapress.inclusion.pair import Pair, SchemaPair, text_type_of
from schemapress.inclusion.pair_graph import PairGraph, is_newly_checked, is_unchecked
from schemapress.inclusion.same_structure import find_shortest_with
from schemapress.inclusion.selected_paths import Positions, SelectedPaths, Way, read_paths
from schemapress.inclusion.simple_types import is_text_type, primitive_of
from schemapress_runtime.validation.identity import admits
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import (
    AttributeUse,
    ComplexType,
    Declarations,
    ElementDeclaration,
    IdentityConstraint,
    Type,
)
from schemapress_runtime.xsd.simple_type import Atomic, List, SimpleType, Union

MOST_PLACES = 5_000
"""Places that one path is followed to: pairs of declarations, with the steps that were taken."""

MOST_STATES = 2_000
"""States of a content model that are explored for whether a child is required."""

Agreement = Callable[[SimpleType, SimpleType], bool]
"""Whether values of a type of `narrow` are certainly equal where they have to be, in a type of `wide`."""


class _Place(NamedTuple):
    """An element on the way: the steps of the constraint of `wide`, and of that of `narrow`; None before it begins."""

    pair: Pair
    wide: Positions | None
    narrow: Positions | None


class TooManyPlaces(Exception):
    """A path can lead to more places than are followed."""


class ConstraintProof:
    """Proofs about the identity constraints of two schemas; the first of `pairs` is that of the root."""

    def __init__(self, schemas: SchemaPair, pairs: Collection[Pair]) -> None:
        self._pairs = list(pairs)
        self._narrow = {c.name: c for pair in self._pairs for c in pair.narrow.constraints}
        self._wide = {c.name: c for pair in self._pairs for c in pair.wide.constraints}
        paths = [
            read_paths(path) for c in (*self._narrow.values(), *self._wide.values()) for path in (c.selector, *c.fields)
        ]
        self._schemas = schemas
        self._skips_otherwise = any(
            is_unchecked(pair, of_wide=True) != is_unchecked(pair, of_wide=False) for pair in self._pairs
        )
        self.graph = PairGraph(schemas, {name for path in paths for name in path.names})

    def is_implied(self, pair: Pair, constraint: IdentityConstraint) -> bool:
        """Whether every document that satisfies `narrow` certainly satisfies a constraint of `wide` at a pair."""
        try:
            if any(self._implies(other, constraint, pair) for other in _list_likely(pair, constraint)):
                return True
            if self._selects_nothing(pair, constraint):
                return True
            if constraint.kind == "keyref":
                return False
            if constraint.kind == "unique" and self._selects_one(pair, constraint):
                return True
            return any(
                self._implies(other, constraint, None)
                for other in self._narrow.values()
                if other not in pair.narrow.constraints
            ) or self._is_implied_below(pair, constraint)
        except TooManyPlaces:
            return False

    def _implies(self, narrow: IdentityConstraint, wide: IdentityConstraint, pair: Pair | None) -> bool:
        """Whether one constraint implies another of the same element; without a pair, of one inside of its own."""
        if not _may_imply(narrow, wide):
            return False
        values = [_ComparedValues() for _ in wide.fields]
        agrees = [value.add for value in values]
        if wide.kind != "keyref":
            return self._selects_within(narrow, wide, pair, agrees) and all(value.stay_distinct for value in values)
        return (
            self._refers_to_same(narrow, wide, agrees)
            and self._selects_within(narrow, wide, pair, agrees)
            and all(value.stay_equal for value in values)
        )

    def _refers_to_same(
        self, narrow: IdentityConstraint, wide: IdentityConstraint, agrees: Sequence[Agreement]
    ) -> bool:
        """Whether two references refer to keys that certainly are at the same elements."""
        own, other = self._narrow.get(narrow.refer or ""), self._wide.get(wide.refer or "")
        if own is None or other is None or not _have_same_fields(own, other) or self._skips_otherwise:
            return False
        for pair in self._pairs:
            has_own, has_other = own in pair.narrow.constraints, other in pair.wide.constraints
            if has_own != has_other:
                return False
            if has_own and not self._selects_within(own, other, pair, agrees, is_same=True):
                return False
        return True

    def _is_implied_below(self, pair: Pair, constraint: IdentityConstraint) -> bool:
        """Whether the path begins with children of which there is at most one, and which have the constraint."""
        steps: tuple[str, ...] = ()
        (way, *others) = read_paths(constraint.selector).ways
        if others or way.is_deep:
            return False
        level = [pair]
        for number, step in enumerate(way.steps):
            steps = way.steps[number + 1 :]
            if step.endswith("*") or any(_may_repeat(parent, step) for parent in level):
                return False
            level = [
                child for parent in level for child in self.graph.list_children(parent) if child.narrow.name == step
            ]
            rest = IdentityConstraint(
                constraint.kind, constraint.name, "/".join(steps) or ".", constraint.fields, constraint.refer
            )
            if level and all(
                any(self._implies(other, rest, child) for other in child.narrow.constraints) for child in level
            ):
                return True
        return False

    def _selects_one(self, pair: Pair, constraint: IdentityConstraint) -> bool:
        """Whether a constraint certainly selects at most one element, and each field at most one simple value."""
        targets = self._follow_single(pair, constraint.selector)
        if targets is None:
            return False
        for target in targets:
            for field in constraint.fields:
                if _is_one_attribute(read_paths(field)):
                    continue
                values = self._follow_single(target, field)
                if values is None or any(text_type_of(value.wide_type) is None for value in values):
                    return False
        return True

    def _follow_single(self, pair: Pair, path: str) -> list[Pair] | None:
        """Return the pairs at the end of a path of single children; None if there may be more than one."""
        (way, *others) = read_paths(path).ways
        if others or way.is_deep or way.attribute is not None:
            return None
        level = [pair]
        for step in way.steps:
            if step.endswith("*") or any(_may_repeat(parent, step) for parent in level):
                return None
            level = [
                child for parent in level for child in self.graph.list_children(parent) if child.narrow.name == step
            ]
        return level

    def _selects_within(
        self,
        narrow: IdentityConstraint,
        wide: IdentityConstraint,
        pair: Pair | None,
        agrees: Sequence[Agreement],
        *,
        is_same: bool = False,
    ) -> bool:
        """Whether `narrow` certainly selects each element that `wide` selects, with values that agree.

        Without a pair, `wide` is followed from every element that has it, and `narrow` from the outermost element that
        has it. If `is_same`, both must select the same elements. `agrees` compares the types of each field.
        """
        own, other = read_paths(narrow.selector), read_paths(wide.selector)
        if pair is not None and own == other:
            return all(
                not is_newly_checked(target) and self._agree(target, narrow, wide, agrees, is_same=is_same)
                for target in self._follow(pair, other)
            )
        if pair is not None:
            held = {target.key for target in self._follow(pair, own)}
            if any(target.key not in held for target in self._follow(pair, other)):
                return False
        firsts = self._begin(narrow, wide, pair)
        seen: set[object] = set()
        waiting: deque[_Place] = deque()

        def add(place: _Place) -> None:
            key = (place.pair.key, place.wide, place.narrow)
            if key not in seen:
                if len(seen) >= MOST_PLACES:
                    raise TooManyPlaces
                seen.add(key)
                waiting.append(place)

        for first in firsts:
            add(first)
        while waiting:
            place = waiting.popleft()
            current, wide_at, narrow_at = place
            if wide_at is None and wide in current.wide.constraints:
                add(_Place(current, other.start, narrow_at))
            if is_unchecked(current, of_wide=True) or is_unchecked(current, of_wide=False):
                if is_unchecked(current, of_wide=True) == is_unchecked(current, of_wide=False):
                    continue
                if is_same or not is_unchecked(current, of_wide=True):
                    return False
                continue
            selected = wide_at is not None and other.selects(wide_at)
            if selected or is_same:
                known = narrow_at is not None and own.selects(narrow_at)
                if selected != known:
                    return False
            if selected and not self._agree(current, narrow, wide, agrees, is_same=is_same):
                return False
            if wide_at is not None and not wide_at and not (is_same and narrow_at):
                continue
            for child in self.graph.list_children(current):
                tag = child.narrow.name
                reached = None if wide_at is None else other.advance(wide_at, tag)
                known_at = None if narrow_at is None else own.advance(narrow_at, tag)
                if wide_at is not None and not reached and not (is_same and known_at):
                    continue
                if pair is None and wide_at is None and known_at is None and narrow in child.narrow.constraints:
                    known_at = own.start
                add(_Place(child, reached, known_at))
        return True

    def _begin(self, narrow: IdentityConstraint, wide: IdentityConstraint, pair: Pair | None) -> Iterator[_Place]:
        own, other = read_paths(narrow.selector), read_paths(wide.selector)
        if pair is not None:
            yield _Place(pair, other.start, own.start)
            return
        for root in self.graph.list_variants(self._pairs[0]):
            yield _Place(root, None, own.start if narrow in root.narrow.constraints else None)

    def _agree(
        self,
        target: Pair,
        narrow: IdentityConstraint,
        wide: IdentityConstraint,
        agrees: Sequence[Agreement],
        *,
        is_same: bool,
    ) -> bool:
        """Whether the values of all fields of a selected element agree."""
        kind = "keyref" if is_same else wide.kind
        return all(
            self._agrees(target, field, kind, narrow.kind, compare)
            for field, compare in zip(wide.fields, agrees, strict=True)
        )

    def _agrees(self, target: Pair, field: str, kind: str, narrow_kind: str, agrees: Agreement) -> bool:
        """Whether all values that a field can select certainly agree in both schemas."""
        path = read_paths(field)
        if kind == "key" and narrow_kind == "unique" and not self._is_present(target, path):
            return False
        places = [(target, path.start)]
        seen: set[object] = set()
        while places:
            pair, positions = places.pop()
            if (pair.key, positions) in seen:
                continue
            seen.add((pair.key, positions))
            if len(seen) > MOST_PLACES:
                raise TooManyPlaces
            for test in path.find_attributes(positions):
                if is_unchecked(pair, of_wide=True) or is_unchecked(pair, of_wide=False):
                    if is_unchecked(pair, of_wide=True) != is_unchecked(pair, of_wide=False):
                        return False
                elif not (
                    _agrees_in_text(pair, kind, agrees) if test is None else self._agree_in(pair, test, kind, agrees)
                ):
                    return False
            if positions:
                for child in self.graph.list_children(pair):
                    reached = path.advance(positions, child.narrow.name)
                    if reached:
                        places.append((child, reached))
        return True

    def _is_present(self, target: Pair, path: SelectedPaths) -> bool:
        """Whether a field certainly selects something, which is not nil."""
        return any(self._is_way_present(target, way) for way in path.ways) and not any(
            child.wide.nillable
            for way in path.ways
            if way.attribute is None and way.steps
            for child in self.graph.list_children(target)
        )

    def _is_way_present(self, target: Pair, way: Way) -> bool:
        if way.is_deep or len(way.steps) > 1 or (way.attribute or "").endswith("*"):
            return False
        if way.attribute is not None:
            use = attribute_uses_of(target.narrow_type).get(way.attribute)
            return not way.steps and use is not None and use.required
        return _is_required(target, way.steps[0]) if way.steps else not target.wide.nillable

    def _selects_nothing(self, pair: Pair, constraint: IdentityConstraint) -> bool:
        """Whether a constraint certainly selects no element, or none that has all fields."""
        selector = read_paths(constraint.selector)
        for target in self._follow(pair, selector):
            if constraint.kind == "key" or is_unchecked(target, of_wide=False):
                return False
            fields = list(map(read_paths, constraint.fields))
            absent = next((number for number, path in enumerate(fields) if not self._may_have(target, path)), None)
            if absent is None or not all(map(_is_one_attribute, fields[:absent])):
                return False
        return True

    def _may_have(self, target: Pair, path: SelectedPaths) -> bool:
        """Whether a field may select something."""
        if any(way.attribute is None for way in path.ways) and any(True for _ in self._follow(target, path)):
            return True
        narrow, wide = self._schemas.narrow, self._schemas.wide
        for way in path.ways:
            if way.attribute is None:
                continue
            holders = SelectedPaths((Way(way.is_deep, way.steps),))
            for holder in self._follow(target, holders):
                if is_unchecked(holder, of_wide=False) or way.attribute.endswith("*"):
                    return True
                own = _find_attribute(holder.narrow_type, way.attribute, narrow)
                other = _find_attribute(holder.wide_type, way.attribute, wide)
                if other is not None and (own is not None or other[1] is not None):
                    return True
        return False

    def _follow(self, pair: Pair, path: SelectedPaths) -> Iterator[Pair]:
        """Yield the pairs that a path selects, those that `wide` does not validate left out.

        It yields those too that `narrow` does not validate on the way.
        """
        places: list[tuple[Pair, tuple[str, ...]]] = []
        for way in path.ways:
            if not way.is_deep or not way.steps:
                places.append((pair, way.steps))
            if way.is_deep:
                yield from self.graph.find_newly_checked(pair)
                for tag, reached in self.graph.find_reachable(pair).items():
                    if not way.steps or admits(way.steps[0], tag):
                        places += [(each, way.steps[1:]) for each in reached]
        seen: set[object] = set()
        while places:
            current, steps = places.pop()
            if (current.key, steps) in seen or is_unchecked(current, of_wide=True):
                continue
            seen.add((current.key, steps))
            if not steps or is_newly_checked(current):
                yield current
                continue
            children = self.graph.list_children(current)
            places += [(child, steps[1:]) for child in children if admits(steps[0], child.narrow.name)]

    def _agree_in(self, pair: Pair, test: str, kind: str, agrees: Agreement) -> bool:
        """Whether the values of the attributes that a test admits agree."""
        narrow, wide = self._schemas.narrow, self._schemas.wide
        names = {*attribute_uses_of(pair.narrow_type), *attribute_uses_of(pair.wide_type)}
        names |= {*narrow.attributes, *wide.attributes}
        for name in filter(partial(admits, test), names) if test.endswith("*") else (test,):
            own = _find_attribute(pair.narrow_type, name, narrow)
            other = _find_attribute(pair.wide_type, name, wide)
            if own is not None and other is not None and not agrees(own[0], other[0]):
                return False
            default, other_default = (None if found is None else found[1] for found in (own, other))
            if default != other_default and (kind != "unique" or other_default is not None):
                return False
        return True


def _list_likely(pair: Pair, constraint: IdentityConstraint) -> list[IdentityConstraint]:
    """Return the constraints of `narrow`, those that most likely are the same first."""
    selector = read_paths(constraint.selector)
    return sorted(pair.narrow.constraints, key=lambda other: read_paths(other.selector) != selector)


def _may_imply(narrow: IdentityConstraint, wide: IdentityConstraint) -> bool:
    """Whether the kinds and the fields allow one constraint to imply another."""
    if (narrow.kind == "keyref") != (wide.kind == "keyref"):
        return False
    own, others = (list(map(read_paths, constraint.fields)) for constraint in (narrow, wide))
    if own == others:
        return True
    if wide.kind == "keyref":
        return len(own) == len(others) and all(map(SelectedPaths.holds, own, others))
    if wide.kind == "key":
        return Counter(own) == Counter(others)
    for path in own:
        held = next((other for other in others if path == other), None)
        held = held or next((other for other in others if path.holds(other)), None)
        if held is None:
            return False
        others.remove(held)
    return all(map(_is_one_attribute, others))


def _have_same_fields(narrow: IdentityConstraint, wide: IdentityConstraint) -> bool:
    return tuple(map(read_paths, narrow.fields)) == tuple(map(read_paths, wide.fields))


def _is_one_attribute(path: SelectedPaths) -> bool:
    """Whether a field selects an attribute of the selected element, of which there is at most one."""
    (way, *others) = path.ways
    return not others and not way.is_deep and not way.steps and not (way.attribute or "*").endswith("*")


def _is_same_value(narrow: SimpleType, wide: SimpleType) -> bool:
    """Whether a text certainly has the same value in both types, as what it is compared with may have another type."""
    if narrow is wide:
        return True
    first, second = primitive_of(narrow), primitive_of(wide)
    if narrow.whitespace != wide.whitespace:
        return False
    if isinstance(first, List) and isinstance(second, List):
        return _is_same_value(first.item, second.item)
    if isinstance(first, Union) and isinstance(second, Union):
        pairs = list(zip(first.members, second.members, strict=False))
        return len(first.members) == len(second.members) and all(
            _is_same_value(*pair) and proves(*pair) and proves(*reversed(pair)) for pair in pairs
        )
    return first is second


class _ComparedValues:
    """The types of all values that are compared with each other at one field, in both schemas."""

    def __init__(self) -> None:
        self._types: dict[tuple[int, int], tuple[SimpleType, SimpleType]] = {}

    def add(self, narrow: SimpleType, wide: SimpleType) -> bool:
        """Take the types of one value."""
        self._types[id(narrow), id(wide)] = (narrow, wide)
        return True

    @property
    def stay_equal(self) -> bool:
        """Whether two values that are equal in `narrow` certainly are equal in `wide`."""
        types = list(self._types.values())
        return all(map(_is_same_value, *zip(*types, strict=True))) or _keeps_equal(types) if types else True

    @property
    def stay_distinct(self) -> bool:
        """Whether two values that differ in `narrow` certainly differ in `wide`."""
        return all(
            (first is second and is_finer(first[1], first[0]))
            or (first is not second and _never_equal(first[1], second[1]))
            or (_is_same_value(*first) and _is_same_value(*second))
            or _keeps_equal([first[::-1], second[::-1]])
            for first, second in itertools.combinations_with_replacement(self._types.values(), 2)
        )


def _keeps_equal(types: list[tuple[SimpleType, SimpleType]]) -> bool:
    """Whether two texts of equal values of the first types certainly have equal values of the second types.

    So it is if texts of equal values are the same up to white space that the second types do not see.
    """
    firsts, seconds = [first for first, _ in types], [second for _, second in types]
    if not all(map(is_text_type, firsts)) or len({id(primitive_of(type_)) for type_ in firsts}) > 1:
        return False
    are_alike = all(_is_same_value(seconds[0], other) for other in seconds)
    return are_alike and (
        seconds[0].whitespace == "collapse" or all(first.whitespace == "preserve" for first in firsts)
    )


def _never_equal(first: SimpleType, second: SimpleType) -> bool:
    """Whether no value of one type certainly equals one of another, because their primitive types differ."""
    types = primitive_of(first), primitive_of(second)
    return (
        all(isinstance(type_, Atomic) and type_.label != "anySimpleType" for type_ in types)
        and types[0] is not types[1]
    )


def _agrees_in_text(pair: Pair, kind: str, agrees: Agreement) -> bool:
    """Whether the texts of an element agree; what is no simple value breaks a constraint in any case."""
    narrow, wide = text_type_of(pair.narrow_type), text_type_of(pair.wide_type)
    if narrow is None:
        return True
    if wide is None:
        return False
    return (
        agrees(narrow, wide)
        and _find_default(pair.wide)
        in (_find_default(pair.narrow), None if kind != "keyref" else _find_default(pair.narrow))
        and (kind != "key" or pair.narrow.nillable or not pair.wide.nillable)
    )


def _find_attribute(type_: Type, name: str, declarations: Declarations) -> tuple[SimpleType, str | None] | None:
    """Return the type and the default of an attribute; None if it is not allowed.

    Where a wildcard admits it and nothing declares it, its value is its text.
    """
    if not isinstance(type_, ComplexType):
        return None
    use = type_.attributes.get(name)
    if use is not None:
        return use.type, _find_default(use)
    if type_.wildcard is None:
        return None
    declared = declarations.attributes.get(name)
    return (BUILTIN["string"] if declared is None else declared.type), None


def _find_default(holder: ElementDeclaration | AttributeUse) -> str | None:
    return holder.default if holder.fixed is None else holder.fixed


def _may_repeat(pair: Pair, tag: str) -> bool:
    """Whether an element may have more than one child of a tag."""
    return find_shortest_with(pair.narrow_model, tag, 2) is not None


def _is_required(pair: Pair, tag: str) -> bool:
    """Whether `narrow` certainly accepts no children without one of a tag."""
    model = pair.narrow_model
    waiting = [model.start]
    seen: set[object] = {model.start.configurations}
    while waiting:
        state = waiting.pop()
        if state.accepts:
            return False
        if state.wild or len(seen) > MOST_STATES:
            return False
        for other in state.options:
            step = state[other] if other != tag else None
            if step is not None and step[0].configurations not in seen:
                seen.add(step[0].configurations)
                waiting.append(step[0])
    return True
