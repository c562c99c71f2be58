"""Events of xsdata's serializer to a document, each name and each QName in a value with its prefix.

xsdata's own writers declare every prefix that they are given, choose by themselves between a prefix and the default
namespace, and make up prefixes for each element anew. This one declares at the root what the document uses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import QName

from ..names import XML_NAMESPACE
from ..xml.document import XSI_NIL, XSI_TYPE
from ..xsd.primitive import is_ncname
from .object_parts import is_array
from .prefixes import Prefixes, declaration, declarations_of, make_fresh_prefix
from .to_text import escape, escape_attribute


class Unprefixed(str):
    """The value of an xsi:type that is in the default namespace, which has to be declared for it."""

    __slots__ = ("namespace",)

    def __new__(cls, local: str, namespace: str) -> Unprefixed:
        value = super().__new__(cls, local)
        value.namespace = namespace
        return value

    namespace: str


class Undeclared(str):
    """The text of an attribute that no class declares, which xsdata reads as a name where it begins with a prefix."""

    __slots__ = ()

    @property
    def prefix(self) -> str:
        """The part before the colon, which reads as a prefix; empty if there is none, or in a URL."""
        before, colon, behind = self.partition(":")
        return before if colon and not behind.startswith("//") else ""


Events = Iterable[tuple[Any, ...]]
"""`start` and `end` with a tag, `attr` with a tag and a value, `data` with a value."""


def write_events(events: Callable[[], Events], prefixes: Prefixes) -> bytes:
    """Return the document of the events that a call returns.

    A QName without a namespace would be in the default namespace. A document that has one has no default
    namespace, unless the caller asked for it: then the element with the QName is taken out of it.

    A prefix that a text of an `Undeclared` attribute begins with is not declared; its namespace has another one.

    Raises:
        ValueError: a name is no NCName.
        GiveUp: a text has a character that XML can't hold.
        ConverterError: xsdata has no text for a value.
    """
    captured, meant = False, frozenset[str]()
    while True:
        try:
            return _write(events(), replace(prefixes, default="") if captured else prefixes, meant)
        except _CapturedName:
            if captured:
                raise
            captured = True
        except _MeantText as texts:
            meant = texts.prefixes


class _CapturedName(Exception):
    """A QName without a namespace stands where there is a default namespace."""


class _MeantText(Exception):
    """A prefix that was declared stands at the beginning of a text, which would be read as a name."""

    def __init__(self, prefixes: frozenset[str]) -> None:
        super().__init__()
        self.prefixes = prefixes


def _write(events: Events, prefixes: Prefixes, meant: Collection[str]) -> bytes:
    writer = _Writer(prefixes, meant)
    for name, *arguments in events:
        if name == "start":
            writer.start(*arguments)
        elif name == "attr":
            writer.attribute(*arguments)
        elif name == "data":
            writer.data(*arguments)
        else:
            writer.end(*arguments)
    return writer.document()


class _Writer:
    """Writes one document.

    `_default` is the default namespace in scope. `_open` has, for each open element, its name, the default namespace
    around it, and how many parts were written with its start tag; the declarations of the root are written at the end.
    `meant` are no prefixes but what texts begin with; `_met` is what they were found to begin with.
    """

    def __init__(self, prefixes: Prefixes, meant: Collection[str]) -> None:
        self._named = {
            uri: prefix for uri, prefix in prefixes.named.items() if prefix not in meant or uri == XML_NAMESPACE
        }
        self._meant = meant
        self._met: set[str] = set()
        self._root_default = self._default = prefixes.default
        self._own = ""
        self._is_chosen = prefixes.is_chosen
        self._used: dict[str, str] = {}
        self._uses_default = False
        self._open: list[tuple[str, str, int]] = []
        self._parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
        self._pending: str | None = None
        self._attributes: dict[str, str] = {}
        self._default_for_values: str | None = None
        self._has_text = False
        self._tail: str | None = None

    def start(self, tag: str) -> None:
        """Take note of a start tag, which is written once its attributes are there."""
        self._flush(is_empty=False)
        self._pending = tag

    def attribute(self, tag: str, value: Any) -> None:
        """Take note of an attribute of the last start tag."""
        if isinstance(value, Unprefixed):
            self._default_for_values = value.namespace
        elif tag == XSI_TYPE and isinstance(value, str) and value.startswith("{"):
            value = QName(value)
        elif isinstance(value, Undeclared):
            self._met.update({value.prefix} - {""})
        text = self._text(value)
        if text is None:
            raise ValueError(f"the attribute {tag} has no value")
        self._attributes[tag] = text

    def data(self, value: Any) -> None:
        """Write a text; a second one without a tag between follows the end tag, as xsdata has tails."""
        text = self._text(value)
        self._flush(is_empty=text is None)
        if text and self._has_text:
            self._tail = text
        elif text:
            self._parts.append(escape(text))
        self._has_text = True

    def end(self, _: str) -> None:
        """Write an end tag."""
        self._flush(is_empty=True)
        name, self._default, count = self._open.pop()
        if len(self._parts) == count:
            self._parts[-1] = "/>"
        else:
            self._parts.append(f"</{name}>")
        if self._tail:
            self._parts.append(escape(self._tail))
        self._tail = None
        self._has_text = False

    def document(self) -> bytes:
        """Return the document, its root with the declarations of all prefixes that it uses."""
        if len(self._parts) < _BEHIND_ROOT:
            raise ValueError("there is no element")
        used = {prefix: namespace for namespace, prefix in self._used.items()}
        if not self._met.isdisjoint(used):
            raise _MeantText(frozenset(self._met))
        if self._uses_default:
            used[""] = self._root_default
        self._parts[_BEHIND_ROOT - 1] = declarations_of(used.items(), self._own)
        return "".join(self._parts).encode()

    def _flush(self, *, is_empty: bool) -> None:
        """Write the start tag that is pending; an element that is not empty is not nil."""
        tag = self._pending
        if tag is None:
            return
        if not is_empty:
            self._attributes.pop(XSI_NIL, None)
        around, default = self._default, self._default_for_values
        if default is None:
            default = around if tag.startswith("{") else ""
        self._default = default
        if not self._open:
            self._root_default, self._own = default, tag.rpartition("}")[0][1:]
        name = self._name(tag)
        self._parts += [f"<{name}", "" if default == around or not self._open else declaration("", default)]
        for attribute, text in self._attributes.items():
            self._parts.append(f' {self._name(attribute, attribute=True)}="{escape_attribute(text)}"')
        self._parts.append(">")
        self._open.append((name, around, len(self._parts)))
        self._pending, self._attributes, self._default_for_values, self._has_text = None, {}, None, False

    def _name(self, tag: str, *, attribute: bool = False) -> str:
        namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        if not is_ncname(local):
            raise ValueError(f"{tag} is no name of an element or an attribute")
        if not namespace:
            return local
        if namespace == self._default and not attribute:
            self._uses_default = self._uses_default or namespace == self._root_default
            return local
        return f"{self._prefix(namespace)}:{local}"

    def _prefix(self, namespace: str) -> str:
        prefix = self._used.get(namespace) or self._named.get(namespace)
        if prefix is None:
            if "{" in namespace or "}" in namespace:
                raise ValueError(f"{namespace} is no namespace")
            prefix = make_fresh_prefix(
                namespace, {"xml", "xmlns", *self._meant, *self._named.values(), *self._used.values()}
            )
        if namespace != XML_NAMESPACE:
            self._used[namespace] = prefix
        return prefix

    def _text(self, value: Any) -> str | None:
        """Return the text of a value; None where there is none."""
        if value is None:
            return None
        if isinstance(value, str):
            if isinstance(value, Unprefixed) and value.namespace == self._root_default:
                self._uses_default = True
            return value
        if isinstance(value, QName):
            return self._qname(value.text)
        if is_array(value):
            return " ".join(str(self._text(item)) for item in value)
        from xsdata.formats.converter import converter

        return str(converter.serialize(value))

    def _qname(self, name: str) -> str:
        namespace, _, local = name.rpartition("}")
        if namespace:
            return f"{self._prefix(namespace[1:])}:{local}"
        if self._default and not self._is_chosen:
            raise _CapturedName
        if self._default:
            self._default_for_values = ""
        return local


_BEHIND_ROOT = 3
"""The start of a document: the text before the root, the root's name, and its namespace declarations."""
