"""Whether every document that one schema accepts is accepted by another, or a small document that is not.

Pairs of declarations that can govern the same element are followed from the root, nearest first. Each pair is
compared by itself: its attributes, its text, the sequences of its children. Where no pair differs, no document does,
however deep: a document that was refused would have a topmost element at which a pair differs. So recursive types
end, and the first difference found is a nearest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from schemapress.diff import value_space
from schemapress.diff.content import Meeting, compare, representatives
from schemapress.diff.example import Examples, may_stand_for, serialized
from schemapress.diff.undecided import Undecided
from schemapress.runtime.builtin import BUILTIN
from schemapress.runtime.content_model import ContentModel, sequence
from schemapress.runtime.declaration import ANY_TYPE, Attribute, ComplexType, Declarations, ElementDeclaration
from schemapress.runtime.document import XSI_NIL
from schemapress.runtime.simple_type import SimpleType
from schemapress.runtime.validator import Validator
from schemapress.runtime.wildcard import Wildcard

Type = SimpleType | ComplexType
Model = ContentModel[ElementDeclaration | Wildcard]


@dataclass(frozen=True)
class Answer:
    """What was found: documents that one schema accepts and the other refuses, and pairs that are out of reach.

    With neither, every document is accepted.
    """

    witnesses: tuple[bytes, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two declarations that can govern one element, with the types that it has by them, and how it was come to."""

    narrow: ElementDeclaration
    narrow_type: Type
    wide: ElementDeclaration
    wide_type: Type
    parent: _Pair | None = None
    meeting: Meeting[ElementDeclaration | Wildcard] | None = None

    @property
    def key(self) -> tuple[int, int, int, int]:
        return id(self.narrow), id(self.narrow_type), id(self.wide), id(self.wide_type)

    @property
    def has_value_constraint(self) -> bool:
        """Whether a fixed or default value says what an empty element stands for (§3.3.4 clause 5)."""
        values = (self.narrow.fixed, self.narrow.default, self.wide.fixed, self.wide.default)
        return any(value is not None for value in values)

    @property
    def has_same_value_constraint(self) -> bool:
        """Whether the fixed or default values, and all texts beside them, mean the same to both."""
        one, other = _text(self.narrow_type), _text(self.wide_type)
        if (self.narrow.fixed, self.narrow.default) != (self.wide.fixed, self.wide.default):
            return False
        if one is None or other is None:
            return one is other
        return value_space.means_the_same(one, other)


