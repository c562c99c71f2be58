"""Repairs a document written from an object whose class can't express a requirement of the schema.

- The fields of a class have one order. Where exclusive branches of a choice have the same elements in different orders,
  it is that of some branches only. An object for another branch has its elements written in an order that the schema
  refuses, though there is one that it accepts.
- A list of tokens that is empty may be an element or an attribute without any, or none at all. Where the schema needs
  one, it is that.
- An element in mixed content has no text, whether it is nil or empty. Where it can't be empty, it is nil.
- A text may be a name with its prefix, which has to be declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..limits import DocumentLimits
from ..validation.problems import Problems
from ..validation.recovery import PendingElement
from ..validation.start_tag import StartTags
from ..validation.tree_walk import Walk
from ..xml.document import XSI_NIL, Element, attributes_of
from ..xsd.components import BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import Budget, ContentModel, State, TooManyConfigurations
from ..xsd.model_tree import Declaration
from ..xsd.simple_type import InvalidValue, SimpleType

_Model = ContentModel[BasicTerm]

_MOST_DEAD_ENDS = 10_000
"""Most steps that the searches for the orders of one document may take back; without it, as many as permutations."""


def repair(
    root: Element, declarations: Declarations, limits: DocumentLimits, namespaces: Mapping[str, str]
) -> Element | None:
    """Repair a document, and return its root, or None where there is nothing to repair.

    `namespaces` are those that a text may name by their prefixes.

    Elements of one name stay in their order, and so do all others as far as their content model allows; the order of
    mixed content is left alone.
    """
    walk = _RepairingWalk(declarations, limits)
    walk.validate_document(root)
    undeclared = walk.changes.undeclared
    missing = {prefix: namespaces[prefix] for prefix in sorted(undeclared) if prefix in namespaces}
    if missing:
        return _add_declarations(root, missing)
    return root if walk.changes.changed else None


def _add_declarations(root: Element, missing: Mapping[str, str]) -> Element:
    """Return a root element that declares some prefixes more."""
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    declared: dict[Any, str] = {**root.nsmap, **missing}  # the stubs know no None, the default namespace
    made = etree.Element(root.tag, attributes, nsmap=declared)
    made.text = root.text
    made.extend(list(root))
    return made


@dataclass(slots=True)
class _Changes:
    """The state of a repair: whether it changed the document, and the undeclared prefixes of names in its texts."""

    changed: bool = False
    undeclared: set[str] = field(default_factory=set)

    def note_prefixes(self, element: Element, text: str | None, type_: SimpleType) -> None:
        """Take note of the prefixes of names in a text that are not declared."""
        if text and ":" in text and type_.needs_namespaces:
            prefixes = (token.partition(":")[0] for token in text.split() if ":" in token)
            self.undeclared.update(prefix for prefix in prefixes if prefix not in element.nsmap)


class _RepairingStartTags(StartTags):
    """Repairs the attributes of each element before it looks at them."""

    def __init__(self, declarations: Declarations, problems: Problems, changes: _Changes) -> None:
        super().__init__(declarations, problems)
        self._changes = changes

    def validate_attributes(self, element: Element, type_: ComplexType, attributes: Mapping[str, str]) -> None:
        for name in type_.required_attributes:
            if name not in attributes and _may_be_no_items(type_.attributes[name].type):
                element.set(name, "")
                self._changes.changed = True
        for name, text in attributes_of(element).items():
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._changes.note_prefixes(element, text, attribute.type)
        super().validate_attributes(element, type_, attributes_of(element))


class _RepairingWalk(Walk):
    """A walk that repairs each element before it looks at it."""

    def __init__(self, declarations: Declarations, limits: DocumentLimits) -> None:
        super().__init__(declarations, limits=limits)
        self.changes = _Changes()
        self.start_tags = _RepairingStartTags(declarations, self.problems, self.changes)
        self._dead_ends = Budget(_MOST_DEAD_ENDS)

    def _visit_text(self, element: Element, type_: SimpleType, declaration: ElementDeclaration) -> None:
        self.changes.note_prefixes(element, element.text, type_)
        if not element.text and declaration.nillable and not type_.accepts("", {}):
            element.set(XSI_NIL, "true")
            self.changes.changed = True
        else:
            super()._visit_text(element, type_, declaration)

    def _visit_children(self, element: Element, type_: ComplexType) -> list[PendingElement]:
        if not type_.mixed:
            with suppress(TooManyConfigurations):
                arranged = self._arrange(element, self.model(type_))
                if arranged is not None and arranged != list(element):
                    element[:] = arranged
                    self.changes.changed = True
        return super()._visit_children(element, type_)

    def _arrange(self, element: Element, model: _Model) -> list[Element] | None:
        """Return the children in an order that a content model accepts; None where there is none."""
        children = list(element)
        order = find_accepted_order(model, [str(child.tag) for child in children], self._dead_ends)
        return self._add_empty_lists(element, model) if order is None else [children[index] for index in order]

    def _add_empty_lists(self, element: Element, model: _Model) -> list[Element] | None:
        """Return the children with those that are missing between them, if these are lists, which may be empty."""
        state, children = model.start, []
        for child in (*element, None):
            tag = None if child is None else str(child.tag)
            if (state.accepts if tag is None else state[tag] is not None) is False:
                for _, missing in model.path(state, tag) or ():
                    step = state[missing]
                    declared = None if step is None else step[1]
                    if step is None or not isinstance(declared, ElementDeclaration):
                        return None
                    if not isinstance(declared.type, SimpleType) or not _may_be_no_items(declared.type):
                        return None
                    children.append(etree.Element(missing))
                    state = step[0]
            if child is not None and tag is not None:
                step = state[tag]
                if step is None:
                    return None
                children.append(child)
                state = step[0]
        return children


def _may_be_no_items(type_: SimpleType) -> bool:
    """Whether a text of a type may be a list without items."""
    try:
        return type_.parse("", {}) == []
    except InvalidValue:
        return False


def find_accepted_order(model: ContentModel[Declaration], tags: Sequence[str], dead_ends: Budget) -> list[int] | None:
    """Return the indices of children with the given tags in an order that a content model accepts.

    Children with one tag stay in their order. Returns None where there is no such order, or none was found before the
    budget was spent, of which each step that is taken back takes one.

    Raises:
        TooManyConfigurations: the counters of the model are in too many combinations.
    """
    places: dict[str, list[int]] = {}
    for index, tag in enumerate(tags):
        places.setdefault(tag, []).append(index)
    taken: dict[str, int] = dict.fromkeys(places, 0)
    tried: set[tuple[object, ...]] = set()
    way: list[str] = []
    waiting = [(model.start, _next(model.start, places, taken))]
    while waiting:
        state, options = waiting[-1]
        if len(way) == len(tags) and state.accepts:
            return _indices(way, places)
        step = next(options, None)
        if step is None:
            if not dead_ends.spend(0):
                return None
            waiting.pop()
            if way:
                taken[way.pop()] -= 1
            continue
        name, after = step
        taken[name] += 1
        reached = (after.configurations, *taken.values())
        if reached in tried:
            taken[name] -= 1
            continue
        tried.add(reached)
        way.append(name)
        waiting.append((after, _next(after, places, dict(taken))))
    return None


def _next(
    state: State[Declaration], places: Mapping[str, Sequence[int]], taken: Mapping[str, int]
) -> Iterator[tuple[str, State[Declaration]]]:
    """Yield the tags that may come next, with the states that they lead to; first those that came first."""
    left = ((places[name][number], name) for name, number in taken.items() if number < len(places[name]))
    for _, name in sorted(left):
        step = state[name]
        if step is not None:
            yield name, step[0]


def _indices(way: Iterable[str], places: Mapping[str, Sequence[int]]) -> list[int]:
    left = {name: iter(indices) for name, indices in places.items()}
    return [next(left[name]) for name in way]
