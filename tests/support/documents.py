"""Hypothesis strategies: documents that are valid under a schema, and mutations of trees and of bytes."""

from __future__ import annotations

import copy
import random

from hypothesis import strategies as st
from lxml import etree

from schemapress.load.schema import Schema
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, ElementDeclaration, ModelGroup, Particle
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType, Union
from schemapress_runtime.xsd.wildcard import Wildcard

texts = st.one_of(
    st.sampled_from(["", " ", "x", " padded ", "two\nlines", "a & b < c > d", "]]>", "\u00e9\u4e2d\U0001f600", "'\""]),
    st.text(
        st.characters(min_codepoint=32, exclude_characters="\x7f\ufffe\uffff", exclude_categories=["Cs"]), max_size=20
    ),
)

_DATES = ["2026-11-20", "2024-02-29", "1999-12-31", "0001-01-01", "12026-06-30"]
_TIMES = ["09:30:00", "23:59:59.5", "00:00:00.123456789", "24:00:00"]
_ZONES = ["", "Z", "+05:30", "-14:00", "+14:00", "+00:00"]

dates = st.tuples(st.sampled_from(_DATES), st.sampled_from(_ZONES)).map("".join)
times = st.tuples(st.sampled_from(_TIMES), st.sampled_from(_ZONES)).map("".join)
date_times = st.tuples(st.sampled_from(_DATES), st.just("T"), st.sampled_from(_TIMES), st.sampled_from(_ZONES)).map(
    "".join
)

_BUILTIN = {
    "string": texts,
    "boolean": st.sampled_from(["true", "false", "1", "0", " true\n"]),
    "dateTime": date_times,
    "date": dates,
    "time": times,
    "integer": st.integers(-(10**20), 10**20).map(str),
    "int": st.integers(-(2**31), 2**31 - 1).map(str),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda value: f"{value:f}"),
    "long": st.integers(-(2**63), 2**63 - 1).map(str),
    "double": st.sampled_from(["0", "-1.5E3", "INF", "NaN"]),
    "unsignedByte": st.integers(0, 255).map(str),
    "token": st.sampled_from(["a", " a  b ", "long token"]),
}


_FACETED = {
    "{urn:example:orders}Number": st.text("abc &<\u00e9", min_size=2, max_size=8),
    "{urn:example:catalogue}Amount": st.sampled_from(["0", "12.5", "12.50", "+7.", " 3 "]),
    "{urn:example:catalogue}Size": st.sampled_from(["1", "-5", "small", "large", " 7 "]),
    "{urn:example:catalogue}Code": st.sampled_from(["AB123", "X-\u00e9.1", "X-a"]),
    "{urn:example:catalogue}Colours": st.sampled_from(["", "red", " red  blue "]),
}
"""Valid texts of the types of the golden schemas that have facets, or more than one variety."""


def values(type_: SimpleType) -> st.SearchStrategy[str]:
    """Return valid texts of a simple type that has no facets but enumerations and a minimal length."""
    if type_.source.key in _FACETED:
        return _FACETED[type_.source.key]
    if type_.is_builtin:
        return _BUILTIN[type_.label]
    if isinstance(type_, Union):
        return st.one_of([values(member) for member in type_.members])
    assert isinstance(type_, Restriction)
    assert type_.base is not None
    if type_.enumeration:
        return st.sampled_from(type_.enumeration)
    low = int(type_.limits.get("minLength", 0))
    return values(type_.base).filter(lambda text: len(text) >= low)


@st.composite
def valid_trees(draw: st.DrawFn, schema: Schema, root: str) -> etree._Element:
    """Draw the tree of a valid document with the given root."""
    return _element(draw, schema, schema.elements[root])


def _element(draw: st.DrawFn, schema: Schema, declaration: ElementDeclaration) -> etree._Element:
    element = etree.Element(declaration.name, nsmap={prefix: uri for uri, prefix in schema.prefixes.items()})
    type_ = declaration.type
    if type_ is ANY_TYPE:
        element.text = draw(texts)
    elif isinstance(type_, ComplexType):
        for name, use in type_.attributes.items():
            if use.required or draw(st.booleans()):
                element.set(name, use.fixed or draw(values(use.type)))
        if type_.simple is not None:
            element.text = draw(values(type_.simple))
        elif type_.particle is not None:
            for child in _particle(draw, schema, type_.particle):
                element.append(child)
    else:
        element.text = draw(values(type_))
    return element


