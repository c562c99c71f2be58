"""The comparison of keys, references to keys, and unique values (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

from lxml import etree

from schemapress.diff.aspects import identity_constraint
from schemapress.diff.aspects.aspect import Difference, Outcomes
from schemapress.diff.aspects.content_type import is_finer
from schemapress.diff.declarations.cause import is_undeclared
from schemapress.diff.declarations.constraint_proof import ConstraintProof
from schemapress.inclusion.document_growth import DocumentGrowth
from schemapress.inclusion.document_repair import DocumentRepair, Node, find_broken, read_text, set_text
from schemapress.inclusion.document_walk import is_about_whole_document, walk_element
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress.inclusion.pair_graph import find_ways
from schemapress.inclusion.result import Undecided
from schemapress.inclusion.sample_texts import make_samples
from schemapress.inclusion.selected_paths import read_paths
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.names import local_name
from schemapress_runtime.validation.identity import admits, key_member
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.components import IdentityConstraint
from schemapress_runtime.xsd.simple_type import SimpleType

MOST_WAYS = 5
"""Ways to selected elements that are combined."""

MOST_EXAMPLES = 150
"""Elements that are tried for one constraint."""

MOST_COLLISIONS = 6
"""Pairs of texts, which differ in one schema and are equal in the other, that are tried for one field."""

Types = tuple[SimpleType, SimpleType]
"""The types of a text in `narrow` and in `wide`."""

Field = tuple[Node, Types]
"""A node that a field selects, and its types in `narrow` and `wide`."""

_Collision = tuple[int, str, str]
"""The number of a field, and two texts for it that differ in one schema and are equal in the other."""

Example = tuple[etree._Element, list[Node]]
"""An element, and the texts in it that must stay as they are."""


class ConstraintComparison:
    """Compares the constraints of two schemas, at all pairs of declarations that documents can have."""

    def __init__(self, pairs: Collection[Pair], schemas: SchemaPair, repair: DocumentRepair) -> None:
        self._schemas, self._repair = schemas, repair
        self._proof = ConstraintProof(schemas, pairs)
        self._growth = DocumentGrowth(schemas)
        self._declared = {pair.narrow.name for pair in pairs if not is_undeclared(pair)}

    def find_differences(self, pair: Pair) -> Outcomes:
        """Yield a small element for each constraint of `wide` that breaks it alone; undecided if none is found."""
        for constraint in pair.wide.constraints:
            if self._proof.is_implied(pair, constraint):
                continue
            difference = self._find_difference(pair, constraint)
            name = local_name(constraint.name)
            yield difference or Undecided(
                f"{constraint.kind} {name}, whose effect may differ", not self._may_select_declared(constraint)
            )

    def _may_select_declared(self, constraint: IdentityConstraint) -> bool:
        """Whether a constraint may select an element that is declared, in a document that both schemas may have."""
        return any(
            all(any(admits(step, name) for name in self._declared) for step in way.steps)
            for way in read_paths(constraint.selector).ways
        )

    def _find_difference(self, pair: Pair, constraint: IdentityConstraint) -> Difference | None:
        known: Difference | None = None
        for element, kept in itertools.islice(self._make_examples(pair, constraint), MOST_EXAMPLES):
            repaired = self._repair.repair(element, pair, kept, tries_wide=False)
            if repaired is None:
                continue
            root, nodes = repaired.root, repaired.kept
            walk = walk_element(root, pair, self._schemas.wide, of_wide=True)
            if not find_broken(root, constraint, walk):
                continue
            difference = _make_difference(pair, root, nodes)
            if all(map(is_about_whole_document, walk.problems.noted)):
                return difference
            known = known or difference
        return known

    def _make_examples(self, pair: Pair, constraint: IdentityConstraint) -> Iterator[Example]:
        """Yield elements that may break a constraint: small ones first."""
        ways = find_ways(self._proof.graph, pair, read_paths(constraint.selector), MOST_WAYS)
        for tags, _, _ in ways:
            yield from self._make_single(pair, constraint, tags)
        if constraint.kind != "keyref":
            for first, second in itertools.product(ways, repeat=2):
                for fork in range(len(second[0]) - 1, -1, -1):
                    yield from self._make_double(pair, constraint, first[0], second[0], fork)
                if first is not second:
                    yield from self._make_double(pair, constraint, first[0], second[0], None)
        else:
            yield from self._make_reference(pair, constraint, [tags for tags, _, _ in ways])

    def _make_single(self, pair: Pair, constraint: IdentityConstraint, tags: tuple[str, ...]) -> Iterator[Example]:
        """Yield elements with one selected element: with all fields, without one, with one that is twice there."""
        made = self._make(pair, tags)
        if made is None:
            return
        root, target, target_pair = made
        nodes = self._add_fields(target, target_pair, constraint)
        if constraint.kind == "keyref":
            if nodes is not None:
                for node, types in nodes:
                    texts = self._repair.list_texts(*types)
                    if texts:
                        set_text(node, texts[min(7, len(texts) - 1)])
                yield root, [node for node, _ in nodes]
            return
        if nodes is not None:
            yield root, [node for node, _ in nodes]
        if constraint.kind == "key":
            for left_out in range(len(constraint.fields)):
                made = self._make(pair, tags)
                if made is None:
                    continue
                root, target, target_pair = made
                for number, field in enumerate(constraint.fields):
                    if number != left_out:
                        self._repair.add_field(target, target_pair, field)
                yield root, []
        for field in constraint.fields:
            for fork in range(max(len(way.steps) for way in read_paths(field).ways)):
                made = self._make(pair, tags)
                if made is not None:
                    root, target, target_pair = made
                    self._repair.add_field(target, target_pair, field)
                    if self._repair.add_field(target, target_pair, field, fork) is not None:
                        yield root, []

    def _make_double(
        self,
        pair: Pair,
        constraint: IdentityConstraint,
        tags: tuple[str, ...],
        other_tags: tuple[str, ...],
        fork: int | None,
    ) -> Iterator[Example]:
        """Yield elements with two selected elements of equal keys, and with keys that only `wide` finds equal."""
        collisions: list[_Collision] = []
        for number in range(MOST_COLLISIONS * len(constraint.fields) + 1):
            made = self._make(pair, tags)
            if made is None:
                return
            root, target, target_pair = made
            nodes = self._add_fields(target, target_pair, constraint)
            there = self._growth.add_path(root, pair, other_tags, fork)
            if nodes is None or there is None or there[0] is target:
                return
            others = self._add_fields(*there, constraint)
            if others is None:
                return
            for (node, types), (other, other_types) in zip(nodes, others, strict=True):
                self._equate(node, types, other, other_types)
            if number == 0:
                collisions = _list_collisions(nodes, others)
            elif number > len(collisions):
                return
            else:
                _collide(nodes, others, collisions[number - 1])
            yield root, [node for node, _ in (*nodes, *others)]
            if number == 0:
                yield from self._leave_defaults(pair, root, nodes, others)

    def _leave_defaults(
        self, pair: Pair, root: etree._Element, nodes: list[Field], others: list[Field]
    ) -> Iterator[Example]:
        """Yield the element without the texts of fields for which `wide` has a default, and with that default."""
        texts = [read_text(node, None) for node, _ in nodes]
        for node, _ in nodes:
            _clear(node)
        walk = walk_element(root, pair, self._schemas.wide, of_wide=True)
        defaults = [read_text(node, walk) for node, _ in nodes]
        for (node, _), text, default in zip(nodes, texts, defaults, strict=True):
            if not default and text is not None:
                set_text(node, text)
        if not any(defaults):
            return
        kept = [node for node, _ in (*nodes, *others)]
        for (other, types), default in zip(others, defaults, strict=True):
            if default and accepts_text(types[0], default):
                set_text(other, default)
        yield root, kept
        for (other, _), default in zip(others, defaults, strict=True):
            if default:
                _clear(other)
        yield root, kept

    def _make_reference(
        self, pair: Pair, constraint: IdentityConstraint, ways: list[tuple[str, ...]]
    ) -> Iterator[Example]:
        """Yield elements with a reference and a key of `narrow`, of one text or of texts that `wide` tells apart."""
        size = len(constraint.fields)
        keys = [key for key in pair.narrow.constraints if key.kind != "keyref" and len(key.fields) == size]
        for key, tags in itertools.product(keys, ways):
            for key_tags, _, _ in find_ways(self._proof.graph, pair, read_paths(key.selector), MOST_WAYS):
                collisions: list[_Collision] = []
                for number in range(MOST_COLLISIONS * size + 1):
                    made = self._make(pair, tags)
                    there = None if made is None else self._growth.add_path(made[0], pair, key_tags)
                    if made is None or there is None:
                        break
                    root, target, target_pair = made
                    nodes = self._add_fields(target, target_pair, constraint)
                    others = self._add_fields(*there, key)
                    if nodes is None or others is None:
                        break
                    for (node, types), (other, other_types) in zip(nodes, others, strict=True):
                        self._equate(node, types, other, other_types)
                    if number == 0:
                        collisions = _list_collisions(nodes, others, of_narrow=True)
                    elif number > len(collisions):
                        break
                    else:
                        _collide(nodes, others, collisions[number - 1])
                    yield root, [node for node, _ in (*nodes, *others)]

    def _make(self, pair: Pair, tags: tuple[str, ...]) -> tuple[etree._Element, etree._Element, Pair] | None:
        """Return a new element, a selected element in it, and the pair of that."""
        try:
            root = self._schemas.make_element(pair)
            there = self._growth.add_path(root, pair, tags)
        except GiveUp:
            return None
        return None if there is None else (root, *there)

    def _add_fields(self, target: etree._Element, pair: Pair, constraint: IdentityConstraint) -> list[Field] | None:
        """Return the nodes of all fields with their types, added where they are missing; None if that is impossible."""
        nodes: list[Field] = []
        for field in constraint.fields:
            node = self._repair.add_field(target, pair, field)
            types = None if node is None else self._repair.find_types(node, target, pair)
            if node is None or types is None:
                return None
            nodes.append((node, types))
        return nodes

    def _equate(self, node: Node, types: Types, other: Node, other_types: Types) -> None:
        """Give two nodes one text that both schemas accept at both, if there is one."""
        for text in (*self._repair.list_texts(*types), *self._repair.list_texts(*other_types)):
            if all(accepts_text(type_, text) for type_ in (*types, *other_types)):
                set_text(node, text)
                set_text(other, text)
                return


def _make_difference(pair: Pair, root: etree._Element, kept: tuple[Node, ...]) -> Difference:
    return Difference(identity_constraint.ASPECT, "", pair, lambda: root, kept=kept)


def _list_collisions(nodes: list[Field], others: list[Field], *, of_narrow: bool = False) -> list[_Collision]:
    """Return pairs of texts for one field that only `wide` (or `narrow`) finds equal, with the number of the field."""

    def find(types: Types, other_types: Types) -> list[tuple[str, str]]:
        return _find_collisions(types[::-1], other_types[::-1]) if of_narrow else _find_collisions(types, other_types)

    return [
        (place, text, other_text)
        for place, ((_, types), (_, other_types)) in enumerate(zip(nodes, others, strict=True))
        for text, other_text in find(types, other_types)
    ]


def _collide(nodes: list[Field], others: list[Field], collision: _Collision) -> None:
    """Give one field of two elements two texts that collide."""
    place, text, other_text = collision
    set_text(nodes[place][0], text)
    set_text(others[place][0], other_text)


def _find_collisions(types: Types, other_types: Types) -> list[tuple[str, str]]:
    """Return pairs of texts whose values the first types tell apart and the second ones do not."""
    if types == other_types and is_finer(types[1], types[0]):
        return []
    samples = make_samples(types[0], types[1]) | make_samples(other_types[0], other_types[1])
    samples |= {f"{sign}{text}{end}" for text in ("1", "10") for sign in ("", "+", "0") for end in ("", ".0", " ")}
    samples |= {f" {text}" for text in tuple(samples) if len(text) < 20}
    firsts = [text for text in samples if all(accepts_text(type_, text) for type_ in types)]
    seconds: dict[object, list[str]] = {}
    for text in samples:
        if all(accepts_text(type_, text) for type_ in other_types):
            seconds.setdefault(key_member(other_types[1].parse(text, {})), []).append(text)
    found: list[tuple[str, str]] = []
    for text in sorted(firsts, key=lambda text: (len(text), text)):
        own = key_member(types[0].parse(text, {}))
        for other in seconds.get(key_member(types[1].parse(text, {})), ()):
            if key_member(other_types[0].parse(other, {})) != own:
                found.append((text, other))
                break
        if len(found) >= MOST_COLLISIONS:
            break
    return found


def _clear(node: Node) -> None:
    element, name = node
    if name is None:
        element.text = None
    else:
        element.attrib.pop(name, "")
