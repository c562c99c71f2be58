"""Small valid elements of a schema, from which the documents that show a difference are built.

Elements that both schemas accept are preferred, so that the other schema refuses nothing in a document but
the difference.
"""

from __future__ import annotations

import copy
from collections import deque

from lxml import etree

from schemapress.inclusion import all_group
from schemapress.inclusion.content import representatives
from schemapress.inclusion.inhabited import InhabitedTypes
from schemapress.inclusion.result import NoExample
from schemapress.inclusion.sample_texts import make_samples
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xml.document import XSI, XSI_TYPE
from schemapress_runtime.xsd.components import (
    AttributeUse,
    BasicTerm,
    ComplexType,
    Declarations,
    ElementDeclaration,
    Type,
    is_derived_from,
)
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

Model = ContentModel[BasicTerm]

MOST_EXAMPLE_LEVELS = 180
"""Levels that an example may have; a document may have a few more."""

MOST_EXPLORED_PAIRS = 2_000
"""Pairs of states that are explored for children which both schemas accept."""


class Examples:
    """Makes small elements that `narrow` accepts, and `wide` too if possible.

    In every method, the argument of `wide` may be None: then nothing is preferred.
    """

    def __init__(self, narrow: Declarations, wide: Declarations) -> None:
        self._narrow, self._wide = narrow, wide
        named = enumerate(name for name in narrow.prefixes if name)
        self._prefixes = {name: narrow.prefixes[name] or f"n{number}" for number, name in named}
        self._elements: dict[tuple[int, int], tuple[ElementDeclaration, ElementDeclaration | None, etree._Element]] = {}
        self._texts: dict[tuple[int, int], tuple[SimpleType, SimpleType | None, str]] = {}
        self._open: set[int] = set()
        self._concrete: dict[tuple[int, frozenset[str]], ComplexType | None] = {}
        self._no_uri = next((name for name in (*narrow.prefixes, *wide.prefixes) if not _is_uri(name)), None)
        self._inhabited: InhabitedTypes | None = None

    def find_element(self, narrow: ElementDeclaration, wide: ElementDeclaration | None) -> etree._Element:
        """Return the element of a declaration that is made once: copy it before it becomes a part of a document.

        Raises:
            NoExample: no element of the declaration is valid.
            GiveUp: the element would have too many levels.
        """
        known = self._elements.get((id(narrow), id(wide)))
        if known is None:
            if id(narrow) in self._open:
                raise NoExample(f"an example of {narrow.name}: it holds itself")
            if len(self._open) > MOST_EXAMPLE_LEVELS:
                raise GiveUp(f"an example of more than {MOST_EXAMPLE_LEVELS} levels")
            self._open.add(id(narrow))
            try:
                type_ = self.find_type(narrow)
                made = self.make_shell(narrow, type_, self._find_same_type(type_, narrow, wide))
            finally:
                self._open.discard(id(narrow))
            known = self._elements[id(narrow), id(wide)] = (narrow, wide, made)
        return known[2]

    def make_element(self, declaration: ElementDeclaration) -> etree._Element:
        """Return an element of a declaration.

        Raises:
            NoExample: no element of the declaration is valid.
            GiveUp: the element would have too many levels.
        """
        return copy.deepcopy(self.find_element(declaration, None))

    def make_shell(
        self,
        declaration: ElementDeclaration,
        type_: Type,
        wide: Type | None,
        children: list[etree._Element] | None = None,
    ) -> etree._Element:
        """Return an element of a type with its required attributes, and these children, or as few as possible."""
        element = self._make_empty(declaration, type_)
        simple = type_ if isinstance(type_, SimpleType) else type_.simple
        wide_attributes = wide.attributes if isinstance(wide, ComplexType) else {}
        if isinstance(type_, ComplexType):
            for name, attribute in type_.attributes.items():
                other = wide_attributes.get(name)
                if attribute.required or (other is not None and other.required):
                    element.set(name, self.make_attribute(attribute, other))
        if simple is not None:
            other_text = wide if wide is None or isinstance(wide, SimpleType) else wide.simple
            element.text = self.make_text(simple, other_text) if declaration.fixed is None else declaration.fixed
        elif children is not None:
            element.extend(children)
        elif isinstance(type_, ComplexType) and type_.model is not None and declaration.fixed is None:
            element.extend(self._make_fewest(type_.model, wide.model if isinstance(wide, ComplexType) else None))
        return element

    def make_attribute(self, narrow: AttributeUse, wide: AttributeUse | None) -> str:
        """Return a short value that an attribute can have."""
        if narrow.fixed is not None:
            return narrow.fixed
        if wide is not None and wide.fixed is not None and accepts_text(narrow.type, wide.fixed):
            return wide.fixed
        return self.make_text(narrow.type, None if wide is None else wide.type)

    def make_text(self, narrow: SimpleType, wide: SimpleType | None) -> str:
        """Return a short text that a type accepts; a visible one, if possible.

        Raises:
            GiveUp: no text was found.
        """
        known = self._texts.get((id(narrow), id(wide)))
        if known is None:
            texts = [text for text in make_samples(narrow, narrow) if accepts_text(narrow, text)]
            if wide is not None and wide is not narrow:
                both = [text for text in texts if accepts_text(wide, text)] or [
                    text
                    for text in make_samples(narrow, wide)
                    if accepts_text(narrow, text) and accepts_text(wide, text)
                ]
                texts = both or texts
            if not texts:
                raise GiveUp(f"an example of simple type {narrow.label}")
            shortest = min(texts, key=lambda text: (not text.strip(), len(text), text))
            known = self._texts[id(narrow), id(wide)] = (narrow, wide, shortest)
        return known[2]

    def _find_child(self, tag: str, narrow: BasicTerm, wide: BasicTerm | None) -> etree._Element:
        if isinstance(wide, Wildcard):
            wide = self._wide.resolve_admitted(tag, wide, has_type=False)
        if isinstance(narrow, Wildcard):
            admitted = self._narrow.resolve_admitted(tag, narrow, has_type=False)
            if admitted is None:
                return self._make_typed(tag)
            if admitted.name not in self._narrow.elements:
                return etree.Element(tag, nsmap=self._nsmap)
            narrow = admitted
        return self.find_element(narrow, wide)

    def make_children(self, model: Model, wide_model: Model | None, tags: tuple[str, ...]) -> list[etree._Element]:
        """Return new elements for a sequence of tags that a content model accepts."""
        elements = []
        state = model.start
        wide_state = None if wide_model is None else wide_model.start
        for tag in tags:
            step = state[tag]
            assert step is not None
            wide_step = None if wide_state is None else wide_state[tag]
            child = self._find_child(tag, step[1], None if wide_step is None else wide_step[1])
            elements.append(copy.deepcopy(child))
            state = step[0]
            wide_state = wide_state if wide_step is None else wide_step[0]
        return elements

    def may_have(self, tag: str, term: BasicTerm) -> bool:
        """Whether a document can have a child with a declaration: not if it is abstract and nothing replaces it."""
        if isinstance(term, Wildcard):
            return True
        if self._inhabited is not None:
            return self._inhabited.has_element(term)
        if term.abstract:
            return False
        type_ = term.type
        return not (isinstance(type_, ComplexType) and type_.abstract) or self._find_concrete(term) is not None

    @property
    def knows_inhabited(self) -> bool:
        """Whether `find_inhabited` was called."""
        return self._inhabited is not None

    def find_inhabited(self) -> None:
        """Find out which declarations have a valid element. This is slow, and seldom needed."""
        self._inhabited = InhabitedTypes(self._narrow)

    @property
    def _nsmap(self) -> dict[str, str]:
        """The prefixes of every element, so that they stay the same when elements are combined.

        Raises:
            GiveUp: a namespace name is no URI. libxml2 parses it with a warning, but makes no element in it.
        """
        if self._no_uri is not None:
            raise GiveUp(f"an example with the namespace {self._no_uri!r}, which is no URI")
        return {"xsi": XSI, **{prefix: namespace for namespace, prefix in self._prefixes.items()}}

    def _make_empty(self, declaration: ElementDeclaration, type_: Type) -> etree._Element:
        """Return an empty element, with `xsi:type` if its type is not the declared one."""
        element = etree.Element(declaration.name, nsmap=self._nsmap)
        if type_ is not declaration.type:
            name = next(name for name, known in self._narrow.types.items() if known is type_)
            namespace, _, local = name.rpartition("}")
            element.set(XSI_TYPE, f"{self._prefixes[namespace[1:]]}:{local}" if namespace else local)
        return element

    def _make_typed(self, tag: str) -> etree._Element:
        """Return an undeclared element, which a strict wildcard allows for its `xsi:type` (§3.10.4)."""
        element = etree.Element(tag, nsmap={**self._nsmap, "xs": XSD_NAMESPACE})
        element.set(XSI_TYPE, "xs:string")
        return element

    def find_type(self, declaration: ElementDeclaration) -> Type:
        """Return the type of a declaration or, if that is abstract, a type derived from it.

        Raises:
            NoExample: there is none.
        """
        type_ = declaration.type
        if isinstance(type_, ComplexType) and type_.abstract:
            concrete = self._find_concrete(declaration)
            if concrete is not None:
                return concrete
        if declaration.abstract or (isinstance(type_, ComplexType) and type_.abstract):
            raise NoExample(f"an example of {declaration.name}: it is abstract")
        return type_

    def _find_concrete(self, declaration: ElementDeclaration) -> ComplexType | None:
        """Return a type that is not abstract and may replace the declared one."""
        key = (id(declaration.type), frozenset(declaration.blocked))
        if key not in self._concrete:
            self._concrete[key] = next(
                (
                    other
                    for other in self._narrow.types.values()
                    if isinstance(other, ComplexType) and not other.abstract and may_stand_for(other, declaration)
                ),
                None,
            )
        return self._concrete[key]

    def _find_same_type(self, type_: Type, narrow: ElementDeclaration, wide: ElementDeclaration | None) -> Type | None:
        """Return the type that `wide` gives to an element that has this type under `narrow`."""
        if wide is None or type_ is narrow.type:
            return None if wide is None else wide.type
        name = next(name for name, known in self._narrow.types.items() if known is type_)
        return self._wide.types.get(name)

    def _make_fewest(self, model: Model, wide_model: Model | None) -> list[etree._Element]:
        """Return the fewest children that both content models accept or, if there are none, that the first accepts.

        Every child is one that can have an example.
        """
        if all_group.is_large(model):
            return self._make_required(model, wide_model)
        first = None if wide_model is None else wide_model.start
        waiting: deque[tuple[State[BasicTerm], State[BasicTerm] | None, tuple[etree._Element, ...]]] = deque()
        waiting.append((model.start, first, ()))
        seen = {(model.start.configurations, None if first is None else first.configurations)}
        accepted: tuple[etree._Element, ...] | None = None
        while waiting and len(seen) <= MOST_EXPLORED_PAIRS:
            state, wide_state, children = waiting.popleft()
            if state.accepts and (wide_model is None or (wide_state is not None and wide_state.accepts)):
                accepted = children
                break
            if state.accepts and accepted is None:
                accepted = children
            for tag in (*state.options, *(representatives([], []) if state.wild else ())):
                step = state[tag]
                if step is None or not self.may_have(tag, step[1]):
                    continue
                wide_step = None if wide_state is None else wide_state[tag]
                if accepted is not None and wide_step is None:
                    continue
                reached = (step[0].configurations, None if wide_step is None else wide_step[0].configurations)
                if reached in seen:
                    continue
                try:
                    child = self._find_child(tag, step[1], None if wide_step is None else wide_step[1])
                except GiveUp:
                    continue
                seen.add(reached)
                waiting.append((step[0], None if wide_step is None else wide_step[0], (*children, child)))
        if accepted is None:
            raise NoExample("an example of a content model: it holds itself")
        return [copy.deepcopy(child) for child in accepted]

    def _make_required(self, model: Model, wide_model: Model | None) -> list[etree._Element]:
        """Return the children that both models require; the first model is an all-group."""
        if model.root.skippable and (wide_model is None or wide_model.start.accepts):
            return []
        tags = dict.fromkeys(all_group.find_required(model))
        if wide_model is not None and wide_model.root.kind == "all":
            tags |= dict.fromkeys(tag for tag in all_group.find_required(wide_model) if tag in model.declared)
        return self.make_children(model, wide_model, tuple(tags))


def _is_uri(namespace: str) -> bool:
    """Whether lxml can make an element in a namespace, or without one."""
    try:
        etree.Element("e", nsmap={"p": namespace} if namespace else None)
    except ValueError:
        return False
    return True


def may_stand_for(type_: Type, declaration: ElementDeclaration) -> bool:
    """Whether `xsi:type` may name a type for an element (XSD 1.0 Part 1 §3.3.4 clause 4.3)."""
    return is_derived_from(type_, declaration.type, declaration.blocked)


def serialize(document: etree._Element) -> bytes:
    """Return a document with line breaks, without unused prefixes."""
    document = copy.deepcopy(document)
    named = (element.get(XSI_TYPE, "") for element in document.iter())
    etree.cleanup_namespaces(document, keep_ns_prefixes=[name.rpartition(":")[0] for name in named if ":" in name])
    return etree.tostring(document, pretty_print=True, encoding="unicode").encode()  # names have no references
