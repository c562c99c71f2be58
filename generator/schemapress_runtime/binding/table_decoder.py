"""Binds a validated tree as xsdata's parser does, with tables built once per class.

What xsdata's metadata says of a class is the truth of its shape. A class with wildcards, mixed content or wrappers,
and an element with xsi:type or xsi:nil, is left to xsdata itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple, Protocol

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..verdict import QuickParse, Unbindable
from ..xml.document import XSI, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.primitive import BOOLEANS
from ..xsd.simple_type import SimpleType
from . import from_text
from .class_kinds import is_model, make_object, needed_fields
from .compound_choice import add_name, telling_types
from .element_order import are_in_rounds, are_ordered, remember_order, rounds_of
from .value_types import builtins_of, builtins_of_any_text

_XSI = f"{{{XSI}}}"


class InScope(Protocol):
    """An object with namespaces in scope, such as an element."""

    @property
    def nsmap(self) -> Mapping[str | None, str]:
        """The namespaces in scope, by their prefixes."""
        ...


Convert = Callable[["str | None", InScope], object]
"""Makes a value of a text."""


@dataclass(slots=True)
class Slot:
    """A field of a class: its name, and the functions from a text or an element's content to its value.

    `quick` makes a value of a text in its usual form, and None of any other; a text that it takes is in the
    lexical space of the types in `proves`. `convert` makes one of any text. `position` is that of the field. The value
    may be a list of tokens, which is empty where there is no element, too; or None where the element is nillable. No
    object can be made without a field that `is_needed`: an empty text gives it a value, where xsdata has none.
    """

    name: str
    is_list: bool
    init: bool
    convert: Convert | None
    binder: Binder | None
    quick: QuickParse | None = None
    proves: tuple[SimpleType, ...] = ()
    position: int = 0
    is_tokens: bool = False
    is_nillable: bool = False
    is_needed: bool = False

    def put(self, values: dict[str, Any], value: object) -> None:
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


@dataclass(slots=True)
class CompoundSlot(Slot):
    """A compound field, for one of its elements: its tag, and the types whose values are all for this element."""

    tag: str = ""
    compound: Any = None  # xsdata's XmlVar
    telling: frozenset[type] = frozenset()
    derived: Any = None  # xsdata's DerivedElement for the kind of the classes

    def put(self, values: dict[str, Any], value: object) -> None:
        """Add a value, with the name of the element where the value does not tell it."""
        if type(value) not in self.telling:
            value = add_name(self.compound, self.tag, value, self.derived)
        items = values.get(self.name) if self.is_list else None
        if items is None:
            Slot.put(self, values, value)
        else:
            items.append(value)


@dataclass(slots=True)
class Binder:
    """The fields of one class, by the names of their elements and attributes.

    `make` makes an object of the values of its fields, which are lists where it has tuples. `may_remember` says whether
    an object may have to remember its elements, for its fields do not say their order or that they are there;
    `interleaves` whether elements of one field may stand before and behind those of another one. Both are None where
    that was not asked yet. `rounds` are the fields that xsdata's serializer writes in rounds.
    """

    class_: type
    make: Callable[..., object]
    elements: dict[str, Slot] = field(default_factory=dict)
    attributes: dict[str, Slot] = field(default_factory=dict)
    text: Slot | None = None
    bindable: bool = True
    may_remember: bool | None = None
    interleaves: bool | None = None
    rounds: Mapping[int, int] = field(default_factory=dict)
    _slots: dict[str, Slot] | None = None

    def attribute_values(self, attributes: Iterable[tuple[str, str]], scope: InScope) -> dict[str, Any]:
        """Return the values that the attributes of an element give."""
        if not self.bindable:
            raise Unbindable("a class has wildcards, mixed content or fields that share an element")
        values: dict[str, Any] = {}
        for name, text in attributes:
            slot = self.attributes.get(name)
            if slot is None:
                if name in (XSI_TYPE, XSI_NIL) or not name.startswith(_XSI):
                    raise Unbindable("an attribute has no field")
            elif slot.init and slot.convert is not None:
                values[slot.name] = slot.convert(text, scope)
        return values

    def finish(self, values: dict[str, Any], text: str | None, scope: InScope) -> object:
        """Return the object of the values and of an element's text."""
        slot = self.text
        if slot is not None and slot.convert is not None and slot.init and (text is not None or slot.is_needed):
            values[slot.name] = slot.convert(text or "", scope)
        return self.make(**values)

    def bind(self, element: Element) -> object:
        """Return the object of an element."""
        values = self.attribute_values(attributes_of(element).items(), element)
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
            self.interleaves = (has_fixed and not are_ordered(positions)) or any(
                len({self.elements[tag].position for tag in group if tag in self.elements}) > 1 for group in interleaved
            )
            # last, for it tells another thread that both are known
            self.may_remember = not are_ordered(positions) or may_be_none or bool(self.rounds)

    def remember_order(self, value: object, values: Mapping[str, Any]) -> None:
        """Let an object remember the order in which its fields came, if it is another one than theirs.

        So it does where a value is None, or a list of tokens without any, to know that there was an element.
        """
        slots = self._slots = self._slots or {slot.name: slot for slot in self.elements.values()}
        names = [name for name in values if name in slots]
        has_empty = any(values[name] is None or (slots[name].is_tokens and not values[name]) for name in names)
        counts = [len(values[name]) if slots[name].is_list else 1 for name in names]
        each = list(chain.from_iterable(map(repeat, names, counts))) if self.rounds else names
        if has_empty or not self._keeps([slots[name].position for name in each]):
            remember_order(value, chain.from_iterable(map(repeat, names, counts)))

    def _keeps(self, positions: Sequence[int]) -> bool:
        """Whether the fields of an object keep the order in which their elements came, however they are written."""
        return are_ordered(positions) and not (self.rounds and not are_in_rounds(positions, self.rounds))


