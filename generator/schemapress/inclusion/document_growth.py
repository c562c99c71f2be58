"""Adds children to elements of example documents, so that the documents stay valid."""

from __future__ import annotations

from collections import deque

from lxml import etree

from schemapress.inclusion.pair import Pair, SchemaPair, model_of
from schemapress.inclusion.same_structure import find_shortest_with
from schemapress_runtime.names import clark
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xml.document import XSI_TYPE
from schemapress_runtime.xsd.components import BasicTerm, ElementDeclaration
from schemapress_runtime.xsd.content_model import State, TooManyConfigurations
from schemapress_runtime.xsd.wildcard import Wildcard

MOST_STEPS = 3_000
"""Steps of one search for a place for a child."""


class DocumentGrowth:
    """Adds children which `narrow` accepts, and `wide` too if possible."""

    def __init__(self, schemas: SchemaPair) -> None:
        self._schemas = schemas

    def pair_children(self, element: etree._Element, pair: Pair) -> list[Pair | None]:
        """Return the pair of each child of an element, None where `narrow` has no declaration of it."""
        state: State[BasicTerm] | None = pair.narrow_model.start
        wide: State[BasicTerm] | None = model_of(pair.wide_type).start
        pairs: list[Pair | None] = []
        for child in element:
            step = None if state is None else state[str(child.tag)]
            wide_step = None if wide is None else wide[str(child.tag)]
            if step is None:
                return [*pairs, *[None] * (len(element) - len(pairs))]
            state = step[0]
            wide = wide if wide_step is None else wide_step[0]
            pairs.append(self._make_pair(child, step[1], None if wide_step is None else wide_step[1], pair))
        return pairs

    def add_path(
        self, element: etree._Element, pair: Pair, tags: tuple[str, ...], fork: int | None = None
    ) -> tuple[etree._Element, Pair] | None:
        """Return the element at the end of a path, and its pair; None if it can't be made.

        It follows the first children that are there, and adds those that are missing. At the step `fork` it adds a
        child even if there is one.
        """
        for number, tag in enumerate(tags):
            there = None if number == fork else self._find_child(element, pair, tag)
            if there is None:
                there = self._add_child(element, pair, tag, is_new=fork is not None and number > fork)
            if there is None:
                return None
            element, pair = there
        return element, pair

    def _find_child(self, element: etree._Element, pair: Pair, tag: str) -> tuple[etree._Element, Pair] | None:
        for child, child_pair in zip(element, self.pair_children(element, pair), strict=True):
            if child.tag == tag and child_pair is not None:
                return child, child_pair
        return None

    def _add_child(
        self, element: etree._Element, pair: Pair, tag: str, *, is_new: bool
    ) -> tuple[etree._Element, Pair] | None:
        """Add a child, and those that it needs beside it, between the children that are there.

        If that is impossible, an element without content of its own gets other children.
        """
        present = tuple(str(child.tag) for child in element)
        found = self._find_place(pair, present, tag, prefers_wide=True)
        found = found or self._find_place(pair, present, tag, prefers_wide=False)
        if found is None:
            tags = find_shortest_with(pair.narrow_model, tag, 1)
            if tags is None:
                return None
            found = [(other, False) for other in tags]
        tags = tuple(other for other, _ in found)
        try:
            made = self._schemas.examples.make_children(pair.narrow_model, model_of(pair.wide_type), tags)
        except GiveUp:
            return None
        old = list(element)
        kept = iter(old)
        children = [next(kept) if is_kept else child for child, (_, is_kept) in zip(made, found, strict=True)]
        element[:] = children
        new = next(
            child for child, (other, is_kept) in zip(children, found, strict=True) if other == tag and not is_kept
        )
        new_pair = self.pair_children(element, pair)[children.index(new)]
        return None if new_pair is None else (new, new_pair)

    def _find_place(
        self, pair: Pair, present: tuple[str, ...], tag: str, *, prefers_wide: bool
    ) -> list[tuple[str, bool]] | None:
        """Return the tags of all children, each with whether it was there; None if there is no place for a new one."""
        narrow, wide = pair.narrow_model.start, model_of(pair.wide_type).start if prefers_wide else None
        waiting: deque[tuple[int, bool, State[BasicTerm], State[BasicTerm] | None, tuple[tuple[str, bool], ...]]] = (
            deque([(0, False, narrow, wide, ())])
        )
        seen: set[object] = set()
        steps = 0
        while waiting:
            taken, is_added, state, wide_state, tags = waiting.popleft()
            if taken == len(present) and is_added and state.accepts and (wide_state is None or wide_state.accepts):
                return list(tags)
            options: list[tuple[str, int, bool, bool]] = []
            if taken < len(present):
                options.append((present[taken], taken + 1, is_added, True))
            if not is_added:
                options.append((tag, taken, True, False))
            options += [(other, taken, is_added, False) for other in state.options if other != tag]
            for other, next_taken, next_added, is_kept in options:
                steps += 1
                if steps > MOST_STEPS:
                    return None
                try:
                    step = state[other]
                    wide_step = None if wide_state is None else wide_state[other]
                except TooManyConfigurations:
                    return None
                if step is None or (wide_state is not None and wide_step is None):
                    continue
                if not is_kept and not self._schemas.examples.may_have(other, step[1]):
                    continue
                reached = None if wide_step is None else wide_step[0]
                key = (
                    next_taken,
                    next_added,
                    step[0].configurations,
                    None if reached is None else reached.configurations,
                )
                if key not in seen:
                    seen.add(key)
                    waiting.append((next_taken, next_added, step[0], reached, (*tags, (other, is_kept))))
        return None

    def _make_pair(self, child: etree._Element, narrow: BasicTerm, wide: BasicTerm | None, parent: Pair) -> Pair | None:
        """Return the pair of a child, with the types that its `xsi:type` names."""
        tag = str(child.tag)
        own = self._govern(tag, narrow, of_wide=False)
        other = None if wide is None else self._govern(tag, wide, of_wide=True)
        if own is None:
            return None
        other = other or own
        prefix, _, local = (child.get(XSI_TYPE) or "").rpartition(":")
        name = clark(child.nsmap.get(prefix or None) or "", local)
        types = self._schemas.narrow.types, self._schemas.wide.types
        own_type, other_type = types[0].get(name, own.type), types[1].get(name, other.type)
        return Pair(own, own_type, other, other_type, parent)

    def _govern(self, tag: str, term: BasicTerm, *, of_wide: bool) -> ElementDeclaration | None:
        if isinstance(term, Wildcard):
            return self._schemas.admit(tag, term.process, of_wide=of_wide)
        return term
