"""Whether every document that one schema accepts is accepted by another, or a small document that is not.

Pairs of declarations that can govern the same element are followed from the root, nearest first. Each pair is
compared by itself: its attributes, its text, the sequences of its children. Where no pair differs, no document does,
however deep: a document that was refused would have a topmost element at which a pair differs. So recursive types
end, and the first difference found is a nearest one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lxml import etree

from schemapress.diff.inclusion import whole
from schemapress.diff.inclusion.difference import attributes, children, constraints, start_tag, text, value_constraint
from schemapress.diff.inclusion.difference.pair import Difference, Found, Pair, Sides, model_of
from schemapress.diff.inclusion.example import serialized
from schemapress.diff.inclusion.undecided import NoExample, Undecided
from schemapress_runtime.limits import MAX_CONFIGURATIONS, MAX_DEPTH
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.validation.locate import locate
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.xsd.content_model import TooManyConfigurations

OF_DECLARATIONS = ("abstract", "nillable", "derived-type", "fixed-value", "identity-constraint")
"""The aspects that are of an element and not of its type."""


_OF_TYPES = (
    ("text", text.differences),
    ("attributes", attributes.differences),
    ("children", children.differences),
)
"""The comparisons that are of a type, whatever element has it."""


@dataclass(frozen=True)
class Counterexample:
    """A document that one schema accepts and the other refuses, what shows in it, and the rule that it breaks.

    `elsewhere` is how many other elements have the same type, and so the same difference.
    """

    difference: Difference
    document: bytes
    problem: Problem
    elsewhere: int = 0


@dataclass(frozen=True)
class OutOfReach:
    """A pair of declarations of which it can't be said whether one lies in the other, and why."""

    pair: Pair
    reason: str


@dataclass(frozen=True)
class Answer:
    """What was found: documents that one schema accepts and the other refuses, and pairs that are out of reach.

    With neither, every document is accepted.
    """

    witnesses: tuple[Counterexample, ...] = ()
    undecided: tuple[OutOfReach, ...] = ()


