"""Schema documents with renamed namespaces, to compare a version with one whose namespaces changed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from schemapress_runtime.binding.to_text import escape_attribute
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.xml.document import Element, xml_parser

_XSD = f"{{{XSD_NAMESPACE}}}"

_MARKUP = re.compile(r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^/!?](?:[^>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
"""Comments, CDATA sections, processing instructions and start tags (XML 1.0 §2.5 to §3.1)."""

_ATTRIBUTE = re.compile(r"""(?<=\s)((?:xmlns(?::[^\s=]+)?|targetNamespace|namespace)\s*=\s*)("[^"<]*"|'[^'<]*')""")
"""The attributes of a schema document that name namespaces (XSD 1.0 Part 1 §3.15.2, §4.2.3, §3.10.2)."""

_LAST_LINE = 65_534
"""The last line that libxml2 keeps in an element itself."""


def rename_namespaces(root: Element, namespaces: Mapping[str, str]) -> tuple[Element, bytes]:
    """Return a schema document with renamed namespaces: its root, and its text in UTF-8.

    Only values change, so names keep their prefixes. "" stands for no namespace. An import of what is now the
    document's own namespace becomes an include (Part 1 §4.2.1, §4.2.3). Each element keeps its line.
    """
    text = etree.tostring(root, encoding="unicode", with_tail=False)
    text = _MARKUP.sub(lambda markup: _rename_tag(markup[0], namespaces), text)
    if "" in namespaces and root.get("targetNamespace") is None:
        text = _name_none(text, root, namespaces[""])
    renamed = etree.fromstring(text.encode(), xml_parser(doctype=True))
    own = renamed.get("targetNamespace", "")
    for reference in renamed.iterchildren(f"{_XSD}import"):
        if "" in namespaces and reference.get("namespace") is None:
            reference.set("namespace", namespaces[""])
        if own and reference.get("namespace") == own:
            reference.tag = f"{_XSD}include"
            del reference.attrib["namespace"]
            reference.set("schemaLocation", reference.get("schemaLocation", ""))
    data = etree.tostring(renamed, encoding="utf-8")
    for element, original in zip(renamed.iter(), root.iter(), strict=True):
        line = original.sourceline
        if isinstance(line, int) and line <= _LAST_LINE:
            element.sourceline = line
    return renamed, data


def _rename_tag(markup: str, namespaces: Mapping[str, str]) -> str:
    if markup[1] in "!?":
        return markup
    return _ATTRIBUTE.sub(lambda attribute: attribute[1] + _rename_value(attribute[2], namespaces), markup)


def _rename_value(quoted: str, namespaces: Mapping[str, str]) -> str:
    """Return the value of an attribute, in quotes: the name of a namespace, or the list of a wildcard."""
    from xml.sax.saxutils import unescape  # which loads urllib.request, and is seldom needed

    words = unescape(quoted[1:-1], {"&quot;": '"', "&apos;": "'"}).split()
    if not words and "" in namespaces:  # xmlns="" undeclares the default namespace
        return _quote(namespaces[""])
    if not any(word in namespaces for word in words):
        return quoted
    return _quote(" ".join(namespaces.get(word, word) for word in words))


def _name_none(text: str, root: Element, namespace: str) -> str:
    """Return a document that has no target namespace with one, which is the default of its names without a prefix."""
    declared = f" targetNamespace={_quote(namespace)}"
    if None not in root.nsmap:
        declared += f" xmlns={_quote(namespace)}"
    return re.sub(r"^<[^\s>/]+", lambda name: name[0] + declared, text, count=1)


def _quote(value: str) -> str:
    """Return a text as an attribute has it, in quotes."""
    return f'"{escape_attribute(value)}"'
