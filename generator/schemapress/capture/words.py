"""Names as words: how the types of fields are called after them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from schemapress.reserved import is_device

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> list[str]:
    """Return the words of a name, each with a capital: `siteAccess_details` has Site, Access and Details."""
    return [word[0].upper() + word[1:] for word in _WORD.findall(name)]


def camel(text: str) -> str:
    """Return a text as the name of a type."""
    name = "".join(words(text))
    return name if name[:1].isalpha() else f"Type{name}"


def hyphenated(name: str) -> str:
    """Return a name as that of a file: in lower case, its words joined by hyphens, and none that Windows reserves."""
    joined = "-".join(word.lower() for word in words(name))
    return f"{joined}-message" if is_device(joined) else joined or "message"


def singular(text: str) -> str:
    """Return the singular of a noun in English, as well as its ending tells it."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if text.lower().endswith(ending):
            return text[: -len(ending)] + instead
    return text[:-1] if text.lower().endswith("s") and not text.lower().endswith(("ss", "us", "is")) else text


def common_ending(names: Iterable[str]) -> str:
    """Return the last words that all names have in common; empty where there are none."""
    first, *others = [words(name) for name in names]
    shared = 0
    while shared < len(first) and all(other[-shared - 1 :][:1] == [first[-shared - 1]] for other in others):
        shared += 1
    return "".join(first[len(first) - shared :])


def numbered(name: str, *taken: Container[str]) -> str:
    """Return a name that is not taken: the name itself, or with the first number from 2 that makes it so."""
    free, number = name, 2
    while any(free in names for names in taken):
        free, number = f"{name}{number}", number + 1
    return free
