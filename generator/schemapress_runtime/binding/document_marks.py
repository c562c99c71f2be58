"""Marks in a document that is being written, of what is checked when it is whole; they are taken out then.

Threads share the writers of values, so that these have no place for what belongs to one document.
"""

from __future__ import annotations

import re

from ..verdict import GiveUp
from ..xsd.simple_type import identifiers_agree

_MARK = "\ufffe"
"""Stands around what is checked when a document is whole; no text has it."""

_IDENTIFIERS = re.compile(f"{_MARK}(ID|IDREF) ([^{_MARK}]*){_MARK}")
CONSTRAINT = f"{_MARK}!{_MARK}"
"""Stands before an element whose declaration has identity constraints."""

_UNDECLARED = re.compile(f"{_MARK}: ([^{_MARK}]*){_MARK}")


def unmark(text: str) -> tuple[str, frozenset[str], bool]:
    """Return a document without marks, the prefixes that it may not declare, and whether a constraint was marked.

    Raises:
        GiveUp: an identifier is there twice, or one that is referred to is not there.
    """
    if _MARK not in text:
        return text, frozenset(), False
    has_constraints = CONSTRAINT in text
    if has_constraints:
        text = text.replace(CONSTRAINT, "")
    undeclared = frozenset(_UNDECLARED.findall(text))
    if undeclared:
        text = _UNDECLARED.sub("", text)
    parts = _IDENTIFIERS.split(text)  # a text, a kind, a name, a text, and so on
    kinds, names = parts[1::3], parts[2::3]
    if not identifiers_agree(list(zip(kinds, names, strict=True))):
        raise GiveUp
    del parts[1::3]
    return "".join(parts), undeclared, has_constraints


def mark_identifier(kind: str, name: str) -> str:
    """Return an identifier or a reference with its mark."""
    return f"{_MARK}{kind} {name}{_MARK}"


def mark_undeclared(prefix: str) -> str:
    """Return the mark of a text that begins with a prefix and a colon, and is no name: no namespace has the prefix."""
    return f"{_MARK}: {prefix}{_MARK}"
