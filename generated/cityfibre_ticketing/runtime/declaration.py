"""What a schema declares: elements, attributes and complex types, as the emitted modules write them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .content_model import ContentModel, Particle
from .simple_type import Quick, SimpleType, unsure


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a complex type admits (XSD 1.0 Part 1 §3.2, §3.5)."""

    type: SimpleType
    required: bool = False
    fixed: str | None = None


@dataclass(eq=False)
class ComplexType:
    """A complex type (XSD 1.0 Part 1 §3.4).

    `content` gives the particle of the content model; it is a function, so that types can refer to
    each other whatever their order. Without it and without `simple` the content is empty.
    """

    name: str
    source: str
    content: Callable[[], Particle[ElementDeclaration]] | None = None
    simple: SimpleType | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    base: ComplexType | SimpleType | None = None

    @cached_property
    def model(self) -> ContentModel[ElementDeclaration] | None:
        """The content model; None for empty and for simple content."""
        return None if self.content is None else ContentModel(self.content())

    @cached_property
    def required_attributes(self) -> tuple[str, ...]:
        """The names of the attributes that may not be missing."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    def derives_from(self, other: object) -> bool:
        """Whether the type is `other`, or is derived from it."""
        if self is other:
            return True
        if self.base is None:
            return False
        return self.base is other or (isinstance(self.base, ComplexType) and self.base.derives_from(other))


@dataclass(frozen=True, eq=False)
class ElementDeclaration:
    """An element declaration (XSD 1.0 Part 1 §3.3). `tag` is `{namespace}name`, as lxml has it.

    `quick` says of the text of an element that has neither attributes nor children whether the element
    is certainly valid; False is no answer.
    """

    tag: str
    type: SimpleType | ComplexType
    source: str
    nillable: bool = False
    fixed: str | None = None
    default: str | None = None
    quick: Quick = field(init=False)

    def __post_init__(self) -> None:
        plain = self.fixed is None and self.default is None
        quick = self.type.quick if plain and isinstance(self.type, SimpleType) else unsure
        object.__setattr__(self, "quick", quick)


@dataclass(frozen=True)
class Declarations:
    """Everything that one schema declares globally.

    `types` has the named types that `xsi:type` can name, by `{namespace}name`; `prefixes` has the
    prefix that paths in reports use for each namespace.
    """

    elements: Mapping[str, ElementDeclaration]
    types: Mapping[str, SimpleType | ComplexType]
    prefixes: Mapping[str, str]


def element(
    tag: str,
    type_: SimpleType | ComplexType,
    source: str,
    *,
    nillable: bool = False,
    fixed: str | None = None,
    default: str | None = None,
    minimum: int = 1,
    maximum: int | None = 1,
) -> Particle[ElementDeclaration]:
    """An element particle with its declaration."""
    declaration = ElementDeclaration(tag, type_, source, nillable, fixed, default)
    return Particle("element", minimum, maximum, tag=tag, declaration=declaration)
