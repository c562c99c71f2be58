"""Documents larger than memory: one repeated element after another, the document validated around them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import NoneType
from typing import IO, Any

from lxml import etree

from ..binding.class_binder import NO_FACTS, Binder, InstanceFacts
from ..binding.slot import InScope, Slot, Values
from ..names import local_name
from ..report.problem import InvalidDocument, Report
from ..validation.locate import locate_in_stream
from ..validation.recovery import note_misplaced, note_missing_at_end
from ..validation.streamed_keys import BrokenInStream, StreamedKeys
from ..validation.tree_walk import Walk
from ..validation.validator import Validator
from ..verdict import GiveUp, Unbindable
from ..xml.document import (
    XML_SPACE,
    XSI_NIL,
    XSI_TYPE,
    Element,
    UnacceptableXML,
    forget,
    has_doctype,
    iterate_tags,
    word_doctype,
    word_no_xml,
    word_syntax_error,
)
from ..xml.file_source import FileSource, is_seekable, open_source
from ..xml.text_parts import admit_parts
from ..xsd.components import BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import State, TooManyConfigurations
from .general_decoder import bind_tree
from .messages import Messages

Source = FileSource
"""The name under which packages that were built before import it."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    """An open element that may hold the requested elements: it is validated as its children arrive."""

    element: Element
    type_: ComplexType
    state: State[BasicTerm]
    class_: type | None


def iter_decode_stream(
    source: FileSource, wanted: str, validator: Validator, messages: Messages[Any]
) -> Iterator[Any]:  # the class of what is yielded depends on the element that is asked for
    """Yield the object of each element `wanted` while the document is read.

    The elements around are validated as they come; each is forgotten when it has been read. Of identity constraints,
    the key sequences are kept.

    Raises:
        InvalidDocument: where the document is not valid; what was yielded before was, but for references: a keyref
            is looked up at the end of the element that has it, an IDREF at the end of the document.
        TypeError: the source is neither a path nor a file.
        ValueError: the schema has no such element with complex content.
    """
    with open_source(source) as file:
        sought = messages.streams.get(wanted)
        if sought is None:
            sought = messages.streams[wanted] = _find(wanted, validator.declarations)
        number = 0
        if validator.limits.is_usual and is_seekable(file):
            begin = file.tell()
            try:
                for value in _read_parts(file, sought, validator, messages):
                    yield value
                    number += 1
            except GiveUp as reason:
                _LOG.debug("the tag reader gave up: %s", reason)
                file.seek(begin)
            else:
                return
        yield from islice(_walk(file, sought, validator, messages), number, None)


def _read_parts(file: IO[bytes], sought: _Sought, validator: Validator, messages: Messages[Any]) -> Iterator[Any]:
    """Yield the same by the tag reader.

    Raises:
        GiveUp: the document is not valid from here on, or not certainly.
    """
    if sought.document is None:
        sought.document = _DocumentHolder(sought, messages, validator.declarations)
    reading = validator.tag_reader.read_parts(admit_parts(file.read), sought.document)
    while True:
        try:
            opened = next(reading)
        except StopIteration as end:
            yield from end.value or ()
            return
        for values in opened:
            yield from values.pop(_COLLECTED, ())


def _walk(file: IO[bytes], sought: _Sought, validator: Validator, messages: Messages[Any]) -> Iterator[Any]:
    """Yield the same by the walk, which knows every problem."""
    decoder = _StreamDecoder(sought, validator, messages)
    try:
        for event, element in iterate_tags(file, validator.limits):
            yield from decoder.start(element) if event == "start" else decoder.end(element)
        decoder.finish()
    except UnacceptableXML as error:
        raise InvalidDocument(Report((error.problem,))) from None
    except etree.XMLSyntaxError as error:
        raise InvalidDocument(Report((word_syntax_error(error),))) from None
    except LookupError as error:  # an encoding that the parser does not know
        raise InvalidDocument(Report((word_no_xml(error),))) from None
    except BrokenInStream as broken:
        raise InvalidDocument(Report((broken.problem,))) from None
    except TooManyConfigurations:
        decoder.note_too_complex()
        raise InvalidDocument(decoder.report()) from None


class _StreamDecoder:
    """Validates the elements around those that are wanted, and makes the objects of these.

    `_open` are the elements that are open and may hold a wanted one. `_whole` is the element that is being read as a
    whole, for it is wanted or can't hold one.
    """

    def __init__(self, sought: _Sought, validator: Validator, messages: Messages[Any]) -> None:  # of any class
        self._declarations = validator.declarations
        self._messages = messages
        self._walk = Walk(validator.declarations, limits=validator.limits)
        self._keys = StreamedKeys(validator.declarations) if validator.declarations.has_constraints else None
        self._tag, self._holders = sought.tag, sought.holders
        self._open: list[_Open] = []
        self._whole: tuple[Element, BasicTerm, type | None] | None = None

    def start(self, element: Element) -> Iterator[object]:
        """Take note of a start tag."""
        if self._whole is None:
            if not self._open:
                self._begin(element)
            else:
                self._child(element)
        yield from ()

    def end(self, element: Element) -> Iterator[object]:
        """Take note of an end tag; yield the object of a wanted element."""
        if self._whole is not None:
            whole, declaration, class_ = self._whole
            if element is not whole:
                return
            self._whole = None
            self._walk.validate_element(element, declaration)
            self._raise_problems()
            if self._keys is not None and self._walk.nodes is not None:
                self._keys.take(element, self._walk.nodes)
            if element.tag == self._tag and class_ is not None:
                yield bind_tree(element, class_, self._messages)
            forget(element)
            return
        closed = self._open.pop()
        if not closed.state.accepts:
            note_missing_at_end(self._walk.problems, element, closed.state)
        self._check_text(closed, element[-1].tail if len(element) else element.text)
        self._raise_problems()
        if self._keys is not None:
            self._keys.end(element)
        if self._open:
            forget(element)

    def report(self) -> Report:
        """Return the report of the problems so far."""
        problems = self._walk.problems
        return Report(locate_in_stream(problems.noted, self._declarations.prefixes), problems.unlisted)

    def note_too_complex(self) -> None:
        """Note that the children of the innermost open element can be counted in too many ways."""
        self._walk.note_too_complex(self._open[-1].element)

    def finish(self) -> None:
        """Run the checks that need the whole document."""
        self._walk.finish()
        self._raise_problems()

    def _begin(self, root: Element) -> None:
        if has_doctype(root):
            raise UnacceptableXML(word_doctype())
        declaration = self._declarations.elements.get(str(root.tag))
        if declaration is None:
            self._walk.validate_document(root)
            self._raise_problems()
            return
        self._enter(root, declaration, self._messages.classes.get(str(root.tag)))

    def _child(self, element: Element) -> None:
        parent = self._open[-1]
        before = element.getprevious()
        self._check_text(parent, parent.element.text if before is None else before.tail)
        step = parent.state[str(element.tag)]
        if step is None:
            note_misplaced(self._walk.problems, element, parent.element, parent.state)
            self._raise_problems()
            return
        parent.state, declaration = step
        self._enter(element, declaration, _class_of(parent.class_, str(element.tag), self._messages))

    def _enter(self, element: Element, declaration: BasicTerm, class_: type | None) -> None:
        holds = (
            isinstance(declaration, ElementDeclaration)
            and isinstance(declaration.type, ComplexType)
            and element.tag != self._tag
            and element.get(XSI_TYPE) is None
            and element.get(XSI_NIL) is None
            and declaration.type in self._holders
        )
        if not holds:
            self._whole = (element, declaration, class_)
            return
        assert isinstance(declaration, ElementDeclaration)
        assert isinstance(declaration.type, ComplexType)
        type_, _ = self._walk.start_tags.validate(element, declaration)
        self._raise_problems()
        if self._keys is not None:
            self._keys.start(element, declaration, type_, None)
        self._open.append(_Open(element, declaration.type, self._walk.model(declaration.type).start, class_))

    def _check_text(self, holder: _Open, text: str | None) -> None:
        if text and not holder.type_.mixed and text.strip(XML_SPACE):
            self._walk.note_text(holder.element, text)

    def _raise_problems(self) -> None:
        if self._walk.problems.total:
            raise InvalidDocument(self.report())


def _class_of(parent: type | None, tag: str, messages: Messages[Any]) -> type | None:
    """Return the class of an element inside of one of a class."""
    if parent is None:
        return None
    context = messages.context
    meta = context.build(parent)
    variables = meta.elements.get(tag) or ()
    class_ = next((variable.clazz for variable in variables if variable.clazz is not None), None)
    if class_ is not None:
        context.build(class_, meta.namespace)  # one without a namespace of its own has that of the class around it
    return class_


# The tag reader's binders for documents of which only some elements are bound

_COLLECTED = ""
"""The name among the values of an element under which the objects inside of it are collected."""


@dataclass(slots=True)
class _Holder(Binder):
    """The binder of an element that may hold wanted ones: it makes a list of their objects, none of its own."""

    sought: Any = None  # _Sought
    messages: Any = None  # Messages of any class
    declared: Mapping[str, BasicTerm] = field(default_factory=dict)
    known: dict[str, Slot | None] = field(default_factory=dict)

    def find_slot(self, tag: str, facts: InstanceFacts) -> Slot | None:
        """Return the slot of a wanted element, or of one that may hold some; None of any other."""
        if facts is not NO_FACTS:
            if tag == self.sought.tag:
                raise Unbindable("xsi:type, or nil, at an element that is wanted")
            return None
        if tag not in self.known:
            self.known[tag] = self._find(tag, self.class_inside(tag))
        return self.known[tag]

    def class_inside(self, tag: str) -> type | None:
        """Return the class of an element inside."""
        return _class_of(None if self.class_ is NoneType else self.class_, tag, self.messages)

    def _find(self, tag: str, class_: type | None) -> Slot | None:
        messages, sought = self.messages, self.sought
        if tag == sought.tag:
            return None if class_ is None else _WantedSlot("", False, True, None, messages.binders.of(class_))
        declared = self.declared.get(tag)
        if not isinstance(declared, ElementDeclaration) or not isinstance(declared.type, ComplexType):
            return None
        type_ = declared.type
        if type_ not in sought.holders or type_.model is None:
            return None
        key = (type_, class_ or NoneType)
        holder = sought.binders.get(key)
        if holder is None:
            parts = {"sought": sought, "messages": messages, "declared": type_.model.declared}
            holder = sought.binders[key] = _Holder(key[1], _collect, may_remember=False, **parts)
        return _HolderSlot("", False, True, None, holder)

    def attribute_values(self, attributes: Iterable[tuple[str, str]], scope: InScope) -> Values:
        """Return no values."""
        return {}

    def learn_order(self, tags: Iterable[str], interleaved: Iterable[Iterable[str]]) -> None:
        """Learn nothing."""

    def record_order(self) -> None:
        """Record nothing."""


class _DocumentHolder(_Holder):
    """The binder of a whole document."""

    def __init__(self, sought: _Sought, messages: Messages[Any], declarations: Declarations) -> None:
        super().__init__(NoneType, _collect, may_remember=False, sought=sought, messages=messages)
        self.declared = declarations.elements

    def class_inside(self, tag: str) -> type | None:
        """Return the class of a root element."""
        class_: type | None = self.messages.classes.get(tag)
        return class_


class _WantedSlot(Slot):
    """The place of a wanted element."""

    def put(self, values: Values, value: object) -> None:
        """Collect an object."""
        values.setdefault(_COLLECTED, []).append(value)


class _HolderSlot(Slot):
    """The place of an element that may hold wanted ones."""

    def put(self, values: Values, value: Any) -> None:  # a list of objects
        """Collect the objects from inside of an element."""
        values.setdefault(_COLLECTED, []).extend(value)


def _collect(**values: Any) -> Any:  # objects of any class
    return values.get(_COLLECTED, ())


@dataclass(slots=True)
class _Sought:
    """The tag of the element that is asked for, the types that may hold it, and binders of these and of documents."""

    tag: str
    holders: frozenset[ComplexType]
    document: Binder | None = None
    binders: dict[tuple[ComplexType, type], Binder] = field(default_factory=dict)


def _find(wanted: str, declarations: Declarations) -> _Sought:
    """Return the tag of the element that is asked for, by its tag or its local name, and the types that may hold it.

    A type holds it as a child or deeper down. Each type is looked at once.
    """
    types = _reach_types(declarations)
    tags = (tag for type_ in types for tag, _ in _complex_children(type_))
    wanted_tag = next((tag for tag in tags if wanted in (tag, local_name(tag))), None)
    if wanted_tag is None:
        raise ValueError(f"the schema has no element {wanted!r} inside of another one")
    parents: dict[ComplexType, list[ComplexType]] = {}
    waiting = []
    for type_ in types:
        for tag, child in _complex_children(type_):
            parents.setdefault(child, []).append(type_)
            if tag == wanted_tag:
                waiting.append(type_)
    holders: set[ComplexType] = set()
    while waiting:
        type_ = waiting.pop()
        if type_ not in holders:
            holders.add(type_)
            waiting += parents.get(type_, ())
    return _Sought(wanted_tag, frozenset(holders))


def _reach_types(declarations: Declarations) -> dict[ComplexType, None]:
    """Return the types of the global elements and of all elements inside of them, in the order of the schema."""
    reached: dict[ComplexType, None] = {}
    roots = declarations.elements.values()
    waiting = [root.type for root in roots if isinstance(root.type, ComplexType)][::-1]
    while waiting:
        type_ = waiting.pop()
        if type_ not in reached:
            reached[type_] = None
            waiting += [child for _, child in _complex_children(type_)][::-1]
    return reached


def _complex_children(type_: ComplexType) -> Iterator[tuple[str, ComplexType]]:
    """Yield the tags of the children that a type declares with complex types, and those types."""
    for tag, declared in type_.model.declared.items() if type_.model is not None else ():
        if isinstance(declared, ElementDeclaration) and isinstance(declared.type, ComplexType):
            yield tag, declared.type
