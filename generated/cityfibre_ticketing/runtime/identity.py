"""Identity constraints: keys, uniqueness and references between the elements of a document (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from .declaration import ElementDeclaration, IdentityConstraint
from .document import Element
from .primitive import Value
from .wording import local_name, name_of

KeySequence = tuple[Value, ...]
Node = tuple[Element, str | None]
"""An element, or one of its attributes."""


class TypedValue(Protocol):
    """Gives the value of a node: its values as the type has it, None without one; and whether it is nil."""

    def __call__(self, node: Node) -> tuple[Value | None, bool]: ...


Note = Callable[[Element, str, str | None, str | None, str], None]
"""Takes an element, the rule, the value, what was expected and the message."""


@dataclass(slots=True)
class Tables:
    """The node tables of one element: for each key or unique constraint, the element of each key sequence (§3.11.5)."""

    keys: dict[str, dict[KeySequence, Element]] = field(default_factory=dict)

    def merge(self, other: Tables) -> None:
        """Take over the tables of a child; a key that two children have is no key for their parent."""
        for name, table in other.keys.items():
            mine = self.keys.setdefault(name, {})
            for key, element in table.items():
                if key in mine and mine[key] is not element:
                    del mine[key]
                else:
                    mine[key] = element


def check_constraints(
    element: Element, declaration: ElementDeclaration, tables: Tables, value: TypedValue, note: Note
) -> None:
    """Check the constraints of an element whose content has been validated, and add its keys to its tables."""
    for constraint in declaration.constraints:
        if constraint.kind != "keyref":
            own = _keys(element, constraint, value, note)
            tables.keys.setdefault(constraint.name, {}).update(own)
    for constraint in declaration.constraints:
        if constraint.kind == "keyref":
            _check_references(element, constraint, tables, value, note)


def _keys(
    element: Element, constraint: IdentityConstraint, value: TypedValue, note: Note
) -> dict[KeySequence, Element]:
    found: dict[KeySequence, Element] = {}
    for target in select(element, constraint.selector):
        key = _key_sequence(target, constraint, value, note)
        if key is None:
            continue
        if key in found:
            rule = "cvc-identity-constraint.4.2.2" if constraint.kind == "key" else "cvc-identity-constraint.4.1"
            shown = ", ".join(map(_shown, key))
            message = f"{name_of(target)} has the same {_fields(constraint)} as another one: {shown}."
            note(target, rule, shown, f"a value that no other {name_of(target)} has", message)
        else:
            found[key] = target
    return found


def _key_sequence(target: Element, constraint: IdentityConstraint, value: TypedValue, note: Note) -> KeySequence | None:
    """Return the values of all fields, or None where one is missing, which a key does not allow."""
    values: list[Value] = []
    for path in constraint.fields:
        nodes = list(dict.fromkeys(_field_nodes(target, path)))
        if len(nodes) > 1:
            message = f"{name_of(target)} has more than one {_field(path)}, by which it is to be identified."
            note(target, "cvc-identity-constraint.3", None, f"one {_field(path)}", message)
            return None
        found, nil = value(nodes[0]) if nodes else (None, False)
        if constraint.kind == "key" and (found is None or nil):
            rule = "cvc-identity-constraint.4.2.3" if nil else "cvc-identity-constraint.4.2.1"
            why = "is nil" if nil else "is missing"
            message = f"{name_of(target)} must be identified by its {_field(path)}, which {why}."
            note(target, rule, None, _field(path), message)
            return None
        if found is None:
            return None
        values.append(found)
    return tuple(map(_hashable, values))


def _check_references(
    element: Element, constraint: IdentityConstraint, tables: Tables, value: TypedValue, note: Note
) -> None:
    known = tables.keys.get(constraint.refer or "", {})
    for target in select(element, constraint.selector):
        key = _key_sequence(target, constraint, value, note)
        if key is not None and key not in known:
            shown = ", ".join(map(_shown, key))
            refers = local_name(constraint.refer or "")
            message = f"{name_of(target)} refers by its {_fields(constraint)} to {shown}, which no {refers} has."
            note(target, "cvc-identity-constraint.4.3", shown, f"a value of the key {refers}", message)


def _hashable(value: Value) -> Value:
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value


def _shown(value: Value) -> str:
    return repr(value[1]) if isinstance(value, tuple) and len(value) == 2 else repr(value)


def _field(path: str) -> str:
    return "value" if path == "." else local_name(path.replace("@", "").rpartition("/")[2] or path)


def _fields(constraint: IdentityConstraint) -> str:
    return " and ".join(map(_field, constraint.fields))


# Paths (§3.11.6)


def select(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements that a selector picks, each once, in document order of each alternative."""
    seen: set[Element] = set()
    for alternative in path.split("|"):
        for found in _elements(element, _steps(alternative)):
            if found not in seen:
                seen.add(found)
                yield found


def _field_nodes(element: Element, path: str) -> Iterator[Node]:
    for alternative in path.split("|"):
        steps = _steps(alternative)
        if steps and steps[-1].startswith("@"):
            for holder in _elements(element, steps[:-1]):
                for name in holder.keys():  # noqa: SIM118  # an lxml element is no dictionary
                    if _admits(steps[-1][1:], str(name)):
                        yield (holder, str(name))
            if "*" not in steps[-1]:
                for holder in _elements(element, steps[:-1]):
                    yield (holder, steps[-1][1:])
        else:
            for found in _elements(element, steps):
                yield (found, None)


def _steps(path: str) -> list[str]:
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
    return [*steps, step]


def _elements(element: Element, steps: list[str]) -> Iterator[Element]:
    if not steps:
        yield element
        return
    first, *rest = steps
    if first == "//":
        for found in element.iter("*"):
            yield from _elements(found, rest)
    elif first == ".":
        yield from _elements(element, rest)
    else:
        for child in element:
            if _admits(first, str(child.tag)):
                yield from _elements(child, rest)


def _admits(test: str, name: str) -> bool:
    if test == "*":
        return True
    return name.startswith(test[:-1]) if test.endswith("}*") else name == test
