"""The prefixes of a document that is written (Namespaces in XML 1.0): the publisher's, or those of the caller.

A message has the default namespace for its own, unless elements without a namespace can be in it: the default
namespace would capture them (§6.2). Attributes, and QNames in values, always have a prefix: a default namespace does
not apply to the former, and not all readers apply it to the latter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from ..names import XML_NAMESPACE
from ..report.display import show
from ..xml.document import XSI
from ..xsd.primitive import is_ncname
from .to_text import ILLEGAL, attribute_text

XMLNS = "http://www.w3.org/2000/xmlns/"
XSD = "http://www.w3.org/2001/XMLSchema"

_WELL_KNOWN = {XSI: "xsi", XSD: "xs"}
MOST_KEPT = 256
"""Choices of prefixes that are kept, each with the tables that were made for it. A caller may make them up anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Prefixes:
    """The prefixes of one kind of message: the default namespace, empty without one, and those of all namespaces.

    `is_chosen` says that the caller asked for the default namespace.
    """

    default: str
    named: Mapping[str, str]
    is_chosen: bool = False


NO_PREFIXES = Prefixes("", {XML_NAMESPACE: "xml"})
"""Those of an object that is no message: each namespace has a prefix that is made for it."""


class MessagePrefixes:
    """The prefixes of the messages of one schema."""

    def __init__(
        self,
        declared: Mapping[str, str],
        own: Mapping[str, Mapping[str, str]] | None = None,
        unqualified: Collection[str] = (),
    ) -> None:
        """Take namespaces by their prefixes: those of the schema, and those that messages of a namespace have instead.

        `unqualified` are the namespaces of those messages that can hold elements without a namespace.
        """
        self._declared = declared
        self._own = own or {}
        self._unqualified = frozenset(unqualified)
        self._made = lru_cache(maxsize=MOST_KEPT)(self._make)

    def of(self, tag: str, chosen: Mapping[str, str] | None = None) -> Prefixes:
        """Return the prefixes of a message, by the tag of its root element; `chosen` go before those of the schema.

        Raises:
            ValueError: a prefix can't be chosen so; with the prefix, and what is expected.
            TypeError: a prefix or a namespace is not a string.
        """
        if chosen is not None and not isinstance(chosen, Mapping):
            raise TypeError(f"prefixes is a mapping from prefixes to namespaces, not of {type(chosen).__name__}")
        return self._made(tag.rpartition("}")[0][1:], tuple((chosen or {}).items()))

    def _make(self, namespace: str, chosen: tuple[tuple[str, str], ...]) -> Prefixes:
        given = dict(chosen)
        for prefix, uri in given.items():
            _check(prefix, uri)
        is_chosen = "" in given
        default = given.pop("", None)
        if default is None:
            is_named = namespace in given.values()
            default = "" if is_named or self._captures(namespace) else namespace
        elif default and self._captures(namespace):
            message = (
                f"the default namespace can't be {show(default)}: the message can hold elements without a namespace, "
                "which it would capture; expected a prefix"
            )
            raise ValueError(message)
        named: dict[str, str] = {XML_NAMESPACE: "xml"}
        taken = {"xml", "xmlns"}
        for declared in (given, self._own.get(namespace, {}), self._declared):
            for prefix, uri in declared.items():
                if uri not in named and prefix not in taken:
                    named[uri] = prefix
                    taken.add(prefix)
        for uri in self._declared.values():
            if uri not in named:
                named[uri] = make_fresh_prefix(uri, taken)
                taken.add(named[uri])
        return Prefixes(default, named, is_chosen)

    def _captures(self, namespace: str) -> bool:
        """Whether a default namespace would capture elements in the messages of a namespace."""
        return not namespace or namespace in self._unqualified


def can_be_declared(prefix: str, namespace: str) -> bool:
    """Whether a prefix can be declared for a namespace, and is not empty."""
    try:
        _check(prefix, namespace)
    except ValueError:
        return False
    return bool(prefix)


def _check(prefix: str, namespace: str) -> None:
    """Check that a prefix can be declared for a namespace (Namespaces in XML 1.0 §3)."""
    for given in (prefix, namespace):
        if not isinstance(given, str):
            raise TypeError(f"prefixes have namespaces by their prefixes, both as texts; found {show(repr(given))}")
    if prefix in ("xml", "xmlns"):
        raise ValueError(f"the prefix {prefix!r} is reserved; expected another one")
    if prefix and not is_ncname(prefix):
        raise ValueError(f"the prefix {show(prefix)} is no NCName; expected a name without a colon, such as 'inv'")
    if namespace in (XML_NAMESPACE, XMLNS):
        raise ValueError(
            f"the namespace {namespace!r} has the prefix {'xml' if namespace == XML_NAMESPACE else 'xmlns'!r} alone"
        )
    if prefix and not namespace:
        raise ValueError(f"the prefix {prefix!r} has no namespace; only the default namespace can be empty")
    if ILLEGAL.search(namespace):
        raise ValueError(f"the namespace {show(namespace)} has a character that XML can't hold")


def make_fresh_prefix(namespace: str, taken: Collection[str]) -> str:
    """Return a prefix for a namespace that is not taken: the usual one, or `ns0`, `ns1`…"""
    usual = _WELL_KNOWN.get(namespace)
    if usual is not None and usual not in taken:
        return usual
    return next(name for name in (f"ns{number}" for number in count()) if name not in taken)


def declaration(prefix: str, namespace: str) -> str:
    """Return the declaration of a prefix in a start tag; that of the default namespace for an empty one."""
    return f' xmlns{":" if prefix else ""}{prefix}="{attribute_text(namespace)}"'


def select_declarations(declared: Sequence[tuple[str, str]], text: str) -> str:
    """Return the declarations that a text needs, each after the part of a tag that uses it."""
    return "".join(written for mark, written in declared if mark in text)


def declarations_of(used: Iterable[tuple[str, str]], own: str) -> str:
    """Return declarations, of prefixes and namespaces, in their order: the message's own, then by prefix."""
    return "".join(declaration(*pair) for pair in sorted(used, key=lambda pair: (pair[1] != own, pair)))
