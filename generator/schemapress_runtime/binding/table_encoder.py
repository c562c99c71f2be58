"""Writes objects with tables built once per class, for classes without an emitted straight-line encoder.

A document is valid as it is written, and is read back as the same object, so that nobody reads it again. Each element
that an object gives takes a step of the content model of its type; a text is checked as it is made; and the tables of
the decoder say that the element goes back to the field that it comes from. An object for which one of these can't be
shown is given up, and written by xsdata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from xsdata.exceptions import XmlContextError

from ..limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMESPACE_DECLARATIONS
from ..names import local_name, namespace_of
from ..verdict import GiveUp
from ..xml.document import XSI, XSI_NIL, XSI_TYPE
from ..xsd.components import (
    ANY_TYPE,
    UNCHECKED,
    BasicTerm,
    ComplexType,
    Declarations,
    ElementDeclaration,
    is_derived_from,
)
from ..xsd.content_model import State, TooManyConfigurations
from ..xsd.primitive import EXPANDED_NAME, is_ncname
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .class_kinds import count_attributes, is_any_element, is_derived, is_object
from .compound_choice import choice_of
from .element_order import order_of, put_in_order
from .nil_element import was_nil
from .object_parts import default_of
from .prefixes import XML, Prefixes, declarations_of, make_fresh_prefix
from .slot import CompoundSlot, GenericSlot, SharedSlot, Slot, WildcardSlot
from .table_decoder import NO_FACTS, Binder, Binders, GenericBinder, InstanceFacts
from .to_text import attribute_text, escape_text
from .value_writer import ToText, UnqualifiedName, is_valid_text, make_writer, mark_constraint, mark_undeclared, unmark

_STAND_IN = "\uffff"
"""Stands before and behind the number of a namespace until its prefix is known; no text has it."""

_STAND_INS = re.compile(f"{_STAND_IN}([0-9]+){_STAND_IN}")

_KEPT_STEPS = 512
"""Steps that one state remembers, by the element and the class of its object; who makes the objects chooses both."""

_KEPT_NAMESPACES = 10_000
"""Namespaces without a prefix of the schema that are known, each in texts that are kept; an object chooses its own."""

_MAX_DEPTH = MAX_DEPTH - 2
_MOST_ATTRIBUTES = MAX_ATTRIBUTES // 2
_LOCATIONS = frozenset((f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"))

_is_expanded = re.compile(EXPANDED_NAME).fullmatch

Write = Callable[[str], None]


@dataclass(slots=True, eq=False)
class _Field:
    """A field whose values become elements.

    `tag` is that of its elements, if they have one alone. Of a compound field, `tags` has those of values that tell it,
    and `types` are those of all values.
    """

    name: str
    is_list: bool
    variable: Any  # xsdata's XmlVar
    tag: str | None
    tags: Mapping[type, str] = dataclass_field(default_factory=dict)
    types: frozenset[type] = frozenset()
    sequence: int | None = None
    absent: Any = None  # the value of a field without an element


class _Attribute(NamedTuple):
    """An attribute: the field, the text before its value, and the function from the value to its text.

    It may be left out where there is no value, and where it is a list `without_items`.
    """

    field: str
    before: str
    to_text: ToText
    may_be_absent: bool
    without_items: bool = False


class _Step(NamedTuple):
    """What writing an element comes to.

    Either `to_text` makes its text, or `writer` writes its content behind `start`, which has no end yet, of an object
    of `class_`. `is_kept` says whether it is known that the slot puts a value into its field as it is.
    """

    after: _WriteState
    class_: type | None
    start: str
    end: str
    to_text: ToText | None
    writer: _ElementWriter | None
    slot: Slot
    is_kept: bool


class _WriteState(dict["_Field", "_Step | None"]):
    """A state of a content model, for the objects of one class: the step of each field."""

    __slots__ = ("_named", "model", "writer")

    def __init__(self, writer: _ElementWriter, model: State[BasicTerm]) -> None:
        self.writer = writer
        self.model = model
        self._named: dict[tuple[str, str, type], _Step] = {}

    def __missing__(self, field: _Field) -> _Step | None:
        """Return the step of a value of the field's own class; None where it takes a closer look at the value."""
        step = None
        if field.tag is not None:
            with suppress(GiveUp):
                step = self.writer.step(self, field, field.tag, None)
        self[field] = step
        return step

    def named(self, field: _Field, tag: str, class_: type) -> _Step:
        """Return the step of an element whose tag, or whose class, depends on the value."""
        key = (field.name, tag, class_)
        step = self._named.get(key)
        if step is None:
            step = self.writer.step(self, field, tag, class_)
            if len(self._named) >= _KEPT_STEPS:
                self._named.clear()
            self._named[key] = step
        return step


