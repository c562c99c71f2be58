"""The second pass: the tags of a document one after another against the content models, with no tree in between.

What the scanner does not take is read in this way where it is in the usual form. The reader takes only what
it can prove to be well-formed and valid; whatever it gives up, valid or not, is parsed and walked over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..binding.table_decoder import Binder, Binders, Slot, Unbindable
from ..limits import MAX_DEPTH, MAX_NAMESPACE_DECLARATIONS
from ..xml.document import Element, UnacceptableXML
from ..xml.plain_text import LESS_THAN, PROLOG
from ..xsd.components import Declarations, ElementDeclaration
from ..xsd.content_model import ContentModel, TooManyConfigurations
from ..xsd.particle import Particle
from ..xsd.simple_type import Identifier
from ..xsd.wildcard import Wildcard
from .identity import TooManySelected, TypedNodes, check_constraints, may_select
from .opened_element import GivenUp
from .tag_state import Governing, Notes, Scopes, TagState

_PROLOG = re.compile(PROLOG + "<")

_MAX_HOLDERS = MAX_DEPTH - 2
_SPACE = " \t\n"
_WITH_TEXT = "+"
_KEPT_ENDS = 4_096
_LONGEST_KEPT = 200


Parse = Callable[[], Element]
"""Gives the root of a document's tree, without comments and processing instructions."""


class _Ends(dict[str, str]):
    """For what stands between two `<`, the end tag that it begins with; marked where text follows the tag."""

    def __missing__(self, piece: str) -> str:
        tag, text = piece.split(">", 1)
        tag = tag.rstrip(_SPACE)
        if text.strip(_SPACE):
            return _WITH_TEXT + tag
        if len(piece) <= _LONGEST_KEPT and len(self) < _KEPT_ENDS:
            self[piece] = tag
        return tag


class Reader:
    """Reads documents against the declarations of one schema."""

    def __init__(self, declarations: Declarations) -> None:
        root: Particle[ElementDeclaration | Wildcard] = Particle("element", 1, 1, declarations=declarations.elements)
        self._model = ContentModel(root)
        self._scopes = Scopes(declarations)
        self._ends = _Ends()
        self._declarations = declarations

    def accepts(self, text: str, parse: Parse) -> bool:
        """Whether an admitted text is a valid document; False also where the reader gives up.

        `parse` gives the tree of the same document, which is asked for only if there are identity constraints.
        """
        return self._read(text, parse, None) is not None

    def bind(
        self, text: str, parse: Parse, binders: Binders, classes: Mapping[str, type]
    ) -> Any:  # an object of the classes
        """Return the object of an admitted text, or None where the reader gives up."""
        return self._read(text, parse, binders.document(classes))

    def _read(
        self, document: str, parse: Parse, binder: Binder | None
    ) -> Any:  # what the binder makes, or True without one
        has_less_than = LESS_THAN in document
        prolog = _PROLOG.match(document)
        if prolog is None or document.count("xmlns") > MAX_NAMESPACE_DECLARATIONS:  # which may all be in scope
            return None
        pieces = iter(document[prolog.end() :].split("<"))
        ends = self._ends
        state = self._scopes.outermost.state(self._model.start, binder)
        opened: list[tuple[TagState, str, Slot | None, dict[str, Any]]] = []
        values: dict[str, Any] = {}
        notes = Notes()
        try:
            for piece in pieces:
                if piece[0] == "/":
                    if not state.accepts:
                        return None
                    state, end, slot, outer = opened.pop()
                    closed = ends[piece]
                    if closed != end and not (state.mixed and closed == _WITH_TEXT + end):
                        return None
                    if slot is not None:
                        assert slot.binder is not None
                        value = slot.binder.make(**values)
                        if slot.binder.may_remember:
                            slot.binder.remember_order(value, values)
                        slot.put(outer, value)
                    values = outer
                    continue
                head, text = piece.split(">", 1)
                if has_less_than:
                    text = text.replace(LESS_THAN, "<")
                inside, is_empty, check, after, end, slot, name, make, note = state[head]
                if inside is not None:
                    if (text.strip(_SPACE) and not inside.mixed) or len(opened) >= _MAX_HOLDERS:
                        return None
                    if note is not None:
                        note("", notes)
                    opened.append((after, end, slot, values))
                    if slot is not None:
                        values = make("")
                    state = inside
                    continue
                if is_empty:
                    if text.strip(_SPACE) and not state.mixed:
                        return None
                    text = ""
                else:
                    if check is not None and not check(text):
                        return None
                    closed = ends[next(pieces, "")]
                    if closed != end and not (state.mixed and closed == _WITH_TEXT + end):
                        return None
                if note is not None:
                    note(text, notes)
                if name is not None and name not in values:
                    values[name] = make(text)
                elif slot is not None:
                    slot.put(values, make(text))
                state = after
        except (GivenUp, Unbindable, TooManyConfigurations, IndexError, ValueError):
            return None
        if opened or not state.accepts or not _agree(notes.identified):
            return None
        try:
            if self._declarations.has_constraints and not self._meets_constraints(parse, notes.governing):
                return None
        except UnacceptableXML:
            return None
        return True if binder is None else values[""]

    def _meets_constraints(self, parse: Parse, governing: list[Governing]) -> bool:
        """Whether a document meets its identity constraints, for which alone it is parsed."""
        tags = {declaration.name for declaration, _ in governing}
        constraints = (one for declaration, _ in governing for one in declaration.constraints)
        if not any(may_select(constraint, tags) for constraint in constraints):
            return True
        nodes = TypedNodes(self._declarations)
        for element, (declaration, type_) in zip(parse().iter("*"), governing, strict=True):
            nodes.record(element, declaration, type_)
        broken: list[object] = []
        try:
            check_constraints(nodes, lambda *problem: broken.append(problem))
        except TooManySelected:
            return False
        return not broken


def _agree(identified: list[tuple[Identifier, str]]) -> bool:
    """Whether each identifier is there once, and each that is referred to is there (§3.15.4)."""
    if not identified:
        return True
    identifiers = [name for kind, name in identified if kind == "ID"]
    referred = {name for kind, name in identified if kind == "IDREF"}
    known = set(identifiers)
    return len(known) == len(identifiers) and referred <= known and all(kind != "ENTITY" for kind, _ in identified)