class Inclusion:
    """Compares the documents of two schemas: is each that `narrow` accepts accepted by `wide`?"""

    def __init__(self, narrow: Validator, wide: Validator) -> None:
        self.narrow_validator, self.wide_validator = narrow, wide
        self.narrow, self.wide = narrow.declarations, wide.declarations
        namespaces = {*self.narrow.prefixes, *self.wide.prefixes}
        self._names = representatives(namespaces, {**self.narrow.elements, **self.wide.elements})
        self._examples = Examples(self.narrow)
        self._admitted: dict[tuple[str, str, bool], ElementDeclaration | None] = {}
        self._derived = _derived(self.narrow)

    def of(self, root: str) -> Answer:
        """Return the answer for the documents with a root of this tag, which both schemas declare."""
        narrow, wide = self.narrow.elements[root], self.wide.elements[root]
        first = _Pair(narrow, narrow.type, wide, wide.type)
        pairs = {first.key: first}
        waiting = deque([first])
        witnesses: list[bytes] = []
        undecided: dict[str, None] = {}
        while waiting:
            pair = waiting.popleft()
            try:
                for found in self._differences(pair):
                    if isinstance(found, _Pair):
                        if found.key not in pairs:
                            pairs[found.key] = found
                            waiting.append(found)
                    else:
                        witnesses.append(self._confirmed(self._document(pair, found)))
            except Undecided as error:
                undecided[f"{pair.narrow.tag} ({pair.narrow.source}, {pair.wide.source}): {error}"] = None
        return Answer(tuple(witnesses), tuple(undecided))

    def _confirmed(self, document: etree._Element) -> bytes:
        """Return the bytes of a document that `narrow` accepts and `wide` refuses.

        Raises:
            Undecided: `narrow` refuses it too, by what declarations say of the document as a whole.
            AssertionError: the document is no witness; that is a mistake of this module.
        """
        data = serialized(document)
        narrow = self.narrow_validator.validate(data)
        whole = [problem for problem in narrow if problem.code.startswith(("cvc-identity-constraint", "cvc-id"))]
        if whole and len(whole) == len(narrow.problems):
            raise Undecided("identity constraints")
        assert narrow.valid, f"{narrow.problems[0].message}\n{data.decode()}"
        assert not self.wide_validator.validate(data).valid, data.decode()
        return data

    def _document(self, pair: _Pair, element: etree._Element) -> etree._Element:
        """Return the document that holds an element where its pair was come to."""
        while pair.parent is not None:
            parent = pair.parent
            if pair.meeting is not None:
                model = _model(parent.narrow_type)
                meeting = pair.meeting
                tags = (*meeting.before, meeting.tag, *meeting.after)
                children = self._examples.children(model, tags)
                children[len(meeting.before)] = element
                element = self._examples.shell(parent.narrow, parent.narrow_type, children)
            pair = parent
        return element

    def _differences(self, pair: _Pair) -> Iterator[_Pair | etree._Element]:
        """Yield an element that only `narrow` accepts for each difference of a pair, and the pairs below it."""
        yield from self._other_types(pair)
        if pair.narrow.abstract or (isinstance(pair.narrow_type, ComplexType) and pair.narrow_type.abstract):
            return
        if pair.wide.abstract or (isinstance(pair.wide_type, ComplexType) and pair.wide_type.abstract):
            yield self._examples.shell(pair.narrow, pair.narrow_type)
            return
        if pair.narrow.nillable and not pair.wide.nillable:
            element = self._examples.shell(pair.narrow, pair.narrow_type, [])
            element.text = None
            element.set(XSI_NIL, "true")
            yield element
        yield from self._attributes(pair)
        if not pair.has_value_constraint:
            yield from self._texts(pair)
        yield from self._children(pair)
        if pair.wide.constraints and pair.narrow.constraints != pair.wide.constraints:
            raise Undecided("identity constraints")
        if pair.has_value_constraint and not pair.has_same_value_constraint:
            raise Undecided("a fixed or default value")

    def _other_types(self, pair: _Pair) -> Iterator[_Pair | etree._Element]:
        """Yield what `xsi:type` can turn a pair to (XSD 1.0 Part 1 §3.3.4 clause 4)."""
        if pair.narrow_type is not pair.narrow.type or isinstance(pair.narrow_type, SimpleType):
            return
        found = self.narrow.types if pair.narrow_type is ANY_TYPE else self._derived.get(id(pair.narrow_type), {})
        for name, narrow_type in found.items():
            if not may_stand_for(narrow_type, pair.narrow):
                continue
            if isinstance(narrow_type, ComplexType) and narrow_type.abstract:
                continue
            wide_type = self.wide.types.get(name)
            if wide_type is None or not (wide_type is pair.wide.type or may_stand_for(wide_type, pair.wide)):
                yield self._examples.shell(pair.narrow, narrow_type)
            else:
                yield _Pair(pair.narrow, narrow_type, pair.wide, wide_type, pair)

    def _attributes(self, pair: _Pair) -> Iterator[etree._Element]:
        narrow, wide = _attributes(pair.narrow_type), _attributes(pair.wide_type)
        has_wildcard = isinstance(pair.narrow_type, ComplexType) and pair.narrow_type.wildcard is not None
        admitted = (*self.narrow.attributes, *self.wide.attributes, *self._names) if has_wildcard else ()
        for name in dict.fromkeys((*narrow, *wide, *admitted)):
            one = narrow.get(name) or _admitted_attribute(pair.narrow_type, name, self.narrow)
            if name in wide and wide[name].required and (one is None or not one.required):
                yield self._examples.shell(pair.narrow, pair.narrow_type)
            if one is None:
                continue
            other = wide.get(name) or _admitted_attribute(pair.wide_type, name, self.wide)
            text: str | None
            if other is None:
                text = self._examples.text(one.type) if one.fixed is None else one.fixed
            elif one.fixed is not None:
                text = _outside_fixed(one, other)
            elif other.fixed is not None:
                tried = ("a", "0", self._examples.text(one.type))
                text = next((t for t in tried if t != other.fixed and value_space.takes(one.type, t)), None)
                if text is None:
                    raise Undecided(f"the fixed value of attribute {name}")
            else:
                text = value_space.outside(one.type, other.type)
            if text is not None:
                element = self._examples.shell(pair.narrow, pair.narrow_type)
                element.set(name, text)
                yield element

    def _texts(self, pair: _Pair) -> Iterator[etree._Element]:
        narrow, wide = _text(pair.narrow_type), _text(pair.wide_type)
        if wide is None and _is_mixed(pair.wide_type):
            return
        text: str | None
        if narrow is not None and wide is not None:
            text = value_space.outside(narrow, wide)
        elif narrow is not None:
            text = self._examples.text(narrow)
            if not text.strip():
                raise Undecided(f"simple type {narrow.name} and no text")
        elif _is_mixed(pair.narrow_type):
            if not _model(pair.narrow_type).start.accepts:
                raise Undecided("mixed content and none")
            text = "a" if wide is None else value_space.outside(BUILTIN["string"], wide)
        else:
            texts = ("", " ") if wide is not None and _may_have_space(pair.narrow_type) else ("",)
            text = None if wide is None else next((one for one in texts if not value_space.takes(wide, one)), None)
            if text is not None and not _model(pair.narrow_type).start.accepts:
                return
        if text is not None:
            element = self._examples.shell(pair.narrow, pair.narrow_type, [])
            element.text = text
            yield element

    def _children(self, pair: _Pair) -> Iterator[_Pair | etree._Element]:
        model = _model(pair.narrow_type)
        comparison = compare(model, _model(pair.wide_type), self._names)
        if comparison.separating is not None:
            children = self._examples.children(model, comparison.separating)
            yield self._examples.shell(pair.narrow, pair.narrow_type, children)
        elif _may_have_space(pair.narrow_type) and _is_empty(pair.wide_type) and model.start.accepts:
            element = self._examples.shell(pair.narrow, pair.narrow_type, [])
            element.text = " "
            yield element
        for meeting in comparison.meetings:
            narrow = self._declaration(meeting.tag, meeting.narrow, of_wide=False)
            wide = self._declaration(meeting.tag, meeting.wide, of_wide=True)
            if narrow is not None and wide is not None:
                yield _Pair(narrow, narrow.type, wide, wide.type, pair, meeting)
            elif narrow is not None:
                tags = (*meeting.before, meeting.tag, *meeting.after)
                yield self._examples.shell(pair.narrow, pair.narrow_type, self._examples.children(model, tags))

    def _declaration(
        self, tag: str, declaration: ElementDeclaration | Wildcard, *, of_wide: bool
    ) -> ElementDeclaration | None:
        """Return what governs a child; the same object whenever the same wildcard admits the same tag."""
        if isinstance(declaration, ElementDeclaration):
            return declaration
        key = (tag, declaration.process, of_wide)
        if key not in self._admitted:
            declarations = self.wide if of_wide else self.narrow
            self._admitted[key] = declarations.admitted(tag, declaration, has_type=False)
        return self._admitted[key]


