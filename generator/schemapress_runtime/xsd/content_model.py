"""Content models: which children, in which order and number (XSD 1.0 Part 1 §3.8, §3.9).

A model is executed by an automaton whose states are made when a document first reaches them. A state
is a set of configurations; a configuration is the particle that was matched last, with the counts of
the loops around it. So a counter costs no states that no document visits, a loop inside a loop is
decided exactly, and the usual step is one look-up of the child's tag in a dictionary. A configuration that
admits no more than another one of the same state is left out, so that nested counters do not multiply.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Generic

from ..limits import MAX_CONFIGURATIONS, MAX_SEARCH_STEPS
from .model_tree import Declaration, ModelNode

_KEPT_STATES = 2_000
"""States that one model remembers; a document that needs more (a large counter) makes them anew."""

_NO_TAG = ""
"""The tag of no element."""

_KEPT_OPTIONS = 500_000
"""Configurations that all tables of followers of one model have together."""


@dataclass(slots=True)
class Budget:
    """The remaining steps of the searches for missing elements."""

    left: int = MAX_SEARCH_STEPS

    def spend(self, configurations: int) -> bool:
        """Take a step to a state of so many configurations, which are compared in pairs; say whether it was left."""
        self.left -= 1 + configurations * configurations // 10
        return self.left >= 0


class SearchEnded(Exception):
    """A search for missing elements took all steps that it may take, and found neither a way nor that there is none."""


class TooManyConfigurations(Exception):
    """The counters of a content model can be in too many combinations after the same children."""


Counts = tuple[tuple[int, int], ...]
"""For each loop or all-group that is open: its order in the model, and its count or bit set."""

Configuration = tuple[int, Counts]
"""The order of the leaf that was matched last, and the open counts."""


Followers = tuple[dict[str, list[Configuration]], list[Configuration]]
"""The possible followers: the configurations for each tag, and those of wildcards."""


class State(dict[str, "tuple[State[Declaration], Declaration] | None"], Generic[Declaration]):
    """A set of configurations.

    As a dictionary it gives the step for a tag: the next state, and the declaration that governs the
    child; None where the tag is not allowed. `accepts` says whether the content may end.
    """

    __slots__ = ("accepts", "configurations", "model")

    def __init__(self, model: ContentModel[Declaration], configurations: frozenset[Configuration] | None) -> None:
        """Take the configurations, which tell one state from another; None is the state before the first child."""
        self.model = model
        self.configurations = configurations
        self.accepts = None in model.successors(configurations, _NO_TAG)

    @property
    def options(self) -> Mapping[str, list[Configuration]]:
        """The tags that may follow, each with the configurations that it leads to."""
        return self.model.followers(self.configurations)[0]

    @property
    def wild(self) -> list[Configuration]:
        """The configurations after an element that a wildcard admits."""
        return self.model.followers(self.configurations)[1]

    def __missing__(self, tag: str) -> tuple[State[Declaration], Declaration] | None:
        order = self.model.order
        successors = [option for option in self.model.successors(self.configurations, tag) if option is not None]
        options = [option for option in successors if order[option[0]].kind == "element"]
        if options:
            step = (self.model.after(options), order[options[0][0]].declarations[tag])
            self[tag] = step
            return step
        wild = [option for option in successors if order[option[0]].admits_tag(tag)]
        if not wild:
            return None
        return (self.model.after(wild), order[wild[0][0]].declarations[""])


class ContentModel(Generic[Declaration]):
    """The content model of one complex type."""

    def __init__(self, root: ModelNode[Declaration], most_configurations: int = MAX_CONFIGURATIONS) -> None:
        """Take the particle, and the most combinations of counts that the automaton may be in at one place."""
        self.root = root
        self._most_configurations = most_configurations
        self._bounded: dict[int, ContentModel[Declaration]] = {}
        self.order: list[ModelNode[Declaration]] = []
        self._number(root)
        self._states: dict[frozenset[Configuration], State[Declaration]] = {}
        self._followers: dict[tuple[Configuration | None, ...], Followers] = {}
        self._kept_options = 0
        self._start: State[Declaration] | None = None

    @cached_property
    def declared(self) -> Mapping[str, Declaration]:
        """The declaration of each tag, the first one where there are several; only recovery asks for all."""
        declared: dict[str, Declaration] = {}
        for leaf in self.root.leaves():
            for tag, declaration in leaf.declarations.items() if leaf.kind == "element" else ():
                declared.setdefault(tag, declaration)
        return declared

    def with_bound(self, most_configurations: int) -> ContentModel[Declaration]:
        """Return the same model with another bound on the combinations of counts; itself where that is its own."""
        if most_configurations == self._most_configurations:
            return self
        known = self._bounded.get(most_configurations)
        if known is None:
            self._bounded.clear()  # a process has one other bound, or two
            known = self._bounded[most_configurations] = ContentModel(self.root, most_configurations)
        return known

    @property
    def start(self) -> State[Declaration]:
        """The state before the first child."""
        if self._start is None:
            self._start = State(self, None)
        return self._start

    def after(self, configurations: list[Configuration]) -> State[Declaration]:
        """Return the state of configurations, without those that admit no more than another one of them.

        Raises:
            TooManyConfigurations: too many are left.
        """
        if len(configurations) == 1:
            return self.state(frozenset(configurations))
        kept: list[Configuration] = []
        for configuration in sorted(configurations):
            if not any(self._admits_all_of(other, configuration) for other in kept):
                kept = [other for other in kept if not self._admits_all_of(configuration, other)]
                kept.append(configuration)
                if len(kept) > self._most_configurations:
                    raise TooManyConfigurations
        return self.state(frozenset(kept))

    def _admits_all_of(self, configuration: Configuration, other: Configuration) -> bool:
        """Whether everything that may follow the other configuration certainly may follow this one.

        So it is if this one has counted less of each loop, but enough to leave it. Having counted less of an outer
        loop makes up for having counted more of an inner one, if a new round of the outer can stand for one of the
        inner: nothing has to stand between the two, and one round of each is enough.
        """
        if configuration[0] != other[0] or len(configuration[1]) != len(other[1]):
            return False
        saved: ModelNode[Declaration] | None = None
        for (order, count), (other_order, other_count) in zip(configuration[1], other[1], strict=True):
            particle = self.order[order]
            if order != other_order or (particle.kind == "all" and count != other_count):
                return False
            if count == other_count:
                continue
            if not particle.may_end(count):
                return False
            if count < other_count:
                saved = particle
            elif saved is None or not self._renews(particle, saved):
                return False
        return True

    def _renews(self, inner: ModelNode[Declaration], outer: ModelNode[Declaration]) -> bool:
        """Whether a new round of an outer loop can stand for one of an inner loop."""
        particle: ModelNode[Declaration] | None = inner
        while particle is not None and particle is not outer:
            if not particle.fills_parent or not particle.may_end(1):
                return False
            particle = particle.parent
        return particle is outer

    def state(self, configurations: frozenset[Configuration]) -> State[Declaration]:
        """Return the state of a set of configurations, the same one for the same set while it is remembered."""
        known = self._states.get(configurations)
        if known is None:
            known = State(self, configurations)
            if len(self._states) >= _KEPT_STATES:
                self._states.clear()
                self.start.clear()
            self._states[configurations] = known
        return known

    def path(
        self, start: State[Declaration], tag: str | None, budget: Budget | None = None
    ) -> list[tuple[State[Declaration], str]] | None:
        """Return the shortest way from a state to one that admits `tag`, or, for None, to where the content may end.

        The way is a list of steps: the state, and the tag of an element that is missing there. Returns
        None where there is no way, or, without a budget, where none is found among as many states as are remembered.

        Raises:
            SearchEnded: a budget is given, and it, or those states, are spent before a way is found.
        """
        came_from: dict[frozenset[Configuration] | None, tuple[State[Declaration], str] | None] = {
            start.configurations: None
        }
        queue = deque([start])
        while queue and len(came_from) < _KEPT_STATES:
            state = queue.popleft()
            if state.accepts if tag is None else tag in state.options:
                return _way(came_from, state)
            for option, configurations in state.options.items():
                if budget is not None and not budget.spend(len(configurations)):
                    raise SearchEnded
                try:
                    step = state[option]
                except TooManyConfigurations:
                    continue
                if step is not None and step[0].configurations not in came_from:
                    came_from[step[0].configurations] = (state, option)
                    queue.append(step[0])
        if queue and budget is not None:
            raise SearchEnded
        return None

    def successors(
        self, configurations: frozenset[Configuration] | None, tag: str | None = None
    ) -> dict[Configuration | None, None]:
        """Return the configurations that one more child can lead to, and None where the content may end.

        With a tag, only those of a child with this tag, and of wildcards.
        """
        successors: dict[Configuration | None, None] = {}
        if configurations is None:
            if self.root.skippable:
                successors[None] = None
            self._enter(self.root, {}, successors, tag)
        else:
            for leaf, counts in configurations:
                self._after(self.order[leaf], dict(counts), successors, tag)
        return successors

    def followers(self, configurations: frozenset[Configuration] | None) -> Followers:
        """Return the followers of configurations; states with the same followers share one table."""
        successors = tuple(self.successors(configurations))
        known = self._followers.get(successors)
        if known is None:
            options: dict[str, list[Configuration]] = {}
            wild: list[Configuration] = []
            for configuration in successors:
                if configuration is None:
                    continue
                leaf = self.order[configuration[0]]
                if leaf.kind == "any":
                    wild.append(configuration)
                for tag in leaf.declarations if leaf.kind == "element" else ():
                    options.setdefault(tag, []).append(configuration)
            if self._kept_options > _KEPT_OPTIONS:
                self._followers.clear()
                self._kept_options = 0
            known = self._followers[successors] = (options, wild)
            self._kept_options += len(successors)
        return known

    def _number(self, particle: ModelNode[Declaration]) -> None:
        particle.order = len(self.order)
        self.order.append(particle)
        for child in particle.children:
            self._number(child)

    def _enter(
        self,
        particle: ModelNode[Declaration],
        counts: dict[int, int],
        successors: dict[Configuration | None, None],
        tag: str | None,
    ) -> None:
        """Begin one more occurrence of a particle whose maximum allows it."""
        if particle.is_counted:
            done = counts.get(particle.order, 0)
            if particle.maximum is not None or done < particle.minimum:
                counts = {**counts, particle.order: done + 1}
        if particle.is_leaf:
            if tag is None or particle.kind == "any" or tag in particle.declarations:
                successors[(particle.order, tuple(sorted(counts.items())))] = None
        elif particle.kind == "sequence":
            self._enter_rest(particle, 0, counts, successors, tag)
        else:
            if particle.kind == "all":
                counts = {**counts, particle.order: 0}
            for index in particle.children_with(tag):
                self._enter(particle.children[index], counts, successors, tag)

    def _enter_rest(
        self,
        sequence: ModelNode[Declaration],
        start: int,
        counts: dict[int, int],
        successors: dict[Configuration | None, None],
        tag: str | None,
    ) -> bool:
        """Enter the particles of a sequence from `start` up to the first that can't be skipped; say if all can."""
        end = sequence.next_required(start)
        indices = sequence.children_with(tag)
        for index in islice(indices, bisect_left(indices, start), None):
            if index > end:
                break
            self._enter(sequence.children[index], counts, successors, tag)
        return end == len(sequence.children)

    def _after(
        self,
        particle: ModelNode[Declaration],
        counts: dict[int, int],
        successors: dict[Configuration | None, None],
        tag: str | None,
    ) -> None:
        """Go on behind one occurrence of a particle: to another occurrence, or to its followers."""
        done = 1 if particle.maximum == 1 else counts.get(particle.order, 0)
        if particle.kind == "all":
            done = 1
        if particle.maximum is None or done < particle.maximum:
            self._enter(particle, counts, successors, tag)
        if done < particle.minimum and not particle.empty:
            return
        counts = {order: count for order, count in counts.items() if order != particle.order}
        parent = particle.parent
        if parent is None:
            successors[None] = None
        elif parent.kind == "choice":
            self._after(parent, counts, successors, tag)
        elif parent.kind == "sequence":
            if self._enter_rest(parent, particle.index + 1, counts, successors, tag):
                self._after(parent, counts, successors, tag)
        else:
            seen = counts.get(parent.order, 0) | 1 << particle.index
            counts[parent.order] = seen
            for index in parent.children_with(tag):
                if not seen >> index & 1:
                    self._enter(parent.children[index], counts, successors, tag)
            if not parent.required & ~seen:
                self._after(parent, counts, successors, tag)


def _way(
    came_from: Mapping[frozenset[Configuration] | None, tuple[State[Declaration], str] | None],
    end: State[Declaration],
) -> list[tuple[State[Declaration], str]]:
    """Return the steps that lead to a state."""
    steps: list[tuple[State[Declaration], str]] = []
    step = came_from[end.configurations]
    while step is not None:
        steps.append(step)
        step = came_from[step[0].configurations]
    return steps[::-1]
