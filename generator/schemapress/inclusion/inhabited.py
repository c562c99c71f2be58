"""The types that have a valid element: abstract types have none, nor do types that must contain themselves."""

from __future__ import annotations

from collections.abc import Iterable

from schemapress_runtime.xsd.components import BasicTerm, ComplexType, Declarations, ElementDeclaration, is_derived_from
from schemapress_runtime.xsd.content_model import State
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

MOST_SEARCHED_STATES = 20_000
"""States of a content model after which it counts as inhabited."""


class InhabitedTypes:
    """Finds the types that have a valid element, in rounds, until a round finds no more."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._types: dict[int, ComplexType] = {}
        self._inhabited: set[int] = set()
        self._collect(declaration.type for declaration in declarations.elements.values())
        self._collect(declarations.types.values())
        waiting = list(self._types.values())
        while True:
            rest = [type_ for type_ in waiting if not self._has_content(type_)]
            self._inhabited.update(id(type_) for type_ in waiting if type_ not in rest)
            if len(rest) == len(waiting):
                return
            waiting = rest

    def has_element(self, declaration: ElementDeclaration) -> bool:
        """Whether a declaration has a valid element."""
        if declaration.abstract:
            return False
        if isinstance(declaration.type, SimpleType) or self._is_inhabited(declaration.type):
            return True
        return any(
            isinstance(other, SimpleType) or self._is_inhabited(other)
            for other in self._declarations.types.values()
            if is_derived_from(other, declaration.type, declaration.blocked)
        )

    def _is_inhabited(self, type_: ComplexType) -> bool:
        return not type_.abstract and id(type_) in self._inhabited

    def _collect(self, types: Iterable[SimpleType | ComplexType]) -> None:
        waiting = list(types)
        while waiting:
            type_ = waiting.pop()
            if isinstance(type_, SimpleType) or id(type_) in self._types:
                continue
            self._types[id(type_)] = type_
            for leaf in type_.model.root.leaves() if type_.model is not None else ():
                waiting += [term.type for term in leaf.declarations.values() if isinstance(term, ElementDeclaration)]

    def _has_content(self, type_: ComplexType) -> bool:
        """Whether a content model accepts a sequence of children that are all known to have a valid element."""
        if type_.model is None or type_.model.start.accepts:
            return True
        waiting: list[State[BasicTerm]] = [type_.model.start]
        seen = {type_.model.start.configurations}
        while waiting and len(seen) < MOST_SEARCHED_STATES:
            state = waiting.pop()
            if state.accepts or state.wild:
                return True
            for tag in state.options:
                step = state[tag]
                if step is None or step[0].configurations in seen:
                    continue
                if isinstance(step[1], Wildcard) or self.has_element(step[1]):
                    seen.add(step[0].configurations)
                    waiting.append(step[0])
        return bool(waiting)
