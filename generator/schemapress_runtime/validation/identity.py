"""Identity constraints: keys, uniqueness and references between the elements of a document (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ..binding.slot import InScope
from ..limits import MAX_SELECTED, MAX_SELECTED_EACH
from ..names import local_name
from ..report import wording
from ..report.wording import Wording
from ..xml.document import XSI_NIL, Element
from ..xsd.components import ComplexType, Declarations, ElementDeclaration, IdentityConstraint
from ..xsd.primitive import Value
from ..xsd.simple_type import InvalidValue, SimpleType

KeySequence = tuple[Value, ...]
NIL: Value = ("nil", None)
"""Stands for the value of an element that is nil; it is there, and so qualifies, but is equal to no other."""

FieldNode = tuple[Element, str | None]
"""The selection of a field: an element, or one of its attributes by its name."""

Note = Callable[[Element, Wording, str | None], None]
"""Records a problem: an element, the wording, and the invalid value, if there is one."""


class FieldValue(NamedTuple):
    """The value of the selected node, None if it has none or is absent; and whether its element may be nil."""

    value: Value | None
    may_be_nil: bool = False


NO_VALUE = FieldValue(None)


class TooManySelected(Exception):
    """The identity constraints of a document select its elements too often; `element` is where it was noticed."""

    def __init__(self, element: Element) -> None:
        super().__init__(element)
        self.element = element


class TypedNodes:
    """The elements of a document with the declarations and types that govern them, for the values of fields."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._governing: dict[Element, tuple[ElementDeclaration, SimpleType | ComplexType]] = {}
        self._selected = 0

    def record(self, element: Element, declaration: ElementDeclaration, type_: SimpleType | ComplexType) -> None:
        """Remember the declaration and the type of an element."""
        self._governing[element] = (declaration, type_)

    def governing(self, element: Element) -> tuple[ElementDeclaration, SimpleType | ComplexType] | None:
        """Return the declaration and the type of an element; None of one that a wildcard skips."""
        return self._governing.get(element)

    def forget(self) -> None:
        """Let go of all elements, which are looked at no more."""
        self._governing.clear()

    def declarations(self) -> list[tuple[Element, ElementDeclaration]]:
        """Return all elements with their declarations, in document order."""
        return [(element, declaration) for element, (declaration, _) in self._governing.items()]

    def declaration(self, element: Element) -> ElementDeclaration:
        """Return the declaration of an element."""
        return self._governing[element][0]

    def only_validated(self, elements: Iterable[Element]) -> Iterator[Element]:
        """Yield those of selected elements that are validated at all, not those that a wildcard skips.

        Raises:
            TooManySelected: all constraints together have selected elements more often than they may.
        """
        most = MAX_SELECTED + MAX_SELECTED_EACH * len(self._governing)
        for element in elements:
            if element in self._governing:
                self._selected += 1
                if self._selected > most:
                    raise TooManySelected(element)
                yield element

    def attribute_names(self, element: Element) -> list[str]:
        """Return the names of the attributes of an element, those that are absent and have a default among them."""
        names = [str(name) for name in element.keys()]  # noqa: SIM118  # an lxml element is no dictionary
        if element in self._governing:
            names += absent_attributes(self._governing[element][1], element)
        return names

    def value(self, node: FieldNode, note: Note) -> FieldValue:
        """Return the value of the node that a field selects (§3.11.4)."""
        element, name = node
        if element not in self._governing:
            return NO_VALUE
        declaration, type_ = self._governing[element]
        if name is not None:
            return FieldValue(attribute_value(element.get(name), name, type_, self._declarations, element))
        value = element_value(element.text, element, declaration, type_, element)
        if value is None:
            note(element, wording.complex_field(element), None)
            return NO_VALUE
        return value


def element_value(
    text: str | None,
    attributes: Element | Mapping[str, str],
    declaration: ElementDeclaration,
    type_: SimpleType | ComplexType,
    scope: InScope,
) -> FieldValue | None:
    """Return the value of the text of an element; None if the element has a type that is not simple."""
    simple = type_ if isinstance(type_, SimpleType) else type_.simple
    if simple is None:
        return None
    if (attributes.get(XSI_NIL) or "").strip() in ("true", "1"):
        return FieldValue(NIL, declaration.nillable)
    text = text or (declaration.default if declaration.fixed is None else declaration.fixed) or ""
    return FieldValue(parse_value(text, simple, scope), declaration.nillable)