class _ElementWriter:
    """Writes the objects of one class as elements of one type."""

    def __init__(self, writers: Writers, binder: Binder, type_: ComplexType, type_name: str | None) -> None:
        """Take the tables of the class, the type, and the name that has to be among the attributes as xsi:type."""
        self.writers = writers
        self.binder = binder
        self.type = type_
        self._type_name = type_name
        self.class_ = binder.class_
        self._states: dict[int, _WriteState] = {}
        self._is_prepared = False
        self._attributes: tuple[_Attribute, ...] = ()
        self._any_attributes: tuple[str, ...] = ()
        self._text: tuple[str, ToText] | None = None
        self._fields: tuple[_Field, ...] = ()
        self._values: Callable[[Any], tuple[Any, ...]] = _no_values
        self._mixed: _Field | None = None
        self._has_rounds = False
        self._field_count = 0
        self._start: _WriteState | None = None

    def write(self, value: Any, start: str, write: Write, depth: int) -> None:  # an object of any class
        """Write the rest of a start tag, and the content."""
        if type(value) is not self.class_ or depth > _MAX_DEPTH:
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
            elif not without_items or type(item) not in (list, tuple) or item:
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
            if any(item is not None and not (type(item) is list and not item) for item in self._values(value)):
                raise GiveUp
            return
        if self._mixed is not None:
            state = self._write_mixed(getattr(value, self._mixed.name), state, write, depth)
        elif self._has_rounds or (remembers and order_of(value) is not None):
            for field, item in self._items(value):
                state = self._write_item(state, field, item, write, depth)
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

    def _write_fields(self, value: Any, state: _WriteState, write: Write, depth: int) -> _WriteState:  # an object
        """Write the elements of an object in the order of its fields; return the state behind them."""
        inside = depth + 1
        for field, item in zip(self._fields, self._values(value), strict=True):
            if item is None:
                if field.absent is not None:
                    raise GiveUp
                continue
            items = item
            if not field.is_list:
                if type(item) in (list, tuple) and not item:
                    continue
                items = (item,)
            elif type(item) is not list and type(item) is not tuple:
                raise GiveUp
            for each in items:
                step = state[field]
                if step is None or not step.is_kept:
                    state = self._write_item(state, field, each, write, depth)
                    continue
                after, class_, before, end, to_text, writer, _, _ = step
                if to_text is not None:
                    write(f"{before}>{to_text(each)}{end}")
                    state = after
                elif writer is not None and type(each) is class_:
                    writer.write(each, before, write, inside)
                    write(end)
                    state = after
                else:
                    state = self._write_item(state, field, each, write, depth)
        return state

    def _write_any_attributes(self, attributes: Any) -> str:  # the value of the field, which may be of any type
        """Return the attributes that no field is for; xsi:type among them names the type of the class."""
        if type(attributes) is not dict:
            raise GiveUp
        name = attributes.get(XSI_TYPE)
        if name is None and self._type_name is None:
            return self.writers.any_attributes(attributes, self.type)
        others = {key: text for key, text in attributes.items() if key != XSI_TYPE}
        return self.writers.type_attribute(
            str(name), self._type_name or self.binder.meta.target_qname, is_written=True
        ) + self.writers.any_attributes(others, self.type)

    def _write_item(
        self, state: _WriteState, field: _Field, item: Any, write: Write, depth: int
    ) -> _WriteState:  # a value of any type
        """Write an element; return the state behind it."""
        step, inner = state[field], item
        if step is None or (step.writer is not None and type(item) is not step.class_):
            step, inner = self._resolve(state, field, item)
        after, _, before, end, to_text, writer, slot, is_kept = step
        if to_text is not None:
            write(f"{before}>{to_text(inner)}{end}")
        elif writer is not None:
            writer.write(inner, before, write, depth + 1)
            write(end)
        if not is_kept and not _is_read_back(slot, inner, item):
            raise GiveUp
        return after

    def _resolve(self, state: _WriteState, field: _Field, item: Any) -> tuple[_Step, Any]:  # a value of any type
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

    def _find_tag(self, field: _Field, item: Any) -> str:  # a value of any type
        """Return the tag of the element of a value in a compound field or under a wildcard."""
        choice = None
        if field.variable.elements:
            items = item if type(item) in (list, tuple) else (item,)
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
        self, items: Any, state: _WriteState, write: Write, depth: int
    ) -> _WriteState:  # the value of the field, which may be of any type
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
            state = self._write_item(state, mixed, item, write, depth)
            takes_text = not is_any_element(item)
            if not takes_text and item.tail is not None:
                write(_tail_text(item.tail))
        return state

    def _items(self, value: Any) -> Iterator[tuple[_Field, Any]]:  # an object and values of any type
        """Yield each value to write, in the order that the object remembers, or that its fields have."""
        remembered = order_of(value)
        items = self._items_of_fields(value)
        if remembered is None:
            yield from items
            return
        given = {field.name: getattr(value, field.name) for field in self._fields}
        if any(given.get(name) is None or (type(given[name]) is list and not given[name]) for name in remembered):
            raise GiveUp  # an element that is nil or has no tokens
        yield from put_in_order(remembered, items)

    def _items_of_fields(self, value: Any) -> Iterator[tuple[_Field, Any]]:  # as above
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

    def _values_of(self, field: _Field, value: Any) -> Iterator[Any]:  # as above
        item = getattr(value, field.name)
        if item is None:
            if field.absent is not None:
                raise GiveUp
        elif field.is_list:
            if type(item) is not list and type(item) is not tuple:
                raise GiveUp
            yield from item
        elif not (type(item) in (list, tuple) and not item):  # an element without tokens is one that is remembered
            yield item

    def step(self, state: _WriteState, field: _Field, tag: str, class_: type | None) -> _Step:
        """Return the step of an element; `class_` is that of its value, None for the usual one of the field.

        Raises:
            GiveUp: the element may not stand here, or would not be read back as the same value of the field.
        """
        writers, name = self.writers, self.writers.name(tag)
        try:
            reached = state.model[tag]
        except TooManyConfigurations:
            raise GiveUp from None
        if reached is None:
            raise GiveUp
        after = self.state(reached[0])
        declared = reached[1]
        slot, type_name = self._find_slot(tag, class_)
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
        start = f"{mark_constraint() if declared.constraints else ''}<{name}"
        keeps_type = slot.binder is not None and slot.binder.keeps_type
        if type_name is not None and not keeps_type:
            start += writers.type_attribute(type_name)
        to_text, writer = self._find_content(declared, type_, slot, class_, type_name=type_name if keeps_type else None)
        is_kept = (
            type(slot) in (Slot, GenericSlot)
            or (isinstance(slot, CompoundSlot) and class_ in slot.telling)
            or (isinstance(slot, WildcardSlot) and slot.is_list and class_ is not None and is_object(class_))
        )
        value_class = None if writer is None else writer.class_
        return _Step(after, value_class, start, f"</{name}>", to_text, writer, slot, is_kept)

    def _find_slot(self, tag: str, class_: type | None) -> tuple[Slot, str | None]:
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
    ) -> tuple[ToText | None, _ElementWriter | None]:
        """Return what writes the text of an element, or what writes its attributes and its content.

        `type_name` is that of the type which the object has to name among its own attributes.
        """
        writers, binder = self.writers, slot.binder
        if binder is None:
            simple = type_ if isinstance(type_, SimpleType) else type_.simple
            has_attributes = isinstance(type_, ComplexType) and bool(type_.required_attributes)
            if simple is None or slot.variable is None or has_attributes or class_ is writers.any_element:
                raise GiveUp
            return make_writer(slot, slot.variable, simple, declared.fixed, writers.prefix), None
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

    def state(self, model: State[BasicTerm]) -> _WriteState:
        """Return the state for one of the content model."""
        known = self._states.get(id(model))
        if known is None or known.model is not model:
            if len(self._states) >= _KEPT_STEPS:
                self._states.clear()
            known = self._states[id(model)] = _WriteState(self, model)
        return known

    def _prepare(self) -> None:
        """Make the tables; another thread may make the same at the same time."""
        binder, type_, meta = self.binder, self.type, self.binder.meta
        if meta is None or meta.wrappers:
            raise GiveUp
        attributes = []
        for tag, variable in meta.attributes.items():
            use = type_.attributes.get(tag)
            default = default_of(variable)
            if use is None:  # of a base, and prohibited; or under a wildcard
                attributes.append(_Attribute(variable.name, "", _refuse, default is None))
                continue
            to_text = make_writer(
                binder.attributes[tag], variable, use.type, use.fixed, self.writers.prefix, attribute=True
            )
            before = f' {self.writers.name(tag, attribute=True)}="'
            without_items = bool(variable.tokens) and not use.required and not default
            attributes.append(
                _Attribute(variable.name, before, to_text, default is None and not use.required, without_items)
            )
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
                make_writer(binder.text, meta.text, type_.simple, None, self.writers.prefix),
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

    def _field(self, variable: Any) -> _Field:  # xsdata's XmlVar
        if variable.is_clazz_union or variable.wrapper:
            raise GiveUp
        tag = None if variable.is_elements or variable.is_wildcard else variable.qname
        tags: dict[type, str] = {}
        for choice in variable.elements.values():
            for type_ in choice.types:
                tags.setdefault(type_, choice.qname)
        is_one = all(not choice.tokens for choice in variable.elements.values())
        default = default_of(variable)
        return _Field(
            variable.name,
            bool(variable.list_element),
            variable,
            tag,
            {class_: name for class_, name in tags.items() if is_object(class_)} if is_one else {},
            frozenset(tags),
            variable.sequence,
            None if not default and isinstance(default, list | tuple) else default,
        )


