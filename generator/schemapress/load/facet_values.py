"""The values of facets: bounds and enumerations are in the value space of the base (XSD 1.0 Part 2 §4.3.5, §4.3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemapress.errors import SchemapressError
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import Type
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import InvalidValue, Restriction, is_any_text

from .document import SchemaDocument, show_place

_NAMES = frozenset(BUILTIN[name] for name in ("NMTOKEN", "Name", "NCName", "ID", "IDREF", "ENTITY"))
_SURE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""Most values of enumerations of names. The pattern of all names takes long to compile."""

_VALUES = (*facets_about("enumeration"), *facets_about("range"))


def check_facet_values(types: Iterable[Type], documents: Iterable[SchemaDocument]) -> None:
    """Check the bounds and the enumerated values of types; each judge accepts some that are no value of the base.

    Raises:
        SchemapressError: one is not in the value space of its base.
    """
    for type_ in types:
        if not isinstance(type_, Restriction) or type_.base is None or is_any_text(type_.base):
            continue
        is_name = type_.base in _NAMES
        for facet in type_.facets:
            if facet.name in _VALUES and not (is_name and _SURE_NAME.fullmatch(facet.value)):
                try:
                    type_.base.parse(facet.value, dict(facet.namespaces))
                except InvalidValue as invalid:
                    expected = invalid.violations[0].expected
                    message = f"The schema is invalid: {facet.name} is {facet.value[:100]!r}; expected {expected}."
                    place = show_place(facet.place, documents)
                    raise SchemapressError(message, place=place, hint="Correct the value.") from None
