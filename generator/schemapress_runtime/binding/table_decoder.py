"""Binds documents as xsdata's parser does, with tables built once per class.

What xsdata's metadata says of a class is the truth of its shape. The tag reader binds every shape but wrappers and
unions of classes, which are left to xsdata itself; so are, in trees, wildcards, mixed content, and xsi:type or xsi:nil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple
from xml.etree.ElementTree import QName

from xsdata.formats.dataclass.models.elements import find_by_namespace
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..verdict import QuickParse, Unbindable
from ..xml.document import XSI, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.primitive import BOOLEANS
from ..xsd.simple_type import SimpleType
from . import from_text
from .class_kinds import is_model, make_object, needed_fields
from .compound_choice import telling_types
from .element_order import are_in_rounds, are_ordered, remember_order, rounds_of
from .nil_element import nil_object
from .remembered import ROOT_ELEMENT
from .slot import (
    LIKE_ABSENT,
    ORDER,
    TAIL,
    CompoundSlot,
    Convert,
    GenericSlot,
    InScope,
    MixedSlot,
    NamedSlot,
    RecordedSlot,
    SharedSlot,
    Slot,
    Values,
    WildcardSlot,
)
from .value_types import builtins_of, builtins_of_any_text, members_by_text

_XSI = f"{{{XSI}}}"

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
            slot = RecordedSlot(**_parts(slot), inner=slot)
        if len(self._resolved) >= _KEPT_SLOTS:
            self._resolved.clear()
        self._resolved[tag, facts] = slot
        return slot

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
                    values.setdefault(variable.name, {})[name] = _expand(text, scope)
                elif not name.startswith(_XSI):
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
        expanded = {name: _expand(text, scope) for name, text in attributes}
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


class _NewBinders(NamedTuple):
    """Binders that no other thread knows yet: all that were started, and those that wait for their fields."""

    started: dict[type, Binder]
    waiting: list[tuple[Binder, Any]]  # with xsdata's XmlMeta


class Binders:
    """The binders of the classes that were met.

    Threads share them without a lock: a binder is known only when it and all binders below it are complete.
    """

    def __init__(self, context: Any) -> None:  # xsdata's XmlContext
        self.context = context
        self._binders: dict[type, Binder] = {}
        self._document: Binder | None = None

    def bind(self, element: Element, class_: type) -> object:
        """Return the object that xsdata's parser would return.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        return self.of(class_).bind(element)

    def document(self, classes: Mapping[str, type]) -> Binder:
        """Return the binder of a whole document; `classes` are those of the root elements, and never change."""
        if self._document is None:
            self._document = DocumentBinder(dict, dict, binders=self, classes=classes)
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

    def generic(self, tag: str, variable: Any) -> GenericBinder:  # xsdata's XmlVar
        """Return the binder of a generic element under a field."""
        factory = self.context.class_type.any_element
        is_bare = not variable.is_wildcard and tag == variable.qname
        make = partial(_make_generic, factory, tag, None if variable.nillable else "", is_bare=is_bare)
        text = Slot("text", False, True, _keep, None, str)
        return GenericBinder(factory, make, text=text, binders=self, variable=variable, is_bare=is_bare)

    def resolve(self, binder: Binder, tag: str, variable: Any, facts: InstanceFacts) -> Slot | None:  # xsdata's XmlVar
        """Return the slot of an element in a field that may be for it; None where it is not.

        Raises:
            Unbindable: only xsdata itself can tell.
        """
        meta = binder.meta
        if variable.is_clazz_union or variable.wrapper or not _is_usual_list(variable):
            raise Unbindable("a field has several classes, a wrapper or a list of its own kind")
        content = self._find_content(meta, tag, variable, facts)
        if content is None:
            return None
        slot, is_generic = content
        stored = (
            next(iter(meta.find_children(variable.qname)), None) if is_generic and variable.is_wildcard else variable
        )
        if stored is None or (is_generic and variable.is_wildcard and not stored.is_wildcard):
            raise Unbindable("a generic element goes to another field")
        return self._place(binder, tag, stored, slot, is_generic=is_generic)

    def _place(
        self, binder: Binder, tag: str, variable: Any, slot: Slot, *, is_generic: bool
    ) -> Slot:  # xsdata's XmlVar
        """Return the slot that puts the values of another one into a field."""
        meta, factories = binder.meta, self.context.class_type
        parts = _parts(slot) | {"name": variable.name, "is_list": bool(variable.list_element), "init": variable.init}
        placed: Slot
        if meta.mixed_content:
            if (is_generic and not variable.is_wildcard) or (
                slot.binder is not None
                and slot.binder.meta is not None
                and any(not wildcard.list_element for wildcard in slot.binder.meta.wildcards)
            ):
                raise Unbindable("a text behind an element of mixed content may belong to it")
            parts |= {"name": binder.content, "is_list": True, "init": True}
            octets = variable.format if bytes in variable.types else None
            placed = MixedSlot(**parts, tag=tag, meta=meta, context=self.context, takes_tail=is_generic, octets=octets)
        elif variable.is_wildcard:
            placed = WildcardSlot(**parts, tag=tag, any_element=factories.any_element)
        else:
            parts["position"] = variable.index
            compound = None
            if tag not in meta.elements:
                compound = next((choice for choice in meta.choices if choice.find_choice(tag) is not None), None)
            if compound is None:
                placed = Slot(**parts)
            else:
                parts["position"] = compound.index  # that of the field they share
                choice = compound.elements.get(tag)
                telling = frozenset[type]() if choice is None else telling_types(compound, choice)
                placed = CompoundSlot(
                    **parts, tag=tag, compound=compound, telling=telling, derived=factories.derived_element
                )
        if variable.is_wildcard and not meta.mixed_content:
            compound = next((choice for choice in meta.choices if choice.name == variable.name), None)
            placed.position = variable.index if compound is None else compound.index
        others = meta.elements.get(tag, ())
        if len(others) > 1 and not meta.mixed_content:
            placed = self._share(placed, others)
        if isinstance(slot, NamedSlot):
            placed = NamedSlot(**_parts(placed), inner=placed, wrap=slot.wrap)
        return placed

    def _share(self, slot: Slot, variables: Sequence[Any]) -> Slot:  # xsdata's XmlVar
        """Return the slot of an element of several fields of one type."""
        first = variables[0]
        for other in variables[1:]:
            if (other.types, other.clazz, other.format, other.tokens, other.nillable) != (
                *(first.types, first.clazz, first.format, first.tokens, first.nillable),
            ):
                raise Unbindable("an element has fields of several types")
        fields_of = tuple(
            replace(slot, name=each.name, is_list=bool(each.list_element), init=each.init, position=each.index)
            for each in variables
        )
        return SharedSlot(**_parts(slot), fields=fields_of)

    def _find_content(
        self, meta: Any, tag: str, variable: Any, facts: InstanceFacts
    ) -> tuple[Slot, bool] | None:  # xsdata's XmlMeta and XmlVar
        """Return the slot with what makes the value of an element, and whether that is a generic element."""
        from xsdata.models.enums import DataType

        type_name = facts.type_name
        if variable.clazz is not None:
            return self._find_class(meta, tag, variable, variable.clazz, facts)
        if not variable.any_type and not variable.is_wildcard:
            return self._primitive(meta, variable), False
        datatype = DataType.from_qname(type_name) if type_name else None
        if datatype is not None:
            if meta.mixed_content:
                raise Unbindable("a value of a built-in type in mixed content loses the text behind it")
            return self._standard(meta, tag, variable, datatype), False
        class_ = self.context.find_type(type_name) if type_name else None
        found = self._find_class(meta, tag, variable, class_, facts, is_named=variable.is_wildcard) if class_ else None
        if found is None and variable.process_contents != "skip":
            class_ = self.context.find_type(tag)
            found = self._find_class(meta, tag, variable, class_, facts, is_named=None) if class_ else None
        if found is not None:
            return found
        return Slot("", False, True, None, self.generic(tag, variable)), True

    def _find_class(
        self,
        meta: Any,  # xsdata's XmlMeta
        tag: str,
        variable: Any,  # xsdata's XmlVar
        class_: type,
        facts: InstanceFacts,
        *,
        is_named: bool | None = False,
    ) -> tuple[Slot, bool] | None:
        """Return the slot of an object of a class.

        `is_named` says whether the object is in a DerivedElement with its name; None, that it never is.
        """
        actual = self.context.fetch(class_, meta.namespace, facts.type_name)
        if facts.nil and not (variable.nillable or actual.nillable):
            return None
        binder = self.of(actual.clazz)
        slot = Slot("", False, True, None, binder)
        if is_named is False and facts.type_name:
            is_named = not issubclass(actual.clazz, class_)
        if not is_named:
            return slot, False
        derived = self.context.class_type.derived_element
        return NamedSlot(
            **_parts(slot), wrap=lambda value: derived(qname=tag, value=value, type=facts.type_name)
        ), False

    def _standard(self, meta: Any, tag: str, variable: Any, datatype: Any) -> Slot:  # XmlMeta, XmlVar, DataType
        """Return the slot of an element of any type with a value of a built-in type."""
        from xsdata.formats.dataclass.parsers.config import ParserConfig
        from xsdata.formats.dataclass.parsers.utils import ParserUtils

        config, derived = ParserConfig(), self.context.class_type.derived_element

        def convert(text: str | None, scope: InScope) -> object:
            value = ParserUtils.parse_var(
                meta=meta,
                var=variable,
                config=config,
                value=text,
                types=[datatype.type],
                ns_map=dict(scope.nsmap),
                format=datatype.format,
            )
            if value is None and not variable.nillable:
                value = ""
            return datatype.wrapper(value) if datatype.wrapper else value

        slot = Slot("", False, True, convert, None)
        if not variable.is_wildcard:
            return slot
        return NamedSlot(**_parts(slot), wrap=lambda value: derived(qname=tag, value=value))

    def _start(self, class_: type, namespace: str | None, new: _NewBinders) -> Binder:
        """Return the binder of a class; a new one waits for its fields.

        A class without a namespace of its own has that of the class around it.
        """
        known = self._binders.get(class_) or new.started.get(class_)
        if known is not None:
            return known
        meta = self.context.build(class_, namespace)
        binder = Binder(
            class_,
            partial(_make_model, class_) if is_model(class_) else class_,
            any_attributes=meta.any_attributes,
            in_trees=not (meta.wildcards or meta.mixed_content or meta.wrappers),
            content=meta.find_any_wildcard().name if meta.mixed_content else None,
            meta=meta,
            binders=self,
        )
        new.started[class_] = binder
        new.waiting.append((binder, meta))
        return binder

    def _fill(self, binder: Binder, meta: Any, new: _NewBinders) -> None:  # xsdata's XmlMeta
        for tag, variables in meta.elements.items():
            (variable, *others) = variables
            if others or meta.mixed_content or _is_special(variable):
                binder.in_trees = False
            else:
                binder.elements[tag] = self._slot(meta, variable, new)
        for compound in meta.choices:
            if compound.wildcards:
                binder.in_trees = False
            for tag, variable in compound.elements.items():
                if meta.mixed_content or tag in meta.elements or tag in binder.elements or _is_special(variable):
                    binder.in_trees = False
                else:
                    slot = self._slot(meta, variable, new)
                    slot = replace(slot, position=compound.index)  # that of the field they share
                    telling = telling_types(compound, variable)
                    is_one_type = variable.clazz is not None or (
                        tuple(variable.types) == (str,) and not variable.nillable
                    )
                    if not (is_one_type and telling.issuperset(variable.types)):  # else, all values tell the element
                        derived = self.context.class_type.derived_element
                        slot = CompoundSlot(
                            **_parts(slot), tag=tag, compound=compound, telling=telling, derived=derived
                        )
                    binder.elements[tag] = slot
        binder.rounds = rounds_of(meta)
        tuples = [
            field.name
            for field in meta.get_element_vars()
            if field.list_element and field.factory is tuple and not field.mixed  # which xsdata binds to a list
        ]
        if tuples:
            binder.make = partial(_make_with_tuples, binder.class_, tuples)
        for tag, variable in meta.attributes.items():
            binder.attributes[tag] = self._slot(meta, variable, new, is_element=False)
        if meta.text is not None:
            slot = self._slot(meta, meta.text, new, is_element=False)
            binder.text = replace(slot, is_needed=slot.name in needed_fields(binder.class_))
        if binder.content is not None:
            binder.make = partial(_make_mixed, binder.make)
        elif (
            meta.wildcards
            or any(len(variables) > 1 for variables in meta.elements.values())
            or any(compound.wildcards for compound in meta.choices)
        ):
            binder.record_order()

    def _slot(
        self,
        meta: Any,  # xsdata's XmlMeta
        variable: Any,  # xsdata's XmlVar
        new: _NewBinders,
        *,
        is_element: bool = True,
    ) -> Slot:
        if variable.clazz is None:
            return self._primitive(meta, variable, is_element=is_element)
        binder = self._start(variable.clazz, meta.namespace, new)
        return Slot(variable.name, bool(variable.list_element), variable.init, None, binder, position=variable.index)

    def _primitive(self, meta: Any, variable: Any, *, is_element: bool = True) -> Slot:  # xsdata's XmlMeta and XmlVar
        quick = None
        if len(variable.types) == 1 and not variable.tokens_factory and not variable.format:
            quick = _find_quick_parse(variable.types[0])
        return Slot(
            variable.name,
            bool(variable.list_element),
            variable.init,
            _make_converter(meta, variable, quick, primitive=is_element),
            None,
            quick,
            _find_proven(quick, variable.types[0]),
            variable.index,
            is_tokens=bool(variable.tokens_factory),
            is_nillable=bool(variable.nillable),
            variable=variable,
        )


