"""The document that shows a difference, made around the element that differs."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from schemapress.diff.aspects.aspect import Difference
from schemapress.inclusion.document_repair import DocumentRepair
from schemapress.inclusion.document_walk import WHOLE_DOCUMENT_RULES, is_about_whole_document
from schemapress.inclusion.example import serialize
from schemapress.inclusion.pair import Pair, SchemaPair, model_of
from schemapress_runtime.limits import MAX_DEPTH
from schemapress_runtime.names import local_name
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


def make_counterexample(
    difference: Difference, narrow: Validator, schemas: SchemaPair, repair: DocumentRepair
) -> Counterexample:
    """Return the document that shows a difference, and the rule of `wide` that it breaks there.

    Raises:
        GiveUp: the document is too deep, or none around the difference satisfies the keys, references and IDs of
            `narrow`.
        AssertionError: the document shows no difference. That is a mistake of this package.
    """
    root = _make_document(difference.pair, difference.element, schemas)
    if _measure_height(root) > MAX_DEPTH:
        raise GiveUp(f"a document of more than {MAX_DEPTH} levels")
    document = _Document(root, difference.element, difference, schemas)
    report = narrow.validate(document.data)
    if report.valid and not any(map(is_about_whole_document, document.problems)):
        assert document.problems, document.data.decode()
    else:
        broken = next(
            (problem for problem in report.problems if not problem.code.startswith(WHOLE_DOCUMENT_RULES)), None
        )
        assert broken is None, f"{broken}\n{document.data.decode()}"
        document = _repair(document, repair)
        assert narrow.validate(document.data).valid, document.data.decode()
    (located,) = locate([document.nearest], document.data, document.tree, schemas.wide.prefixes)
    return Counterexample(difference, document.data, located)


class _Document:
    """A document with a difference, and its problems under `wide`.

    Raises:
        GiveUp: libxml2 does not parse it.
    """

    def __init__(
        self, root: etree._Element, focus: etree._Element, difference: Difference, schemas: SchemaPair
    ) -> None:
        self.root, self.focus, self.difference, self.schemas = root, focus, difference, schemas
        self.data = serialize(root)
        try:
            self.tree = etree.fromstring(self.data)
        except etree.XMLSyntaxError as error:  # libxml2 refuses an xml:id that is no NCName, whatever a schema says
            raise GiveUp(f"a document that libxml2 does not parse ({error.msg})") from None
        walk = Walk(schemas.wide)
        walk.validate_document(self.tree)
        self.problems = walk.problems.noted
        element = self.tree
        for step in _find_way(focus):
            element = element[step]
        self.is_about_constraint = difference.aspect.name == "identity_constraint"
        self._nearest = min(
            self.problems,
            key=lambda problem: (
                is_about_whole_document(problem) != self.is_about_constraint,
                *_measure_distance(problem, element, difference),
            ),
            default=None,
        )

    @property
    def nearest(self) -> UnlocatedProblem:
        """The problem that is nearest to the difference; one about a constraint may be anywhere in the element."""
        assert self._nearest is not None, self.data.decode()
        return self._nearest

    def shows_same_as(self, other: _Document) -> bool:
        """Whether the document shows the difference that another one shows."""
        if self._nearest is None:
            return False
        if self.is_about_constraint:
            return is_about_whole_document(self._nearest)
        return self._nearest.code == other.nearest.code


def _repair(document: _Document, repair: DocumentRepair) -> _Document:
    """Return a document that satisfies the keys, references and IDs of `narrow`, and shows the same difference.

    Raises:
        GiveUp: none was found.
    """
    difference, element = document.difference, document.focus
    own = ((element, None), *((element, str(name)) for name in element.attrib))
    first = difference.pair
    while first.parent is not None:
        first = first.parent
    is_about_constraint = document.is_about_constraint
    for kept in (difference.kept,) if is_about_constraint else (own, ()):
        repaired = repair.repair(document.root, first, kept, element, tries_wide=not is_about_constraint)
        if repaired is not None:
            changed = _Document(repaired.root, repaired.focus, difference, document.schemas)
            if changed.shows_same_as(document):
                return changed
    raise GiveUp(f"a document that satisfies the keys and IDs around {local_name(difference.pair.narrow.name)}")


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
