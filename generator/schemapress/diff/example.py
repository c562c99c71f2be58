"""Small valid elements of a schema, to be built into documents that show a difference."""

from __future__ import annotations

import copy
from collections import deque

from lxml import etree

from schemapress.diff.candidate import candidates
from schemapress.diff.content import representatives
from schemapress.diff.undecided import Undecided
from schemapress.diff.value_space import takes
from schemapress.runtime.content_model import ContentModel, State
from schemapress.runtime.declaration import ComplexType, Declarations, ElementDeclaration, derived_from
from schemapress.runtime.document import XSI, XSI_TYPE
from schemapress.runtime.simple_type import SimpleType
from schemapress.runtime.wildcard import Wildcard


class Examples:
    """Makes small valid elements by the declarations of one schema."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        named = enumerate(name for name in declarations.prefixes if name)
        self._prefixes = {name: declarations.prefixes[name] or f"n{number}" for number, name in named}
        self._elements: dict[int, tuple[ElementDeclaration, etree._Element]] = {}
        self._texts: dict[int, tuple[SimpleType, str]] = {}
        self._open: set[int] = set()

    def element(self, declaration: ElementDeclaration) -> etree._Element:
        """Return a new element that is valid of a declaration.

        Raises:
            Undecided: none was found.
        """
        known = self._elements.get(id(declaration))
        if known is None:
            if id(declaration) in self._open:
                raise Undecided(f"an example of {declaration.tag}: it holds itself")
            self._open.add(id(declaration))
            try:
                made = self.shell(declaration, self._type(declaration))
            finally:
                self._open.discard(id(declaration))
            known = self._elements[id(declaration)] = (declaration, made)
        return copy.deepcopy(known[1])

    def shell(
        self,
        declaration: ElementDeclaration,
        type_: SimpleType | ComplexType,
        children: list[etree._Element] | None = None,
    ) -> etree._Element:
        """Return an element of a type, with its required attributes, and these children or as few as it can have."""
        element = self._opened(declaration, type_)
        simple = type_ if isinstance(type_, SimpleType) else type_.simple
        if isinstance(type_, ComplexType):
            for name in type_.required_attributes:
                attribute = type_.attributes[name]
                element.set(name, self.text(attribute.type) if attribute.fixed is None else attribute.fixed)
        if simple is not None:
            element.text = self.text(simple) if declaration.fixed is None else declaration.fixed
        elif children is not None:
            element.extend(children)
        elif isinstance(type_, ComplexType) and type_.model is not None:
            element.extend(self._fewest(type_.model))
        return element

    def text(self, type_: SimpleType) -> str:
        """Return a short text that a type takes; one that shows, where there is one.

        Raises:
            Undecided: none was found.
        """
        known = self._texts.get(id(type_))
        if known is None:
            found = [text for text in candidates(type_, type_) if takes(type_, text)]
            if not found:
                raise Undecided(f"an example of simple type {type_.name}")
            known = (type_, min(found, key=lambda text: (not text.strip(), len(text), text)))
            self._texts[id(type_)] = known
        return known[1]

    def child(self, tag: str, declaration: ElementDeclaration | Wildcard) -> etree._Element:
        """Return a new element for a child that a content model takes."""
        if isinstance(declaration, Wildcard):
            admitted = self._declarations.admitted(tag, declaration, has_type=False)
            if admitted is None:
                raise Undecided(f"an example of {tag}: it is not declared")
            if admitted.tag not in self._declarations.elements:
                return etree.Element(tag, nsmap=self._nsmap)
            declaration = admitted
        return self.element(declaration)

    def children(
        self, model: ContentModel[ElementDeclaration | Wildcard], tags: tuple[str, ...]
    ) -> list[etree._Element]:
        """Return new elements for a sequence of tags that a content model accepts."""
        found = []
        state = model.start
        for tag in tags:
            step = state[tag]
            assert step is not None
            found.append(self.child(tag, step[1]))
            state = step[0]
        return found

    @property
    def _nsmap(self) -> dict[str, str]:
        """The prefixes that every element is made with, so that they stay when elements come together."""
        return {"xsi": XSI, **{prefix: namespace for namespace, prefix in self._prefixes.items()}}

    def _opened(self, declaration: ElementDeclaration, type_: SimpleType | ComplexType) -> etree._Element:
        """Return an empty element, which names its type by `xsi:type` where that is not the declared one."""
        element = etree.Element(declaration.tag, nsmap=self._nsmap)
        if type_ is not declaration.type:
            name = next(name for name, one in self._declarations.types.items() if one is type_)
            namespace, _, local = name.rpartition("}")
            element.set(XSI_TYPE, f"{self._prefixes[namespace[1:]]}:{local}" if namespace else local)
        return element

    def _type(self, declaration: ElementDeclaration) -> SimpleType | ComplexType:
        """Return the type of a declaration, or, where that is abstract, one that is derived from it."""
        type_ = declaration.type
        if isinstance(type_, ComplexType) and type_.abstract:
            for other in self._declarations.types.values():
                if isinstance(other, ComplexType) and not other.abstract and may_stand_for(other, declaration):
                    return other
        if declaration.abstract or (isinstance(type_, ComplexType) and type_.abstract):
            raise Undecided(f"an example of {declaration.tag}: it is abstract")
        return type_

    def _fewest(self, model: ContentModel[ElementDeclaration | Wildcard]) -> list[etree._Element]:
        """Return the fewest children that a content model accepts, of those that an example can be made of."""
        waiting: deque[tuple[State[ElementDeclaration | Wildcard], list[etree._Element]]] = deque([(model.start, [])])
        seen = {model.start.configurations}
        while waiting:
            state, found = waiting.popleft()
            if state.accepts:
                return copy.deepcopy(found)
            for tag in (*state.options, *(representatives([], []) if state.wild else ())):
                step = state[tag]
                if step is None or step[0].configurations in seen:
                    continue
                try:
                    child = self.child(tag, step[1])
                except Undecided:
                    continue
                seen.add(step[0].configurations)
                waiting.append((step[0], [*found, child]))
        raise Undecided("an example of a content model: it holds itself")


def may_stand_for(type_: SimpleType | ComplexType, declaration: ElementDeclaration) -> bool:
    """Whether `xsi:type` may name a type for an element (XSD 1.0 Part 1 §3.3.4 clause 4.3)."""
    return derived_from(type_, declaration.type, declaration.blocked)


def serialized(document: etree._Element) -> bytes:
    """Return a document with line breaks and without the prefixes that it does not use."""
    document = copy.deepcopy(document)
    named = (element.get(XSI_TYPE, "") for element in document.iter())
    etree.cleanup_namespaces(document, keep_ns_prefixes=[name.rpartition(":")[0] for name in named if ":" in name])
    return etree.tostring(document, pretty_print=True)
