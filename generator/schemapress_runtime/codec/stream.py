"""Documents larger than memory: one repeated element after another, the document validated around them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from ..names import local_name
from ..report.problem import InvalidDocument, Report
from ..validation.locate import locate_in_stream
from ..validation.recovery import note_misplaced, note_missing_at_end
from ..validation.streamed_keys import BrokenInStream, StreamedKeys
from ..validation.tree_walk import Walk
from ..validation.validator import Validator
from ..xml.document import (
    TAG_EVENTS,
    XML_SPACE,
    XSI_NIL,
    XSI_TYPE,
    Element,
    Tags,
    UnacceptableXML,
    has_doctype,
    word_doctype,
    word_no_xml,
    word_syntax_error,
)
from ..xsd.components import BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import State, TooManyConfigurations
from .general_decoder import bind_tree
from .messages import Messages

Source = str | os.PathLike[str] | IO[bytes]


@dataclass(slots=True)
class _Open:
    """An open element that may hold the requested elements: it is validated as its children arrive."""

    element: Element
    type_: ComplexType
    state: State[BasicTerm]
    class_: type | None


def iter_decode_stream(
    source: Source, wanted: str, validator: Validator, messages: Messages[Any]
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
    if not (isinstance(source, str | os.PathLike) or hasattr(source, "read")):
        hint = "; decode takes bytes" if isinstance(source, bytes) else ""
        raise TypeError(f"expected a path or a file, not {type(source).__name__}{hint}")
    decoder = _StreamDecoder(wanted, validator, messages)
    events = etree.iterparse(
        os.fspath(source) if isinstance(source, str | os.PathLike) else source,
        events=TAG_EVENTS,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    tags = Tags(validator.limits)
    try:
        for event, item in events:
            tags.take(event, item)
            if event == "start":
                yield from decoder.start(item)
            elif event == "end":
                yield from decoder.end(item)
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

    def __init__(self, wanted: str, validator: Validator, messages: Messages[Any]) -> None:  # of any class
        self._declarations = validator.declarations
        self._messages = messages
        self._walk = Walk(validator.declarations, limits=validator.limits)
        self._keys = StreamedKeys(validator.declarations) if validator.declarations.has_constraints else None
        self._tag, self._holders = _find(wanted, validator.declarations)
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
            self._forget(element)
            return
        closed = self._open.pop()
        if not closed.state.accepts:
            note_missing_at_end(self._walk.problems, element, closed.state)
        self._check_text(closed, element[-1].tail if len(element) else element.text)
        self._raise_problems()
        if self._keys is not None:
            self._keys.end(element)
        if self._open:
            self._forget(element)

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
        self._enter(element, declaration, self._class_of(parent.class_, str(element.tag)))

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

    def _forget(self, element: Element) -> None:
        """Let go of an element, and of all before it, whose tails have been looked at."""
        tail = element.tail
        element.clear()
        element.tail = tail
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _raise_problems(self) -> None:
        if self._walk.problems.total:
            raise InvalidDocument(self.report())

    def _class_of(self, parent: type | None, tag: str) -> type | None:
        if parent is None:
            return None
        context = self._messages.context
        meta = context.build(parent)
        variables = meta.elements.get(tag) or ()
        class_ = next((variable.clazz for variable in variables if variable.clazz is not None), None)
        if class_ is not None:
            context.build(class_, meta.namespace)  # one without a namespace of its own has that of the class around it
        return class_


def _find(wanted: str, declarations: Declarations) -> tuple[str, frozenset[ComplexType]]:
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
    return wanted_tag, frozenset(holders)


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