def absent_attributes(type_: SimpleType | ComplexType, attributes: Element | Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the attributes with a default or fixed value that an element of a type does not have."""
    if isinstance(type_, ComplexType):
        for name, _ in type_.constrained_attributes:
            if attributes.get(name) is None:
                yield name


def attribute_value(
    text: str | None, name: str, type_: SimpleType | ComplexType, declarations: Declarations, scope: InScope
) -> Value | None:
    """Return the value of an attribute of an element; `text` is None if it is not there, but may have a default."""
    attribute = type_.attributes.get(name) if isinstance(type_, ComplexType) else None
    if text is None:
        text = None if attribute is None else attribute.default if attribute.fixed is None else attribute.fixed
        return None if attribute is None or text is None else parse_value(text, attribute.type, scope)
    attribute = attribute or declarations.attributes.get(name)
    return ("string", text) if attribute is None else parse_value(text, attribute.type, scope)


def parse_value(text: str, type_: SimpleType, scope: InScope | None) -> Value | None:
    """Return the value of a text, its prefixes taken as an element binds them; None where it has none."""
    try:
        return type_.parse(text, scope.nsmap if scope is not None and type_.needs_namespaces else {})
    except InvalidValue:
        return None


Tables = dict[str, dict[KeySequence, Element]]
"""The node tables of one element: for each key or unique constraint, the element of each key sequence (§3.11.5)."""


def check_constraints(nodes: TypedNodes, note: Note) -> None:
    """Check the constraints of all elements of a document that has been validated otherwise."""
    constrained = [element for element, declaration in nodes.declarations() if declaration.constraints]
    constraints = (constraint for element in constrained for constraint in nodes.declaration(element).constraints)
    refers = any(constraint.kind == "keyref" for constraint in constraints)
    relevant = set(constrained)
    for element in constrained if refers else ():
        relevant.update(element.iterancestors())
    waiting: dict[Element | None, list[Tables]] = {}
    for element, declaration in reversed([pair for pair in nodes.declarations() if pair[0] in relevant]):
        tables = _unite(waiting.pop(element, []))
        _check(element, declaration, tables, nodes, note)
        if refers:
            waiting.setdefault(element.getparent(), []).append(tables)


def _unite(all_tables: list[Tables]) -> Tables:
    """Return the tables of all children in one; a key that two children have is no key for their parent."""
    union: Tables = {}
    conflicts: set[tuple[str, KeySequence]] = set()
    for tables in all_tables:
        for name, table in tables.items():
            mine = union.setdefault(name, {})
            for key, element in table.items():
                if mine.setdefault(key, element) is not element:
                    conflicts.add((name, key))
    for name, key in conflicts:
        del union[name][key]
    return union


def _check(element: Element, declaration: ElementDeclaration, tables: Tables, nodes: TypedNodes, note: Note) -> None:
    """Check the constraints of an element, and add its keys to its tables."""
    for constraint in declaration.constraints:
        if constraint.kind != "keyref":
            tables.setdefault(constraint.name, {}).update(_collect_keys(element, constraint, nodes, note))
    for constraint in declaration.constraints:
        if constraint.kind == "keyref":
            _check_references(element, constraint, tables, nodes, note)


def _collect_keys(
    element: Element, constraint: IdentityConstraint, nodes: TypedNodes, note: Note
) -> dict[KeySequence, Element]:
    """Return the elements that a key or unique constraint selects, by their key sequences."""
    keys: dict[KeySequence, Element] = {}
    for target in nodes.only_validated(select(element, constraint.selector)):
        key = _key_sequence(target, constraint, nodes, note)
        if key is None:
            continue
        if key in keys and NIL not in key:
            values = show_key(key)
            note(target, wording.repeated_key(target, constraint.kind, name_fields(constraint), values), values)
        else:
            keys[key] = target
    return keys


def _key_sequence(target: Element, constraint: IdentityConstraint, nodes: TypedNodes, note: Note) -> KeySequence | None:
    """Return the values of all fields, or None where one is missing, which a key does not allow."""
    values: list[Value] = []
    for path in constraint.fields:
        picked = list(dict.fromkeys(_field_nodes(target, path, nodes)))
        if len(picked) > 1:
            note(target, wording.ambiguous_field(target, name_field(path)), None)
            return None
        value, may_be_nil = nodes.value(picked[0], note) if picked else NO_VALUE
        if constraint.kind == "key" and (value is None or may_be_nil):
            said = wording.nillable_field if may_be_nil else wording.missing_field
            note(target, said(target, name_field(path)), None)
            return None
        values.append(value)
    return None if None in values else tuple(map(key_member, values))


def _check_references(
    element: Element, constraint: IdentityConstraint, tables: Tables, nodes: TypedNodes, note: Note
) -> None:
    known = tables.get(constraint.refer or "", {})
    for target in nodes.only_validated(select(element, constraint.selector)):
        key = _key_sequence(target, constraint, nodes, note)
        if key is not None and key not in known:
            values = show_key(key)
            said = wording.unknown_key(target, name_fields(constraint), values, local_name(constraint.refer or ""))
            note(target, said, values)


def key_member(value: Value) -> Value:
    """Return a value as a member of a key sequence, where strings and decimal numbers are there without their types.

    They are told apart by their Python types, and cost the least to compare so.
    """
    if isinstance(value, tuple) and len(value) == 2 and value[0] in ("string", "decimal"):
        return value[1]
    return _make_hashable(value)


def _make_hashable(value: Value) -> Value:
    return tuple(map(_make_hashable, value)) if isinstance(value, list | tuple) else value


def show_key(key: KeySequence) -> str:
    """Return the values of a key sequence for a message."""
    return ", ".join(map(_show_value, key))


def _show_value(value: Value) -> str:
    if value == NIL:
        return "nil"
    if isinstance(value, tuple):
        return repr(str(value[1])) if len(value) == 2 else repr(value)
    return repr(str(value))


def name_field(path: str) -> str:
    """Return the name of a field for a message: of the last step of its path."""
    return "value" if path == "." else local_name(path.replace("@", "").rpartition("/")[2] or path)


def name_fields(constraint: IdentityConstraint) -> str:
    """Return the names of all fields of a constraint for a message."""
    return " and ".join(map(name_field, constraint.fields))


# Paths (§3.11.6)


def select(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements that a selector selects, each once: one alternative after another (§3.11.6)."""
    seen: set[Element] = set()
    for alternative in path.split("|"):
        for selected in _follow(element, steps_of(alternative)):
            if selected not in seen:
                seen.add(selected)
                yield selected


def _field_nodes(element: Element, path: str, nodes: TypedNodes) -> Iterator[FieldNode]:
    for alternative in path.split("|"):
        steps = steps_of(alternative)
        if steps and steps[-1].startswith("@"):
            for holder in _follow(element, steps[:-1]):
                for name in nodes.attribute_names(holder):
                    if admits(steps[-1][1:], name):
                        yield (holder, name)
        else:
            for selected in _follow(element, steps):
                yield (selected, None)


@cache
def steps_of(path: str) -> tuple[str, ...]:
    """Split a path at its slashes, but not at those inside of a namespace; `.//` gives the step `//`."""
    steps: list[str] = []
    step, depth = "", 0
    path = path.strip()
    if path.startswith(".//"):
        steps, path = ["//"], path[3:]
    for character in path:
        depth += (character == "{") - (character == "}")
        if character == "/" and not depth:
            steps.append(step)
            step = ""
        else:
            step += character
    return (*steps, step)


def _follow(element: Element, steps: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements that the steps of a path lead to from an element."""
    if not steps:
        yield element
        return
    first, rest = steps[0], steps[1:]
    if first == "//":
        if len(rest) == 1 and _is_name(rest[0]):
            yield from element.iterdescendants(rest[0])
        else:
            for inside in element.iter("*"):
                yield from _follow(inside, rest)
    elif first == ".":
        yield from _follow(element, rest)
    else:
        children = element.iterchildren(first) if _is_name(first) else iter(element)
        for child in children:
            if admits(first, str(child.tag)):
                yield from _follow(child, rest)


def _is_name(step: str) -> bool:
    """Whether a step names one element, which the parser's own tree finds fastest."""
    return not step.endswith("*") and not step.startswith("@") and step != "."


def admits(test: str, name: str) -> bool:
    """Whether a step of a path admits the name of an element or attribute."""
    if test == "*":
        return True
    return name.startswith(test[:-1]) if test.endswith("}*") else name == test
