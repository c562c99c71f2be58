"""Chooses the element of a compound field for a value, and names the element around a value that does not tell it.

xsdata binds the elements of a compound field to bare values, and finds the element of a value by its type. An untyped
element has values of any type, a union those of its members, and what is nil has none, so the type may be that of
another element. Such a value is in xsdata's DerivedElement here, with the name of its element; xsdata's own serializer
writes it as that element.
"""

from __future__ import annotations

from typing import Any

from .class_kinds import is_generic, is_object
from .object_parts import is_array


def choice_of(compound: Any, value: Any) -> Any:  # xsdata's XmlVar, and a value of any type
    """Return the element of a compound field that a value is for; None where there is none.

    It is the first one of exactly the type of the value, where xsdata takes the first one that the value can be
    converted to. A value without text or items is that of a list, if it can't be a text.
    """
    choices = list(compound.elements.values())
    is_list = is_array(value)
    item = value[0] if is_list and value else value
    fitting = (choice for choice in choices if type(item) in choice.types and bool(choice.tokens) == is_list)
    first = next(fitting, None)
    if first is None and (value == "" or (is_list and not value)):
        first = next((choice for choice in choices if choice.tokens), None)
    return compound.find_value_choice(value, is_object(value)) if first is None else first


def telling_types(compound: Any, choice: Any) -> frozenset[type]:  # xsdata's XmlVar
    """Return the types whose values are all for one element of a compound field."""
    if choice.tokens:  # whose values are lists of any type
        return frozenset()
    simple = [element for element in compound.elements.values() if not element.tokens]
    return frozenset(
        type_
        for type_ in choice.types
        if next((element for element in simple if type_ in element.types), None) is choice
    )


def add_name(
    compound: Any, tag: str, value: Any, derived: type[Any]
) -> Any:  # xsdata's XmlVar, a value of any type, and xsdata's DerivedElement for the kind of the classes
    """Return a value of an element as its compound field has it: in a DerivedElement, unless it tells the element."""
    if is_generic(value):  # which have the name
        return value
    choice = choice_of(compound, value)
    if choice is None:  # an object that is written as the element that its class is for
        tells = tag not in compound.elements and is_object(value)
    else:
        tells = choice is compound.elements.get(tag)
    return value if tells else derived(qname=tag, value=value)
