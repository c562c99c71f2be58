"""The fields of one class, and the objects that are made of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from xsdata.formats.dataclass.models.elements import find_by_namespace

from ..verdict import Unbindable
from ..xml.document import XSI_NIL, XSI_TAG, XSI_TYPE, Element, attributes_of
from .element_order import are_in_rounds, are_ordered, remember_order
from .nil_element import nil_object
from .remembered import ROOT_ELEMENT
from .slot import LIKE_ABSENT, ORDER, TAIL, GenericSlot, InScope, RecordedSlot, Slot, Values, parts_of
from .value_reader import expand_prefix

if TYPE_CHECKING:
    from .table_decoder import Binders

_KEPT_SLOTS = 1_000
"""Slots that one binder remembers by tag and xsi:type; a sender chooses both under a wildcard."""


class InstanceFacts(NamedTuple):
    """What the start tag of an element says of its type: the name in xsi:type, and whether xsi:nil is true."""

    type_name: str | None = None
    nil: bool = False


NO_FACTS = InstanceFacts()


@dataclass(slots=True)
class Binder:
    """The fields of one class, by the names of their elements and attributes.

    `make` makes an object of the values of its fields, which are lists where it has tuples. `may_remember` says whether
    an object may have to remember its elements, for its fields do not say their order or that they are there. It is
    None where that was not asked yet. `rounds` are the fields that xsdata's serializer writes in rounds. `content` is
    the field of mixed content. `in_trees` says whether the class is bound in trees, too.
    """

    class_: type
    make: Callable[..., Any]
    elements: dict[str, Slot] = field(default_factory=dict)
    attributes: dict[str, Slot] = field(default_factory=dict)
    any_attributes: Sequence[Any] = ()  # xsdata's XmlVar
    text: Slot | None = None
    in_trees: bool = True
    content: str | None = None
    may_remember: bool | None = None
    is_recorded: bool = False
    rounds: Mapping[int, int] = field(default_factory=dict)
    meta: Any = None  # xsdata's XmlMeta
    binders: Binders | None = None
    _slots: dict[str, Slot] | None = None
    _usual_orders: set[tuple[str, ...]] = field(default_factory=set)  # the names of values in the order of the fields
    _resolved: dict[tuple[str, InstanceFacts], Slot] = field(default_factory=dict)

    def slot(self, tag: str, facts: InstanceFacts = NO_FACTS) -> Slot:
        """Return the slot of an element.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        known = self._resolved.get((tag, facts))
        if known is not None:
            return known
        slot = self.place(tag, facts)
        if self.is_recorded:
            slot = RecordedSlot(**parts_of(slot), inner=slot)
        if len(self._resolved) >= _KEPT_SLOTS:
            self._resolved.clear()
        self._resolved[tag, facts] = slot
        return slot

    def find_slot(self, tag: str, facts: InstanceFacts) -> Slot | None:
        """Return the slot of an element; None where it is only validated.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        return self.slot(tag, facts)

    def place(self, tag: str, facts: InstanceFacts) -> Slot:
        """Return the slot of an element, which takes no note of the order of elements.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        plain = self.elements.get(tag) if facts is NO_FACTS else None
        return self._resolve(tag, facts) if plain is None else plain

    def _resolve(self, tag: str, facts: InstanceFacts) -> Slot:
        """Return the slot of an element as xsdata's parser finds it."""
        binders, meta = self.binders, self.meta
        if binders is None or meta is None or meta.wrappers:
            raise Unbindable("an element has no field, or a class has wrappers")
        for variable in meta.find_children(tag):
            slot = binders.resolve(self, tag, variable, facts)
            if slot is not None:
                return slot
        raise Unbindable("an element has no field")

    def attribute_values(self, attributes: Iterable[tuple[str, str]], scope: InScope) -> Values:
        """Return the values that the attributes of an element give."""
        values: Values = {}
        for name, text in attributes:
            slot = self.attributes.get(name)
            if slot is None:
                variable = find_by_namespace(self.any_attributes, name)
                if variable is not None:
                    values.setdefault(variable.name, {})[name] = expand_prefix(text, scope)
                elif not name.startswith(XSI_TAG):
                    raise Unbindable("an attribute has no field")
            elif slot.init and slot.convert is not None:
                values[slot.name] = slot.convert(text, scope)
        return values

    def put_text(self, values: Values, text: str) -> None:
        """Add a text of mixed content; white space alone is none."""
        if text.strip():
            around = values.get(TAIL)
            if around is not None:
                around.tail = text
            else:
                values.setdefault(str(self.content), []).append(text)

    @property
    def takes_any_attributes(self) -> bool:
        """Whether there is a place for attributes that have no field."""
        return bool(self.any_attributes)

    @property
    def keeps_type(self) -> bool:
        """Whether xsi:type is kept among the attributes that have no field."""
        return find_by_namespace(self.any_attributes, XSI_TYPE) is not None

    @property
    def keeps_text(self) -> bool:
        """Whether the texts among the elements are bound, too."""
        return self.content is not None

    def make_nil(self, values: Values) -> object:
        """Return the object of an element that is nil, of the values of its attributes; None without attributes."""
        return nil_object(self.class_, self.meta, values)

    def finish(self, values: Values, text: str | None, scope: InScope) -> object:
        """Return the object of the values and of an element's text."""
        slot = self.text
        if slot is not None and slot.convert is not None and slot.init and (text is not None or slot.is_needed):
            values[slot.name] = slot.convert(text or "", scope)
        return self.make(**values)

    def bind(self, element: Element) -> object:
        """Return the object of an element in a tree."""
        attributes = attributes_of(element)
        if not self.in_trees or XSI_TYPE in attributes or XSI_NIL in attributes:
            raise Unbindable("a class has wildcards, mixed content or fields that share an element, or xsi:type")
        values = self.attribute_values(attributes.items(), element)
        elements = self.elements
        slots = []
        has_empty = False
        for child in element:
            slot = elements.get(child.tag)
            if slot is None:
                raise Unbindable("an element has no field")
            slots.append(slot)
            if slot.binder is not None:
                value = slot.binder.bind(child)
            elif slot.convert is None or child.keys():
                raise Unbindable("attributes of an element whose field has a bare value")
            else:
                value = slot.convert(child.text, child)
                has_empty = has_empty or (not slot.is_list and (value is None or (slot.is_tokens and not value)))
            slot.put(values, value)
        value = self.finish(values, element.text, element)
        if has_empty or not self._keeps([slot.position for slot in slots]):
            remember_order(value, (slot.name for slot in slots))
        return value

    def learn_order(self, tags: Iterable[str], interleaved: Iterable[Iterable[str]]) -> None:
        """Learn from a content model whether objects have to remember elements, and whether these interleave.

        `tags` are those of the model in its order, `interleaved` groups of them that can stand before and behind each
        other.
        """
        if self.may_remember is None:
            positions = [self.elements[tag].position for tag in tags if tag in self.elements]
            may_be_none = any(slot.is_tokens or slot.is_nillable for slot in self.elements.values())
            has_fixed = any(not slot.init for slot in self.elements.values())  # of which there are no values
            interleaves = (has_fixed and not are_ordered(positions)) or any(
                len({self.elements[tag].position for tag in group if tag in self.elements}) > 1 for group in interleaved
            )
            if interleaves:
                self.record_order()
            # last, for it tells another thread that all is known
            self.may_remember = not self.is_recorded and (
                not are_ordered(positions) or may_be_none or bool(self.rounds)
            )

    def record_order(self) -> None:
        """Record each element from now on, for the values that are put do not say in which order that was."""
        if not self.is_recorded and self.content is None:
            self._resolved = {}
            self.make = partial(_make_recorded, self, self.make)
            self.is_recorded = True

    def remember_recorded(self, value: object, order: Sequence[Slot], *, like_absent: bool) -> None:
        """Let an object remember the recorded order of its elements, where its fields do not say it."""
        if like_absent or not self._keeps([slot.position for slot in order]):
            remember_order(value, [slot.name for slot in order])

    def remember_order(self, value: object, values: Mapping[str, Any]) -> None:
        """Let an object remember the order in which its fields came, if it is another one than theirs.

        So it does where a value is None, or a list of tokens without any, to know that there was an element.
        """
        names_of_values = tuple(values)
        if names_of_values in self._usual_orders:
            return
        slots = self._slots = self._slots or {slot.name: slot for slot in self.elements.values()}
        names = [name for name in values if name in slots]
        has_empty = any(values[name] is None or (slots[name].is_tokens and not values[name]) for name in names)
        counts = [len(values[name]) if slots[name].is_list else 1 for name in names]
        each = list(chain.from_iterable(map(repeat, names, counts))) if self.rounds else names
        if has_empty or not self._keeps([slots[name].position for name in each]):
            remember_order(value, chain.from_iterable(map(repeat, names, counts)))
        elif not self.rounds and len(self._usual_orders) < _KEPT_SLOTS:
            may_be_empty = any(slots[name].is_tokens or slots[name].is_nillable for name in names)
            if not may_be_empty:
                self._usual_orders.add(names_of_values)

    def _keeps(self, positions: Sequence[int]) -> bool:
        """Whether the fields of an object keep the order in which their elements came, however they are written."""
        return are_ordered(positions) and not (self.rounds and not are_in_rounds(positions, self.rounds))


