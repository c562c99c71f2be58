"""Every pair of declarations that can govern an element and one of its children, under both schemas at once.

The graph may have pairs that no document has, but lacks none that a document has which both schemas accept. So what
holds for all its paths holds for all documents.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from schemapress.inclusion.example import may_stand_for
from schemapress.inclusion.pair import Pair, SchemaPair, model_of
from schemapress.inclusion.selected_paths import Positions, SelectedPaths
from schemapress_runtime.xsd.components import UNCHECKED, BasicTerm, ElementDeclaration, Type
from schemapress_runtime.xsd.model_tree import ModelNode


class PairGraph:
    """The pairs of children of each pair; `names` are those that wildcards are tried with, beside global elements."""

    def __init__(self, schemas: SchemaPair, names: set[str]) -> None:
        self._schemas = schemas
        self._names = {*schemas.narrow.elements, *schemas.wide.elements, *schemas.names, *names}
        self._children: dict[tuple[int, int, int, int, bool], tuple[Pair, ...]] = {}
        self._newly_checked: dict[tuple[int, int, int, int, bool], list[Pair]] = {}
        self._types: dict[tuple[int, frozenset[str]], tuple[tuple[Type, Type], ...]] = {}
        self._reachable: dict[tuple[int, int, int, int, bool], dict[str, list[Pair]]] = {}

    def list_variants(self, pair: Pair) -> Iterator[Pair]:
        """Yield a pair with its declared types, and with each type that `xsi:type` may name on both sides."""
        yield pair
        if pair.narrow_type is not pair.narrow.type:
            return
        for narrow_type, wide_type in self._find_types(pair.narrow):
            yield Pair(pair.narrow, narrow_type, pair.wide, wide_type, pair)

    def _find_types(self, declaration: ElementDeclaration) -> tuple[tuple[Type, Type], ...]:
        """Return the types that `xsi:type` may name for an element, under both schemas."""
        key = (id(declaration.type), frozenset(declaration.blocked))
        if key not in self._types:
            wide = self._schemas.wide.types
            self._types[key] = tuple(
                (type_, wide[name])
                for name, type_ in self._schemas.find_derived(declaration.type).items()
                if name in wide and may_stand_for(type_, declaration)
            )
        return self._types[key]

    def find_reachable(self, pair: Pair) -> Mapping[str, list[Pair]]:
        """Return all pairs below a pair by their tags; below what is not validated, none."""
        known = self._reachable.get(pair.key)
        if known is None:
            found: dict[tuple[int, int, int, int, bool], Pair] = {}
            waiting = [pair]
            while waiting:
                current = waiting.pop()
                if is_unchecked(current, of_wide=True) or is_unchecked(current, of_wide=False):
                    continue
                for child in self.list_declared(current):
                    if child.key not in found:
                        for variant in self.list_variants(child):
                            if variant.key not in found:
                                found[variant.key] = variant
                                waiting.append(variant)
            known = {}
            for each in found.values():
                known.setdefault(each.narrow.name, []).append(each)
            self._reachable[pair.key] = known
            self._newly_checked[pair.key] = [each for each in found.values() if is_newly_checked(each)]
        return known

    def find_newly_checked(self, pair: Pair) -> list[Pair]:
        """Return the pairs below a pair that `wide` validates and `narrow` does not."""
        self.find_reachable(pair)
        return self._newly_checked[pair.key]

    def list_children(self, pair: Pair) -> tuple[Pair, ...]:
        """Return the pairs of the children of a pair, each with its variants."""
        found: dict[tuple[int, int, int, int, bool], Pair] = {}
        for child in self.list_declared(pair):
            for variant in self.list_variants(child):
                found.setdefault(variant.key, variant)
        return tuple(found.values())

    def list_declared(self, pair: Pair) -> tuple[Pair, ...]:
        """Return the pairs of the children of a pair, with their declared types."""
        known = self._children.get(pair.key)
        if known is None:
            found = {child.key: child for child in self._find_children(pair)}
            known = self._children[pair.key] = tuple(found.values())
        return known

    def _find_children(self, pair: Pair) -> Iterator[Pair]:
        narrow, narrow_wild = _collect_leaves(pair.narrow_type)
        wide, wide_wild = _collect_leaves(pair.wide_type)
        for tag in {*narrow, *(self._names | set(wide) if narrow_wild else ())}:
            narrow_terms = [*narrow.get(tag, ()), *_list_wildcards(narrow_wild, tag)]
            wide_terms = [*wide.get(tag, ()), *_list_wildcards(wide_wild, tag)]
            for narrow_term in narrow_terms:
                own = self._govern(tag, narrow_term, of_wide=False)
                for wide_term in wide_terms:
                    other = self._govern(tag, wide_term, of_wide=True)
                    yield Pair(own, own.type, other, other.type, pair)

    def _govern(self, tag: str, term: BasicTerm, *, of_wide: bool) -> ElementDeclaration:
        if isinstance(term, ElementDeclaration):
            return term
        declaration = self._schemas.admit(tag, term.process, of_wide=of_wide)
        return self._schemas.admit_typed(tag, of_wide=of_wide) if declaration is None else declaration


def _collect_leaves(
    type_: Type,
) -> tuple[dict[str, list[ElementDeclaration]], list[ModelNode[BasicTerm]]]:
    """Return the declarations of each tag in a content model, and its leaves that are wildcards."""
    declared: dict[str, list[ElementDeclaration]] = {}
    wild: list[ModelNode[BasicTerm]] = []
    for leaf in model_of(type_).root.leaves():
        if leaf.kind == "any":
            wild.append(leaf)
        for tag, term in leaf.declarations.items():
            if isinstance(term, ElementDeclaration):
                declared.setdefault(tag, []).append(term)
    return declared, wild


def _list_wildcards(leaves: Iterable[ModelNode[BasicTerm]], tag: str) -> Iterator[BasicTerm]:
    return (leaf.declarations[""] for leaf in leaves if leaf.admits_tag(tag))


def is_unchecked(pair: Pair, *, of_wide: bool) -> bool:
    """Whether a wildcard skips the element, so that no constraint selects it (XSD 1.0 Part 1 §3.11.4)."""
    return (pair.wide_type if of_wide else pair.narrow_type) is UNCHECKED


def is_newly_checked(pair: Pair) -> bool:
    """Whether `wide` validates an element that `narrow` does not."""
    return is_unchecked(pair, of_wide=False) and not is_unchecked(pair, of_wide=True)


MOST_WAYS = 8
"""Ways that one search returns."""

MOST_SEARCHED = 5_000
"""Pairs that one search looks at."""

DEEPEST_WAY = 25
"""Most steps of a way."""


def find_ways(
    graph: PairGraph, pair: Pair, paths: SelectedPaths, most: int = MOST_WAYS
) -> list[tuple[tuple[str, ...], Pair, str | None]]:
    """Return short ways to what a path selects: tags, the pair there, and the test of an attribute's name."""
    ways: list[tuple[tuple[str, ...], Pair, str | None]] = []
    waiting: deque[tuple[tuple[str, ...], Pair, Positions]] = deque([((), pair, paths.start)])
    visits: Counter[tuple[object, Positions]] = Counter()
    looked_at = 0
    while waiting and len(ways) < most and looked_at < MOST_SEARCHED:
        tags, current, positions = waiting.popleft()
        ways += [(tags, current, test) for test in paths.find_attributes(positions)]
        if len(tags) >= DEEPEST_WAY:
            continue
        for child in _list_plain_children(graph, current):
            looked_at += 1
            reached = paths.advance(positions, child.narrow.name)
            if reached and visits[child.key, reached] < 2:
                visits[child.key, reached] += 1
                waiting.append(((*tags, child.narrow.name), child, reached))
    return ways[:most]


def find_pairs(
    graph: PairGraph, pair: Pair, is_wanted: Callable[[Pair], bool], most: int = MOST_WAYS
) -> list[tuple[tuple[str, ...], Pair]]:
    """Return short ways from a pair to wanted pairs below: the tags, and the pair there."""
    ways: list[tuple[tuple[str, ...], Pair]] = []
    waiting: deque[tuple[tuple[str, ...], Pair]] = deque([((), pair)])
    seen: set[object] = set()
    while waiting and len(ways) < most and len(seen) < MOST_SEARCHED:
        tags, current = waiting.popleft()
        if tags and is_wanted(current):
            ways.append((tags, current))
        for child in _list_plain_children(graph, current) if len(tags) < DEEPEST_WAY else ():
            if child.key not in seen:
                seen.add(child.key)
                waiting.append(((*tags, child.narrow.name), child))
    return ways


def _list_plain_children(graph: PairGraph, pair: Pair) -> Iterator[Pair]:
    """Yield the children whose types no `xsi:type` has changed, and which are validated."""
    for child in graph.list_declared(pair):
        if child.narrow_type is child.narrow.type and not is_unchecked(child, of_wide=False):
            yield child
