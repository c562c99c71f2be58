"""The walk over a document that is larger than memory: each element is validated when it is complete, and forgotten.

An element is kept until its end, and walked over as a whole, as the walk over a tree does. Where more elements are kept
than `MOST_KEPT`, those that are open are entered: their children are placed one after another as they end. So a
document that is one long list of records is validated one record at a time, wherever the list is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import IO

from lxml import etree

from ..limits import DocumentLimits
from ..report import wording
from ..report.problem import Problem, Report
from ..report.wording import Wording
from ..verdict import GiveUp
from ..xml.document import (
    XML_SPACE,
    XSI_TYPE,
    Element,
    UnacceptableXML,
    forget,
    has_doctype,
    iterate_tags,
    word_doctype,
)
from ..xsd.components import ANY_TYPE, BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import TooManyConfigurations
from ..xsd.primitive import NotInLexicalSpace
from ..xsd.simple_type import InvalidValue
from ..xsd.wildcard import Wildcard
from .locate import line_of, locate_in_stream, path_in_stream
from .recovery import Recovery
from .streamed_keys import BrokenInStream, StreamedKeys
from .tree_walk import Walk

MOST_KEPT = 20_000
"""Elements that are kept for a walk over a whole. Each takes about a kilobyte."""


@dataclass(slots=True)
class _Entered:
    """An open element whose children are placed as they end.

    Without a `recovery`, nothing is known of them. `word` has what is wrong with each of them as such.
    """

    element: Element
    recovery: Recovery | None = None
    is_mixed: bool = True
    word: Callable[[Element], Wording] | None = None


@dataclass(frozen=True, slots=True)
class _Reference:
    """A reference to an identifier that has not come yet, and its place."""

    path: str
    line: int | None
    tag: str
    name: str


def validate_stream(file: IO[bytes], declarations: Declarations, limits: DocumentLimits) -> Report:
    """Return the report of a document that is read once, in memory that does not grow with it but for its keys.

    Of identity constraints, the first one that is broken is reported.

    Raises:
        UnacceptableXML: a document type, or over a bound.
        lxml.etree.XMLSyntaxError: it is not well-formed.
        LookupError: its encoding is not known.
    """
    walk = StreamedWalk(declarations, limits)
    for event, element in iterate_tags(file, limits):
        if event == "start":
            walk.start(element)
        else:
            walk.end(element)
    return walk.finish()


class StreamedWalk:
    """One walk over one document while it is parsed."""

    def __init__(self, declarations: Declarations, limits: DocumentLimits, most_kept: int = MOST_KEPT) -> None:
        self._declarations = declarations
        self._walk = Walk(declarations, limits=limits)
        self._problems = self._walk.problems
        self._keys = StreamedKeys(declarations) if declarations.has_constraints else None
        self._most_kept = most_kept
        self._kept = 0
        self._open: list[Element] = []
        self._entered: list[_Entered] = []  # of the same numbers as in `_open`
        self._located: list[Problem] = []
        self._references: list[_Reference] = []
        self._known_identifiers = 0

    def start(self, element: Element) -> None:
        """Take the start tag of an element."""
        if not self._open and has_doctype(element):
            raise UnacceptableXML(word_doctype())
        self._open.append(element)
        self._kept += 1
        if self._kept > self._most_kept:
            self._enter_open()

    def end(self, element: Element) -> None:
        """Take the end tag of an element."""
        self._open.pop()
        if len(self._entered) > len(self._open):
            self._close(self._entered.pop())
        elif len(self._entered) == len(self._open) > 0:
            self._take(self._entered[-1], element)
            self._kept = len(self._open) + 1
        elif not self._open:
            self._walk_root(element)

    def finish(self) -> Report:
        """Return the report of the whole document."""
        identifiers = self._problems.identifiers
        for reference in self._references:
            if reference.name not in identifiers:
                said = wording.unknown_identifier(etree.Element(reference.tag), reference.name)
                self._add(Problem(reference.path, reference.line, None, said.code, reference.name, *said[1:]))
        self._located.sort(key=lambda problem: problem.line or 0)
        return Report(tuple(self._located), self._problems.unlisted)

    def _walk_root(self, root: Element) -> None:
        """Walk over a document that is a whole."""
        if (governs := self._govern_root(root)) is not None:
            self._validate(root, governs)

    def _govern_root(self, root: Element) -> ElementDeclaration | None:
        tag = str(root.tag)
        declaration = self._declarations.elements.get(tag)
        if declaration is None and root.get(XSI_TYPE) is not None:
            return ElementDeclaration(tag, ANY_TYPE, is_declared=False)
        if declaration is None:
            self._problems.add(root, wording.unknown_root(root, list(self._declarations.elements)))
            self._settle()
        return declaration

    def _enter_open(self) -> None:
        """Enter the elements that are open, and take the children that they have so far.

        The innermost one has none yet, as far as the parser has told.
        """
        for number in range(len(self._entered), len(self._open) - 1):
            element = self._open[number]
            governs = self._place(self._entered[-1], element) if self._entered else self._govern_root(element)
            entered = self._enter(element, governs)
            self._entered.append(entered)
            for child in reversed(list(self._open[number + 1].itersiblings(preceding=True))):
                self._take(entered, child)
            self._settle()
        self._kept = len(self._open)

    def _enter(self, element: Element, governs: BasicTerm | None) -> _Entered:
        """Validate the start tag of an element that has children."""
        if isinstance(governs, Wildcard):
            governs = self._resolve(element, governs)
        if governs is None:
            self._tell_keys(lambda keys: keys.start_skipped(element))
            return _Entered(element)
        declaration = governs
        type_, nil = self._walk.start_tags.validate(element, declaration)
        self._tell_keys(lambda keys: keys.start(element, declaration, type_, None))
        problems = self._problems
        if nil:
            problems.add(element, wording.nil_with_content(element), element.text)
            return _Entered(element)
        if not isinstance(type_, ComplexType):
            return self._enter_text(element, "cvc-type.3.1.2", f"text only: {type_.description}")
        if type_.simple is not None:
            return self._enter_text(element, "cvc-complex-type.2.2", f"text only: {type_.simple.description}")
        if type_.model is None:
            expected = "no content" if not type_.mixed else "text only"
            return self._enter_text(element, "cvc-complex-type.2.1", expected)
        entered = _Entered(element, Recovery(problems, element, self._walk.model(type_)), type_.mixed)
        if declaration.fixed is not None:
            expected = f"the fixed text {declaration.fixed!r}"
            entered.word = lambda child: wording.child_of_text(child, element, "cvc-elt.5.2.2.1", expected)
        return entered

    def _enter_text(self, element: Element, code: str, expected: str) -> _Entered:
        return _Entered(element, word=lambda child: wording.child_of_text(child, element, code, expected))

    def _resolve(self, element: Element, wildcard: Wildcard) -> ElementDeclaration | None:
        if wildcard.process == "skip":
            return None
        has_type = element.get(XSI_TYPE) is not None
        declaration = self._declarations.resolve_admitted(str(element.tag), wildcard, has_type=has_type)
        if declaration is None:
            self._problems.add(element, wording.undeclared_element(element))
        return declaration

    def _place(self, around: _Entered, child: Element) -> BasicTerm | None:
        """Return what governs the next child of an element; None where nothing does."""
        before = child.getprevious()
        self._check_text(around, around.element.text if before is None else before.tail)
        if around.word is not None:
            self._problems.add(child, around.word(child))
        if around.recovery is None:
            return None
        try:
            return around.recovery.place(child)
        except TooManyConfigurations:
            self._walk.note_too_complex(around.element)
            around.recovery = None
            return None

    def _take(self, around: _Entered, child: Element) -> None:
        """Take a child that is complete."""
        governs = self._place(around, child)
        if governs is not None:
            self._validate(child, governs)
        else:
            self._settle()
        forget(child)

    def _validate(self, element: Element, governs: BasicTerm) -> None:
        self._walk.validate_element(element, governs)
        nodes = self._walk.nodes
        if nodes is not None:
            self._tell_keys(lambda keys: keys.take(element, nodes))
            nodes.forget()
        self._settle()

    def _close(self, entered: _Entered) -> None:
        element = entered.element
        self._check_text(entered, element[-1].tail if len(element) else element.text)
        if entered.recovery is not None:
            entered.recovery.end()
        self._tell_keys(lambda keys: keys.end(element))
        self._settle()
        if self._open:
            forget(element)
        self._kept = len(self._open) + 1

    def _check_text(self, around: _Entered, text: str | None) -> None:
        if text and not around.is_mixed and text.strip(XML_SPACE):
            self._walk.note_text(around.element, text)

    def _tell_keys(self, tell: Callable[[StreamedKeys], None]) -> None:
        """Tell the identity constraints of elements; after the first one that is broken, they are checked no more."""
        if self._keys is None:
            return
        try:
            tell(self._keys)
        except BrokenInStream as broken:
            self._settle()
            self._add(broken.problem)
            self._keys = None
        except (GiveUp, InvalidValue, NotInLexicalSpace, ValueError):
            if not self._problems.total:
                raise
            self._keys = None  # a value is not valid

    def _add(self, problem: Problem) -> None:
        if not self._problems.only_counts():
            self._problems.count_listed()
            self._located.append(problem)

    def _settle(self) -> None:
        """Give the problems so far a place, and let go of the elements of identifiers and references."""
        problems = self._problems
        if problems.noted:
            self._located += locate_in_stream(problems.take(), self._declarations.prefixes)
        identifiers = problems.identifiers
        if len(identifiers) > self._known_identifiers:
            for name in list(islice(reversed(identifiers), len(identifiers) - self._known_identifiers)):
                if not any(identifiers[name] is element for element in self._open):
                    identifiers[name] = None
            self._known_identifiers = len(identifiers)
        if problems.references:
            for element, attribute, name in problems.references:
                if name not in identifiers:
                    path = path_in_stream(element, self._declarations.prefixes, attribute)
                    self._references.append(_Reference(path, line_of(element), str(element.tag), name))
            problems.references.clear()
