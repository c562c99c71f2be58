"""Two declarations that can govern one element, and the two schemas that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from schemapress.inclusion.content import representatives
from schemapress.inclusion.example import Examples, Model
from schemapress.inclusion.model_comparison import Meeting
from schemapress_runtime.xsd.components import ANY_TYPE, BasicTerm, ComplexType, Declarations, ElementDeclaration, Type
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import sequence_node
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Process, Wildcard


@dataclass(frozen=True, eq=False)
class Pair:
    """Two declarations that can govern one element, with its type under each, and the pair above it.

    If `is_typed`, the element is declared nowhere, and is allowed only if `xsi:type` names its type.
    """

    narrow: ElementDeclaration
    narrow_type: Type
    wide: ElementDeclaration
    wide_type: Type
    parent: Pair | None = None
    meeting: Meeting[BasicTerm] | None = None
    is_typed: bool = False

    @property
    def key(self) -> tuple[int, int, int, int, bool]:
        """A key that pairs with the same differences share."""
        return id(self.narrow), id(self.narrow_type), id(self.wide), id(self.wide_type), self.is_typed

    @property
    def narrow_model(self) -> Model:
        """The content model of `narrow`; a fixed value leaves no children (XSD 1.0 Part 1 §3.3.4 clause 5.2.2.1)."""
        return model_of(self.narrow_type) if self.narrow.fixed is None else _NO_CHILDREN

    @property
    def root(self) -> Pair:
        """The pair of the root element."""
        pair = self
        while pair.parent is not None:
            pair = pair.parent
        return pair

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the elements from the root to this one."""
        tags: list[str] = []
        pair: Pair | None = self
        while pair is not None:
            if pair.parent is None or pair.meeting is not None:
                tags.append(pair.narrow.name)
            pair = pair.parent
        return tuple(reversed(tags))


class SchemaPair:
    """The declarations of both schemas, and what is worked out from them once."""

    def __init__(self, narrow: Declarations, wide: Declarations, examples: Examples | None = None) -> None:
        """Take the declarations, and what makes elements of them if it is not the usual one."""
        self.narrow, self.wide = narrow, wide
        self.names = representatives({*narrow.prefixes, *wide.prefixes}, {**narrow.elements, **wide.elements})
        """Names that represent every name that only wildcards allow."""
        self.examples = Examples(narrow, wide) if examples is None else examples
        self._admitted: dict[tuple[str, str, bool], ElementDeclaration | None] = {}
        self._names = {id(type_): name for schema in (narrow, wide) for name, type_ in schema.types.items()}
        self._derived: dict[int, dict[str, Type]] = {}
        for name, type_ in narrow.types.items():
            base = type_.base
            while base is not None:
                self._derived.setdefault(id(base), {})[name] = type_
                base = base.base

    def make_element(
        self, pair: Pair, children: list[etree._Element] | None = None, *, text: str | None = None
    ) -> etree._Element:
        """Return a small element that `narrow` accepts, with these children; with a text, it has no children."""
        if text is None:
            return self.examples.make_shell(pair.narrow, pair.narrow_type, pair.wide_type, children)
        element = self.examples.make_shell(pair.narrow, pair.narrow_type, pair.wide_type, [])
        element.text = text
        return element

    def find_common_type(self, pair: Pair) -> str | None:
        """Return the name of the types of a pair if both have one name: a difference is then in the type."""
        if pair.narrow_type is ANY_TYPE and pair.wide_type is ANY_TYPE and not pair.is_typed:
            return "anyType"
        name = self._names.get(id(pair.narrow_type))
        return name if name is not None and name == self._names.get(id(pair.wide_type)) else None

    def find_derived(self, type_: Type) -> Mapping[str, Type]:
        """Return the named types of `narrow` that are derived from one of its types."""
        return self.narrow.types if type_ is ANY_TYPE else self._derived.get(id(type_), {})

    def admit(self, tag: str, process: Process, *, of_wide: bool) -> ElementDeclaration | None:
        """Return the declaration of an element under a wildcard; None if it must be declared and is not.

        The same kind of wildcard and the same tag always give the same object.
        """
        key = (tag, process, of_wide)
        if key not in self._admitted:
            declarations = self.wide if of_wide else self.narrow
            self._admitted[key] = declarations.resolve_admitted(tag, Wildcard("any", (), process), has_type=False)
        return self._admitted[key]

    def admit_typed(self, tag: str, *, of_wide: bool) -> ElementDeclaration:
        """Return the declaration of an element that is declared nowhere, and is allowed for its `xsi:type`."""
        key = (tag, "typed", of_wide)
        declaration = self._admitted.setdefault(key, ElementDeclaration(tag, ANY_TYPE, is_declared=False))
        assert declaration is not None
        return declaration


def text_type_of(type_: Type) -> SimpleType | None:
    """Return the type of an element's text; None if it may have children, or no content at all."""
    return type_ if isinstance(type_, SimpleType) else type_.simple


def is_mixed(type_: Type) -> bool:
    """Whether text is allowed between children."""
    return isinstance(type_, ComplexType) and type_.mixed


def is_empty(type_: Type) -> bool:
    """Whether an element may have neither text nor children."""
    return isinstance(type_, ComplexType) and type_.content is None and type_.simple is None and not type_.mixed


def may_have_space(type_: Type) -> bool:
    """Whether white space is allowed between children (XSD 1.0 Part 1 §3.4.4 clause 2.3)."""
    return isinstance(type_, ComplexType) and type_.content is not None


def model_of(type_: Type) -> Model:
    """Return the content model of a type; for a type without children, the model of no children."""
    model = type_.model if isinstance(type_, ComplexType) else None
    return _NO_CHILDREN if model is None else model


_NO_CHILDREN: Model = ContentModel(sequence_node())