def _derived(declarations: Declarations) -> dict[int, dict[str, Type]]:
    """Return the named types that are derived from each type, by the identity of that."""
    found: dict[int, dict[str, Type]] = {}
    for name, type_ in declarations.types.items():
        base = type_.base
        while base is not None:
            found.setdefault(id(base), {})[name] = type_
            base = base.base
    return found


def _attributes(type_: Type) -> dict[str, Attribute]:
    return dict(type_.attributes) if isinstance(type_, ComplexType) else {}


def _admitted_attribute(type_: Type, name: str, declarations: Declarations) -> Attribute | None:
    """Return what governs an attribute that a wildcard admits; None where it is refused (§3.4.4 clause 3.2)."""
    wildcard = type_.wildcard if isinstance(type_, ComplexType) else None
    if wildcard is None or not wildcard.admits(name):
        return None
    if wildcard.process != "skip" and name in declarations.attributes:
        return declarations.attributes[name]
    return None if wildcard.process == "strict" else Attribute(BUILTIN["anySimpleType"])


def _outside_fixed(one: Attribute, other: Attribute) -> str | None:
    """Return the fixed value of an attribute if another one refuses it; None where it takes each form of it."""
    assert one.fixed is not None
    if not value_space.takes(other.type, one.fixed) or (
        other.fixed is not None and one.type.normalize(one.fixed) != other.type.normalize(other.fixed)
    ):
        return one.fixed
    if not value_space.means_the_same(one.type, other.type):
        raise Undecided("a fixed value of an attribute")
    return None


def _text(type_: Type) -> SimpleType | None:
    return type_ if isinstance(type_, SimpleType) else type_.simple


def _is_mixed(type_: Type) -> bool:
    return isinstance(type_, ComplexType) and type_.mixed


def _is_empty(type_: Type) -> bool:
    return isinstance(type_, ComplexType) and type_.content is None and type_.simple is None and not type_.mixed


def _may_have_space(type_: Type) -> bool:
    """Whether white space may stand between children (§3.4.4 clause 2.3)."""
    return isinstance(type_, ComplexType) and type_.content is not None


def _model(type_: Type) -> Model:
    """Return the content model of a type; for one without children, that of no children."""
    model = type_.model if isinstance(type_, ComplexType) else None
    return ContentModel(sequence()) if model is None else model
