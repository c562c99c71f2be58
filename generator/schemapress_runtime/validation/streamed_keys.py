"""Identity constraints of a document that is streamed: its elements are there one after another, and forgotten."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from ..report import wording
from ..report.problem import Problem
from ..report.wording import Wording
from ..xml.document import Element, attributes_of
from ..xsd.components import UNCHECKED, ComplexType, Declarations, ElementDeclaration
from ..xsd.simple_type import SimpleType
from .constraint_plan import ConstraintPlans
from .identity import TypedNodes
from .key_collector import BrokenConstraint, KeyCollector, TooOftenSelected
from .locate import line_of, path_in_stream
from .noted_element import NotedElement
from .opened_element import OpenedElement


class _Remembered(NamedTuple):
    """What a problem says of an element that has been forgotten."""

    path: str
    line: int | None
    tag: str


class BrokenInStream(Exception):
    """A document that is streamed breaks an identity constraint: the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class StreamedKeys:
    """The identity constraints of one document, which is told of each element.

    Of an element that is remembered, its key sequence is kept, its line, and its path, which many elements share.
    """

    def __init__(self, declarations: Declarations) -> None:
        self._prefixes = declarations.prefixes
        self._paths: dict[str, str] = {}
        self._collector = KeyCollector(ConstraintPlans(declarations), follows_all=True, remember=self._remember)
        self._depth = 0

    def start(
        self, element: Element, declaration: ElementDeclaration, type_: SimpleType | ComplexType, text: str | None
    ) -> None:
        """Take the start tag of an element; its text, or None if it has children: then its end is to be told, too.

        Raises:
            BrokenInStream: the document breaks a constraint.
        """
        attributes = attributes_of(element)
        noted = NotedElement(OpenedElement(element, type_, attributes, declaration), attributes)
        try:
            self._collector.open(noted, text, self._depth, element)
        except (BrokenConstraint, TooOftenSelected) as broken:
            raise BrokenInStream(self._locate(broken, element)) from None
        self._depth += text is None

    def start_skipped(self, element: Element) -> None:
        """Take the start tag of an element with children that is not validated."""
        self.start(element, *_skipped(str(element.tag)), None)

    def end(self, element: Element) -> None:
        """Take the end tag of an element that has children.

        Raises:
            BrokenInStream: the document breaks a constraint.
        """
        self._depth -= 1
        try:
            self._collector.close()
        except BrokenConstraint as broken:
            raise BrokenInStream(self._locate(broken, element)) from None

    def take(self, whole: Element, nodes: TypedNodes) -> None:
        """Take an element with all inside of it, which has been validated; `nodes` has what governs them.

        Raises:
            BrokenInStream: the document breaks a constraint.
        """
        for event, element in etree.iterwalk(whole, events=("start", "end")):
            if event == "start":
                governing = nodes.governing(element)
                declaration, type_ = governing or _skipped(str(element.tag))
                self.start(element, declaration, type_, None if len(element) else element.text or "")
            elif len(element):
                self.end(element)
        nodes.forget()

    def _remember(self, element: Element | None) -> _Remembered:
        assert element is not None
        path = path_in_stream(element, self._prefixes)
        return _Remembered(self._paths.setdefault(path, path), line_of(element), str(element.tag))

    def _locate(self, broken: BrokenConstraint | TooOftenSelected, element: Element) -> Problem:
        """Return the problem of a broken constraint, which shows at an element unless another one is remembered."""
        if isinstance(broken, TooOftenSelected):
            return _problem(wording.too_often_selected(), None, self._remember(element))
        remembered = broken.remembered
        place = remembered if isinstance(remembered, _Remembered) else self._remember(element)
        return _problem(broken.word(etree.Element(place.tag)), broken.value, place)


def _problem(said: Wording, value: str | None, place: _Remembered) -> Problem:
    code, expected, message = said
    return Problem(place.path, place.line, None, code, value, expected, message)


def _skipped(tag: str) -> tuple[ElementDeclaration, ComplexType]:
    return ElementDeclaration(tag, UNCHECKED, is_declared=False), UNCHECKED
