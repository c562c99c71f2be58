"""Sample documents of a message, made from its declaration alone: the smallest one, and one with all that it can have.

Texts are what a reader expects where the type allows that: the first value of an enumeration, a date of this decade.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from schemapress.inclusion.document_walk import is_about_whole_document, walk_element
from schemapress.inclusion.example import Examples, serialize
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress.inclusion.result import NoExample
from schemapress.inclusion.sample_texts import find_parts
from schemapress.inclusion.simple_types import accepts_text, is_text_type, lengths_of, primitive_of
from schemapress.targets.emitted_names import snake
from schemapress_runtime.names import local_name
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.components import BasicTerm, ComplexType, Declarations, ElementDeclaration, Type
from schemapress_runtime.xsd.model_tree import ModelNode
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

MOST_ELEMENTS = 200
"""Elements of a full document after which only what must be there is added."""

MOST_LEVELS = 12
"""Levels of a full document below which only what must be there is added."""

_LONGEST_TEXT = 200
"""Characters up to which a text is repeated until it is as long as it must be."""

_URL = "https://example.com/"

_WORDS = ("example", "EXAMPLE", "1234567890", "en", _URL, "example@example.com", "+441234567890")
"""Texts that are tried for a type of texts."""

_VALUES = (
    "true", "1", "10", "1.5", "2026-01-15T09:30:00Z", "2026-01-15", "09:30:00Z", "PT1H", "2026-01", "2026", "--01-15",
    "---15", "--01", "AAAA", "0F",
)  # fmt: skip
"""Texts that are tried for a type of other values."""


class SampleTexts(NamedTuple):
    """The documents of a sample."""

    smallest: str
    full: str


class SampleDocuments:
    """Makes the sample documents of a schema's messages."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._elements = SampleElements(declarations)
        self._schemas = SchemaPair(declarations, declarations, self._elements)

    def make(self, element: str) -> SampleTexts | None:
        """Return the sample documents of a root element, or None where no valid one was found."""
        declaration = self._declarations.elements[element]
        smallest = self._finish(declaration, lambda: self._elements.make_element(declaration))
        if smallest is None:
            return None
        full = self._finish(declaration, lambda: self._elements.make_full(declaration))
        return SampleTexts(smallest, full or smallest)

    def _finish(self, declaration: ElementDeclaration, make: Callable[[], etree._Element]) -> str | None:
        """Return a document of an element that satisfies its constraints too, or None."""
        try:
            root = make()
            pair = Pair(declaration, declaration.type, declaration, declaration.type)
            problems = walk_element(root, pair, self._declarations, of_wide=False).problems.noted
            if not all(map(is_about_whole_document, problems)):
                return None
            if problems:
                from schemapress.inclusion.document_repair import DocumentRepair  # which most schemas do not need

                repaired = DocumentRepair(self._schemas).repair(root, pair, tries_wide=False)
                if repaired is None:
                    return None
                root = repaired.root
            return serialize(root).decode()
        except GiveUp:
            return None


