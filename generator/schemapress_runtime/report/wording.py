"""The wording of each rule of XML Schema that a document can break: rule, expectation, message.

Each function is named after the problem, and takes what the message names. The rules are those of XSD 1.0 Part 1,
Appendix C (`cvc-…`); a facet's own wording is with the facet. Documents that are not acceptable XML are worded in
`xml/document.py`, objects that can't be written in `binding/object_parts.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..names import local_name
from .amount import plural
from .display import cut, name_of, namespace_in_words, quote_tag, show

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element

_MOST_ATTRIBUTES = 20
"""Attributes that a message names where another one is not expected."""

_MOST_ROOTS = 12
"""Root elements that a message names."""


class Wording(NamedTuple):
    """The text of a problem: the rule, the expected content (None if nothing is allowed), and the message."""

    code: str
    expected: str | None
    message: str


# Children


def missing_element(parent: Element, missing: str, before: Element | None) -> Wording:
    """A required child is missing (§3.4.4); `missing` names it, or all that may stand there."""
    where = "" if before is None else f" before {name_of(before)}"
    return Wording(_CONTENT, missing, f"{name_of(parent)} has no {missing}{where}; it is required.")


def incomplete_element(element: Element, expected: str) -> Wording:
    """An element ends too early, and the missing elements are not known (§3.4.4)."""
    return Wording(_CONTENT, expected, f"{name_of(element)} is not complete; expected {expected}.")


def misplaced_element(child: Element, parent: Element, expected: str, why: str = "may not stand here") -> Wording:
    """A child stands where its parent's content model does not have it (§3.4.4)."""
    return Wording(_CONTENT, expected, f"{name_of(child)} {why} inside {name_of(parent)}; expected {expected}.")


def misnamed_element(child: Element, parent: Element, meant: str) -> Wording:
    """A child has nearly the tag of one that is missing (§3.4.4)."""
    tag = str(child.tag)
    if local_name(meant) == local_name(tag):
        why = f"its namespace is {namespace_in_words(tag)}, and should be {namespace_in_words(meant)}"
    else:
        why = f"{quote_tag(meant)} was probably meant"
    message = f"{name_of(child)} is not known inside {name_of(parent)}; {why}."
    return Wording(_CONTENT, quote_tag(meant), message)


def unknown_element(child: Element, parent: Element) -> Wording:
    """A child has a tag that its parent's content model does not have at all (§3.4.4)."""
    return Wording(_CONTENT, None, f"{name_of(child)} is not known inside {name_of(parent)}.")


def lost_track(child: Element, parent: Element, expected: str) -> Wording:
    """The search for elements missing before a child was given up (§3.4.4)."""
    message = (
        f"The children of {name_of(parent)} can't be followed from {name_of(child)} on: it is misplaced, or "
        f"others are missing before it; expected {expected}."
    )
    return Wording(_CONTENT, expected, message)


def undeclared_element(element: Element) -> Wording:
    """A strict wildcard admits an element that no declaration is there for (§3.10.4)."""
    message = f"{quote_tag(str(element.tag))} is not declared, and only declared elements may stand here."
    return Wording(_CONTENT, "a declared element", message)


def child_of_text(child: Element, parent: Element, code: str, expected: str) -> Wording:
    """A child stands where its parent has no element content, for the reason that the rule has."""
    return Wording(code, expected, f"{name_of(child)} stands inside {name_of(parent)}; expected {expected}.")


def uncountable_children(element: Element, most: int) -> Wording:
    """The nested counters of an element's content model are in more combinations than the bound."""
    message = f"The children of {name_of(element)} can be counted in more than {most:,} ways."
    return Wording("xml-too-complex", "fewer children of this element", message)


_CONTENT = "cvc-complex-type.2.4"

# Texts


def stray_text(element: Element, text: str) -> Wording:
    """Text stands where only elements may (§3.4.4 clause 2.3)."""
    message = f"{name_of(element)} contains the text {show(text)}, where only elements may stand."
    return Wording("cvc-complex-type.2.3", "elements only", message)


def not_empty(element: Element) -> Wording:
    """An element of an empty type has a text (§3.4.4 clause 2.1)."""
    message = f"{name_of(element)} must be empty, without even white space."
    return Wording("cvc-complex-type.2.1", "no content", message)


