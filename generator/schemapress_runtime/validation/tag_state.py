"""What a start tag means where it stands, worked out once and remembered.

The reader sees a start tag as the text between `<` and `>`. In one state of a content model, and with the
same namespaces in scope, that text always means the same: the second time, a dictionary has the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from ..binding.table_decoder import Binder, CompoundSlot, Slot, Unbindable
from ..limits import MAX_ATTRIBUTES, MAX_NAMESPACE_DECLARATIONS, MAX_NAMESPACE_LENGTH, DocumentLimits
from ..xml.document import XSI_TYPE, Element, attributes_of
from ..xsd.components import UNCHECKED, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import State
from ..xsd.particle import Particle, interleaved
from ..xsd.primitive import accept_any
from ..xsd.simple_type import Identifier, QuickCheck, SimpleType
from ..xsd.wildcard import Wildcard
from .findings import TooManyProblems
from .opened_element import GivenUp, Make, OpenedElement
from .start_tag import StartTags

_KEPT_TAGS = 512
_KEPT_STATES = 4_096
_KEPT_SCOPES = 64
_LONGEST_KEPT = 300

_ATTRIBUTE = re.compile(r"[ \t\n]++([^ \t\n<>/=\"'&]++)[ \t\n]*+=[ \t\n]*+(?:\"([^\"<>]*+)\"|'([^'<>]*+)')")
_NORMALIZED = frozenset("&\t\n")
"""What makes the value of an attribute another text than is written (XML 1.0 §3.3.3)."""

_NAME = r"[^ \t\n<>/=\"'&:?!]++"
_HEAD = re.compile(rf"({_NAME}(?::{_NAME})?)" r"((?:[ \t\n](?:[^<>\"'&/]|\"[^\"<>]*+\"|'[^'<>]*+')*+)?)(/?)")

_NO_PROBLEM = DocumentLimits(problems=0)

Governing = tuple[ElementDeclaration, SimpleType | ComplexType]


@dataclass(slots=True)
class Notes:
    """What only a whole document can tell of: its identifiers and references, and what governs each element."""

    identified: list[tuple[Identifier, str]] = field(default_factory=list)
    governing: list[Governing] = field(default_factory=list)


class Step(NamedTuple):
    """What follows from a start tag.

    `inside` is the state in which an element with children begins, None for one with a text, which `check`
    finds valid or not (without it, any text is); `is_empty` says that the tag was also the end tag, and all is
    decided. `after` is the state behind the element, `end` its end tag. `slot` is the field that it is bound to,
    `name` that field's where it holds one value, and `make` makes the value of a text, or the values of the attributes
    where there are children. `note` takes note of the element and a text, where a document of this schema needs it.
    """

    inside: TagState | None
    is_empty: bool
    check: QuickCheck | None
    after: TagState
    end: str
    slot: Slot | None
    name: str | None
    make: Make
    note: Callable[[str, Notes], None] | None


class TagState(dict[str, Step]):
    """A state of a content model, with the namespaces in scope and the class that is bound."""

    __slots__ = ("accepts", "binder", "mixed", "model", "scope")

    def __init__(
        self, scope: Scope, model: State[ElementDeclaration | Wildcard], binder: Binder | None, *, mixed: bool
    ) -> None:
        self.scope = scope
        self.model = model
        self.accepts = model.accepts
        self.binder = binder
        self.mixed = mixed

    def __missing__(self, head: str) -> Step:
        step = self.scope.step(self, head)
        if len(head) <= _LONGEST_KEPT and len(self) < _KEPT_TAGS:
            self[head] = step
        return step


def _tags_in_order(root: Particle[ElementDeclaration | Wildcard]) -> Iterator[str]:
    """Yield the tags of a content model, each as often as it is there; those of an all-group in both directions."""
    leaves = list(root.leaves())
    for leaf in (*leaves, *reversed(leaves)) if root.kind == "all" else leaves:
        yield from leaf.declarations


class Scope:
    """The namespaces in scope, by their prefixes, and the states that were met with them."""

    def __init__(self, nsmap: Mapping[str | None, str], scopes: Scopes) -> None:
        self.nsmap = nsmap
        self._scopes = scopes
        self._declarations = scopes.declarations
        self._states: dict[tuple[int, int], TagState] = {}
        written = (f'xmlns:{prefix}="{uri}"' if prefix else f'xmlns="{uri}"' for prefix, uri in nsmap.items())
        self._around = f"<_ {' '.join(written)}>"

    def state(
        self, model: State[ElementDeclaration | Wildcard], binder: Binder | None = None, *, mixed: bool = False
    ) -> TagState:
        """Return a state of a content model, the same one for the same while it is remembered."""
        key = (id(model), id(binder))
        known = self._states.get(key)
        if known is None:
            if len(self._states) >= _KEPT_STATES:
                self._states.clear()
            known = self._states[key] = TagState(self, model, binder, mixed=mixed)
        return known

    def step(self, state: TagState, head: str) -> Step:
        """Return what follows from a start tag.

        Raises:
            GivenUp: the element is not valid, or only the walk can tell.
            Unbindable: only xsdata itself can bind it.
        """
        match = _HEAD.fullmatch(head)
        if match is None:
            raise GivenUp
        name, written, slash = match.groups()
        if written.count("=") > MAX_ATTRIBUTES:
            raise GivenUp
        attributes = self._plain_attributes(written)
        element = self._parse(name, written) if attributes is None else None
        tag = self._expand(name) if element is None else str(element.tag)
        found = state.model[tag]
        if found is None:
            raise GivenUp
        declared = found[1]
        if element is None and (isinstance(declared, Wildcard) or not _surely_admits(declared, attributes or {})):
            element = self._parse(name, written)
        scope = self
        if element is None and not isinstance(declared, Wildcard):
            opened = OpenedElement(self, declared.type, attributes or {}, declared)
        else:
            assert element is not None
            scope = self._scopes.of(element.nsmap)
            opened = self._opened(element, declared, scope)
        after = self.state(found[0], state.binder, mixed=state.mixed)
        slot = None if state.binder is None else opened.slot(state.binder, tag)
        return scope._follow(opened, after, f"/{name}", slot, is_empty=bool(slash))

    def _follow(self, opened: OpenedElement, after: TagState, end: str, slot: Slot | None, *, is_empty: bool) -> Step:
        """Return what follows from the start tag of an element, inside of which this is the scope."""
        model, note = opened.model, self._note(opened)
        is_put = slot is None or slot.is_list or not slot.init or isinstance(slot, CompoundSlot)
        name = None if slot is None or is_put else slot.name
        if model is None:
            check, make = opened.text(slot)
            if is_empty and not check(""):
                raise GivenUp
            return Step(None, is_empty, None if check is accept_any else check, after, end, slot, name, make, note)
        if opened.declaration.fixed is not None or (is_empty and not model.start.accepts):
            raise GivenUp
        assert isinstance(opened.type, ComplexType)
        inside = (
            None
            if is_empty
            else self.state(model.start, None if slot is None else slot.binder, mixed=opened.type.mixed)
        )
        if slot is None:
            return Step(inside, is_empty, None, after, end, slot, name, lambda _: None, note)
        if slot.binder is None:
            raise Unbindable
        binder = slot.binder
        binder.learn_order(_tags_in_order(model.root), interleaved(model.root))
        if binder.interleaves:  # which only a tree has room for
            raise Unbindable
        values, make_object = opened.attribute_values(binder), binder.make
        make = (lambda _: make_object(**values())) if is_empty else lambda _: values()
        return Step(inside, is_empty, None, after, end, slot, name, make, note)

    def _note(self, opened: OpenedElement) -> Callable[[str, Notes], None] | None:
        """Return what takes note of an element, where a whole document needs it."""
        identify, governing = opened.identify(), (opened.declaration, opened.type)
        if self._declarations.has_constraints:

            def note(text: str, notes: Notes) -> None:
                notes.governing.append(governing)
                if identify is not None:
                    notes.identified.extend(identify(text))

            return note
        if identify is None:
            return None
        return lambda text, notes: notes.identified.extend(identify(text))

    def _opened(self, element: Element, declared: ElementDeclaration | Wildcard, scope: Scope) -> OpenedElement:
        """Validate a start tag as the walk does."""
        attributes = attributes_of(element)
        if isinstance(declared, Wildcard):
            admitted = self._declarations.admitted(str(element.tag), declared, has_type=XSI_TYPE in attributes)
            if admitted is None:
                raise GivenUp
            declared = admitted
        if declared.type is UNCHECKED:
            return OpenedElement(scope, UNCHECKED, attributes, declared)
        tags = StartTags(self._declarations, limits=_NO_PROBLEM)
        try:
            type_, nil = tags.start_tag(element, declared)
        except TooManyProblems:
            raise GivenUp from None
        identifiers: tuple[tuple[Identifier, str], ...] = tuple(("ID", name) for name in tags.identifiers)
        references: tuple[tuple[Identifier, str], ...] = tuple(("IDREF", name) for *_, name in tags.references)
        return OpenedElement(scope, type_, attributes, declared, nil, identifiers + references)

    def _plain_attributes(self, written: str) -> dict[str, str] | None:
        """Return attributes without prefixes by their names, or None where there are others."""
        if not written.strip(" \t\n"):
            return {}
        found: dict[str, str] = {}
        position = 0
        while (match := _ATTRIBUTE.match(written, position)) is not None:
            name, double, single = match.groups()
            value = double or single or ""
            if ":" in name or name == "xmlns" or name in found or not _NORMALIZED.isdisjoint(value):
                return None
            found[name] = value
            position = match.end()
        if written[position:].strip(" \t\n"):
            raise GivenUp
        return found

    def _expand(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        namespace = self.nsmap.get(prefix or None)
        if namespace is None and prefix:
            raise GivenUp
        return f"{{{namespace}}}{local}" if namespace else local

    def _parse(self, name: str, written: str) -> Element:
        """Return an element without content, its attributes as a parser has them."""
        try:
            return etree.fromstring(f"{self._around}<{name}{written}/></_>", self._scopes.parser)[0]
        except (etree.XMLSyntaxError, ValueError):
            raise GivenUp from None


class Scopes:
    """The scopes of the documents that were read against one schema."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.outermost = Scope({}, self)
        self._known: dict[tuple[tuple[str | None, str], ...], Scope] = {}

    def of(self, nsmap: Mapping[str | None, str]) -> Scope:
        """Return the scope for namespaces, the same one for the same while it is remembered."""
        if len(nsmap) > MAX_NAMESPACE_DECLARATIONS or any(len(uri) > MAX_NAMESPACE_LENGTH for uri in nsmap.values()):
            raise GivenUp
        key = tuple(sorted(nsmap.items(), key=lambda item: item[0] or ""))
        known = self._known.get(key)
        if known is None:
            if any(uri is None or '"' in uri or "&" in uri or "<" in uri for uri in nsmap.values()):
                raise GivenUp
            if len(self._known) >= _KEPT_SCOPES:
                self._known.clear()
            known = self._known[key] = Scope(dict(nsmap), self)
        return known


def _surely_admits(declaration: ElementDeclaration, attributes: Mapping[str, str]) -> bool:
    """Whether a start tag is certainly valid, and says nothing beyond its attributes."""
    if declaration.abstract or (isinstance(declaration.type, ComplexType) and not declaration.type.is_plain):
        return False
    return declaration.admits(attributes, tuple(attributes))
