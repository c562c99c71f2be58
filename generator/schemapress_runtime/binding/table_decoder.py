"""Binds documents as xsdata's parser does, with tables built once per class.

What xsdata's metadata says of a class is the truth of its shape. The tag reader binds every shape but wrappers and
unions of classes, which are left to xsdata itself; so are, in trees, wildcards, mixed content, and xsi:type or xsi:nil.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from ..verdict import Unbindable
from ..xml.document import Element
from .class_binder import Binder, DocumentBinder, GenericBinder, InstanceFacts, make_generic, make_mixed
from .class_kinds import is_model, make_object, needed_fields
from .compound_choice import telling_types
from .element_order import rounds_of
from .slot import CompoundSlot, InScope, MixedSlot, NamedSlot, SharedSlot, Slot, WildcardSlot, parts_of
from .value_reader import find_direct_parse, find_proven, find_quick_parse, make_converter


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
        make = partial(make_generic, factory, tag, None if variable.nillable else "", is_bare=is_bare)
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
        stored = variable
        if is_generic and variable.is_wildcard:  # which is stored by the name of the field, not of the element
            stored = next(iter(meta.find_children(variable.qname)), None)
            if stored is None or not stored.is_wildcard:
                raise Unbindable("a generic element goes to another field")
        return self._place(binder, tag, stored, slot, is_generic=is_generic)

    def _place(
        self, binder: Binder, tag: str, variable: Any, slot: Slot, *, is_generic: bool
    ) -> Slot:  # xsdata's XmlVar
        """Return the slot that puts the values of another one into a field."""
        meta, factories = binder.meta, self.context.class_type
        parts = parts_of(slot) | {"name": variable.name, "is_list": bool(variable.list_element), "init": variable.init}
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
            placed = NamedSlot(**parts_of(placed), inner=placed, wrap=slot.wrap)
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
        return SharedSlot(**parts_of(slot), fields=fields_of)

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
            **parts_of(slot), wrap=lambda value: derived(qname=tag, value=value, type=facts.type_name)
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
        return NamedSlot(**parts_of(slot), wrap=lambda value: derived(qname=tag, value=value))

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
                            **parts_of(slot), tag=tag, compound=compound, telling=telling, derived=derived
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
            binder.make = partial(make_mixed, binder.make)
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
            quick = find_quick_parse(variable.types[0])
        return Slot(
            variable.name,
            bool(variable.list_element),
            variable.init,
            make_converter(meta, variable, quick, primitive=is_element),
            None,
            quick,
            None if quick is None else find_direct_parse(variable.types[0]),
            find_proven(quick, variable.types[0]),
            variable.index,
            is_tokens=bool(variable.tokens_factory),
            is_nillable=bool(variable.nillable),
            variable=variable,
        )


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


def _make_model(class_: type, **values: Any) -> object:  # values of any type
    return make_object(class_, values)


def _make_with_tuples(class_: type, names: Sequence[str], **values: Any) -> object:  # values of any type
    """Return an object of a class whose fields of the given names are tuples, where the values have lists."""
    for name in names:
        if name in values:
            values[name] = tuple(values[name])
    return make_object(class_, values)
