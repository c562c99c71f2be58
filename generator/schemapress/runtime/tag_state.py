"""What a start tag means where it stands, worked out once and remembered.

The reader sees a start tag as the text between `<` and `>`. In one state of a content model, and with the
same namespaces in scope, that text always means the same: the second time, a dictionary has the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from lxml import etree

from .bind import Binder, Slot, Unbindable
from .builtin import BUILTIN
from .content_model import State
from .declaration import UNCHECKED, ComplexType, Declarations, ElementDeclaration
from .document import Element
from .primitive import accept_any
from .simple_type import Identifier, InvalidValue, Quick, SimpleType, unsure
from .start_tag import XSI_NIL, XSI_TYPE, StartTags
from .wildcard import Wildcard

_KEPT_TAGS = 512
_KEPT_STATES = 4_096
_KEPT_SCOPES = 64
_LONGEST_KEPT = 300

_ATTRIBUTE = re.compile(r"[ \t\n]++([^ \t\n<>/=\"'&]++)[ \t\n]*+=[ \t\n]*+(?:\"([^\"<>]*+)\"|'([^'<>]*+)')")
_NORMALIZED = frozenset("&\t\n")
"""What makes the value of an attribute another text than is written (XML 1.0 §3.3.3)."""

_NAME = r"[^ \t\n<>/=\"'&:]++"
_HEAD = re.compile(rf"({_NAME}(?::{_NAME})?)" r"((?:[ \t\n](?:[^<>\"'&/]|\"[^\"<>]*+\"|'[^'<>]*+')*+)?)(/?)")

Identified = Iterable[tuple[Identifier, str]]

Governing = tuple[ElementDeclaration, SimpleType | ComplexType]


class GivenUp(Exception):
    """The reader leaves the document, valid or not, to the walk."""


class Step(NamedTuple):
    """What follows from a start tag.

    `inside` is the state in which an element with children begins, None for one with a text, which `check`
    finds valid or not; `is_empty` says that the tag was also the end tag, and all is decided. `after` is the
    state behind the element, `end` its end tag. `slot` is the field that it is bound to, and `make` makes its
    value of a text, or the values of its attributes where there are children. `identify` gives the identifiers
    and references in its attributes and its text. `governing` are the declaration and the type of the element.
    """

    inside: TagState | None
    is_empty: bool
    check: Quick
    after: TagState
    end: str
    slot: Slot | None
    make: Callable[[str], Any]  # a value of any type
    identify: Callable[[str], Identified] | None
    governing: Governing


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
        attributes = self._plain_attributes(written)
        element = self._parse(name, written) if attributes is None else None
        tag = self._expand(name) if element is None else str(element.tag)
        found = state.model[tag]
        if found is None:
            raise GivenUp
        declared = found[1]
        if element is None and (isinstance(declared, Wildcard) or not _surely_admits(declared, attributes or {})):
            element = self._parse(name, written)
        opened = (
            _Opened(self, declared.type, attributes or {}, declared)
            if element is None and not isinstance(declared, Wildcard)
            else self._opened(element, declared)
        )
        after = self.state(found[0], state.binder, mixed=state.mixed)
        slot = None if state.binder is None else opened.slot(state.binder, tag)
        return opened.step(after, f"/{name}", slot, is_empty=bool(slash))

    def _opened(self, element: Element | None, declared: ElementDeclaration | Wildcard) -> _Opened:
        """Validate a start tag as the walk does."""
        assert element is not None
        scope = self._scopes.of(element.nsmap)
        attributes = {str(name): str(value) for name, value in element.items()}
        if isinstance(declared, Wildcard):
            admitted = self._declarations.admitted(str(element.tag), declared, has_type=XSI_TYPE in attributes)
            if admitted is None:
                raise GivenUp
            declared = admitted
        if declared.type is UNCHECKED:
            return _Opened(scope, UNCHECKED, attributes, declared)
        tags = StartTags(self._declarations)
        type_, nil = tags.start_tag(element, declared)
        if tags.findings:
            raise GivenUp
        identified: list[tuple[Identifier, str]] = [("ID", name) for name in tags.identifiers]
        identified += [("IDREF", name) for _, _, name in tags.references]
        return _Opened(scope, type_, attributes, declared, nil, tuple(identified))

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
        key = tuple(sorted(nsmap.items(), key=lambda item: item[0] or ""))
        known = self._known.get(key)
        if known is None:
            if any(uri is None or '"' in uri or "&" in uri or "<" in uri for uri in nsmap.values()):
                raise GivenUp
            if len(self._known) >= _KEPT_SCOPES:
                self._known.clear()
            known = self._known[key] = Scope(dict(nsmap), self)
        return known


class _Opened(NamedTuple):
    """An element whose start tag is valid: what governs it, and what its tag says."""

    scope: Scope
    type: SimpleType | ComplexType
    attributes: Mapping[str, str]
    declaration: ElementDeclaration
    nil: bool = False
    identified: tuple[tuple[Identifier, str], ...] = ()

    def slot(self, binder: Binder, tag: str) -> Slot:
        """Return the field of a class that the element is bound to."""
        slot = binder.elements.get(tag)
        if slot is None or XSI_TYPE in self.attributes or XSI_NIL in self.attributes:
            raise Unbindable
        return slot

    def step(self, after: TagState, end: str, slot: Slot | None, *, is_empty: bool) -> Step:
        """Return what follows from the start tag."""
        governing = (self.declaration, self.type)
        simple = self.type if isinstance(self.type, SimpleType) else self.type.simple
        model = None if isinstance(self.type, SimpleType) or self.nil else self.type.model
        make = _nothing if slot is None else self._maker(slot, holds=model is not None and not is_empty)
        if model is None:
            check = self._check(simple)
            if is_empty and not check(""):
                raise GivenUp
            if slot is not None and not is_empty and self._is_proven_by(slot, simple):
                check, make = accept_any, _checked(slot, check, make)
            return Step(None, is_empty, check, after, end, slot, make, self._identify(simple), governing)
        if self.declaration.fixed is not None:
            raise GivenUp
        assert isinstance(self.type, ComplexType)
        inside = self.scope.state(model.start, None if slot is None else slot.binder, mixed=self.type.mixed)
        if is_empty and not inside.accepts:
            raise GivenUp
        return Step(inside, is_empty, unsure, after, end, slot, make, self._identify(None), governing)

    def _check(self, simple: SimpleType | None) -> Quick:
        """Return what says whether the text of the element is valid."""
        if self.nil and self.declaration.fixed is not None:
            raise GivenUp
        if self.nil or (simple is None and isinstance(self.type, ComplexType) and not self.type.mixed):
            return _is_empty
        if simple is None:
            if self.declaration.fixed is not None:
                raise GivenUp
            return _is_any
        namespaces = self.scope.nsmap if simple.needs_namespaces else {}
        fixed = self.declaration.fixed
        default = self.declaration.default if fixed is None else fixed
        quick = simple.quick
        if default is None and quick is accept_any:
            return quick
        if default is None:
            return lambda text: quick(text) or _is_valid(simple, text, namespaces)
        if fixed is None:
            return lambda text: _is_valid(simple, text or default, namespaces)
        if not _is_valid(simple, fixed, namespaces):
            raise GivenUp
        constant = simple.parse(fixed, namespaces)
        return lambda text: (
            _is_valid(simple, text or fixed, namespaces) and (simple.parse(text or fixed, namespaces) == constant)
        )

    def _identify(self, simple: SimpleType | None) -> Callable[[str], Identified] | None:
        """Return what gives the identifiers and references of the element, if it has any."""
        if simple is None or not simple.has_identifiers or self.nil:
            return (lambda _: self.identified) if self.identified else None
        constraint = self.declaration.default if self.declaration.fixed is None else self.declaration.fixed
        namespaces = self.scope.nsmap if simple.needs_namespaces else {}
        return lambda text: (*self.identified, *simple.identifiers(text or constraint or "", namespaces))

    def _is_proven_by(self, slot: Slot, simple: SimpleType | None) -> bool:
        """Whether the text of the element is valid where the field's quick way makes a value of it."""
        declaration = self.declaration
        return (
            slot.quick is not None
            and simple is not None
            and simple.name in slot.proves
            and simple is BUILTIN[simple.name]
            and not self.nil
            and declaration.fixed is None
            and declaration.default is None
        )

    def _maker(self, slot: Slot, *, holds: bool) -> Callable[[str], Any]:  # a value of any type
        """Return what makes the value of the element, or the values of its attributes where it holds children."""
        binder, convert, scope = slot.binder, slot.convert, self.scope
        if binder is None:
            if convert is None or holds or self.attributes:
                raise Unbindable
            quick = slot.quick
            if quick is None:
                return lambda text: convert(text or None, scope)
            if quick is str:
                return lambda text: text or convert(None, scope)
            return lambda text: convert(text or None, scope) if (value := quick(text)) is None else value
        values = binder.attribute_values(self.attributes.items(), scope)
        lists = [name for name, value in values.items() if isinstance(value, list)]
        if lists:
            attributes = self.attributes
            fresh: Callable[[], dict[str, Any]] = lambda: binder.attribute_values(attributes.items(), scope)  # noqa: E731
        else:
            fresh = values.copy
        if holds:
            return lambda _: fresh()
        return lambda text: binder.finish(fresh(), text or None, scope)


def _checked(slot: Slot, check: Quick, make: Callable[[str], Any]) -> Callable[[str], Any]:  # values of any type
    """Return what makes a value of a text in its usual form at once, and checks any other first."""
    quick = slot.quick
    assert quick is not None

    def checked(text: str) -> Any:  # a value of any type
        value = quick(text)
        if value is None:
            if not check(text):
                raise GivenUp
            value = make(text)
        return value

    return make if quick is str else checked


def _surely_admits(declaration: ElementDeclaration, attributes: Mapping[str, str]) -> bool:
    """Whether a start tag is certainly valid, and says nothing beyond its attributes."""
    if declaration.abstract or (isinstance(declaration.type, ComplexType) and not declaration.type.is_plain):
        return False
    checks = declaration.checks
    if any(name not in checks or not checks[name](value) for name, value in attributes.items()):
        return False
    return all(name in attributes for name in declaration.required)


def _is_valid(type_: SimpleType, text: str, namespaces: Mapping[str | None, str]) -> bool:
    try:
        type_.parse(text, namespaces)
    except InvalidValue:
        return False
    return True


def _is_empty(text: str) -> bool:
    return not text


def _is_any(_: str) -> bool:
    return True


def _nothing(_: str) -> None:
    return None