class _NewBinders(NamedTuple):
    """Binders that no other thread knows yet: all that were started, and those that wait for their fields."""

    started: dict[type, Binder]
    waiting: list[tuple[Binder, Any]]  # with xsdata's XmlMeta


class Binders:
    """The binders of the classes that were met.

    Threads share them without a lock: a binder is known only when it and all binders below it are complete.
    """

    def __init__(self, context: Any) -> None:  # xsdata's XmlContext
        self._context = context
        self._binders: dict[type, Binder] = {}
        self._document: Binder | None = None

    def bind(self, element: Element, class_: type) -> object:
        """Return the object that xsdata's parser would return.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        return self.of(class_).bind(element)

    def document(self, classes: Mapping[str, type]) -> Binder:
        """Return the binder of a whole document, whose only field, of no name, is its root; `classes` never change."""
        if self._document is None:
            slots = {tag: Slot("", False, True, None, self.of(class_)) for tag, class_ in classes.items()}
            self._document = Binder(dict, dict, slots)
        return self._document

    def of(self, class_: type) -> Binder:
        """Return the binder of a class."""
        known = self._binders.get(class_)
        if known is not None:
            return known
        new = _NewBinders({}, [])
        self._start(class_, None, new)
        while new.waiting:  # classes hold each other in any number of levels
            self._fill(*new.waiting.pop(), new)
        for of_class, binder in new.started.items():
            self._binders.setdefault(of_class, binder)  # another thread may have made it, too
        return self._binders[class_]

    def _start(self, class_: type, namespace: str | None, new: _NewBinders) -> Binder:
        """Return the binder of a class; a new one waits for its fields.

        A class without a namespace of its own has that of the class around it.
        """
        known = self._binders.get(class_) or new.started.get(class_)
        if known is not None:
            return known
        meta = self._context.build(class_, namespace)
        binder = Binder(class_, partial(_make_model, class_) if is_model(class_) else class_)
        new.started[class_] = binder
        binder.bindable = not (meta.wildcards or meta.any_attributes or meta.mixed_content)
        new.waiting.append((binder, meta))
        return binder

    def _fill(self, binder: Binder, meta: Any, new: _NewBinders) -> None:  # xsdata's XmlMeta
        for tag, variables in meta.elements.items():
            (variable, *others) = variables
            if others or _is_special(variable):
                binder.bindable = False
            else:
                binder.elements[tag] = self._slot(meta, variable, new, primitive=True)
        for compound in meta.choices:
            for tag, variable in compound.elements.items():
                if compound.wildcards or tag in binder.elements or _is_special(variable):
                    binder.bindable = False
                else:
                    slot = self._slot(meta, variable, new, primitive=True)
                    slot = replace(slot, position=compound.index)  # that of the field they share
                    telling = telling_types(compound, variable)
                    is_one_type = variable.clazz is not None or (
                        tuple(variable.types) == (str,) and not variable.nillable
                    )
                    if not (is_one_type and telling.issuperset(variable.types)):  # else, all values tell the element
                        parts = {part.name: getattr(slot, part.name) for part in fields(slot)}
                        derived = self._context.class_type.derived_element
                        slot = CompoundSlot(**parts, tag=tag, compound=compound, telling=telling, derived=derived)
                    binder.elements[tag] = slot
        binder.rounds = rounds_of(meta)
        tuples = [field.name for field in meta.get_element_vars() if field.list_element and field.factory is tuple]
        if tuples:
            binder.make = partial(_make_with_tuples, binder.class_, tuples)
        for tag, variable in meta.attributes.items():
            binder.attributes[tag] = self._slot(meta, variable, new, primitive=False)
        if meta.text is not None:
            slot = self._slot(meta, meta.text, new, primitive=False)
            binder.text = replace(slot, is_needed=slot.name in needed_fields(binder.class_))

    def _slot(
        self,
        meta: Any,  # xsdata's XmlMeta
        variable: Any,  # xsdata's XmlVar
        new: _NewBinders,
        *,
        primitive: bool,
    ) -> Slot:
        name, is_list, init = variable.name, bool(variable.list_element), variable.init
        if variable.clazz is not None:
            binder = self._start(variable.clazz, meta.namespace, new)
            return Slot(name, is_list, init, None, binder, position=variable.index)
        quick = None
        if len(variable.types) == 1 and not variable.tokens_factory and not variable.format:
            quick = _find_quick_parse(variable.types[0])
        convert = _make_converter(meta, variable, quick, primitive=primitive)
        slot = Slot(name, is_list, init, convert, None, quick, _find_proven(quick, variable.types[0]), variable.index)
        return replace(slot, is_tokens=bool(variable.tokens_factory), is_nillable=bool(variable.nillable))


def _is_special(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether only xsdata itself can bind an element."""
    return bool(
        variable.wrapper
        or variable.is_clazz_union
        or variable.any_type
        or variable.is_wildcard
        or (variable.list_element and variable.factory not in (None, list, tuple))
    )


