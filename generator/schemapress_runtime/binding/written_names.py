"""The names in a document that is being written, and the declarations of the prefixes that it uses.

Where the schema or the caller gives the prefix of a namespace, its names have it at once. Any other namespace has a
stand-in until the document is whole: which prefixes are free is known then.
"""

from __future__ import annotations

import re
from itertools import count

from ..limits import MAX_NAMESPACE_DECLARATIONS
from ..names import XML_NAMESPACE, local_name, namespace_of
from ..verdict import GiveUp
from ..xml.document import XSI_TYPE
from ..xsd.primitive import EXPANDED_NAME, LatePattern, is_ncname
from .document_marks import mark_undeclared
from .prefixes import Prefixes, declarations_of, make_fresh_prefix
from .to_text import attribute_text
from .write_events import Undeclared

_STAND_IN = "\uffff"
"""Stands before and behind the number of a namespace until its prefix is known; no text has it."""

_STAND_INS = re.compile(f"{_STAND_IN}([0-9]+){_STAND_IN}")

_KEPT_NAMESPACES = 10_000
"""Namespaces without a prefix of the schema that are known, each in texts that are kept; an object chooses its own."""

_EXPANDED = LatePattern(EXPANDED_NAME)


class UnqualifiedName(GiveUp):
    """A QName without a namespace, which can't be written where there is a default namespace."""


class WrittenNames:
    """The names of documents with one choice of prefixes. Threads share them without a lock."""

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self._marks: dict[tuple[str, str, bool], re.Pattern[str]] = {}
        self._namespaces: dict[str, int] = {}
        self._numbers = count()

    def prefix(self, namespace: str) -> str:
        """Return what stands for the prefix of a namespace and its colon in a document that is not whole yet.

        Raises:
            UnqualifiedName: there is no namespace, but a default namespace.
        """
        if not namespace and self.prefixes.default:
            raise UnqualifiedName
        if not namespace:
            return ""
        if namespace == XML_NAMESPACE:
            return "xml:"
        if "{" in namespace or "}" in namespace:
            raise GiveUp
        number = self._namespaces.get(namespace)
        if number is None:
            if len(self._namespaces) >= _KEPT_NAMESPACES:
                raise GiveUp
            number = self._namespaces.setdefault(namespace, next(self._numbers))  # another thread has other numbers
        return f"{_STAND_IN}{number}{_STAND_IN}"

    def name(self, tag: str, *, attribute: bool = False) -> str:
        """Return a name with its prefix, whose declaration depends on whether a document uses it."""
        namespace, local = namespace_of(tag), local_name(tag)
        if not is_ncname(local):
            raise GiveUp
        if not namespace:
            if self.prefixes.default and not attribute:
                raise GiveUp
            return local
        prefix = "" if namespace == self.prefixes.default and not attribute else self.prefixes.named.get(namespace)
        if prefix is None:
            return f"{self.prefix(namespace)}{local}"
        if prefix != "xml":
            self._marks.setdefault((prefix, namespace, attribute), _mark(prefix, attribute=attribute))
        return f"{prefix}:{local}" if prefix else local

    def type_attribute(self, name: str, expected: str | None = None, *, is_written: bool = False) -> str:
        """Return xsi:type for the name of a type.

        With `is_written` it is a name as xsdata has it among any attributes: with its namespace, or as it was written
        without a prefix. It has to be the expected one.
        """
        namespace, local = namespace_of(name), local_name(name)
        if is_written and not namespace:
            namespace = self.prefixes.default
        if not is_ncname(local) or (is_written and f"{{{namespace}}}{local}" != expected):
            raise GiveUp
        if not namespace:
            raise GiveUp
        prefix = "" if is_written and name == local else self.prefix(namespace)
        return f' {self.name(XSI_TYPE, attribute=True)}="{prefix}{local}"'

    def any_text(self, text: str) -> str:
        """Return the value of an attribute that no field is for; xsdata reads a prefix in it as its namespace."""
        if _EXPANDED.fullmatch(text):
            namespace = namespace_of(text)
            return f"{self.prefix(namespace)}{local_name(text)}"
        prefix = Undeclared(text).prefix
        return (mark_undeclared(prefix) if is_ncname(prefix) else "") + attribute_text(text)

    def declare(self, text: str, own: str, undeclared: frozenset[str]) -> tuple[str, str]:
        """Return the text of a document with its prefixes, and their declarations.

        `own` is the namespace of the message, `undeclared` are the prefixes that may not be declared.

        Raises:
            GiveUp: a prefix that may not be declared is used, or there are too many.
        """
        # a copy, for another thread may add marks
        used = {
            (prefix, uri)
            for (prefix, uri, is_attribute), mark in self._marks.copy().items()
            if (f" {prefix}:" if is_attribute else f"<{prefix}") in text and mark.search(text)
        }
        if _STAND_IN in text:
            text = self._with_prefixes(text, used)
        if len(used) > MAX_NAMESPACE_DECLARATIONS or any(prefix in undeclared for prefix, _ in used):
            raise GiveUp
        return text, declarations_of(used, own)

    def _with_prefixes(self, text: str, used: set[tuple[str, str]]) -> str:
        """Return a text with prefixes in the places of their stand-ins, and add these to those that are used."""
        numbers = list(dict.fromkeys(_STAND_INS.findall(text)))
        known = {number: namespace for namespace, number in self._namespaces.copy().items()}
        prefixes: dict[str, str] = {}
        taken = {"xml", "xmlns", *self.prefixes.named.values(), *(prefix for prefix, _ in used)}
        for number in numbers:
            namespace = known[int(number)]
            prefix = self.prefixes.named.get(namespace)
            if prefix is None:
                prefix = make_fresh_prefix(namespace, taken)
                taken.add(prefix)
            prefixes[number] = f"{prefix}:"
            used.add((prefix, namespace))
        return _STAND_INS.sub(lambda match: prefixes[match[1]], text)


def _mark(prefix: str, *, attribute: bool) -> re.Pattern[str]:
    """Return a pattern that finds a use of a prefix in a document; without a prefix, of the default namespace.

    `<` and `>` stand in tags alone.
    """
    if attribute:
        return re.compile(rf'<[^<>]* {re.escape(prefix)}:[^\s<>"=:]+="')
    return re.compile(f"<{re.escape(prefix)}:" if prefix else r"<[^\s:/>]+[\s/>]")
