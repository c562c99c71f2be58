"""The document that shows a difference, made around the element that differs."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from schemapress.diff.aspects.aspect import Difference
from schemapress.diff.inclusion.document_repair import WHOLE_DOCUMENT_RULES, repair_document
from schemapress.diff.inclusion.example import serialize
from schemapress.diff.inclusion.pair import Pair, SchemaPair, model_of
from schemapress_runtime.limits import MAX_DEPTH
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.validation.locate import locate
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.verdict import GiveUp


@dataclass(frozen=True)
class Counterexample:
    """A document that one schema accepts and the other refuses, its difference, and the rule that it breaks.

    `elsewhere` is how many other elements have the same difference, for the same cause; `samples` are some of their
    pairs. `others` are the other types that differ as that one does.
    """

    difference: Difference
    document: bytes
    problem: Problem
    elsewhere: int = 0
    samples: tuple[Pair, ...] = ()
    others: tuple[str, ...] = ()


def make_counterexample(difference: Difference, narrow: Validator, schemas: SchemaPair) -> Counterexample:
    """Return the document that shows a difference, and the rule of `wide` that it breaks there.

    Raises:
        GiveUp: the document is too deep, or `narrow` refuses it for its keys, references or IDs.
        AssertionError: the document shows no difference. That is a mistake of this package.
    """
    root = _make_document(difference.pair, difference.element, schemas)
    way = _find_way(difference.element)
    if len(way) + _measure_height(difference.element) > MAX_DEPTH:
        raise GiveUp(f"a document of more than {MAX_DEPTH} levels")
    data = serialize(root)
    report = narrow.validate(data)
    try:
        tree = etree.fromstring(data)
    except etree.XMLSyntaxError as error:  # libxml2 refuses an xml:id that is no NCName, whatever a schema says
        raise GiveUp(f"a document that libxml2 does not parse ({error.msg})") from None
    if not report.valid:
        repaired = repair_document(tree, schemas.narrow)
        if repaired is None:
            problem = report.problems[0]
            assert problem.code.startswith(WHOLE_DOCUMENT_RULES), f"{problem.message}\n{data.decode()}"
            raise GiveUp("identity constraints")
        tree = repaired
        data = etree.tostring(tree)
    walk = Walk(schemas.wide)
    walk.validate_document(tree)
    assert walk.problems.noted, data.decode()
    element = tree
    for step in way:
        element = element[step]
    nearest = min(walk.problems.noted, key=lambda problem: _measure_distance(problem, element, difference))
    (problem,) = locate([nearest], data, tree, schemas.wide.prefixes)
    return Counterexample(difference, data, problem)


def _make_document(pair: Pair, element: etree._Element, schemas: SchemaPair) -> etree._Element:
    """Return the document around an element, which stands where its pair was reached."""
    while pair.parent is not None:
        parent = pair.parent
        if pair.meeting is not None:
            narrow, wide = model_of(parent.narrow_type), model_of(parent.wide_type)
            siblings = schemas.examples.make_children(narrow, wide, pair.meeting.tags)
            siblings[len(pair.meeting.before)] = element
            element = schemas.make_element(parent, siblings)
        pair = parent
    return element


def _find_way(element: etree._Element) -> list[int]:
    """Return the positions among their siblings of the elements from the root to an element."""
    way: list[int] = []
    parent = element.getparent()
    while parent is not None:
        way.append(parent.index(element))
        element, parent = parent, parent.getparent()
    return way[::-1]


def _measure_height(element: etree._Element) -> int:
    """Return the number of levels of an element, itself included."""
    level, height = [element], 0
    while level:
        level, height = [child for parent in level for child in parent], height + 1
    return height


def _measure_distance(problem: UnlocatedProblem, element: etree._Element, difference: Difference) -> tuple[bool, bool]:
    """Return the distance of a problem from the subject of a difference."""
    is_there = problem.element is element or (not difference.is_of_attribute and problem.element.getparent() is element)
    return not is_there, problem.attribute is not None and problem.attribute != difference.subject