def wrong_value(element: Element, attribute: str | None, text: str, code: str, expected: str) -> Wording:
    """A text has no value of its type, or one that a facet refuses; the rule is the facet's (Part 2 §4.3)."""
    what = name_of(element)
    if attribute is not None:
        what = f"Attribute {cut(local_name(attribute))} of {what}"
    return Wording(code, expected, f"{what} is {show(text)}; expected {expected}.")


def too_long_number(element: Element, description: str, most: int) -> Wording:
    """A number, date or duration has more characters than the bound."""
    expected = f"{description}, of at most {most:,} characters"
    message = f"{name_of(element)} has a number, date or duration of more characters; expected {expected}."
    return Wording("cvc-datatype-valid.1.2.1", expected, message)


def other_than_fixed(element: Element, text: str, fixed: str, *, mixed: bool = False) -> Wording:
    """An element has another content than its fixed value (§3.3.4 clause 5.2.2.2)."""
    code = "cvc-elt.5.2.2.2.1" if mixed else "cvc-elt.5.2.2.2.2"
    return Wording(code, repr(fixed), f"{name_of(element)} must be {fixed!r}, not {show(text)}.")


# Nil


def not_nillable(element: Element) -> Wording:
    """An element has xsi:nil, and its declaration does not allow it (§3.3.4 clause 3.1)."""
    return Wording("cvc-elt.3.1", "no xsi:nil", f"{name_of(element)} has xsi:nil, but is not nillable.")


def nil_with_content(element: Element) -> Wording:
    """An element that is nil has content (§3.3.4 clause 3.2.1)."""
    return Wording("cvc-elt.3.2.1", "no content", f"{name_of(element)} is nil (xsi:nil), and so must be empty.")


def nil_with_fixed_value(element: Element) -> Wording:
    """An element that is nil has a fixed value (§3.3.4 clause 3.2.2)."""
    return Wording("cvc-elt.3.2.2", "no xsi:nil", f"{name_of(element)} has a fixed value, and so can't be nil.")


# Declarations and types


def unknown_root(root: Element, known: Sequence[str]) -> Wording:
    """No declaration is there for the root element; `known` are the tags of those that there are."""
    tag = str(root.tag)
    expected = " or ".join(map(quote_tag, known[:_MOST_ROOTS])) or "no element at all"
    has_name = any(local_name(other) == local_name(tag) for other in known)
    why = f" (the name is right, the namespace is not: {namespace_in_words(tag)})" if has_name else ""
    return Wording("cvc-elt.1", expected, f"The root element is {quote_tag(tag)}{why}; expected {expected}.")


def abstract_element(element: Element) -> Wording:
    """An element is declared abstract (§3.3.4 clause 2)."""
    message = f"{name_of(element)} is abstract: an element of its substitution group must stand in its place."
    return Wording("cvc-elt.2", f"a substitute for {name_of(element)}", message)


def abstract_type(element: Element, type_: str) -> Wording:
    """The type of an element is abstract (§3.4.4 clause 1)."""
    message = f"{name_of(element)} has the type {type_}, which is abstract: xsi:type must name another one."
    return Wording("cvc-type.2", f"a type derived from {type_}", message)


def no_type_name(element: Element, text: str) -> Wording:
    """The value of xsi:type is no QName, or its prefix is not declared (§3.3.4 clause 4.1)."""
    message = f"xsi:type of {name_of(element)} is {show(text)}, which is not the name of a type."
    return Wording("cvc-elt.4.1", "the name of a type", message)


def undefined_type(element: Element, text: str) -> Wording:
    """xsi:type names a type that the schema does not define (§3.3.4 clause 4.2)."""
    message = f"xsi:type of {name_of(element)} is {show(text)}, which the schema does not define."
    return Wording("cvc-elt.4.2", "a type of the schema", message)


def underived_type(element: Element, text: str, declared: str, blocked: Collection[str]) -> Wording:
    """xsi:type names a type that is not derived from the declared one by a method that is allowed (clause 4.3)."""
    why = f", not by {' or '.join(sorted(blocked))}" if blocked else ""
    expected = f"{declared}, or a type derived from it{why}"
    message = f"xsi:type of {name_of(element)} is {show(text)}; expected {expected}."
    return Wording("cvc-elt.4.3", expected, message)


# Attributes


def missing_attribute(element: Element, name: str) -> Wording:
    """A required attribute is missing (§3.4.4 clause 4)."""
    message = f"{name_of(element)} has no attribute {local_name(name)}, which is required."
    return Wording("cvc-complex-type.4", f"attribute {local_name(name)}", message)