def _parts(slot: Slot) -> dict[str, Any]:  # the values of its fields
    """Return the values of the fields that every kind of slot has."""
    return {part.name: getattr(slot, part.name) for part in fields(Slot)}


def _is_special(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether a table has no slot for an element."""
    return bool(
        variable.wrapper
        or variable.is_clazz_union
        or variable.any_type
        or variable.is_wildcard
        or not _is_usual_list(variable)
    )


def _is_usual_list(variable: Any) -> bool:  # xsdata's XmlVar
    return not variable.list_element or variable.factory in (None, list, tuple)


def _keep(text: str | None, _: InScope) -> object:
    return text


def _expand(text: str, scope: InScope) -> str:
    """Return the value of an attribute that no class declares, as xsdata has it: a prefix replaced by its namespace."""
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    return ParserUtils.parse_any_attribute(text, scope.nsmap) if ":" in text else text  # type: ignore[arg-type]  # reads it


def _make_model(class_: type, **values: Any) -> object:  # values of any type
    return make_object(class_, values)


def _make_with_tuples(class_: type, names: Sequence[str], **values: Any) -> object:  # values of any type
    """Return an object of a class whose fields of the given names are tuples, where the values have lists."""
    for name in names:
        if name in values:
            values[name] = tuple(values[name])
    return make_object(class_, values)


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


def _make_mixed(make: Callable[..., object], **values: Any) -> object:  # values of any type
    """Return an object of mixed content."""
    values.pop(TAIL, None)
    return make(**values)


def _make_generic(
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


_DATE_TIME = re.compile(from_text.DATE_TIME).fullmatch
_DATE = re.compile(from_text.DATE).fullmatch
_TIME = re.compile(from_text.TIME).fullmatch
_DECIMAL = re.compile(from_text.DECIMAL).fullmatch
_PLAIN_FLOAT = re.compile(r"[+-]?+[0-9]{1,18}+(?:\.[0-9]{0,18}+)?+", re.ASCII).fullmatch


def _find_proven(quick: QuickParse | None, type_: type) -> tuple[SimpleType, ...]:
    """Return the built-in types that have every text in their lexical space of which `quick` makes a value."""
    if quick is None:
        return ()
    return builtins_of_any_text() if type_ is str else builtins_of(type_)


def _make_converter(
    meta: Any, variable: Any, quick: QuickParse | None, *, primitive: bool
) -> Convert:  # XmlMeta and XmlVar
    """Return the function from a text to a value: direct for the usual forms, through xsdata for the others."""
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    config = ParserConfig()
    is_name = tuple(variable.types) == (QName,) and not variable.tokens_factory

    def convert(text: str | None, scope: InScope) -> object:
        value = None
        if text is not None:
            value = _find_name(text, scope) if is_name else None if quick is None else quick(text)
        if value is None:
            value = ParserUtils.parse_var(meta=meta, var=variable, config=config, value=text, ns_map=dict(scope.nsmap))
        if value is None and primitive and not variable.nillable:
            return b"" if bytes in variable.types else ""
        return value

    return convert


_NAME = re.compile(r"(?:([A-Za-z_][\w.\-]*+):)?([A-Za-z_][\w.\-]*+)", re.ASCII).fullmatch


def _find_name(text: str, scope: InScope) -> QName | None:
    """Return the QName of a text that is one in ASCII, and whose prefix is declared; None of any other."""
    match = _NAME(text)
    if match is None:
        return None
    prefix, local = match.groups()
    namespace = scope.nsmap.get(prefix)
    if namespace:
        return QName(f"{{{namespace}}}{local}")
    return QName(local) if prefix is None else None


def _find_quick_parse(type_: type) -> QuickParse | None:
    """Return the function from a text in its usual form to a value; it returns None for any other text."""
    if type_ is str:
        return str
    if type_ is bool:
        return BOOLEANS.get
    if type_ is int:
        return lambda text: int(text) if len(text) < 19 and text.isascii() and text.isdigit() else None
    if type_ is float:
        return lambda text: float(text) if _PLAIN_FLOAT(text) else None
    if type_ is Decimal:
        return lambda text: Decimal(text) if _DECIMAL(text) else None
    if type_ is XmlDateTime:
        return lambda text: from_text.date_time(*match.groups()) if (match := _DATE_TIME(text)) else None
    if type_ is XmlDate:
        return lambda text: from_text.date(*match.groups()) if (match := _DATE(text)) else None
    if type_ is XmlTime:
        return lambda text: from_text.time(*match.groups()) if (match := _TIME(text)) else None
    if issubclass(type_, Enum) and (members := members_by_text(type_)) is not None:
        return members.get
    return None
