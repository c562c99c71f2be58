"""Whether every document that one schema accepts is accepted by another, or a small document that is not.

The comparison follows pairs of declarations that can govern the same element from the root, nearest first. It compares
each pair by itself: its attributes, its text, the sequences of its children. If no pair differs, no document does,
however deep: a refused document would have a topmost element at which a pair differs. So recursive types
end, and the first difference is a nearest one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from schemapress.diff.aspects import abstract, derived_type, fixed_value, identity_constraint, nillable
from schemapress.diff.aspects.aspect import Difference, Outcomes
from schemapress.diff.declarations import attributes, children, text
from schemapress.diff.declarations.witness import Counterexample, make_counterexample
from schemapress.diff.inclusion.pair import Pair, SchemaPair
from schemapress.diff.inclusion.result import NoExample, Undecided
from schemapress_runtime.limits import MAX_CONFIGURATIONS
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.content_model import TooManyConfigurations

_OF_TYPES = (
    ("text", text.find_differences),
    ("attributes", attributes.find_differences),
    ("children", children.find_differences),
)
"""The comparisons that depend on the type alone, whatever element has it."""


@dataclass(frozen=True)
class UndecidedPair:
    """A pair of declarations for which inclusion is undecided, and the reason."""

    pair: Pair
    reason: str


@dataclass(frozen=True)
class InclusionResult:
    """The counterexamples, which one schema accepts and the other refuses, and the undecided pairs."""

    counterexamples: tuple[Counterexample, ...] = ()
    undecided: tuple[UndecidedPair, ...] = ()

    @property
    def is_included(self) -> bool:
        """Whether the wide schema accepts every document that the narrow schema accepts."""
        return not self.counterexamples and not self.undecided


class DocumentInclusion:
    """Compares the documents of two schemas: does `wide` accept each one that `narrow` accepts?"""

    def __init__(self, narrow: Validator, wide: Validator) -> None:
        self._narrow = narrow
        self._schemas = SchemaPair(narrow.declarations, wide.declarations)

    def compare(self, root: str) -> InclusionResult:
        """Compare the documents with a root of this tag, which both schemas declare."""
        try:
            return self._compare(root)
        except NoExample:
            self._schemas.examples.find_inhabited()
            return self._compare(root)

    def _compare(self, root: str) -> InclusionResult:
        narrow, wide = self._schemas.narrow.elements[root], self._schemas.wide.elements[root]
        if not self._schemas.examples.may_have(root, narrow):
            return InclusionResult()
        first = Pair(narrow, narrow.type, wide, wide.type)
        pairs = {first.key: first}
        waiting = deque([first])
        counterexamples: list[Counterexample] = []
        undecided: list[UndecidedPair] = []
        uses: Counter[str | None] = Counter()
        known: set[tuple[str, str]] = set()
        while waiting:
            pair = waiting.popleft()
            uses[self._schemas.find_common_type(pair)] += 1
            for part in self._list_parts(pair, known):
                for outcome in self._examine(part):
                    if isinstance(outcome, Counterexample):
                        counterexamples.append(outcome)
                    elif isinstance(outcome, Undecided):
                        undecided.append(UndecidedPair(pair, outcome.reason))
                    elif outcome.key not in pairs:
                        pairs[outcome.key] = outcome
                        waiting.append(outcome)
        values = identity_constraint.compare_values(pairs.values())
        if isinstance(values, Undecided):
            undecided.append(UndecidedPair(first, values.reason))
        return InclusionResult(
            tuple(self._count_uses(counterexample, uses) for counterexample in counterexamples), tuple(undecided)
        )

    def _count_uses(self, counterexample: Counterexample, uses: Mapping[str | None, int]) -> Counterexample:
        """Return a counterexample with the number of other elements that have the changed type."""
        pair: Pair | None = counterexample.difference.pair
        if counterexample.difference.aspect.is_of_declaration:
            pair = counterexample.difference.pair.parent
        while pair is not None and self._schemas.find_common_type(pair) is None:
            pair = pair.parent
        if pair is None:
            return counterexample
        return replace(counterexample, elsewhere=uses[self._schemas.find_common_type(pair)] - 1)

    def _examine(self, part: Callable[[], Outcomes]) -> Iterator[Pair | Counterexample | Undecided]:
        """Yield the outcomes of a part of a comparison, each difference with the document that shows it.

        Raises:
            NoExample: it is not known yet which declarations have a valid element.
        """
        try:
            for outcome in part():
                if isinstance(outcome, Difference):
                    yield make_counterexample(outcome, self._narrow, self._schemas)
                else:
                    yield outcome
        except GiveUp as error:
            if isinstance(error, NoExample) and not self._schemas.examples.knows_inhabited:
                raise
            yield Undecided(str(error))
        except TooManyConfigurations:
            yield Undecided(f"counters that can be in more than {MAX_CONFIGURATIONS} combinations")

    def _list_parts(self, pair: Pair, known: set[tuple[str, str]]) -> Iterator[Callable[[], Outcomes]]:
        """Yield the comparisons that make up the one of a pair; each can be undecided by itself.

        Parts of a type that has one name on both sides are `known` after the first pair, and are not compared again.
        """
        schemas = self._schemas
        allows_any_type = derived_type.allows_any_type(pair)
        if not allows_any_type or ("derived types", "anyType") not in known:
            yield partial(derived_type.find_differences, pair, schemas)
        if allows_any_type:
            known.add(("derived types", "anyType"))
        if pair.is_typed:
            return
        yield partial(abstract.find_differences, pair, schemas)
        if abstract.is_abstract(pair.narrow, pair.narrow_type) or abstract.is_abstract(pair.wide, pair.wide_type):
            return
        yield partial(nillable.find_differences, pair, schemas)
        type_ = schemas.find_common_type(pair)
        for part, find_differences in _OF_TYPES:
            depends_on_value = {
                "text": fixed_value.is_constrained(pair),
                "children": pair.narrow.fixed is not None,
            }
            is_of_type = type_ is not None and not depends_on_value.get(part)
            if not is_of_type or (part, type_) not in known:
                yield partial(find_differences, pair, schemas)
            if type_ is not None and is_of_type:
                known.add((part, type_))
        yield partial(identity_constraint.find_differences, pair, schemas)
