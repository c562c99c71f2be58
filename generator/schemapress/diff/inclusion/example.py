"""Small valid elements of a schema, to be built into documents that show a difference.

Of all elements that the one schema accepts, those that the other one accepts too are preferred, so that a document has
nothing in it that is refused but what it is to show.
"""

from __future__ import annotations

import copy
from collections import deque

from lxml import etree

from schemapress.diff.inclusion import all_group
from schemapress.diff.inclusion.candidate import candidates
from schemapress.diff.inclusion.content import representatives
from schemapress.diff.inclusion.productive import Productive
from schemapress.diff.inclusion.undecided import NoExample, Undecided
from schemapress.diff.inclusion.value_space import takes
from schemapress_runtime.xml.document import XSI, XSI_TYPE
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Declarations, ElementDeclaration, derived_from
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.names import XSD_NAMESPACE
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

Type = SimpleType | ComplexType
Term = ElementDeclaration | Wildcard
Model = ContentModel[Term]

MOST_LEVELS = 180
"""Levels that an example may have; a document may have some more."""

MOST_STATES = 2_000
"""Pairs of states that are looked at for children which both schemas accept."""


class Examples:
    """Makes small elements that are valid by the declarations `narrow`, and, where there are such, by `wide` too.

    In all methods the part of `wide` may be None: then nothing is preferred.
    """

    def __init__(self, narrow: Declarations, wide: Declarations) -> None:
        self._narrow, self._wide = narrow, wide
        named = enumerate(name for name in narrow.prefixes if name)
        self._prefixes = {name: narrow.prefixes[name] or f"n{number}" for number, name in named}
        self._elements: dict[tuple[int, int], tuple[ElementDeclaration, ElementDeclaration | None, etree._Element]] = {}
        self._texts: dict[tuple[int, int], tuple[SimpleType, SimpleType | None, str]] = {}
        self._open: set[int] = set()
        self._no_uri = next((name for name in (*narrow.prefixes, *wide.prefixes) if not _is_uri(name)), None)
        self._productive: Productive | None = None

    def element(self, narrow: ElementDeclaration, wide: ElementDeclaration | None) -> etree._Element:
        """Return a new element that is valid of a declaration.

        Raises:
            Undecided: none was found.
        """
        return copy.deepcopy(self._element(narrow, wide))

    def _element(self, narrow: ElementDeclaration, wide: ElementDeclaration | None) -> etree._Element:
        known = self._elements.get((id(narrow), id(wide)))
        if known is None:
            if id(narrow) in self._open:
                raise NoExample(f"an example of {narrow.name}: it holds itself")
            if len(self._open) > MOST_LEVELS:
                raise Undecided(f"an example of more than {MOST_LEVELS} levels")
            self._open.add(id(narrow))
            try:
                type_ = self._type(narrow)
                made = self.shell(narrow, type_, self._same_type(type_, narrow, wide))
            finally:
                self._open.discard(id(narrow))
            known = self._elements[id(narrow), id(wide)] = (narrow, wide, made)
        return known[2]

    def shell(
        self,
        declaration: ElementDeclaration,
        type_: Type,
        wide: Type | None,
        children: list[etree._Element] | None = None,
    ) -> etree._Element:
        """Return an element of a type, with its required attributes, and these children or as few as it can have."""
        element = self._opened(declaration, type_)
        simple = type_ if isinstance(type_, SimpleType) else type_.simple
        wide_attributes = wide.attributes if isinstance(wide, ComplexType) else {}
        if isinstance(type_, ComplexType):
            for name, attribute in type_.attributes.items():
                other = wide_attributes.get(name)
                if attribute.required or (other is not None and other.required):
                    element.set(name, self.attribute(attribute, other))
        if simple is not None:
            other_text = wide if wide is None or isinstance(wide, SimpleType) else wide.simple
            element.text = self.text(simple, other_text) if declaration.fixed is None else declaration.fixed
        elif children is not None:
            element.extend(children)
        elif isinstance(type_, ComplexType) and type_.model is not None:
            element.extend(self._fewest(type_.model, wide.model if isinstance(wide, ComplexType) else None))
        return element

    def attribute(self, narrow: AttributeUse, wide: AttributeUse | None) -> str:
        """Return a short value that an attribute can have."""
        if narrow.fixed is not None:
            return narrow.fixed
        if wide is not None and wide.fixed is not None and takes(narrow.type, wide.fixed):
            return wide.fixed
        return self.text(narrow.type, None if wide is None else wide.type)

    def text(self, narrow: SimpleType, wide: SimpleType | None) -> str:
        """Return a short text that a type takes; one that shows, where there is one.

        Raises:
            Undecided: none was found.
        """
        known = self._texts.get((id(narrow), id(wide)))
        if known is None:
            found = [text for text in candidates(narrow, narrow) if takes(narrow, text)]
            if wide is not None and wide is not narrow:
                both = [text for text in found if takes(wide, text)] or [
                    text for text in candidates(narrow, wide) if takes(narrow, text) and takes(wide, text)
                ]
                found = both or found
            if not found:
                raise Undecided(f"an example of simple type {narrow.label}")
            shortest = min(found, key=lambda text: (not text.strip(), len(text), text))
            known = self._texts[id(narrow), id(wide)] = (narrow, wide, shortest)
        return known[2]

    def child(self, tag: str, narrow: Term, wide: Term | None) -> etree._Element:
        """Return a new element for a child that a content model takes."""
        return copy.deepcopy(self._child(tag, narrow, wide))

    def _child(self, tag: str, narrow: Term, wide: Term | None) -> etree._Element:
        if isinstance(wide, Wildcard):
            wide = self._wide.admitted(tag, wide, has_type=False)
        if isinstance(narrow, Wildcard):
            admitted = self._narrow.admitted(tag, narrow, has_type=False)
            if admitted is None:
                return self._typed(tag)
            if admitted.name not in self._narrow.elements:
                return etree.Element(tag, nsmap=self._nsmap)
            narrow = admitted
        return self._element(narrow, wide)

    def children(self, model: Model, wide_model: Model | None, tags: tuple[str, ...]) -> list[etree._Element]:
        """Return new elements for a sequence of tags that a content model accepts."""
        found = []
        state = model.start
        other = None if wide_model is None else wide_model.start
        for tag in tags:
            step = state[tag]
            assert step is not None
            answer = None if other is None else other[tag]
            found.append(self.child(tag, step[1], None if answer is None else answer[1]))
            state = step[0]
            other = other if answer is None else answer[0]
        return found

    def may_have(self, tag: str, term: Term) -> bool:
        """Whether a document can have a child that is governed so: not where it is abstract, and nothing stands in."""
        if isinstance(term, Wildcard):
            return True
        if self._productive is not None:
            return self._productive.has_element(term)
        if term.abstract:
            return False
        type_ = term.type
        return not (isinstance(type_, ComplexType) and type_.abstract) or self._concrete(term) is not None

    @property
    def are_productive(self) -> bool:
        """Whether it is known of each declaration if it has a valid element."""
        return self._productive is not None

    def find_productive(self) -> None:
        """Find out which declarations have a valid element; takes its time, and is seldom needed."""
        self._productive = Productive(self._narrow)

    @property
    def _nsmap(self) -> dict[str, str]:
        """The prefixes that every element is made with, so that they stay when elements come together.

        Raises:
            Undecided: a namespace name is no URI: the parser takes it with a warning, and makes no element in it.
        """
        if self._no_uri is not None:
            raise Undecided(f"an example with the namespace {self._no_uri!r}, which is no URI")
        return {"xsi": XSI, **{prefix: namespace for namespace, prefix in self._prefixes.items()}}

    def _opened(self, declaration: ElementDeclaration, type_: Type) -> etree._Element:
        """Return an empty element, which names its type by `xsi:type` where that is not the declared one."""
        element = etree.Element(declaration.name, nsmap=self._nsmap)
        if type_ is not declaration.type:
            name = next(name for name, one in self._narrow.types.items() if one is type_)
            namespace, _, local = name.rpartition("}")
            element.set(XSI_TYPE, f"{self._prefixes[namespace[1:]]}:{local}" if namespace else local)
        return element

    def _typed(self, tag: str) -> etree._Element:
        """Return an element that is declared nowhere, which a strict wildcard admits for its type (§3.10.4)."""
        element = etree.Element(tag, nsmap={**self._nsmap, "xs": XSD_NAMESPACE})
        element.set(XSI_TYPE, "xs:string")
        return element

    def _type(self, declaration: ElementDeclaration) -> Type:
        """Return the type of a declaration, or, where that is abstract, one that is derived from it."""
        type_ = declaration.type
        if isinstance(type_, ComplexType) and type_.abstract:
            concrete = self._concrete(declaration)
            if concrete is not None:
                return concrete
        if declaration.abstract or (isinstance(type_, ComplexType) and type_.abstract):
            raise NoExample(f"an example of {declaration.name}: it is abstract")
        return type_

    def _concrete(self, declaration: ElementDeclaration) -> ComplexType | None:
        """Return a type that is not abstract, and may stand for the declared one."""
        for other in self._narrow.types.values():
            if isinstance(other, ComplexType) and not other.abstract and may_stand_for(other, declaration):
                return other
        return None

    def _same_type(self, type_: Type, narrow: ElementDeclaration, wide: ElementDeclaration | None) -> Type | None:
        """Return the type that `wide` has for an element to which `narrow` gives a type."""
        if wide is None or type_ is narrow.type:
            return None if wide is None else wide.type
        name = next(name for name, one in self._narrow.types.items() if one is type_)
        return self._wide.types.get(name)

    def _fewest(self, model: Model, wide_model: Model | None) -> list[etree._Element]:
        """Return the fewest children that both content models accept; otherwise, the fewest that the first one does.

        They are of those that an example can be made of.
        """
        if all_group.is_large(model):
            return self._of_all(model, wide_model)
        first = None if wide_model is None else wide_model.start
        waiting: deque[tuple[State[Term], State[Term] | None, tuple[etree._Element, ...]]] = deque()
        waiting.append((model.start, first, ()))
        seen = {(model.start.configurations, None if first is None else first.configurations)}
        accepted: tuple[etree._Element, ...] | None = None
        while waiting and len(seen) <= MOST_STATES:
            state, other, found = waiting.popleft()
            if state.accepts and (wide_model is None or (other is not None and other.accepts)):
                accepted = found
                break
            if state.accepts and accepted is None:
                accepted = found
            for tag in (*state.options, *(representatives([], []) if state.wild else ())):
                step = state[tag]
                if step is None or not self.may_have(tag, step[1]):
                    continue
                answer = None if other is None else other[tag]
                if accepted is not None and answer is None:
                    continue
                reached = (step[0].configurations, None if answer is None else answer[0].configurations)
                if reached in seen:
                    continue
                try:
                    child = self._child(tag, step[1], None if answer is None else answer[1])
                except Undecided:
                    continue
                seen.add(reached)
                waiting.append((step[0], None if answer is None else answer[0], (*found, child)))
        if accepted is None:
            raise NoExample("an example of a content model: it holds itself")
        return [copy.deepcopy(child) for child in accepted]

    def _of_all(self, model: Model, wide_model: Model | None) -> list[etree._Element]:
        """Return the children that both models require, of which the first is an all-group."""
        if model.root.skippable and (wide_model is None or wide_model.start.accepts):
            return []
        tags = dict.fromkeys(all_group.required(model))
        if wide_model is not None and wide_model.root.kind == "all":
            tags |= dict.fromkeys(tag for tag in all_group.required(wide_model) if tag in model.declared)
        return self.children(model, wide_model, tuple(tags))


def _is_uri(namespace: str) -> bool:
    """Whether elements can be made in a namespace; those without one can."""
    try:
        etree.Element("e", nsmap={"p": namespace} if namespace else None)
    except ValueError:
        return False
    return True


def may_stand_for(type_: Type, declaration: ElementDeclaration) -> bool:
    """Whether `xsi:type` may name a type for an element (XSD 1.0 Part 1 §3.3.4 clause 4.3)."""
    return derived_from(type_, declaration.type, declaration.blocked)


def serialized(document: etree._Element) -> bytes:
    """Return a document with line breaks and without the prefixes that it does not use."""
    document = copy.deepcopy(document)
    named = (element.get(XSI_TYPE, "") for element in document.iter())
    etree.cleanup_namespaces(document, keep_ns_prefixes=[name.rpartition(":")[0] for name in named if ":" in name])
    return etree.tostring(document, pretty_print=True, encoding="unicode").encode()  # names have no references
