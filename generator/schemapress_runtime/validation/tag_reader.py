"""The second pass: the tags of a document one after another against the content models, with no tree in between.

The reader is given an admitted text (`xml/plain_text.py`): tags and text, nothing else. It splits the text at each `<`,
so that a piece is one tag with the text behind it:

    <order><id>7</id><note/></order>
    order>   id>7   /id>   note/>   /order>

A piece that begins with a slash is an end tag, and its place in a list of open elements says what follows. Any other
piece is a start tag, and the current `TagState` gives the `Step` that it means: whether children, a text or nothing
comes, what checks the text and makes its value, and the next state. Where a text comes, the reader takes the next piece
as well, which has to be the end tag. So each element of a message costs one look-up and one check.

The reader takes only what it can prove to be well-formed and valid. It gives up on all the rest, valid or not, which is
then parsed and walked over.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..binding.class_binder import Binder
from ..binding.slot import Slot, Values
from ..binding.table_decoder import Binders
from ..limits import MAX_DEPTH, MAX_NAMESPACE_DECLARATIONS
from ..verdict import GiveUp, Verdict
from ..xml.plain_text import LESS_THAN, PROLOG
from ..xsd.components import BasicTerm, Declarations
from ..xsd.content_model import ContentModel, TooManyConfigurations
from ..xsd.model_tree import ModelNode
from ..xsd.simple_type import identifiers_agree
from .key_collector import KeyCollector
from .step import NotedEnd
from .tag_state import CutTag, NamespaceScopes, TagState, cut_behind_tag

_LOG = logging.getLogger(__name__)

_PROLOG = re.compile(PROLOG + "<")

_MAX_HOLDERS = MAX_DEPTH - 2
"""Elements with children that may be open when one more begins: it and its children are two more levels."""

_SPACE = " \t\n"
"""The white space of an admitted text, whose line ends are normalized."""

_WITH_TEXT = "+"
"""Marks an end tag that text follows. No end tag begins with it, for all begin with a slash."""

_PAUSE = "/\0"
"""Stands before the pieces of a further part of a document: there the reader pauses. No text has its last character."""

_PAUSE_BEFORE_LESS_THAN = "/\0<"
"""The same where the part has a `<` as text."""

_BEHIND_PAUSES = "/\1"
"""Less than all end tags, and more than the pauses."""

_SPLIT_AT_ONCE = 4_096
"""Characters of a document that are split at once."""

_KEPT_ENDS = 4_096
"""End tags that are remembered, each with the white space behind it."""

_LONGEST_KEPT = 200
"""Characters of an end tag and the white space behind it that are remembered."""


Reading = Generator[list[Values], None, Any]  # an object of the classes, if there is a binder
"""Reads a document; yields where it pauses, and returns the object."""


class _Ends(dict[str, str]):
    """For each text between two `<`, the end tag at its start; marked if text follows the tag."""

    def __missing__(self, piece: str) -> str:
        tag, text = piece.split(">", 1)
        tag = tag.rstrip(_SPACE)
        if text.strip(_SPACE):
            return _WITH_TEXT + tag
        if len(piece) <= _LONGEST_KEPT and len(self) < _KEPT_ENDS:
            self[piece] = tag
        return tag


class TagReader:
    """Reads documents against the declarations of one schema."""

    def __init__(self, declarations: Declarations) -> None:
        root: ModelNode[BasicTerm] = ModelNode("element", 1, 1, declarations=declarations.elements)
        self._model = ContentModel(root)
        self._scopes = NamespaceScopes(declarations)
        self._ends = _Ends()
        self._declarations = declarations

    def validate(self, text: str) -> Verdict:
        """Return whether an admitted text is a valid document: VALID, or UNSURE where the reader gives up."""
        try:
            self.read(text)
        except GiveUp as reason:
            _LOG.debug("the tag reader gave up: %s", reason)
            return Verdict.UNSURE
        return Verdict.VALID

    def bind(self, text: str, binders: Binders, classes: Mapping[str, type]) -> Any:  # an object of the classes
        """Return the object of an admitted text; `classes` are those of the root elements, by their tags.

        Raises:
            GiveUp: the document is not valid, or not certainly.
            Unbindable: it is valid as far as it was read, and only xsdata itself can bind it.
        """
        return self.read(text, binders.document(classes))

    def read(self, document: str, binder: Binder | None = None) -> Any:  # the object of the binder; None without one
        """Read a valid document, and return its object where there is a binder.

        Raises:
            GiveUp: the document is not valid, or not certainly; or, as Unbindable, the binder can't make its object.
        """
        if document.count("xmlns") > MAX_NAMESPACE_DECLARATIONS:  # each of which may need a parser
            raise GiveUp("the document may have too many namespaces")
        pieces = chain.from_iterable(_split(document, _end_of_prolog(document)))
        return _finish(self._read(pieces, binder, has_less_than=LESS_THAN in document))

    def read_parts(self, parts: Iterable[str], binder: Binder | None = None) -> Reading:
        """Read a valid document that is there in parts, each but the first from a start tag on; pause between them.

        Yields:
            The values of the open elements, outermost first.

        Returns:
            The object of the document where there is a binder.

        Raises:
            GiveUp: as `read` does.
        """
        remaining = iter(parts)
        first = next(remaining)
        pieces = chain.from_iterable(_split_parts(first, _end_of_prolog(first), remaining))
        return self._read(pieces, binder, has_less_than=LESS_THAN in first)

    def bind_parts(self, parts: Iterable[str], binder: Binder | None) -> Any:  # an object of the classes
        """Return the object of a document that is there in parts, as `read` does of a text."""
        return _finish(self.read_parts(parts, binder))

    def validate_parts(self, parts: Iterable[str]) -> Verdict:
        """Return whether a document that is there in parts is valid, as `validate` does."""
        try:
            self.bind_parts(parts, None)
        except GiveUp as reason:
            _LOG.debug("the tag reader gave up: %s", reason)
            return Verdict.UNSURE
        return Verdict.VALID

    def _read(self, pieces: Iterator[str], binder: Binder | None, *, has_less_than: bool) -> Reading:
        ends = self._ends
        state = self._scopes.outermost.state(self._model.start, binder)
        # the open elements with children: the state behind, the end tag, the field, the values
        opened: list[tuple[TagState, str | NotedEnd, Slot | None, dict[str, Any]]] = []
        values: dict[str, Any] = {}  # those of the innermost open element, by the names of fields
        collector = KeyCollector(self._scopes.plans)
        try:
            for piece in pieces:
                if piece[0] == "/":
                    if piece < _BEHIND_PAUSES:
                        if piece == "/":
                            raise GiveUp("an end tag has no name")
                        has_less_than = piece == _PAUSE_BEFORE_LESS_THAN
                        yield [*[around for *_, around in opened], values]
                        continue
                    if not state.accepts:
                        raise GiveUp("an element is not complete")
                    state, ending, slot, outer = opened.pop()
                    closed = ends[piece]
                    is_followed = closed != ending
                    if is_followed and isinstance(ending, NotedEnd):
                        collector.close()
                        (ending,) = ending
                        is_followed = closed != ending
                    if is_followed and not (state.mixed and closed == f"{_WITH_TEXT}{ending}"):
                        raise GiveUp("an end tag is another one, or text follows it")
                    if slot is not None:
                        assert slot.binder is not None
                        value = slot.binder.make(**values)
                        if slot.binder.may_remember:
                            slot.binder.remember_order(value, values)
                        slot.put(outer, value)
                    values = outer
                    if is_followed and state.put_text is not None:
                        state.put_text(values, _text_behind(piece))
                    continue
                head, text = piece.split(">", 1)
                try:
                    step = state[head]
                except CutTag:
                    head, text = cut_behind_tag(piece)
                    step = state[head]
                if has_less_than:
                    text = text.replace(LESS_THAN, "<")
                inside, is_empty, check, after, end, slot, name, make, rare, noted = step
                if inside is not None:
                    if (text.strip(_SPACE) and not inside.mixed) or len(opened) >= _MAX_HOLDERS:
                        raise GiveUp("text stands before children, or the document is too deep")
                    if noted is not None and collector.open(noted, None, len(opened)):
                        opened.append((after, NotedEnd(end), slot, values))
                    else:
                        opened.append((after, end, slot, values))
                    if slot is not None:
                        values = make("")
                        if text and inside.put_text is not None:
                            inside.put_text(values, text)
                    state = inside
                    continue
                behind = ""
                if is_empty:
                    if text.strip(_SPACE):
                        if not state.mixed:
                            raise GiveUp("text stands among children")
                        behind = text
                    text = ""
                else:
                    if check is not None and not check(text):
                        if rare is None or not rare.accepts(text):
                            raise GiveUp("a text is not valid")
                        make = rare.make or make
                    piece = next(pieces, "")
                    closed = ends[piece]
                    if closed != end:
                        if not (state.mixed and closed == _WITH_TEXT + end):
                            raise GiveUp("an end tag is another one, or text follows it")
                        behind = _text_behind(piece)
                if noted is not None:
                    collector.open(noted, text, len(opened))
                if name is not None and name not in values:
                    values[name] = make(text)
                elif slot is not None:
                    slot.put(values, make(text))
                if behind and state.put_text is not None:
                    state.put_text(values, behind)
                state = after
        except TooManyConfigurations:
            raise GiveUp("the children of an element can be counted in too many ways") from None
        except (
            IndexError,
            ValueError,
            TypeError,
        ):  # of what is not as it is looked for: a piece without `>`, one end tag too many; or a class refuses a value
            raise GiveUp("the tags of the document are not in the usual form, or a class refuses a value") from None
        if opened or not state.accepts or not identifiers_agree(collector.identified):
            raise GiveUp("the document is not complete, or its identifiers and references do not agree")
        return None if binder is None else values.get("")


def _end_of_prolog(document: str) -> int:
    """Return where the root element of a document begins.

    Raises:
        GiveUp: the document does not begin in the usual form.
    """
    prolog = _PROLOG.match(document)
    if prolog is None:
        raise GiveUp("the document does not begin in the usual form")
    return prolog.end()


def _split(document: str, position: int) -> Iterator[list[str]]:
    """Yield the pieces of a document from a position on, a list of them after another: all take several times of it."""
    while (end := document.find("<", position + _SPLIT_AT_ONCE)) >= 0:
        yield document[position:end].split("<")
        position = end + 1
    yield document[position:].split("<")


def _split_parts(first: str, position: int, parts: Iterator[str]) -> Iterator[list[str]]:
    """Yield the pieces of each part of a document; a pause stands before those of each but the first."""
    yield from _split(first, position)
    for part in parts:
        pieces = part.split("<")
        pieces[0] = _PAUSE_BEFORE_LESS_THAN if LESS_THAN in part else _PAUSE  # in the place of what is before the tag
        del part
        yield pieces


def _finish(reading: Reading) -> Any:  # what it returns
    """Return what a reading without further pauses returns."""
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def _text_behind(piece: str) -> str:
    """Return the text behind an end tag."""
    return piece.split(">", 1)[1].replace(LESS_THAN, "<")
