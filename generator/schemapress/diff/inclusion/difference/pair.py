"""Two declarations that can govern one element, and one way in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from schemapress.diff.inclusion.content import representatives
from schemapress.diff.inclusion.example import Examples, Model, Term, Type
from schemapress.diff.inclusion.meeting import Meeting
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, Declarations, ElementDeclaration
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.particle import sequence
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Process, Wildcard


@dataclass(frozen=True, eq=False)
class Pair:
    """Two declarations that can govern one element, with the types that it has by them, and how it was come to.

    With `is_typed` the element is declared nowhere, and is there only where `xsi:type` names its type.
    """

    narrow: ElementDeclaration
    narrow_type: Type
    wide: ElementDeclaration
    wide_type: Type
    parent: Pair | None = None
    meeting: Meeting[Term] | None = None
    is_typed: bool = False

    @property
    def key(self) -> tuple[int, int, int, int, bool]:
        """What two pairs that differ in the same things have in common."""
        return id(self.narrow), id(self.narrow_type), id(self.wide), id(self.wide_type), self.is_typed

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the elements on the way from the root to this one."""
        found: list[str] = []
        pair: Pair | None = self
        while pair is not None:
            if pair.parent is None or pair.meeting is not None:
                found.append(pair.narrow.name)
            pair = pair.parent
        return tuple(reversed(found))


@dataclass(frozen=True, eq=False)
class Difference:
    """One way in which the declarations of a pair differ, with an element that only `narrow` accepts.

    `aspect` names what it is in, as the rules do; `subject` is the child or the attribute that it is about, or the
    type that `xsi:type` names; empty where it is about the element itself.
    """

    aspect: str
    subject: str
    pair: Pair
    element: etree._Element
    is_of_attribute: bool = False


Found = Iterator[Pair | Difference]


class Sides:
    """What the schemas of both sides declare, and what is worked out of that once."""

    def __init__(self, narrow: Declarations, wide: Declarations) -> None:
        self.narrow, self.wide = narrow, wide
        self.names = representatives({*narrow.prefixes, *wide.prefixes}, {**narrow.elements, **wide.elements})
        """The names that stand for all which only wildcards admit."""
        self.examples = Examples(narrow, wide)
        self._admitted: dict[tuple[str, str, bool], ElementDeclaration | None] = {}
        self._names = {id(type_): name for side in (narrow, wide) for name, type_ in side.types.items()}
        self._derived: dict[int, dict[str, Type]] = {}
        for name, type_ in narrow.types.items():
            base = type_.base
            while base is not None:
                self._derived.setdefault(id(base), {})[name] = type_
                base = base.base

    def shell(self, pair: Pair, children: list[etree._Element] | None = None) -> etree._Element:
        """Return a small element that `narrow` accepts, with these children if they are given."""
        return self.examples.shell(pair.narrow, pair.narrow_type, pair.wide_type, children)

    def common_type(self, pair: Pair) -> str | None:
        """Return the name of the types of a pair, where both are of one name: then a difference is in the type."""
        if pair.narrow_type is ANY_TYPE and pair.wide_type is ANY_TYPE and not pair.is_typed:
            return "anyType"
        name = self._names.get(id(pair.narrow_type))
        return name if name is not None and name == self._names.get(id(pair.wide_type)) else None

    def derived(self, type_: ComplexType) -> Mapping[str, Type]:
        """Return the named types of `narrow` that are derived from one of its types."""
        return self.narrow.types if type_ is ANY_TYPE else self._derived.get(id(type_), {})

    def admitted(self, tag: str, process: Process, *, of_wide: bool) -> ElementDeclaration | None:
        """Return what governs an element that a wildcard admits, None where it must be declared and is not.

        It is the same object whenever the same kind of wildcard admits the same tag.
        """
        key = (tag, process, of_wide)
        if key not in self._admitted:
            declarations = self.wide if of_wide else self.narrow
            self._admitted[key] = declarations.admitted(tag, Wildcard("any", (), process), has_type=False)
        return self._admitted[key]

    def typed(self, tag: str, *, of_wide: bool) -> ElementDeclaration:
        """Return what governs an element that is declared nowhere, and is admitted for its `xsi:type`."""
        key = (tag, "typed", of_wide)
        declaration = self._admitted.setdefault(key, ElementDeclaration(tag, ANY_TYPE, is_declared=False))
        assert declaration is not None
        return declaration


def text_type(type_: Type) -> SimpleType | None:
    """Return the type of the text of an element; None where it may have children, or none at all."""
    return type_ if isinstance(type_, SimpleType) else type_.simple


def is_mixed(type_: Type) -> bool:
    """Whether text may stand between children."""
    return isinstance(type_, ComplexType) and type_.mixed


def is_empty(type_: Type) -> bool:
    """Whether an element may have neither text nor children."""
    return isinstance(type_, ComplexType) and type_.content is None and type_.simple is None and not type_.mixed


def may_have_space(type_: Type) -> bool:
    """Whether white space may stand between children (XSD 1.0 Part 1 §3.4.4 clause 2.3)."""
    return isinstance(type_, ComplexType) and type_.content is not None


def model_of(type_: Type) -> Model:
    """Return the content model of a type; for one without children, that of no children."""
    model = type_.model if isinstance(type_, ComplexType) else None
    return ContentModel(sequence()) if model is None else model
