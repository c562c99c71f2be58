"""The places of a class that elements are bound to: a field, or a share of one.

A slot says what makes the value of an element, from its text (`convert`, `quick`) or from its content (`binder`), and
puts the value among those that the object around it is made of. There is one kind of slot for each rule by which
xsdata's parser does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

from xsdata.formats.converter import converter

from ..verdict import QuickParse, Unbindable
from ..xsd.simple_type import SimpleType
from .class_kinds import is_any_element, is_generic, is_object
from .compound_choice import add_name

if TYPE_CHECKING:
    from .class_binder import Binder


class InScope(Protocol):
    """An object with namespaces in scope, such as an element."""

    @property
    def nsmap(self) -> Mapping[str | None, str]:
        """The namespaces in scope, by their prefixes."""
        ...


Convert = Callable[["str | None", InScope], object]
"""Makes a value of a text."""

Values = dict[str, Any]  # values of any type
"""The values that an object is made of, by the names of fields; and what is noted beside them, by the names below."""

ORDER = "<order>"
"""The slots of the elements so far."""

LIKE_ABSENT = "<like absent>"
"""Noted where an element has the value that its field has without an element."""

TAIL = "<tail>"
"""The generic element that a text which follows belongs to."""


@dataclass(slots=True)
class Slot:
    """A field of a class: its name, and the functions from a text or an element's content to its value.

    `quick` makes a value of a text in its usual form, and None of any other; a text that it takes is in the lexical
    space of the types in `proves`. `direct` makes one of each text in the lexical space of these, `convert` of any
    text. `position` is that of the field. The value may be a list of tokens, which is empty where there is no element,
    too; or None where the element is nillable. No object can be made without a field that `is_needed`: an empty text
    gives it a value, where xsdata has none.
    """

    name: str
    is_list: bool
    init: bool
    convert: Convert | None
    binder: Binder | None
    quick: QuickParse | None = None
    direct: Callable[[str], object] | None = None
    proves: tuple[SimpleType, ...] = ()
    position: int = 0
    is_tokens: bool = False
    is_nillable: bool = False
    is_needed: bool = False
    variable: Any = None  # xsdata's XmlVar, of a field of simple values

    @property
    def is_direct(self) -> bool:
        """Whether the first value may be put under the name of the field without a call of `put`."""
        return type(self) is Slot and self.init and not self.is_list

    def put(self, values: Values, value: object) -> None:
        """Add a value to those that an object is made of."""
        if self.is_list:
            items = values.get(self.name)
            if items is None:
                values[self.name] = [value]
            else:
                items.append(value)
        elif self.name in values:
            raise Unbindable("a field that holds one value has several elements")
        elif self.init:
            values[self.name] = value

    def is_like_absent(self, value: object) -> bool:
        """Whether a value looks like that of an element that is not there."""
        return not self.is_list and (value is None or (isinstance(value, list | tuple) and not value))


@dataclass(slots=True)
class CompoundSlot(Slot):
    """A compound field, for one of its elements: its tag, and the types whose values are all for this element."""

    tag: str = ""
    compound: Any = None  # xsdata's XmlVar
    telling: frozenset[type] = frozenset()
    derived: Any = None  # xsdata's DerivedElement for the kind of the classes

    def put(self, values: Values, value: object) -> None:
        """Add a value, with the name of the element where the value does not tell it."""
        if type(value) not in self.telling:
            value = add_name(self.compound, self.tag, value, self.derived)
        items = values.get(self.name) if self.is_list else None
        if items is None:
            Slot.put(self, values, value)
        else:
            items.append(value)


@dataclass(slots=True)
class SharedSlot(Slot):
    """An element of several fields: it goes to the first that has room."""

    fields: tuple[Slot, ...] = ()

    def put(self, values: Values, value: object) -> None:
        """Add a value to the first field that is a list or has none yet."""
        for slot in self.fields:
            if slot.is_list or slot.name not in values:
                slot.put(values, value)
                return
        raise Unbindable("an element comes more often than there are fields for it")


@dataclass(slots=True)
class WildcardSlot(Slot):
    """A field for elements that no other field is for; what is no object gets the name of its element."""

    tag: str = ""
    any_element: Any = None  # xsdata's AnyElement for the kind of the classes

    def put(self, values: Values, value: object) -> None:
        """Add a value; a field that is no list holds several in one generic element."""
        value = as_generic(self.tag, value, self.any_element)
        if self.is_list or self.name not in values:
            Slot.put(self, values, value)
            return
        around = values[self.name]
        if not is_any_element(around) or around.qname:
            around = values[self.name] = self.any_element(children=[around])
        around.children.append(value)


@dataclass(slots=True)
class MixedSlot(Slot):
    """The list of mixed content, for an element of one tag.

    An object whose class is written as another element is in a DerivedElement. A text behind a generic element that
    xsdata's parser made as such belongs to it (`takes_tail`); behind any other it is an item of the list.
    """

    tag: str = ""
    meta: Any = None  # xsdata's XmlMeta
    context: Any = None  # xsdata's XmlContext
    takes_tail: bool = False
    octets: str | None = None  # the format of octets

    def put(self, values: Values, value: object) -> None:
        """Add a value to the content."""
        if isinstance(value, bytes):
            value = converter.serialize(value, format=self.octets)
        if is_object(value) and not is_generic(value):
            choice = self.meta.find_any_wildcard().find_value_choice(value, True)
            written = self.context.build(type(value), self.meta.namespace) if choice is None else choice
            if written.qname != self.tag:
                value = self.context.class_type.derived_element(qname=self.tag, value=value)
        value = as_generic(self.tag, value, self.context.class_type.any_element)
        values.setdefault(self.name, []).append(value)
        values[TAIL] = value if self.takes_tail else None


@dataclass(slots=True)
class GenericSlot(Slot):
    """The children of a generic element."""

    def put(self, values: Values, value: object) -> None:
        """Add a child."""
        values.setdefault("children", []).append(value)


@dataclass(slots=True)
class NamedSlot(Slot):
    """A slot for values of a type that xsi:type names and the slot does not tell: they are in a DerivedElement."""

    inner: Slot = field(default_factory=lambda: Slot("", False, True, None, None))
    wrap: Callable[[object], object] = lambda value: value

    def put(self, values: Values, value: object) -> None:
        """Add the value with its name and type."""
        self.inner.put(values, self.wrap(value))


@dataclass(slots=True)
class RecordedSlot(Slot):
    """A slot of a class whose objects have to know the order of their elements, as its fields do not say it."""

    inner: Slot = field(default_factory=lambda: Slot("", False, True, None, None))

    def put(self, values: Values, value: object) -> None:
        """Add a value, and take note of it."""
        inner = self.inner
        inner.put(values, value)
        order = values.get(ORDER)
        if order is None:
            values[ORDER] = [inner]
        else:
            order.append(inner)
        if not value and inner.is_like_absent(value):
            values[LIKE_ABSENT] = True


def as_generic(tag: str, value: Any, any_element: Any) -> Any:  # a value of any type, and xsdata's AnyElement
    """Return an object as it is, and any other value as a generic element with its text."""
    return value if is_object(value) else any_element(qname=tag, text=converter.serialize(value))


def parts_of(slot: Slot) -> dict[str, Any]:  # the values of its fields
    """Return the values of the fields that every kind of slot has."""
    return {part.name: getattr(slot, part.name) for part in fields(Slot)}
