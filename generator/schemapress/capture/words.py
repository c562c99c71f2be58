"""Names as words, from which the names of types and files are made."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from schemapress.reserved import is_device

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> list[str]:
    """Return the words of a name, capitalized: Site, Access and Details for `siteAccess_details`."""
    return [word[0].upper() + word[1:] for word in _WORD.findall(name)]


def camel(text: str) -> str:
    """Return the name of a type made from a text."""
    name = "".join(words(text))
    return name if name[:1].isalpha() else f"Type{name}"


def file_stem(name: str) -> str:
    """Return a file name without extension: lower-case words joined by hyphens, and not reserved by Windows."""
    stem = "-".join(word.lower() for word in words(name))
    return f"{stem}-message" if is_device(stem) else stem or "message"


def singular(text: str) -> str:
    """Return the singular of an English noun, guessed from its ending."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if text.lower().endswith(ending):
            return text[: -len(ending)] + instead
    return text[:-1] if text.lower().endswith("s") and not text.lower().endswith(("ss", "us", "is")) else text


def common_ending(names: Iterable[str]) -> str:
    """Return the last words that all names share, joined; empty if there are none."""
    first, *others = [words(name) for name in names]
    shared = 0
    while shared < len(first) and all(other[-shared - 1 :][:1] == [first[-shared - 1]] for other in others):
        shared += 1
    return "".join(first[len(first) - shared :])


def free_name(name: str, *taken: Container[str]) -> str:
    """Return the name, with the first number from 2 on that makes it free if it is taken."""
    free, number = name, 2
    while any(free in names for names in taken):
        free, number = f"{name}{number}", number + 1
    return free
