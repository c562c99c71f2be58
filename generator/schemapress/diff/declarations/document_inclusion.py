"""Whether every document that one schema accepts is accepted by another, or a small document that is not.

The comparison follows pairs of declarations that can govern the same element from the root, nearest first. It compares
each pair by itself: its attributes, its text, the sequences of its children. If no pair differs, no document does,
however deep: a refused document would have a topmost element at which a pair differs. So recursive types
end, and the first difference is a nearest one.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from schemapress.diff.aspects import abstract, derived_type, fixed_value, nillable
from schemapress.diff.aspects.aspect import Difference, Outcomes
from schemapress.diff.declarations import attributes, children, text
from schemapress.diff.declarations.cause import cause_of, is_undeclared, name_cause
from schemapress.diff.declarations.constraints import ConstraintComparison
from schemapress.diff.declarations.witness import Counterexample, make_counterexample
from schemapress.inclusion.document_repair import DocumentRepair
from schemapress.inclusion.example import serialize
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress.inclusion.pair_graph import is_unchecked
from schemapress.inclusion.result import NoExample, Undecided
from schemapress_runtime.limits import MAX_CONFIGURATIONS
from schemapress_runtime.names import local_name
from schemapress_runtime.report.amount import counted
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.content_model import TooManyConfigurations

_MOST_SAMPLES = 3
"""Other elements of a cause that a finding names."""

_OF_TYPES = (
    ("text", text.find_differences),
    ("attributes", attributes.find_differences),
    ("children", children.find_differences),
)
"""The comparisons that depend on the type alone, whatever element has it."""


@dataclass(frozen=True)
class UndecidedPair:
    """A pair of declarations for which inclusion is undecided, and the reason.

    `is_undeclared` says that only elements which are declared nowhere could make a difference.
    """

    pair: Pair
    reason: str
    is_undeclared: bool = False


@dataclass(frozen=True)
class InclusionResult:
    """The counterexamples, which one schema accepts and the other refuses, and the undecided pairs."""

    counterexamples: tuple[Counterexample, ...] = ()
    undecided: tuple[UndecidedPair, ...] = ()

    @property
    def is_included(self) -> bool:
        """Whether the wide schema accepts every document that the narrow schema accepts."""
        return not self.counterexamples and not self.undecided


def _describe_rest(pairs: Sequence[Pair]) -> str:
    """Return what is left out for want of time."""
    names = list(dict.fromkeys(local_name(pair.narrow.name) for pair in pairs))
    listed = ", ".join(names[:_MOST_SAMPLES]) + (", …" if len(names) > _MOST_SAMPLES else "")
    elements = f"{counted(len(pairs), 'element')} and what is in them: {listed}"
    return f"the time limit was reached before {elements}; a higher --time-limit may decide"


@dataclass(frozen=True)
class _Differing:
    """The pairs that differ for one cause, and the types that the differences name."""

    cause: Hashable
    pairs: list[Pair] = field(default_factory=list)
    types: dict[str, None] = field(default_factory=dict)

    def add(self, difference: Difference) -> None:
        """Add a difference."""
        self.pairs.append(difference.pair)
        self.types.update(dict.fromkeys((difference.subject, *difference.others)))


class DocumentInclusion:
    """Compares the documents of two schemas: does `wide` accept each one that `narrow` accepts?"""

    def __init__(self, narrow: Validator, wide: Validator, deadline: float = math.inf) -> None:
        """Take both schemas, and the value of the monotonic clock at which pairs are left undecided."""
        self._narrow = narrow
        self._deadline = deadline
        self._schemas = SchemaPair(narrow.declarations, wide.declarations)
        self._repair = DocumentRepair(self._schemas)
        self._outcomes: dict[Hashable, list[Pair | Difference | UndecidedPair]] = {}
        self._counterexamples: dict[Hashable, Counterexample] = {}

    def compare(self, root: str) -> InclusionResult:
        """Compare the documents with a root of this tag, which both schemas declare.

        A cause that an earlier root has as well gives the same counterexample.
        """
        try:
            return self._compare(root)
        except NoExample:
            self._schemas.examples.find_inhabited()
            self._outcomes.clear()
            return self._compare(root)

    def make_minimal(self, root: str) -> str | None:
        """Return a small valid document with a root of this tag, without any difference; None if none was found."""
        narrow, wide = self._schemas.narrow.elements[root], self._schemas.wide.elements[root]
        pair = Pair(narrow, narrow.type, wide, wide.type)
        try:
            repaired = self._repair.repair(self._schemas.make_element(pair), pair)
        except GiveUp:
            return None
        return None if repaired is None else serialize(repaired.root).decode()

    def _compare(self, root: str) -> InclusionResult:
        narrow, wide = self._schemas.narrow.elements[root], self._schemas.wide.elements[root]
        if not self._schemas.examples.may_have(root, narrow):
            return InclusionResult()
        first = Pair(narrow, narrow.type, wide, wide.type)
        pairs = {first.key: first}
        waiting, undeclared = deque([first]), deque[Pair]()  # what an element declared nowhere shows comes last
        differing: dict[Hashable, _Differing] = {}
        undecided: list[UndecidedPair] = []
        uses: Counter[str | None] = Counter()
        done: set[Hashable] = set()
        while waiting or undeclared:
            pair = (waiting or undeclared).popleft()
            if time.monotonic() > self._deadline:
                undecided.append(UndecidedPair(pair, _describe_rest([pair, *waiting, *undeclared])))
                break
            uses[self._schemas.find_common_type(pair)] += 1
            for key, part in self._list_parts(pair):
                if key in done:
                    continue
                done.add(key)
                for outcome in self._examine(key, part, pair):
                    if isinstance(outcome, Pair):
                        if outcome.key not in pairs:
                            pairs[outcome.key] = outcome
                            (undeclared if is_undeclared(outcome) else waiting).append(outcome)
                    elif isinstance(outcome, UndecidedPair):
                        undecided.append(outcome)
                    else:
                        cause = cause_of(outcome, self._schemas)
                        differing.setdefault(cause, _Differing(cause)).add(outcome)
        for constrained in self._compare_constraints(root, pairs.values()):
            if isinstance(constrained, UndecidedPair):
                undecided.append(constrained)
            else:
                cause = cause_of(constrained, self._schemas)
                differing.setdefault(cause, _Differing(cause)).add(constrained)
        return InclusionResult(tuple(self._sum_up(each, uses) for each in differing.values()), tuple(undecided))

    def _compare_constraints(self, root: str, pairs: Collection[Pair]) -> Iterator[Difference | UndecidedPair]:
        """Yield the outcomes for the identity constraints of each pair, once for each element declaration."""
        constrained = [pair for pair in pairs if pair.wide.constraints and not is_unchecked(pair, of_wide=True)]
        if not constrained:
            return
        comparison = ConstraintComparison(pairs, self._schemas, self._repair)
        differing: set[tuple[int, int]] = set()
        for pair in constrained:
            if time.monotonic() > self._deadline:
                yield UndecidedPair(pair, "identity constraints, for which no time was left")
                return
            declarations = (id(pair.narrow), id(pair.wide))
            if declarations in differing:
                continue
            part = partial(comparison.find_differences, pair)
            for outcome in self._examine(("constraints", root, pair.key), part, pair):
                differing.add(declarations)
                if not isinstance(outcome, Pair):
                    yield outcome

    def _sum_up(self, differing: _Differing, uses: Mapping[str | None, int]) -> Counterexample:
        """Return the counterexample of a cause, with the number of other elements that differ."""
        counterexample = self._counterexamples[differing.cause]
        difference = counterexample.difference
        count = sum(self._count_uses(difference, pair, uses) for pair in differing.pairs)
        others = tuple(name for name in differing.types if name != difference.subject) if difference.aspect.step else ()
        samples = tuple(pair for pair in differing.pairs if pair is not difference.pair)[:_MOST_SAMPLES]
        return replace(counterexample, elsewhere=count - 1, samples=samples, others=others)

    def _count_uses(self, difference: Difference, pair: Pair | None, uses: Mapping[str | None, int]) -> int:
        """Return the number of elements that have the type which differs at a pair."""
        if pair is not None and difference.aspect.is_of_declaration:
            pair = pair.parent
        while pair is not None and self._schemas.find_common_type(pair) is None:
            pair = pair.parent
        return 1 if pair is None else uses[self._schemas.find_common_type(pair)]

    def _examine(
        self, key: Hashable, part: Callable[[], Outcomes], pair: Pair
    ) -> Sequence[Pair | Difference | UndecidedPair]:
        """Return the outcomes of a part of a comparison, which are the same for every root.

        Raises:
            NoExample: it is not known yet which declarations have a valid element.
        """
        known = self._outcomes.get(key)
        if known is None:
            known = self._outcomes[key] = list(self._examine_once(part, pair))
        return known

    def _examine_once(self, part: Callable[[], Outcomes], pair: Pair) -> Iterator[Pair | Difference | UndecidedPair]:
        """Yield the outcomes of a part; the first difference of each cause has a counterexample then."""
        try:
            for outcome in part():
                if isinstance(outcome, Undecided):
                    yield UndecidedPair(pair, outcome.reason, outcome.is_undeclared)
                    continue
                if isinstance(outcome, Difference):
                    difference = name_cause(outcome)
                    reason = self._show(difference, outcome)
                    yield difference if reason is None else UndecidedPair(pair, reason)
                else:
                    yield outcome
        except GiveUp as error:
            if isinstance(error, NoExample) and not self._schemas.examples.knows_inhabited:
                raise
            yield UndecidedPair(pair, str(error))
        except TooManyConfigurations:
            yield UndecidedPair(pair, f"counters that can be in more than {MAX_CONFIGURATIONS} combinations")

    def _show(self, difference: Difference, shown: Difference) -> str | None:
        """Make the counterexample of a difference, unless its cause has one; return why there is none.

        `shown` is what the document shows of it.

        Raises:
            NoExample: it is not known yet which declarations have a valid element.
        """
        cause = cause_of(difference, self._schemas)
        if cause in self._counterexamples:
            return None
        try:
            self._counterexamples[cause] = replace(
                make_counterexample(shown, self._narrow, self._schemas, self._repair), difference=difference
            )
        except GiveUp as error:
            if isinstance(error, NoExample) and not self._schemas.examples.knows_inhabited:
                raise
            return str(error)
        return None

    def _list_parts(self, pair: Pair) -> Iterator[tuple[Hashable, Callable[[], Outcomes]]]:
        """Yield the comparisons that make up the one of a pair; each can be undecided by itself.

        Each has a key, which pairs share where the outcomes are the same: those of a type that has one name on both
        sides, and of which the elements are declared or not.
        """
        if is_unchecked(pair, of_wide=True):
            return
        schemas = self._schemas
        of_any_type = derived_type.allows_any_type(pair)
        undeclared = is_undeclared(pair)
        own = (pair.key, undeclared)
        yield (
            ("derived types", ("anyType", undeclared) if of_any_type else own),
            partial(derived_type.find_differences, pair, schemas),
        )
        if pair.is_typed:
            return
        yield ("abstract", own), partial(abstract.find_differences, pair, schemas)
        if abstract.is_abstract(pair.narrow, pair.narrow_type) or abstract.is_abstract(pair.wide, pair.wide_type):
            return
        yield ("nillable", own), partial(nillable.find_differences, pair, schemas)
        type_ = schemas.find_common_type(pair)
        for part, find_differences in _OF_TYPES:
            depends_on_value = {
                "text": fixed_value.is_constrained(pair),
                "children": pair.narrow.fixed is not None,
            }
            is_of_type = type_ is not None and not depends_on_value.get(part)
            where = (type_, undeclared) if is_of_type else own
            yield (part, where), partial(find_differences, pair, schemas)