class SampleElements(Examples):
    """Makes elements with texts that a reader expects, small ones and full ones."""

    def __init__(self, declarations: Declarations) -> None:
        super().__init__(declarations, declarations)
        self._usual: dict[tuple[int, str], tuple[SimpleType, str | None]] = {}
        self._subject = ""
        self._around: list[ElementDeclaration] = []
        self._made = 0

    def make_text(self, narrow: SimpleType, wide: SimpleType | None) -> str:
        """Return a text that a type accepts: a usual one, or a short one where no usual one is accepted."""
        known = self._usual.get((id(narrow), self._subject))
        if known is None:
            texts = _usual_texts(narrow, self._subject)
            text = next((text for text in texts if accepts_text(narrow, text)), None)
            known = self._usual[id(narrow), self._subject] = narrow, text
        return super().make_text(narrow, None) if known[1] is None else known[1]

    def make_shell(
        self,
        declaration: ElementDeclaration,
        type_: Type,
        wide: Type | None,
        children: list[etree._Element] | None = None,
    ) -> etree._Element:
        """Return an element of a type with its required attributes, and these children, or as few as possible."""
        self._subject = " ".join(snake(local_name(declaration.name)).split("_"))
        return super().make_shell(declaration, type_, wide, children)

    def make_full(self, declaration: ElementDeclaration) -> etree._Element:
        """Return an element with everything that it can have, once.

        Raises:
            GiveUp: none was found.
        """
        self._made, self._around = 0, []
        return self._fill_element(declaration)

    def _fill_element(self, declaration: ElementDeclaration) -> etree._Element:
        self._made += 1
        type_ = self.find_type(declaration)
        if not isinstance(type_, ComplexType) or declaration.fixed is not None:
            return self.make_shell(declaration, type_, None)
        self._around.append(declaration)
        try:
            children = [] if type_.model is None else self._fill(type_.model.root)
        finally:
            self._around.pop()
        element = self.make_shell(declaration, type_, None, children)
        for name, attribute in type_.attributes.items():
            if name not in element.attrib and not attribute.type.has_identifiers:
                element.set(name, self.make_attribute(attribute, None))
        return element

    def _fill(self, node: ModelNode[BasicTerm]) -> list[etree._Element]:
        """Return the children for a particle: each occurrence that it must have, and one if it may have any.

        Raises:
            GiveUp: it must have one that was not found.
        """
        children: list[etree._Element] = []
        for number in range(max(node.minimum, 1)):
            try:
                children += self._fill_once(node, is_optional=number >= node.minimum)
            except GiveUp:
                if number < node.minimum and not node.empty:
                    raise
        return children

    def _fill_once(self, node: ModelNode[BasicTerm], *, is_optional: bool) -> list[etree._Element]:
        if node.kind == "any":
            raise NoExample("an example of a wildcard")
        if node.kind == "element":
            return [self._fill_leaf(node, is_optional=is_optional)]
        if node.kind == "choice":
            return self._fill_choice(node)
        return [child for part in node.children for child in self._fill(part)]

    def _fill_choice(self, node: ModelNode[BasicTerm]) -> list[etree._Element]:
        for part in node.children:
            try:
                children = self._fill(part)
            except GiveUp:
                continue
            if children:
                return children
        if node.empty:
            return []
        raise NoExample("an example of a choice")

    def _fill_leaf(self, node: ModelNode[BasicTerm], *, is_optional: bool) -> etree._Element:
        is_enough = self._made >= MOST_ELEMENTS or len(self._around) >= MOST_LEVELS
        for tag, term in node.declarations.items():
            if isinstance(term, Wildcard) or not self.may_have(tag, term):
                continue
            if term in self._around or is_enough:
                if is_optional:
                    continue
                return copy.deepcopy(self.find_element(term, None))
            return self._fill_element(term)
        raise NoExample("an example of an element that is abstract, or holds itself")


def _usual_texts(type_: SimpleType, subject: str) -> Iterator[str]:
    """Yield texts that a reader expects of a type: its enumeration, words, values of the built-in types."""
    steps = [part for part in find_parts(type_) if isinstance(part, Restriction)]
    for step in steps:
        yield from step.enumeration or ()
    primitive = primitive_of(type_)
    single = primitive.item if isinstance(primitive, List) else type_
    is_text = is_text_type(single)
    least, most = lengths_of(steps) if is_text and single is type_ else (0, None)
    words = [_fit(word, least, most) for word in _WORDS if least <= _LONGEST_TEXT]
    if primitive_of(single).label == "anyURI":
        yield _URL
    if is_text and single is type_:
        yield f"Example {subject}"
    yield from (*words, *_VALUES) if is_text else (*_VALUES, *words)


def _fit(word: str, least: int, most: int | None) -> str:
    """Return a word repeated until it is long enough, and cut where it is too long."""
    return (word * (least // len(word) + 1))[: max(least, len(word))][:most]