@dataclass(slots=True)
class DocumentBinder(Binder):
    """A whole document, whose only field, of no name, is its root."""

    classes: Mapping[str, type] = field(default_factory=dict)

    def _resolve(self, tag: str, facts: InstanceFacts) -> Slot:
        assert self.binders is not None
        class_ = self.classes.get(tag)
        if class_ is None or facts.nil:
            raise Unbindable("the root element has no class, or is nil")
        actual = class_
        if facts.type_name is not None:
            actual = self.binders.context.fetch(class_, xsi_type=facts.type_name).clazz
        return _RootSlot("", False, True, None, self.binders.of(actual), tag=tag, class_=class_)


@dataclass(slots=True)
class _RootSlot(Slot):
    """The root of a document; an object of another class than that of the element remembers its tag."""

    tag: str = ""
    class_: type = object

    def put(self, values: Values, value: object) -> None:
        """Put the object."""
        values[self.name] = value
        if type(value) is not self.class_:
            ROOT_ELEMENT.keep(value, self.tag)


@dataclass(slots=True)
class GenericBinder(Binder):
    """A generic element (xsdata's AnyElement), whose children are generic elements too."""

    variable: Any = None  # xsdata's XmlVar of the field around
    is_bare: bool = False  # whether the value is a bare text where there are no attributes and no children

    def attribute_values(self, attributes: Iterable[tuple[str, str]], scope: InScope) -> Values:
        """Return the values that the attributes of an element give."""
        expanded = {name: expand_prefix(text, scope) for name, text in attributes}
        return {"attributes": expanded} if expanded else {}

    @property
    def takes_any_attributes(self) -> bool:
        """Whether there is a place for attributes that have no field."""
        return True

    @property
    def keeps_text(self) -> bool:
        """Whether the texts among the elements are bound, too."""
        return True

    def put_text(self, values: Values, text: str) -> None:
        """Add a text: before the first child, or behind the last one; white space behind one is none."""
        children = values.get("children")
        if not children:
            values["text"] = text
        elif text.strip():
            children[-1].tail = text

    def make_nil(self, values: Values) -> object:
        """Return the object of an element that is nil."""
        return self.make(**values)

    def learn_order(self, tags: Iterable[str], interleaved: Iterable[Iterable[str]]) -> None:
        """Learn nothing, for the children are in one list."""

    def record_order(self) -> None:
        """Record nothing, for the children are in one list."""

    def _resolve(self, tag: str, facts: InstanceFacts) -> Slot:
        assert self.binders is not None
        return GenericSlot("children", True, True, None, self.binders.generic(tag, self.variable))


def _make_recorded(binder: Binder, make: Callable[..., object], **values: Any) -> object:  # values of any type
    """Return an object that remembers the order of its elements, where its fields do not say it."""
    order = values.pop(ORDER, None)
    if order is None:
        return make(**values)
    like_absent = values.pop(LIKE_ABSENT, False)
    value = make(**values)
    if len(order) > 1 or like_absent:
        binder.remember_recorded(value, order, like_absent=like_absent)
    return value


def make_mixed(make: Callable[..., object], **values: Any) -> object:  # values of any type
    """Return an object of mixed content."""
    values.pop(TAIL, None)
    return make(**values)


def make_generic(
    factory: Callable[..., object],
    tag: str,
    absent: str | None,
    *,
    is_bare: bool,
    text: str | None = None,
    children: Sequence[object] = (),
    attributes: Mapping[str, str] | None = None,
) -> object:
    """Return a generic element; `absent` is its text where it has none."""
    if children and text is not None and not text.strip():
        text = None
    if text is None:
        text = absent
    if is_bare and not children and not attributes:
        return text
    return factory(qname=tag, text=text, attributes=attributes or {}, children=list(children))