def _make_model(class_: type, **values: Any) -> object:  # values of any type
    return make_object(class_, values)


def _make_with_tuples(class_: type, names: Sequence[str], **values: Any) -> object:  # values of any type
    """Return an object of a class whose fields of the given names are tuples, where the values have lists."""
    for name in names:
        if name in values:
            values[name] = tuple(values[name])
    return make_object(class_, values)


_DATE_TIME = re.compile(from_text.DATE_TIME).fullmatch
_DATE = re.compile(from_text.DATE).fullmatch
_TIME = re.compile(from_text.TIME).fullmatch
_DECIMAL = re.compile(from_text.DECIMAL).fullmatch


def _make_converter(
    meta: Any, variable: Any, quick: QuickParse | None, *, primitive: bool
) -> Convert:  # XmlMeta and XmlVar
    """Return the function from a text to a value: direct for the usual forms, through xsdata for the others."""
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    config = ParserConfig()

    def convert(text: str | None, scope: InScope) -> object:
        value = None if text is None or quick is None else quick(text)
        if value is None:
            value = ParserUtils.parse_var(meta=meta, var=variable, config=config, value=text, ns_map=dict(scope.nsmap))
        if value is None and primitive and not variable.nillable:
            return b"" if bytes in variable.types else ""
        return value

    return convert


def _find_proven(quick: QuickParse | None, type_: type) -> tuple[SimpleType, ...]:
    """Return the built-in types that have every text in their lexical space of which `quick` makes a value."""
    if quick is None:
        return ()
    return builtins_of_any_text() if type_ is str else builtins_of(type_)


def _find_quick_parse(type_: type) -> QuickParse | None:
    """Return the function from a text in its usual form to a value; it returns None for any other text."""
    if type_ is str:
        return str
    if type_ is bool:
        return BOOLEANS.get
    if type_ is int:
        return lambda text: int(text) if len(text) < 19 and text.isascii() and text.isdigit() else None
    if type_ is Decimal:
        return lambda text: Decimal(text) if _DECIMAL(text) else None
    if type_ is XmlDateTime:
        return lambda text: from_text.date_time(*match.groups()) if (match := _DATE_TIME(text)) else None
    if type_ is XmlDate:
        return lambda text: from_text.date(*match.groups()) if (match := _DATE(text)) else None
    if type_ is XmlTime:
        return lambda text: from_text.time(*match.groups()) if (match := _TIME(text)) else None
    if issubclass(type_, Enum) and all(type(member.value) is str for member in type_):
        return {member.value: member for member in type_}.get
    return None