def _particle(draw: st.DrawFn, schema: Schema, particle: Particle) -> list[etree._Element]:
    if isinstance(particle.term, Wildcard):
        return []
    most = particle.minimum + 2 if particle.maximum is None else min(particle.maximum, particle.minimum + 2)
    found: list[etree._Element] = []
    for _ in range(draw(st.integers(particle.minimum, most))):
        if isinstance(particle.term, ElementDeclaration):
            found.append(_element(draw, schema, particle.term))
            continue
        assert isinstance(particle.term, ModelGroup)
        parts = list(particle.term.particles)
        if particle.term.kind == "choice":
            parts = [draw(st.sampled_from(parts))]
        elif particle.term.kind == "all":
            parts = draw(st.permutations(parts))
        for part in parts:
            found += _particle(draw, schema, part)
    return found


_WRONG_TEXTS = [
    *("", " ", "nonsense", "2026-02-30T25:61:61", "0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "-0001-01-01"),
    *("2026-11-20T09:30:00+14:01", "2026-11-20T09:30:00+15:00", "2026-11-20T24:00:01", "2026-11-20", "09:30"),
    *("TRUE", "in-progress ", "Pending", "2026-11-20 09:30:00", "02026-11-20T09:30:00", "2023-02-29T00:00:00Z"),
]


@st.composite
def mutated_trees(draw: st.DrawFn, tree: etree._Element) -> etree._Element:
    """Draw a copy of a tree with one to three changes, of a kind that partners really make."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        elements = list(tree.iter("*"))
        element = draw(st.sampled_from(elements))
        parent = element.getparent()
        kind = draw(
            st.sampled_from(
                [
                    "remove",
                    "repeat",
                    "move",
                    "rename",
                    "text",
                    "attribute",
                    "unset",
                    "child",
                    "swap",
                    "tail",
                    "namespace",
                ]
            )
        )
        if kind == "text" and len(element) == 0 and not element.text and draw(st.booleans()):
            element.text = draw(st.sampled_from([" ", "\n"]))
        elif kind == "text":
            element.text = draw(st.sampled_from(_WRONG_TEXTS) | texts)
        elif kind == "attribute":
            name = draw(
                st.sampled_from(
                    [
                        "id",
                        "{urn:other}id",
                        "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
                        "{http://www.w3.org/2001/XMLSchema-instance}nil",
                        "{http://www.w3.org/XML/1998/namespace}lang",
                    ]
                )
            )
            element.set(name, draw(st.sampled_from(["true", "x", ""])))
        elif kind == "unset":
            if element.attrib:
                del element.attrib[draw(st.sampled_from(sorted(element.attrib)))]
        elif kind == "child":
            element.insert(draw(st.integers(0, len(element))), etree.Element(draw(st.sampled_from(["extra", "phone"]))))
        elif kind == "namespace":
            element.tag = "{urn:other}" + local_name(element.tag)
        elif kind == "rename":
            element.tag = draw(st.sampled_from([other.tag for other in elements] + ["unknown"]))
        elif parent is None:
            element.tail = None
        elif kind == "tail":
            element.tail = draw(st.sampled_from([" \n", "text"]))
        elif kind == "remove":
            parent.remove(element)
        elif kind == "repeat":
            parent.insert(parent.index(element), copy.deepcopy(element))
        elif kind == "swap":
            parent.insert(0, element)
        else:
            target = draw(st.sampled_from(elements))
            if element not in target.iterancestors() and element is not target:
                target.append(element)
    return tree


_SNIPPETS = [
    *(b"<!-- c -->", b"<!-- a -- b -->", b"<?pi x?>", b"<?xml version='1.0'?>", b"<![CDATA[x]]>", b"<![CDATA[<&]]>"),
    *(b"&amp;", b"&lt;", b"&#13;", b"&#x3c;", b"&#0;", b"&bogus;", b"]]>", b"\r\n", b"\x00", b"\x0b", b"\xff"),
    *(b"\xef\xbf\xbf", b"\xc2\xa0", b" ", b"\n", b"<", b">", b"/", b"'", b'"', b"<phone/>", b"<phone></phone>"),
    *(b' xmlns:a="urn:a"', b' xml:lang="en"', b" a='>'", b"<!DOCTYPE a>", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\x85"),
]


def mutated_bytes(document: bytes, seed: int) -> bytes:
    """Return a document with one to three changes to its bytes, chosen by a seed."""
    chance = random.Random(seed)
    data = bytearray(document)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[place:place] = chance.choice(_SNIPPETS)
        elif kind == 1:
            del data[place : place + chance.randint(1, 8)]
        elif kind == 2 and place < len(data):
            data[place] = chance.choice([*range(32, 127), 0, 9, 13, 200])
        elif kind == 3:
            end = place + chance.randint(1, 40)
            data[place:place] = data[place:end]
        else:
            boundaries = [index for index, byte in enumerate(data) if byte == ord(">")]
            if boundaries:
                place = chance.choice(boundaries) + 1
                data[place:place] = chance.choice(_SNIPPETS)
    return bytes(data)