class Inclusion:
    """Compares the documents of two schemas: is each that `narrow` accepts accepted by `wide`?"""

    def __init__(self, narrow: Validator, wide: Validator) -> None:
        self._narrow, self._wide = narrow, wide
        self._sides = Sides(narrow.declarations, wide.declarations)

    def of(self, root: str) -> Answer:
        """Return the answer for the documents with a root of this tag, which both schemas declare."""
        try:
            return self._answer(root)
        except NoExample:
            self._sides.examples.find_productive()
            return self._answer(root)

    def _answer(self, root: str) -> Answer:
        narrow, wide = self._sides.narrow.elements[root], self._sides.wide.elements[root]
        if not self._sides.examples.may_have(root, narrow):
            return Answer()
        first = Pair(narrow, narrow.type, wide, wide.type)
        pairs = {first.key: first}
        waiting = deque([first])
        witnesses: list[Counterexample] = []
        undecided: list[OutOfReach] = []
        uses: Counter[str | None] = Counter()
        known: set[tuple[str, str]] = set()
        while waiting:
            pair = waiting.popleft()
            uses[self._sides.common_type(pair)] += 1
            for compared in self._parts(pair, known):
                found, reason = self._found(compared)
                for one in found:
                    if isinstance(one, Counterexample):
                        witnesses.append(one)
                    elif one.key not in pairs:
                        pairs[one.key] = one
                        waiting.append(one)
                if reason is not None:
                    undecided.append(OutOfReach(pair, reason))
        reason = constraints.compares_otherwise(pairs.values())
        if reason is not None:
            undecided.append(OutOfReach(first, reason))
        return Answer(tuple(self._with_uses(one, uses) for one in witnesses), tuple(undecided))

    def _with_uses(self, witness: Counterexample, uses: Mapping[str | None, int]) -> Counterexample:
        """Return a witness that says how many more elements it is true of: those of the type that the change is in."""
        pair: Pair | None = witness.difference.pair
        if witness.difference.aspect in OF_DECLARATIONS:
            pair = witness.difference.pair.parent
        while pair is not None and self._sides.common_type(pair) is None:
            pair = pair.parent
        return witness if pair is None else replace(witness, elsewhere=uses[self._sides.common_type(pair)] - 1)

    def _found(self, compared: Callable[[], Found]) -> tuple[list[Pair | Counterexample], str | None]:
        """Return what a comparison yields, and why it is out of reach, if it is.

        Raises:
            NoExample: where it is not known yet which declarations have a valid element.
        """
        found: list[Pair | Counterexample] = []
        try:
            for one in compared():
                found.append(self._witness(one) if isinstance(one, Difference) else one)
        except Undecided as error:
            if isinstance(error, NoExample) and not self._sides.examples.are_productive:
                raise
            return found, str(error)
        except TooManyConfigurations:
            return found, f"counters that can be in more than {MAX_CONFIGURATIONS} combinations"
        return found, None

    def _parts(self, pair: Pair, known: set[tuple[str, str]]) -> Iterator[Callable[[], Found]]:
        """Yield the comparisons that make up the one of a pair; each can be out of reach by itself.

        What of a type of one name on both sides was compared for another pair is `known`, and not compared again.
        """
        sides = self._sides
        if not start_tag.may_be_of_any_type(pair) or ("derived types", "anyType") not in known:
            yield lambda: start_tag.derived_types(pair, sides)
        if start_tag.may_be_of_any_type(pair):
            known.add(("derived types", "anyType"))
        if pair.is_typed:
            return
        yield lambda: start_tag.differences(pair, sides)
        if start_tag.is_abstract(pair, of_wide=False) or start_tag.is_abstract(pair, of_wide=True):
            return
        type_ = sides.common_type(pair)
        for part, differences in _OF_TYPES:
            is_of_type = type_ is not None and not (part == "text" and value_constraint.is_constrained(pair))
            if not is_of_type or (part, type_) not in known:
                yield partial(differences, pair, sides)
            if type_ is not None and is_of_type:
                known.add((part, type_))
        yield lambda: constraints.differences(pair, sides)

    def _witness(self, difference: Difference) -> Counterexample:
        """Return the document that shows a difference, and the rule of `wide` that it breaks there.

        Raises:
            Undecided: `narrow` refuses it too, by what declarations say of the document as a whole.
            AssertionError: the document is no witness; that is a mistake of this module.
        """
        root = self._document(difference.pair, difference.element)
        way = _way(difference.element)
        if len(way) + _height(difference.element) > MAX_DEPTH:
            raise Undecided(f"a document of more than {MAX_DEPTH} levels")
        data = serialized(root)
        report = self._narrow.validate(data)
        tree = etree.fromstring(data)
        if not report.valid:
            root_or_none = whole.corrected(tree, self._narrow.declarations)
            if root_or_none is None:
                problem = report.problems[0]
                assert problem.code.startswith(whole.RULES), f"{problem.message}\n{data.decode()}"
                raise Undecided("identity constraints")
            tree = root_or_none
            data = etree.tostring(tree)
        walk = Walk(self._wide.declarations)
        walk.validate_document(tree)
        assert walk.problems.noted, data.decode()
        element = tree
        for step in way:
            element = element[step]
        told = min(walk.problems.noted, key=lambda finding: _distance(finding, element, difference))
        (problem,) = locate([told], data, tree, self._wide.declarations.prefixes)
        return Counterexample(difference, data, problem)

    def _document(self, pair: Pair, element: etree._Element) -> etree._Element:
        """Return the document that holds an element where its pair was come to."""
        while pair.parent is not None:
            parent = pair.parent
            if pair.meeting is not None:
                meeting = pair.meeting
                tags = (*meeting.before, meeting.tag, *meeting.after)
                narrow, wide = model_of(parent.narrow_type), model_of(parent.wide_type)
                siblings = self._sides.examples.children(narrow, wide, tags)
                siblings[len(meeting.before)] = element
                element = self._sides.shell(parent, siblings)
            pair = parent
        return element


def _way(element: etree._Element) -> list[int]:
    """Return the positions among their siblings of the elements that lead from the root to an element."""
    way: list[int] = []
    parent = element.getparent()
    while parent is not None:
        way.append(parent.index(element))
        element, parent = parent, parent.getparent()
    return way[::-1]


def _height(element: etree._Element) -> int:
    """Return how many levels an element has, itself included."""
    level, height = [element], 0
    while level:
        level, height = [child for one in level for child in one], height + 1
    return height


def _distance(finding: UnlocatedProblem, element: etree._Element, difference: Difference) -> tuple[bool, bool]:
    """Return how far a finding is from what a difference is about; less is nearer."""
    is_there = finding.element is element or (not difference.is_of_attribute and finding.element.getparent() is element)
    return not is_there, finding.attribute is not None and finding.attribute != difference.subject
