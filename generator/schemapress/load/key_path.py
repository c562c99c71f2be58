"""The path of a key: from the root of a message down to one element that has a text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from schemapress.errors import nearest_of
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ComplexType, ElementDeclaration, ModelGroup, Particle
from schemapress_runtime.xsd.simple_type import List, Restriction


class KeyPathError(Exception):
    """A path leads to no single text; `hint` says what would."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def find_key_element(root: ElementDeclaration, path: str) -> ElementDeclaration:
    """Return the element that a path of local names leads to; each message has it at most once.

    Raises:
        KeyPathError: there is no such element, or it may repeat, or it has no text of one value.
    """
    element = root
    names = path.split("/")
    for number, name in enumerate(names):
        try:
            element = _find_child(element, name)
        except KeyPathError as wrong:
            deeper = _find_deeper(element, names[number:])
            if deeper is None:
                raise
            hint = f"Did you mean {'/'.join([*names[:number], deeper])!r}?"
            raise KeyPathError(str(wrong), hint) from None
    _check_text(element, path)
    return element


_MOST_SEARCHED = 2_000
"""Elements that are looked at for the one that a path might mean."""


def _find_deeper(parent: ElementDeclaration, names: Sequence[str]) -> str | None:
    """Return the path, below an element, to the nearest key whose last steps have the names; None where there is none.

    No element is entered twice: types may hold each other.
    """
    waiting = deque([("", parent)])
    entered = {id(parent)}
    while waiting and len(entered) < _MOST_SEARCHED:
        path, element = waiting.popleft()
        for name in dict.fromkeys(local_name(child.name) for child, _ in _children(element)):
            try:
                child = _find_child(element, name)
            except KeyPathError:
                continue
            if name == names[0]:
                try:
                    end = child
                    for further in names[1:]:
                        end = _find_child(end, further)
                    _check_text(end, name)
                except KeyPathError:
                    pass
                else:
                    return path + "/".join(names)
            if id(child) not in entered:
                entered.add(id(child))
                waiting.append((f"{path}{name}/", child))
    return None


def _check_text(element: ElementDeclaration, path: str) -> None:
    """Check that an element has the text of one value.

    Raises:
        KeyPathError: it has not.
    """
    type_ = element.type
    text = type_.simple if isinstance(type_, ComplexType) else type_
    if text is None:
        names = dict.fromkeys(local_name(child.name) for child, _ in _children(element))
        raise KeyPathError(
            f"<{local_name(element.name)}> has no text of its own",
            f"Name an element inside it, such as {path}/{next(iter(names), 'id')}.",
        )
    while isinstance(text, Restriction) and text.base is not None:
        text = text.base
    if isinstance(text, List):
        hint = "Name an element with one value."
        raise KeyPathError(f"the text of <{local_name(element.name)}> is a list of values", hint)


def find_key_paths(root: ElementDeclaration, matches: Callable[[str], bool], levels: int = 2) -> Iterator[str]:
    """Yield the paths of elements that can be keys and that each message has, whose local names match.

    Those nearest to the root come first.
    """
    waiting: list[tuple[str, ElementDeclaration]] = [("", root)]
    for _ in range(levels):
        parents, waiting = waiting, []
        for path, parent in parents:
            for name in dict.fromkeys(_required_children(parent)):
                try:
                    child = _find_child(parent, name)
                    if matches(name):
                        _check_text(child, name)
                        yield path + name
                except KeyPathError:
                    continue
                waiting.append((f"{path}{name}/", child))


def _find_child(parent: ElementDeclaration, name: str) -> ElementDeclaration:
    children = list(_children(parent))
    named = [(child, repeats) for child, repeats in children if local_name(child.name) == name]
    if not named:
        known = tuple(dict.fromkeys(local_name(child.name) for child, _ in children))
        message = f"<{local_name(parent.name)}> has no child element <{name}>"
        raise KeyPathError(message, nearest_of(name, known) if known else "It has no child elements at all.")
    if len(named) > 1 or named[0][1]:
        message = f"<{name}> may be there several times in <{local_name(parent.name)}>"
        raise KeyPathError(message, "Name an element that is there once in each message.")
    return named[0][0]


def _required_children(parent: ElementDeclaration) -> Iterator[str]:
    """Yield the local names of the child elements that an element must have, whatever the choices are."""
    type_ = parent.type
    waiting = [type_.particle] if isinstance(type_, ComplexType) and type_.particle is not None else []
    while waiting:
        particle = waiting.pop()
        if particle.minimum > 0 and isinstance(particle.term, ElementDeclaration):
            yield local_name(particle.term.name)
        elif particle.minimum > 0 and isinstance(particle.term, ModelGroup) and particle.term.kind != "choice":
            waiting += reversed(particle.term.particles)


def _children(parent: ElementDeclaration) -> Iterator[tuple[ElementDeclaration, bool]]:
    """Yield the declared child elements of an element, and whether each may repeat."""
    type_ = parent.type
    if isinstance(type_, ComplexType) and type_.particle is not None:
        waiting: list[tuple[Particle, bool]] = [(type_.particle, False)]
        while waiting:
            particle, repeats = waiting.pop()
            repeats = repeats or particle.maximum != 1
            if isinstance(particle.term, ModelGroup):
                waiting += [(child, repeats) for child in reversed(particle.term.particles)]
            elif isinstance(particle.term, ElementDeclaration):
                yield particle.term, repeats