class _GenericWriter(_ElementWriter):
    """Writes generic elements as elements of one type."""

    def __init__(self, writers: Writers, binder: GenericBinder, type_: ComplexType) -> None:
        super().__init__(writers, binder, type_, None)
        self._children = _Field("children", True, binder.variable, None)
        self._absent = None if binder.variable.nillable else ""

    def write(self, value: Any, start: str, write: Write, depth: int) -> None:  # an AnyElement
        """Write the rest of a start tag, and the content."""
        type_ = self.type
        if not is_any_element(value):
            raise GiveUp
        text, children, attributes = value.text, value.children, value.attributes
        if depth > _MAX_DEPTH or type(children) is not list:
            raise GiveUp
        if any(name not in attributes for name in type_.required_attributes) or type_.constrained_attributes:
            raise GiveUp
        write(f"{start}{self.writers.any_attributes(attributes, type_, is_generic=True)}>")
        if text is None or (type(text) is str and not text):
            if text != self._absent:
                raise GiveUp
        elif type(text) is not str or (children and not text.strip()) or not self._admits_text(text):
            raise GiveUp
        else:
            write(escape_text(text))
        if type_.model is None:
            if children or (not text and not self._admits_text("")):
                raise GiveUp
            return
        state = self.state(type_.model.start)
        for child in children:
            if not is_any_element(child):
                raise GiveUp
            state = self._write_item(state, self._children, child, write, depth)
            if child.tail is not None:
                if not type_.mixed:
                    raise GiveUp
                write(_tail_text(child.tail))
        if not state.model.accepts:
            raise GiveUp

    def _admits_text(self, text: str) -> bool:
        simple = self.type.simple
        return self.type.mixed if simple is None else is_valid_text(simple, text)

    def _find_slot(self, tag: str, class_: type | None) -> tuple[Slot, str | None]:
        return self.binder.place(tag, NO_FACTS), None


