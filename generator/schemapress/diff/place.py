"""Where in its source a version has what a difference is about."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side
from schemapress.schema.model import ComplexType, Place, Schema, SimpleType

_FACETS = {
    "enumeration": ("enumeration",),
    "pattern": ("pattern",),
    "length": ("length", "minLength", "maxLength"),
    "range": ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"),
    "digits": ("totalDigits", "fractionDigits"),
}
"""The facets that each aspect is about."""


class Places:
    """Finds places in one schema."""

    def __init__(self, schema: Schema) -> None:
        self._types = {str(type_.place): type_ for type_ in schema.types.values()}

    def of(self, side: Side, aspect: str, value: str | None) -> Place | str:
        """Return where one version has what a difference in an aspect is about; the type where it is not there.

        `value` is the text that only one version takes.
        """
        type_ = self._types.get(side.type.source)
        subject: Place | None = None
        if isinstance(type_, ComplexType) and side.subject:
            uses = (use.place for use in type_.attributes if use.name == side.subject)
            elements = type_.particle.elements() if type_.particle is not None else ()
            children = (element.place for element in elements if element.name == side.subject)
            subject = next(uses, None) or next(children, None)
        facet = self._facet(side, aspect, value)
        if facet is not None:
            return facet
        if subject is not None:
            return subject
        return side.type.source if side.subject else side.declaration.source

    def _facet(self, side: Side, aspect: str, value: str | None) -> Place | None:
        names = _FACETS.get(aspect, ())
        for step in chain(side.text_type) if names else ():
            type_ = self._types.get(step.source)
            facets = [one for one in type_.facets if one.name in names] if isinstance(type_, SimpleType) else []
            if facets:
                return next((one.place for one in facets if one.value == value), facets[-1].place)
        return None
