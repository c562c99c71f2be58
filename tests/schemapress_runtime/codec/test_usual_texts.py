"""Texts in their usual form and in any other: one verdict by every pass, and the values of xsdata's parser."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from xml.sax.saxutils import escape, quoteattr

import pytest
from xsdata.formats.dataclass.parsers import XmlParser

from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag


def simple_type(name: str, base: str, **facets: str) -> str:
    """Return a simple type with one facet of each kind, or several values that it enumerates."""
    values = [(kind, value) for kind, listed in facets.items() for value in listed.split("|")]
    restriction = tag("restriction", "".join(tag(kind, value=value) for kind, value in values), base=base)
    return tag("simpleType", restriction, name=name)


TYPES = (
    simple_type("E", "xs:token", enumeration="a b|c"),
    simple_type("N", "xs:decimal", enumeration="1.0|2"),
    simple_type("R", "xs:decimal", fractionDigits="2", minInclusive="-180", maxExclusive="180.5"),
    simple_type("D", "xs:date", minInclusive="2025-12-31", maxInclusive="2027-01-01"),
    tag("simpleType", tag("union", memberTypes="E xs:int"), name="U"),
    tag("simpleType", tag("list", itemType="xs:int"), name="L"),
)

TEXTS = {
    "xs:int": (" 12 ", "+5", "-0", "007", "2147483647", "2147483648", "1.0", "\u0661"),
    "xs:decimal": (" 1.50 ", "+.5", "5.", "1e3", "-0", "9" * 50, "1_0"),
    "xs:boolean": (" true", "1 ", "TRUE", "0"),
    "xs:double": ("INF", "-INF", "NaN", " 1e5 ", "1E400", ".5", "+INF"),
    "xs:positiveInteger": ("0", "1", "+1", "01", "9" * 30),
    "xs:unsignedByte": ("255", "256", "-0", "+7"),
    "xs:date": ("2026-02-30", " 2026-01-01 ", "2026-01-01Z", "2026-01-01+14:00", "10000-01-01"),
    "xs:dateTime": ("2026-01-01T24:00:00", "2026-01-01T00:00:00.1234567890123"),
    "xs:duration": ("P1Y", "-P1DT1.5S", "P", "PT", "P1Y2W", " P1D "),
    "xs:hexBinary": ("0aFF", "0a F", " 0a "),
    "xs:token": (" a  b ", "a\tb"),
    "xs:NMTOKEN": (" a:b ", "a b"),
    "xs:gYear": ("2026", "-0044", "0000"),
    "E": ("a b", " a  b ", "c\n", "d"),
    "N": ("1", "1.0", "01.00", "2", "3"),
    "U": ("a b", " 5 ", "c", "x"),
    "L": ("1 2", " 1\n2 "),
    "R": ("180.5", "180.49", "-180", "-180.0", "-180.01", "180.500", " 7 ", "1.234"),
    "D": ("2025-12-31", "2025-12-31+14:00", "2025-12-30-14:00", "2026-06-01", "2027-01-01", "2027-01-01-14:00"),
}


def held(type_: str) -> str:
    """Return the type of an element that has a text and an attribute of a simple type."""
    extension = tag("extension", attribute("k", type_), base=type_)
    return complex_type(tag("simpleContent", extension))


@pytest.fixture(scope="module")
def package() -> Iterator[ModuleType]:
    children = "".join(
        element(f"e{number}", type_, minOccurs="0") + tag("element", held(type_), name=f"o{number}", minOccurs="0")
        for number, type_ in enumerate(TEXTS)
    )
    root = tag("element", complex_type(sequence(children)), name="r")
    with package_of({"demo.xsd": schema("".join(TYPES) + root)}) as (made, _):
        yield made


@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
@pytest.mark.parametrize("type_", TEXTS)
def test_passes_agree_with_the_walk_and_values_with_xsdata(package: ModuleType, type_: str) -> None:
    number = list(TEXTS).index(type_)
    for text in (*TEXTS[type_], ""):
        written, quoted = escape(text), quoteattr(text)
        for document in (
            f"<r><e{number}>{written}</e{number}></r>",
            f"<r><o{number}>{written}</o{number}></r>",
            f"<r><o{number} k={quoted}>{written}</o{number}></r>",
        ):
            data = document.encode()
            is_valid = package.validators.VALIDATOR.walk(data).valid

            assert package.validate(data).valid == is_valid, document
            if is_valid:
                value = package.decode(data)
                assert repr(value) == repr(XmlParser().from_bytes(data, package.bindings.R)), document
                assert repr(package.decode(package.encode(value))) == repr(value), document