class Writers:
    """The writers of the classes that were met, for one choice of prefixes.

    Threads share them without a lock. A writer makes its tables when it writes its first object; two threads may do
    that at once, and make the same.
    """

    def __init__(self, binders: Binders, declarations: Declarations, prefixes: Prefixes) -> None:
        """Take the tables of the decoder, the declarations of the schema, and the prefixes."""
        self.binders = binders
        self.declarations = declarations
        self.any_element = binders.context.class_type.any_element
        self._prefixes = prefixes
        self._writers: dict[tuple[object, ComplexType, str | None], _ElementWriter] = {}
        self._contents: dict[SimpleType, ComplexType] = {}
        self._marks: dict[tuple[str, str, bool], re.Pattern[str]] = {}
        self._namespaces: dict[str, int] = {}
        self._numbers = count()
        self._without_default: Writers | None = None

    def document(self, value: object, tag: str) -> tuple[bytes, bool]:
        """Return an object as a document whose root is of the given tag; it declares the prefixes that it uses.

        The document is valid, and is read back as an equal object; but where it has elements with identity constraints,
        as is returned beside it, these are still to be validated.

        Raises:
            GiveUp: the object or its class is none that tables write, or is not valid.
        """
        try:
            return self._document(value, tag)
        except UnqualifiedName:  # which a default namespace would capture
            if not self._prefixes.default or self._prefixes.is_chosen:
                raise GiveUp from None
        if self._without_default is None:
            self._without_default = Writers(self.binders, self.declarations, replace(self._prefixes, default=""))
        return self._without_default.document(value, tag)

    def _document(self, value: object, tag: str) -> tuple[bytes, bool]:
        declared = self.declarations.elements[tag]
        if declared.abstract or declared.fixed is not None:
            raise GiveUp
        type_ = self.content_of(declared.type) if isinstance(declared.type, SimpleType) else declared.type
        if type_.abstract:
            raise GiveUp
        parts: list[str] = []
        name = self.name(tag)
        self.of(self.binders.of(type(value)), type_).write(value, f"<{name}", parts.append, 1)
        parts.append(f"</{name}>")
        text = "".join(parts)
        text, undeclared, has_constraints = unmark(text)
        # a copy, for another thread may add marks
        used = {
            (prefix, uri)
            for (prefix, uri, is_attribute), mark in self._marks.copy().items()
            if (f" {prefix}:" if is_attribute else f"<{prefix}") in text and mark.search(text)
        }
        if _STAND_IN in text:
            text = self._with_prefixes(text, used)
        if len(used) > MAX_NAMESPACE_DECLARATIONS or any(prefix in undeclared for prefix, _ in used):
            raise GiveUp
        declarations = declarations_of(used, namespace_of(tag))
        end = len(name) + 1
        data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text[:end]}{declarations}{text[end:]}'.encode()
        return data, has_constraints or bool(declared.constraints)

    def _with_prefixes(self, text: str, used: set[tuple[str, str]]) -> str:
        """Return a text with prefixes in the places of their stand-ins, and add these to those that are used."""
        numbers = list(dict.fromkeys(_STAND_INS.findall(text)))
        known = {number: namespace for namespace, number in self._namespaces.copy().items()}
        prefixes: dict[str, str] = {}
        taken = {"xml", "xmlns", *self._prefixes.named.values(), *(prefix for prefix, _ in used)}
        for number in numbers:
            namespace = known[int(number)]
            prefix = self._prefixes.named.get(namespace)
            if prefix is None:
                prefix = make_fresh_prefix(namespace, taken)
                taken.add(prefix)
            prefixes[number] = f"{prefix}:"
            used.add((prefix, namespace))
        return _STAND_INS.sub(lambda match: prefixes[match[1]], text)

    def of(self, binder: Binder, type_: ComplexType, type_name: str | None = None) -> _ElementWriter:
        """Return the writer of the objects of a class as elements of a type, with the name that it needs, if any."""
        key = (id(binder.variable) if isinstance(binder, GenericBinder) else binder.class_, type_, type_name)
        known = self._writers.get(key)
        if known is None:
            if isinstance(binder, GenericBinder):
                known = _GenericWriter(self, binder, type_)
            else:
                known = _ElementWriter(self, binder, type_, type_name)
            self._writers[key] = known
        return known

    def type_attribute(self, name: str, expected: str | None = None, *, is_written: bool = False) -> str:
        """Return xsi:type for the name of a type.

        With `is_written` it is a name as xsdata has it among any attributes: with its namespace, or as it was written
        without a prefix. It has to be the expected one.
        """
        namespace, local = namespace_of(name), local_name(name)
        if is_written and not namespace:
            namespace = self._prefixes.default
        if not is_ncname(local) or (is_written and f"{{{namespace}}}{local}" != expected):
            raise GiveUp
        if not namespace:
            raise GiveUp
        prefix = "" if is_written and name == local else self.prefix(namespace)
        return f' {self.name(XSI_TYPE, attribute=True)}="{prefix}{local}"'

    def content_of(self, type_: SimpleType) -> ComplexType:
        """Return the complex type of an element of a simple type, which has no attributes."""
        return self._contents.setdefault(type_, ComplexType(type_.label, simple=type_))

    def prefix(self, namespace: str) -> str:
        """Return what stands for the prefix of a namespace and its colon in a document that is not whole yet.

        Raises:
            UnqualifiedName: there is no namespace, but a default namespace.
        """
        if not namespace and self._prefixes.default:
            raise UnqualifiedName
        if not namespace:
            return ""
        if namespace == XML:
            return "xml:"
        if "{" in namespace or "}" in namespace:
            raise GiveUp
        number = self._namespaces.get(namespace)
        if number is None:
            if len(self._namespaces) >= _KEPT_NAMESPACES:
                raise GiveUp
            number = self._namespaces.setdefault(namespace, next(self._numbers))  # another thread has other numbers
        return f"{_STAND_IN}{number}{_STAND_IN}"

    def name(self, tag: str, *, attribute: bool = False) -> str:
        """Return a name with its prefix, whose declaration depends on whether a document uses it."""
        namespace, local = namespace_of(tag), local_name(tag)
        if not is_ncname(local):
            raise GiveUp
        if not namespace:
            if self._prefixes.default and not attribute:
                raise GiveUp
            return local
        prefix = "" if namespace == self._prefixes.default and not attribute else self._prefixes.named.get(namespace)
        if prefix is None:
            return f"{self.prefix(namespace)}{local}"
        if prefix != "xml":
            self._marks.setdefault((prefix, namespace, attribute), _mark(prefix, attribute=attribute))
        return f"{prefix}:{local}" if prefix else local

    def any_attributes(self, attributes: Any, type_: ComplexType, *, is_generic: bool = False) -> str:
        """Return the attributes that no field is for, as a start tag has them.

        Raises:
            GiveUp: one is not valid, or would be read back with another value.
        """
        if type(attributes) is not dict or len(attributes) > _MOST_ATTRIBUTES:
            raise GiveUp
        return "".join(self._any_attribute(name, text, type_, is_generic) for name, text in attributes.items())

    def _any_attribute(self, name: str, text: Any, type_: ComplexType, is_generic: bool) -> str:  # any value
        if type(name) is not str or type(text) is not str:
            raise GiveUp
        use = type_.attributes.get(name)
        if use is not None and not is_generic:
            raise GiveUp  # which has a field
        if use is None and name not in _LOCATIONS:
            wildcard = type_.wildcard
            if wildcard is None or not wildcard.admits(name) or name in (XSI_TYPE, XSI_NIL):
                raise GiveUp
            use = None if wildcard.process == "skip" else self.declarations.attributes.get(name)
            if use is None and wildcard.process == "strict":
                raise GiveUp
        if use is not None and (use.fixed not in (None, text) or not is_valid_text(use.type, text)):
            raise GiveUp
        return f' {self.name(name, attribute=True)}="{self._any_text(text)}"'

    def _any_text(self, text: str) -> str:
        """Return the value of an attribute that no field is for; xsdata reads a prefix in it as its namespace."""
        if _is_expanded(text):
            namespace = namespace_of(text)
            return f"{self.prefix(namespace)}{local_name(text)}"
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//") and is_ncname(prefix):
            return mark_undeclared(prefix) + attribute_text(text)
        return attribute_text(text)


def _refuse(_: object) -> str:
    raise GiveUp


def _tail_text(tail: object) -> str:
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


def _mark(prefix: str, *, attribute: bool) -> re.Pattern[str]:
    """Return a pattern that finds a use of a prefix in a document; without a prefix, of the default namespace.

    `<` and `>` stand in tags alone.
    """
    if attribute:
        return re.compile(rf'<[^<>]* {re.escape(prefix)}:[^\s<>"=:]+="')
    return re.compile(f"<{re.escape(prefix)}:" if prefix else r"<[^\s:/>]+[\s/>]")
