"""What of a message is about a person: it is hidden unless somebody asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from schemapress.receiver.package import Package
from schemapress_runtime.names import local_name
from schemapress_runtime.xml.document import xml_parser

from .xml_tokens import Token

HIDDEN = "•••••"
"""Stands for a hidden text, whatever its length."""

LEAST_QUOTED = 3
"""Characters of a personal text that is looked for in error messages; a shorter one says nothing."""

MOST_COMPARED = 40
"""Characters by which a long personal text is recognised in a message, which may have cut it."""

_MARKUP = frozenset(("tag", "name"))
_WORDS = re.compile(r"[^\s]++(?:[^\S\n]++[^\s]++)*+")


@dataclass(frozen=True, slots=True)
class PersonalContent:
    """The local names of the elements whose content is personal.

    A document that is not valid may have the elements inside them anywhere, so those are hidden in it as well.
    """

    names: frozenset[str] = frozenset()
    inner_names: frozenset[str] = frozenset()

    @classmethod
    def of_package(cls, package: Package) -> PersonalContent:
        """Return what the schema of a package says."""
        names: Iterable[str] = getattr(package.module, "PERSONAL_ELEMENTS", ())
        inner: Iterable[str] = getattr(package.module, "PERSONAL_CONTENT", ())
        return cls(frozenset(map(local_name, names)), frozenset(map(local_name, inner)))

    def names_in(self, *, is_valid: bool) -> frozenset[str]:
        """Return the names of the elements to hide in a document."""
        return self.names if is_valid else self.names | self.inner_names

    def hide(self, tokens: Iterable[Token], *, is_valid: bool) -> Iterator[Token]:
        """Yield the parts of a well-formed document, its personal texts replaced by dots.

        Line breaks stay, and each part of the document becomes one.
        """
        names = self.names_in(is_valid=is_valid)
        outer: int | None = None  # the depth of the personal element around
        in_start_tag = in_end_tag = False
        for token in tokens:
            if token.kind == "tag" and token.text in ("<", "</"):
                in_start_tag, in_end_tag = token.text == "<", token.text == "</"
            if token.kind == "name" and in_start_tag and outer is None and _local(token.text) in names:
                outer = token.depth
            if outer is None or token.kind in _MARKUP or not token.text.strip():
                yield token
            elif token.kind == "value":
                quote = token.text[0]
                yield token._replace(text=f"{quote}{_WORDS.sub(HIDDEN, token.text[1:-1])}{quote}")
            elif token.kind in ("attribute", "equals"):
                yield token
            else:
                yield token._replace(kind="text", text=_WORDS.sub(HIDDEN, token.text))
            if token.kind == "tag" and token.text in (">", "/>"):
                if outer == token.depth and (in_end_tag or token.text == "/>"):
                    outer = None
                in_start_tag = in_end_tag = False

    def texts(self, body: bytes, *, is_valid: bool) -> frozenset[str]:
        """Return the personal texts of a document; none of one that is not well-formed."""
        names = self.names_in(is_valid=is_valid)
        if not names:
            return frozenset()
        try:
            root = etree.fromstring(body, xml_parser(doctype=False))
        except etree.XMLSyntaxError:
            return frozenset()
        found: set[str] = set()
        for element in root.iter(etree.Element):
            if etree.QName(element).localname in names:
                for inner in element.iter(etree.Element):
                    found.update((inner.text or "", inner.tail or "" if inner is not element else ""))
                    found.update(map(str, inner.attrib.values()))
        return frozenset(text.strip() for text in found if len(text.strip()) >= LEAST_QUOTED)

    def hide_in_problem(self, problem: Mapping[str, Any], texts: frozenset[str]) -> dict[str, Any]:
        """Return a problem of a report without what it quotes of a personal element."""
        path = str(problem.get("path") or "")
        names = self.names_in(is_valid=False)
        is_personal = any(_local(step.partition("[")[0]) in names for step in path.split("/"))
        if is_personal and problem.get("value") is not None:
            expected = f"; expected {problem['expected']}" if problem.get("expected") else ""
            return {**problem, "message": f"The value is personal, and hidden{expected}.", "value": None}
        return {**problem, "message": hide_texts(str(problem.get("message") or ""), texts)}


def hide_texts(text: str, personal: frozenset[str]) -> str:
    """Return a text in which none of the personal texts stands."""
    if not personal:
        return text
    longest_first = sorted(personal, key=len, reverse=True)
    patterns = (
        re.escape(each) if len(each) <= MOST_COMPARED else re.escape(each[:MOST_COMPARED]) + "[^'\"\\n]*+"
        for each in longest_first
    )
    return re.sub("|".join(patterns), HIDDEN, text)


def _local(name: str) -> str:
    """Return a name without its prefix, or its namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]
