"""Writes the objects of one class as elements of one type, with tables that are made when the first object is written.

A document is valid as it is written, and is read back as the same object, so that nobody reads it again. Each element
that an object gives takes a step of the content model of its type; a text is checked as it is made; and the tables of
the decoder say that the element goes back to the field that it comes from. An object for which one of these can't be
shown is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from xsdata.exceptions import XmlContextError

from ..limits import MAX_ATTRIBUTES, MAX_DEPTH
from ..verdict import GiveUp
from ..xml.document import XSI_LOCATIONS, XSI_NIL, XSI_TYPE
from ..xsd.components import ANY_TYPE, UNCHECKED, BasicTerm, ComplexType, ElementDeclaration, is_derived_from
from ..xsd.content_model import State, TooManyConfigurations
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .class_binder import NO_FACTS, Binder, GenericBinder, InstanceFacts
from .class_kinds import count_attributes, is_any_element, is_derived, is_object
from .compound_choice import choice_of
from .document_marks import CONSTRAINT
from .element_order import order_of, put_in_order
from .nil_element import was_nil
from .object_parts import default_of
from .slot import CompoundSlot, GenericSlot, SharedSlot, Slot, WildcardSlot
from .to_text import escape_text
from .value_writer import ToText, is_valid_text, make_writer, refuse
from .write_step import KEPT_STEPS, Attribute, Field, Step, WriteState

if TYPE_CHECKING:
    from .table_encoder import Writers

_ARRAYS = (list, tuple)
"""The types of the lists of fields. Lists of any other class are given up: what their methods do is not known."""

MOST_LEVELS = MAX_DEPTH - 2
"""Levels of objects; an element with a text, and the text in it, are two more of the document."""

_MOST_ATTRIBUTES = MAX_ATTRIBUTES // 2
"""Attributes without a field; those that have one come on top."""


Write = Callable[[str], None]
"""Takes the next part of the document."""


class ElementWriter:
    """Writes the objects of one class as elements of one type."""

    def __init__(self, writers: Writers, binder: Binder, type_: ComplexType, type_name: str | None) -> None:
        """Take the tables of the class, the type, and the name that has to be among the attributes as xsi:type."""
        self.writers = writers
        self.names = writers.names
        self.binder = binder
        self.type = type_
        self._type_name = type_name
        self.class_ = binder.class_
        self._states: dict[int, WriteState] = {}
        self._is_prepared = False
        self._attributes: tuple[Attribute, ...] = ()
        self._any_attributes: tuple[str, ...] = ()
        self._text: tuple[str, ToText] | None = None
        self._fields: tuple[Field, ...] = ()
        self._values: Callable[[Any], tuple[Any, ...]] = _no_values
        self._mixed: Field | None = None
        self._has_rounds = False
        self._field_count = 0
        self._start: WriteState | None = None

    def write(self, value: Any, start: str, write: Write, depth: int) -> None:  # an object of any class
        """Write the rest of a start tag, and the content."""
        if type(value) is not self.class_ or depth > MOST_LEVELS:
            raise GiveUp
        if not self._is_prepared:
            self._prepare()
        remembers = self._may_remember(value)
        if remembers and was_nil(value):
            raise GiveUp
        for name, before, to_text, may_be_absent, without_items in self._attributes:
            item = getattr(value, name)
            if item is None:
                if not may_be_absent:
                    raise GiveUp
            elif not without_items or type(item) not in _ARRAYS or item:
                start += f'{before}{to_text(item)}"'
        for name in self._any_attributes:
            attributes = getattr(value, name)
            if type(attributes) is not dict or attributes or self._type_name is not None:
                start += self._write_any_attributes(attributes)
        if self._text is not None:
            name, to_text = self._text
            write(f"{start}>{to_text(getattr(value, name))}")
            return
        write(f"{start}>")
        state = self._start
        if state is None:
            if any(item is not None and not (type(item) in _ARRAYS and not item) for item in self._values(value)):
                raise GiveUp
            return
        if self._mixed is not None:
            state = self._write_mixed(getattr(value, self._mixed.name), state, write, depth)
        elif self._has_rounds or (remembers and order_of(value) is not None):
            for field, item in self._items(value):
                state = self.write_item(state, field, item, write, depth)
        else:
            state = self._write_fields(value, state, write, depth)
        if not state.model.accepts:
            raise GiveUp

    def _may_remember(self, value: Any) -> bool:  # an object of the class
        """Whether an object may remember more than its fields hold."""
        try:
            return len(value.__dict__) != self._field_count
        except AttributeError:  # a class with slots, which remembers nothing
            return False

    def _write_fields(self, value: Any, state: WriteState, write: Write, depth: int) -> WriteState:  # an object
        """Write the elements of an object in the order of its fields; return the state behind them."""
        inside = depth + 1
        for field, item in zip(self._fields, self._values(value), strict=True):
            if item is None:
                if field.absent is not None:
                    raise GiveUp
                continue
            items = item
            if not field.is_list:
                if type(item) in _ARRAYS and not item:
                    continue
                items = (item,)
            elif type(item) not in _ARRAYS:
                raise GiveUp
            for each in items:
                step = state[field]
                if step is None or not step.is_kept:
                    state = self.write_item(state, field, each, write, depth)
                    continue
                to_text = step.to_text
                if to_text is not None:
                    write(f"{step.start}>{to_text(each)}{step.end}")
                    state = step.after
                elif step.writer is not None and type(each) is step.class_:
                    step.writer.write(each, step.start, write, inside)
                    write(step.end)
                    state = step.after
                else:
                    state = self.write_item(state, field, each, write, depth)
        return state

    def _write_any_attributes(self, attributes: Any) -> str:  # the value of the field, which may be of any type
        """Return the attributes that no field is for; xsi:type among them names the type of the class."""
        if type(attributes) is not dict:
            raise GiveUp
        name = attributes.get(XSI_TYPE)
        if name is None and self._type_name is None:
            return self.join_attributes(attributes, is_generic=False)
        others = {key: text for key, text in attributes.items() if key != XSI_TYPE}
        expected = self._type_name or self.binder.meta.target_qname
        written = self.names.type_attribute(str(name), expected, is_written=True)
        return written + self.join_attributes(others, is_generic=False)

    def join_attributes(self, attributes: Any, *, is_generic: bool) -> str:  # the value of the field, of any type
        """Return the attributes that no field is for, as a start tag has them.

        Raises:
            GiveUp: one is not valid, or would be read back with another value.
        """
        if type(attributes) is not dict or len(attributes) > _MOST_ATTRIBUTES:
            raise GiveUp
        return "".join(self._any_attribute(name, text, is_generic=is_generic) for name, text in attributes.items())

    def _any_attribute(self, name: str, text: Any, *, is_generic: bool) -> str:  # any value
        if type(name) is not str or type(text) is not str:
            raise GiveUp
        use = self.type.attributes.get(name)
        if use is not None and not is_generic:
            raise GiveUp  # which has a field
        if use is None and name not in XSI_LOCATIONS:
            wildcard = self.type.wildcard
            if wildcard is None or not wildcard.admits(name) or name in (XSI_TYPE, XSI_NIL):
                raise GiveUp
            use = None if wildcard.process == "skip" else self.writers.declarations.attributes.get(name)
            if use is None and wildcard.process == "strict":
                raise GiveUp
        if use is not None and (use.fixed not in (None, text) or not is_valid_text(use.type, text)):
            raise GiveUp
        return f' {self.names.name(name, attribute=True)}="{self.names.any_text(text)}"'

    def write_item(
        self, state: WriteState, field: Field, item: Any, write: Write, depth: int
    ) -> WriteState:  # a value of any type
        """Write an element; return the state behind it."""
        step, inner = state[field], item
        if step is None or (step.writer is not None and type(item) is not step.class_):
            step, inner = self._resolve(state, field, item)
        if step.to_text is not None:
            write(f"{step.start}>{step.to_text(inner)}{step.end}")
        elif step.writer is not None:
            step.writer.write(inner, step.start, write, depth + 1)
            write(step.end)
        if not step.is_kept and not _is_read_back(step.slot, inner, item):
            raise GiveUp
        return step.after

    def _resolve(self, state: WriteState, field: Field, item: Any) -> tuple[Step, Any]:  # a value of any type
        """Return the step of a value whose element or class it tells itself, and what is in that element."""
        if is_any_element(item) or is_derived(item):
            if type(item.qname) is not str:
                raise GiveUp
            inner = item.value if is_derived(item) else item
            return state.named(field, item.qname, type(inner)), inner
        if field.tag is not None:
            return state.named(field, field.tag, type(item)), item
        tag = field.tags.get(type(item))
        if tag is None:
            tag = self._find_tag(field, item)
        return state.named(field, tag, type(item)), item

    def _find_tag(self, field: Field, item: Any) -> str:  # a value of any type
        """Return the tag of the element of a value in a compound field or under a wildcard."""
        choice = None
        if field.variable.elements:
            items = item if type(item) in _ARRAYS else (item,)
            if not is_object(item) and not all(type(each) in field.types for each in items):
                raise GiveUp
            choice = choice_of(field.variable, item)
        if choice is not None:
            return str(choice.qname)
        if not is_object(item):
            raise GiveUp
        meta = self._describe(type(item))
        return str(meta.qname if field.variable.is_wildcard else meta.target_qname)

    def _describe(self, class_: type) -> Any:  # xsdata's XmlMeta
        """Return what xsdata knows of a class, which may be one of any other package.

        Raises:
            GiveUp: it is no class of bindings.
        """
        try:
            return self.writers.binders.context.build(class_, self.binder.meta.namespace)
        except (XmlContextError, NameError, TypeError, AttributeError):
            raise GiveUp from None

    def _write_mixed(
        self, items: Any, state: WriteState, write: Write, depth: int
    ) -> WriteState:  # the value of the field, which may be of any type
        """Write mixed content; texts that would be read back as one, or as none, are given up."""
        mixed = self._mixed
        assert mixed is not None
        takes_text = True
        if type(items) is not list:
            raise GiveUp
        for item in items:
            if type(item) is str:
                if not takes_text or not item.strip():
                    raise GiveUp
                write(escape_text(item))
                takes_text = False
                continue
            state = self.write_item(state, mixed, item, write, depth)
            takes_text = not is_any_element(item)
            if not takes_text and item.tail is not None:
                write(tail_text(item.tail))
        return state

    def _items(self, value: Any) -> Iterator[tuple[Field, Any]]:  # an object and values of any type
        """Yield each value to write, in the order that the object remembers, or that its fields have."""
        remembered = order_of(value)
        items = self._items_of_fields(value)
        if remembered is None:
            yield from items
            return
        given = {field.name: getattr(value, field.name) for field in self._fields}
        if any(given.get(name) is None or (type(given[name]) in _ARRAYS and not given[name]) for name in remembered):
            raise GiveUp  # an element that is nil or has no tokens
        yield from put_in_order(remembered, items)

    def _items_of_fields(self, value: Any) -> Iterator[tuple[Field, Any]]:  # as above
        """Yield each value, those of fields with one `sequence` number in rounds."""
        fields, position = self._fields, 0
        while position < len(fields):
            number, end = fields[position].sequence, position + 1
            if number is not None:
                end = max(index for index, field in enumerate(fields) if field.sequence == number) + 1
            columns = [(field, list(self._values_of(field, value))) for field in fields[position:end]]
            for place in range(max(len(items) for _, items in columns)):
                yield from ((field, items[place]) for field, items in columns if place < len(items))
            position = end

    def _values_of(self, field: Field, value: Any) -> Iterator[Any]:  # as above
        item = getattr(value, field.name)
        if item is None:
            if field.absent is not None:
                raise GiveUp
        elif field.is_list:
            if type(item) not in _ARRAYS:
                raise GiveUp
            yield from item
        elif not (type(item) in _ARRAYS and not item):  # an element without tokens is one that is remembered
            yield item

    def find_step(self, state: WriteState, field: Field, tag: str, class_: type | None) -> Step:
        """Return the step of an element; `class_` is that of its value, None for the usual one of the field.

        Raises:
            GiveUp: the element may not stand here, or would not be read back as the same value of the field.
        """
        writers, name = self.writers, self.names.name(tag)
        try:
            reached = state.model[tag]
        except TooManyConfigurations:
            raise GiveUp from None
        if reached is None:
            raise GiveUp
        after = self.state(reached[0])
        declared = reached[1]
        slot, type_name = self.find_slot(tag, class_)
        if slot.name != field.name or isinstance(slot, SharedSlot):
            raise GiveUp
        if isinstance(declared, Wildcard):
            admitted = writers.declarations.resolve_admitted(tag, declared, has_type=type_name is not None)
            if admitted is None:
                raise GiveUp
            declared = admitted
        if declared.abstract:
            raise GiveUp
        type_ = declared.type
        if type_name is not None:
            named = writers.declarations.types.get(type_name)
            if named is None or not is_derived_from(named, type_, declared.blocked):
                raise GiveUp
            type_ = named
        if isinstance(type_, ComplexType) and type_.abstract:
            raise GiveUp
        start = f"{CONSTRAINT if declared.constraints else ''}<{name}"
        keeps_type = slot.binder is not None and slot.binder.keeps_type
        if type_name is not None and not keeps_type:
            start += self.names.type_attribute(type_name)
        to_text, writer = self._find_content(declared, type_, slot, class_, type_name=type_name if keeps_type else None)
        is_kept = (
            type(slot) in (Slot, GenericSlot)
            or (isinstance(slot, CompoundSlot) and class_ in slot.telling)
            or (isinstance(slot, WildcardSlot) and slot.is_list and class_ is not None and is_object(class_))
        )
        value_class = None if writer is None else writer.class_
        return Step(after, value_class, start, f"</{name}>", to_text, writer, slot, is_kept)

    def find_slot(self, tag: str, class_: type | None) -> tuple[Slot, str | None]:
        """Return the slot that an element is read back to, and the name of its type if the element has to have it."""
        binder = self.binder
        slot = binder.place(tag, NO_FACTS)
        if class_ is None or not is_object(class_) or class_ is self.writers.any_element:
            return slot, None
        if slot.binder is not None and slot.binder.class_ is class_:
            return slot, None
        name = self._describe(class_).target_qname
        if not name:
            raise GiveUp
        slot = binder.place(tag, InstanceFacts(name))
        if slot.binder is None or slot.binder.class_ is not class_:
            raise GiveUp
        return slot, name

    def _find_content(
        self,
        declared: ElementDeclaration,
        type_: SimpleType | ComplexType,
        slot: Slot,
        class_: type | None,
        *,
        type_name: str | None,
    ) -> tuple[ToText | None, ElementWriter | None]:
        """Return what writes the text of an element, or what writes its attributes and its content.

        `type_name` is that of the type which the object has to name among its own attributes.
        """
        writers, binder = self.writers, slot.binder
        if binder is None:
            simple = type_ if isinstance(type_, SimpleType) else type_.simple
            has_attributes = isinstance(type_, ComplexType) and bool(type_.required_attributes)
            if simple is None or slot.variable is None or has_attributes or class_ is writers.any_element:
                raise GiveUp
            return make_writer(slot, slot.variable, simple, declared.fixed, self.names.prefix), None
        if declared.fixed is not None:
            raise GiveUp
        if class_ is str:
            if isinstance(binder, GenericBinder) and binder.is_bare and type_ in (ANY_TYPE, UNCHECKED):
                return escape_text, None
            raise GiveUp
        if class_ is None and isinstance(binder, GenericBinder):  # of a value of any class
            raise GiveUp
        if isinstance(type_, SimpleType):
            type_ = writers.content_of(type_)
        return None, writers.of(binder, type_, type_name)

    def state(self, model: State[BasicTerm]) -> WriteState:
        """Return the state for one of the content model."""
        known = self._states.get(id(model))
        if known is None or known.model is not model:
            if len(self._states) >= KEPT_STEPS:
                self._states.clear()
            known = self._states[id(model)] = WriteState(self, model)
        return known

    def _prepare(self) -> None:
        """Make the tables; another thread may make the same at the same time."""
        binder, type_, meta = self.binder, self.type, self.binder.meta
        if meta is None or meta.wrappers:
            raise GiveUp
        attributes: list[Attribute] = []
        for tag, variable in meta.attributes.items():
            use = type_.attributes.get(tag)
            default = default_of(variable)
            if use is None:  # of a base, and prohibited; or under a wildcard
                attributes.append((variable.name, "", refuse, default is None, False))
                continue
            to_text = make_writer(
                binder.attributes[tag], variable, use.type, use.fixed, self.names.prefix, attribute=True
            )
            before = f' {self.names.name(tag, attribute=True)}="'
            without_items = bool(variable.tokens) and not use.required and not default
            may_be_absent = default is None and not use.required
            attributes.append((variable.name, before, to_text, may_be_absent, without_items))
        if any(name not in meta.attributes for name in type_.required_attributes):
            raise GiveUp
        if any(type_.attributes[name].type.has_identifiers for name, _ in type_.constrained_attributes):
            raise GiveUp  # a default value that identifies
        fields = [self._field(variable) for variable in meta.get_element_vars() if not variable.is_text]
        if meta.text is not None and binder.text is not None and type_.simple is not None:
            if fields:
                raise GiveUp
            self._text = (
                meta.text.name,
                make_writer(binder.text, meta.text, type_.simple, None, self.names.prefix),
            )
        elif meta.text is not None:
            raise GiveUp
        self._attributes = tuple(attributes)
        self._any_attributes = tuple(variable.name for variable in meta.any_attributes)
        self._fields = tuple(fields)
        self._values = _getter([field.name for field in fields])
        self._has_rounds = any(field.sequence is not None for field in fields)
        self._field_count = count_attributes(self.class_)
        if meta.mixed_content:
            if len(fields) != 1:
                raise GiveUp
            self._mixed = fields[0]
        if type_.model is not None:
            self._start = self.state(type_.model.start)
        elif meta.mixed_content:
            raise GiveUp
        self._is_prepared = True

    def _field(self, variable: Any) -> Field:  # xsdata's XmlVar
        if variable.is_clazz_union or variable.wrapper:
            raise GiveUp
        tag = None if variable.is_elements or variable.is_wildcard else variable.qname
        tags: dict[type, str] = {}
        for choice in variable.elements.values():
            for type_ in choice.types:
                tags.setdefault(type_, choice.qname)
        is_one = all(not choice.tokens for choice in variable.elements.values())
        default = default_of(variable)
        return Field(
            variable.name,
            bool(variable.list_element),
            variable,
            tag,
            {class_: name for class_, name in tags.items() if is_object(class_)} if is_one else {},
            frozenset(tags),
            variable.sequence,
            None if not default and isinstance(default, list | tuple) else default,
        )


def tail_text(tail: object) -> str:
    """Return the text behind a generic element; white space alone would be lost."""
    if type(tail) is not str or not tail.strip():
        raise GiveUp
    return escape_text(tail)


def _no_values(_: object) -> tuple[object, ...]:
    return ()


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:  # objects of any class
    """Return the function that gives the values of fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda value: (getattr(value, names[0]),)) if names else _no_values


def _is_read_back(slot: Slot, inner: object, item: Any) -> bool:  # a value of any type
    """Whether a slot puts what is in an element into its field as the value that was there."""
    values: dict[str, Any] = {}  # as for any object
    slot.put(values, inner)
    read = values.get(slot.name)
    if slot.is_list and isinstance(read, list) and len(read) == 1:
        (read,) = read
    if read is item:
        return True
    if is_derived(read) and is_derived(item):
        return (read.qname, read.type) == (item.qname, item.type) and (
            read.value is item.value or (not is_object(item.value) and _are_equal(read.value, item.value))
        )
    return not is_object(item) and _are_equal(read, item)


def _are_equal(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
