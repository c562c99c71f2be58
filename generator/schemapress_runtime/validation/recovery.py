"""Recovers after children that do not match the content model, so that one mistake is one problem."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import islice

from ..names import local_name
from ..report import wording
from ..report.display import join_alternatives, name_of, quote_tag
from ..xml.document import Element
from ..xsd.components import BasicTerm, ComplexType
from ..xsd.content_model import ContentModel, SearchEnded, State
from ..xsd.wildcard import Wildcard
from .problems import Problems

_MOST_NAMES = 50
"""Names among which the one that was probably meant is looked for."""

PendingElement = tuple[Element, BasicTerm | ComplexType]
"""An element to visit, and its declaration or wildcard, or its type alone if its start tag is known to be valid."""


def recover(problems: Problems, element: Element, model: ContentModel[BasicTerm]) -> list[PendingElement]:
    """Note the problems of the children of an element; return each child that could be placed, in order.

    An element that is missing is passed over. One that stands in the wrong place or comes too often is
    noted and left aside. One whose name is nearly right is taken for the one that is missing. Where the search for
    what is missing is given up, that is noted, and the order of the other children is not looked at any more.

    Raises:
        TooManyConfigurations: the counters of the model are in too many combinations.
    """
    recovery = Recovery(problems, element, model, [str(child.tag) for child in element])
    places = [(child, recovery.place(child)) for child in element]
    recovery.end()
    return [(child, governs) for child, governs in places if governs is not None]


class Recovery:
    """Places the children of one element one after another, and notes what is wrong with them."""

    def __init__(
        self, problems: Problems, element: Element, model: ContentModel[BasicTerm], tags: Iterable[str] = ()
    ) -> None:
        """Take the element, its content model, and the tags of its children, as far as they are known beforehand."""
        self.problems = problems
        self.element = element
        self.model = model
        self.state: State[BasicTerm] = model.start
        self.waiting = Counter(tags)
        self.aside: set[str] = set()
        self.taken: set[str] = set()
        self.is_lost = False

    def place(self, child: Element) -> BasicTerm | None:
        """Return what governs the next child; None where it could not be placed.

        Raises:
            TooManyConfigurations: the counters of the model are in too many combinations.
        """
        tag = str(child.tag)
        if self.is_lost:
            return self._place_anywhere(child)
        self.waiting[tag] -= 1
        step = self.state[tag]
        meant: str | None = tag
        if step is None:
            meant = tag if tag in self.model.declared else self._nearest(tag)
            if meant is None:
                self._note_misplaced(child, "is not known here")
                return None
            if meant != tag:
                self.problems.add(child, wording.misnamed_element(child, self.element, meant))
            else:
                try:
                    may_stand = self._pass_over(child, tag)
                except SearchEnded:
                    self._note_lost(child)
                    self.is_lost = True
                    return self._place_anywhere(child)
                if not may_stand:
                    self.aside.add(tag)
                    return self.model.declared[tag]
            step = self.state[meant]
            assert step is not None
        assert meant is not None
        self.taken.add(meant)
        self.state, declaration = step
        return declaration

    def end(self) -> None:
        """Note what is missing at the end of the element."""
        if not self.is_lost:
            note_missing_at_end(self.problems, self.element, self.state, self.aside)

    def _pass_over(self, child: Element, tag: str) -> bool:
        """Pass over elements missing before a child; say whether the child is then allowed in its place.

        Raises:
            SearchEnded: what is missing was not found in time.
        """
        missing = self.model.path(self.state, tag, self.problems.budget)
        if missing is None:
            self._note_misplaced(child, "occurs too often" if tag in self.taken else "may not stand here")
            return False
        late = [other for _, other in missing if self.waiting[other] > 0]
        if late:
            self._note_misplaced(child, f"stands too early: {quote_tag(late[0])} comes before it")
            return False
        for state, other in missing:
            if other not in self.aside:
                _note_missing(self.problems, self.element, state, other, child)
            step = state[other]
            assert step is not None
            self.state = step[0]
        return True

    def _nearest(self, tag: str) -> str | None:
        """Return the tag that is allowed here, is missing, and was probably meant.

        A guess takes a hundred times as long as all else about a child: there is none once problems are only counted.
        """
        if self.problems.unlisted:
            return None
        free = (other for other in self.state.options if self.waiting[other] <= 0 and other not in self.taken)
        allowed = list(islice(free, _MOST_NAMES))
        for other in allowed:
            if local_name(other) == local_name(tag):
                return other
        names = {local_name(other): other for other in allowed}
        close = difflib.get_close_matches(local_name(tag)[:100], names, n=1, cutoff=0.75)
        return names[close[0]] if close else None

    def _note_lost(self, child: Element) -> None:
        """Note that nobody knows if a child is misplaced, or if something is missing before it."""
        if self.problems.only_counts():
            return
        expected = describe_options(self.state, self.element)
        self.problems.add(child, wording.lost_track(child, self.element, expected))

    def _place_anywhere(self, child: Element) -> BasicTerm | None:
        """Place a child by its name alone."""
        tag = str(child.tag)
        declared = self.model.declared.get(tag) or self._wildcard(tag)
        if declared is None:
            self.problems.add(child, wording.unknown_element(child, self.element))
        return declared

    def _wildcard(self, tag: str) -> BasicTerm | None:
        """Return the first wildcard of the model that admits a tag."""
        wild = (leaf for leaf in self.model.order if leaf.kind == "any" and leaf.admits_tag(tag))
        return next((leaf.declarations[""] for leaf in wild), None)

    def _note_misplaced(self, child: Element, why: str) -> None:
        note_misplaced(self.problems, child, self.element, self.state, why)


def note_misplaced(
    problems: Problems,
    child: Element,
    element: Element,
    state: State[BasicTerm],
    why: str = "may not stand here",
) -> None:
    """Note a child that may not follow those before it, which led to a state of the content model of an element."""
    if problems.only_counts():
        return
    problems.add(child, wording.misplaced_element(child, element, describe_options(state, element), why))


def note_missing_at_end(
    problems: Problems,
    element: Element,
    state: State[BasicTerm],
    aside: AbstractSet[str] = frozenset(),
) -> None:
    """Note elements missing at the end of an element, in a state of its content model, except those put aside."""
    try:
        missing = state.model.path(state, None, problems.budget)
    except SearchEnded:
        missing = None
    for where, tag in missing or []:
        if tag not in aside:
            _note_missing(problems, element, where, tag, None)
    if missing is None and not aside and not problems.only_counts():
        problems.add(element, wording.incomplete_element(element, describe_options(state, element)))


def _note_missing(
    problems: Problems,
    element: Element,
    state: State[BasicTerm],
    tag: str,
    before: Element | None,
) -> None:
    if problems.only_counts():
        return
    is_only_option = not state.accepts and len(state.options) == 1
    missing = describe_options(state, element) if is_only_option else quote_tag(tag)
    problems.add(element, wording.missing_element(element, missing, before), place=before)


def describe_options(state: State[BasicTerm], element: Element) -> str:
    """Return the children that a state of an element's content model allows."""
    names = [quote_tag(tag) for tag in islice(state.options, _MOST_NAMES)]
    for option in state.wild:
        names += [
            wildcard.expected
            for wildcard in state.model.order[option[0]].declarations.values()
            if isinstance(wildcard, Wildcard)
        ]
    if state.accepts:
        names.append("the end of " + name_of(element))
    return join_alternatives(names) if names else "no element"