def unexpected_attribute(element: Element, name: str, code: str, declared: Sequence[str]) -> Wording:
    """An attribute is not declared, and no wildcard admits it (§3.3.4, §3.4.4 clause 3)."""
    more = ["…"] if declared[_MOST_ATTRIBUTES:] else []
    known = ", ".join([*sorted(map(local_name, declared[:_MOST_ATTRIBUTES])), *more])
    expected = f"only the {plural('attribute', len(declared))} {known}" if known else "no attributes"
    message = f"{name_of(element)} has an attribute {cut(local_name(name))}; expected {expected}."
    return Wording(code, expected, message)


def undeclared_attribute(element: Element, name: str) -> Wording:
    """A strict wildcard admits an attribute that no declaration is there for (§3.4.4 clause 3.2.2)."""
    message = f"{name_of(element)} has an attribute {cut(local_name(name))}, which is not declared."
    return Wording("cvc-complex-type.3.2.2", "a declared attribute", message)


def attribute_other_than_fixed(element: Element, name: str, text: str, fixed: str) -> Wording:
    """An attribute has another value than its fixed one (§3.2.4)."""
    message = f"Attribute {local_name(name)} of {name_of(element)} must be {fixed!r}, not {show(text)}."
    return Wording("cvc-attribute.4", repr(fixed), message)


def several_identifiers(element: Element) -> Wording:
    """An element has two attributes of type ID (§3.4.4 clause 5)."""
    message = f"{name_of(element)} has more than one attribute that is an identifier."
    return Wording("cvc-complex-type.5", "one identifier", message)


# ID, IDREF, ENTITY


def repeated_identifier(element: Element, name: str) -> Wording:
    """Two elements have one identifier (§3.15.4)."""
    message = f"{name_of(element)} has the identifier {show(name)}, which another element has too."
    return Wording("cvc-id.2", "an identifier of its own", message)


def unknown_identifier(element: Element, name: str) -> Wording:
    """An IDREF has no ID (§3.15.4)."""
    message = f"{name_of(element)} refers to the identifier {show(name)}, which no element has."
    return Wording("cvc-id.1", "an identifier in the document", message)


def undeclared_entity(element: Element, name: str) -> Wording:
    """An ENTITY names no unparsed entity of the document (Part 2 §3.3.11)."""
    message = f"{name_of(element)} names the entity {show(name)}, which the document does not declare."
    return Wording("cvc-datatype-valid.1.2.1", "a declared entity", message)


# Identity constraints (§3.11.4)


def complex_field(element: Element) -> Wording:
    """A field selects an element that has no simple value (clause 3)."""
    message = f"{name_of(element)} identifies another element, and so must have a simple value."
    return Wording("cvc-identity-constraint.3", "a simple value", message)


def ambiguous_field(element: Element, field: str) -> Wording:
    """A field selects more than one node (clause 3)."""
    message = f"{name_of(element)} has more than one {field}, by which it is to be identified."
    return Wording("cvc-identity-constraint.3", f"one {field}", message)


def missing_field(element: Element, field: str) -> Wording:
    """A field of a key selects nothing (clause 4.2.1)."""
    message = f"{name_of(element)} must be identified by its {field}, which is missing."
    return Wording("cvc-identity-constraint.4.2.1", field, message)


def nillable_field(element: Element, field: str) -> Wording:
    """A field of a key selects an element that may be nil (clause 4.2.3)."""
    message = f"{name_of(element)} must be identified by its {field}, which may be nil, and so identifies nothing."
    return Wording("cvc-identity-constraint.4.2.3", field, message)


def repeated_key(element: Element, kind: str, fields: str, values: str) -> Wording:
    """Two elements have one key sequence (clauses 4.1 and 4.2.2)."""
    code = "cvc-identity-constraint.4.2.2" if kind == "key" else "cvc-identity-constraint.4.1"
    message = f"{name_of(element)} has the same {fields} as another one: {values}."
    return Wording(code, f"a value that no other {name_of(element)} has", message)


def unknown_key(element: Element, fields: str, values: str, key: str) -> Wording:
    """A keyref refers to no element of its key (clause 4.3)."""
    message = f"{name_of(element)} refers by its {fields} to {values}, which no {key} has."
    return Wording("cvc-identity-constraint.4.3", f"a value of the key {key}", message)


def too_often_selected() -> Wording:
    """The identity constraints of a document select its elements more often than the bound."""
    message = "The identity constraints select the elements of this document too often to be checked."
    return Wording("xml-too-complex", "a document that is less deep, or smaller", message)
