"""What a specification says about the life of its parts: experimental ones, and deprecated ones with a sunset date.

`<lifecycle xmlns="urn:schemapress:lifecycle" experimental="true"/>` in the xs:appinfo of a component, or the same
attributes at an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from schemapress.documentation import find_page
from schemapress.errors import SchemapressError, nearest_of
from schemapress.load.document import ENDPOINT_NAMESPACE, SchemaDocument
from schemapress.load.endpoint_facts import LIFECYCLE_FACTS
from schemapress.load.endpoint_file import EndpointFile
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.place import Place

LIFECYCLE_NAMESPACE = "urn:schemapress:lifecycle"

_MARK = f"{{{LIFECYCLE_NAMESPACE}}}lifecycle"
_ENDPOINT = f"{{{ENDPOINT_NAMESPACE}}}endpoint"
_COMPONENTS = tuple(
    f"{{{XSD_NAMESPACE}}}{name}" for name in ("element", "attribute", "complexType", "simpleType", "enumeration")
)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_DOCS = f"{find_page('diff')} shows how to mark experimental and deprecated parts."


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What a specification says about a part: whether it is experimental or deprecated, and until when it stays."""

    experimental: bool = False
    deprecated: bool = False
    sunset: date | None = None


UNMARKED = Lifecycle()


@dataclass(frozen=True, slots=True)
class Lifecycles:
    """The marks of a version by the places of their components and endpoints.

    `experimental` has the places of experimental components, and of everything inside them.
    """

    marks: Mapping[Place, Lifecycle]
    experimental: frozenset[Place]

    def find(self, place: Place | None) -> Lifecycle:
        """Return the mark of the part at a place."""
        return UNMARKED if place is None else self.marks.get(place, UNMARKED)


def combine_lifecycles(marks: Sequence[Lifecycle]) -> Lifecycle:
    """Return what goes for all of some parts: the last of their dates, if each has one."""
    if not marks:
        return UNMARKED
    sunsets = [mark.sunset for mark in marks]
    dates: list[date] = [sunset for sunset in sunsets if sunset is not None]
    return Lifecycle(
        all(mark.experimental for mark in marks),
        all(mark.deprecated for mark in marks),
        max(dates) if len(dates) == len(marks) else None,
    )


def read_lifecycles(documents: Iterable[SchemaDocument], endpoint_file: EndpointFile | None = None) -> Lifecycles:
    """Return the marks of components and endpoints.

    Components are known by their lines: one that begins on the same line as another one outside it has no mark.

    Raises:
        SchemapressError: a mark has an unknown attribute or an invalid value, or is not that of a component.
    """
    marks: dict[Place, Lifecycle] = {}
    experimental: set[Place] = set()
    for document in documents:
        owners = dict(_find_marks(document)) if b"urn:schemapress:" in document.data else {}
        lines: dict[Place, list[Element]] = {}
        for element in document.root.iter(f"{{{XSD_NAMESPACE}}}*") if owners else ():
            lines.setdefault(document.place(element), []).append(element)
        for owner, lifecycle in owners.items():
            inside = {*owner.iter(etree.Element)}
            if inside.issuperset(lines.get(document.place(owner), ())):
                marks[document.place(owner)] = lifecycle
            if lifecycle.experimental:
                experimental.update(place for place, elements in lines.items() if inside.issuperset(elements))
    if endpoint_file is not None:
        for endpoint in endpoint_file.endpoints:
            if any(endpoint.get(name) is not None for name in LIFECYCLE_FACTS):
                marks[endpoint_file.place(endpoint)] = _read(endpoint, endpoint_file)
    return Lifecycles(marks, frozenset(experimental))


def _find_marks(document: SchemaDocument) -> Iterator[tuple[Element, Lifecycle]]:
    """Yield the components and endpoints that have a mark."""
    for mark in document.root.iter(_MARK):
        appinfo = mark.getparent()
        annotation = None if appinfo is None else appinfo.getparent()
        owner = None if annotation is None else annotation.getparent()
        if owner is None or owner.tag not in _COMPONENTS:
            hint = f"Put it into xs:annotation/xs:appinfo of an element, an attribute, a type or a value. {_DOCS}"
            raise SchemapressError("The <lifecycle> is not that of a component.", place=document.show(mark), hint=hint)
        for name in mark.attrib:
            if name not in LIFECYCLE_FACTS:
                message = f"The <lifecycle> has an unknown attribute {str(name)!r}."
                hint = f"{nearest_of(str(name), LIFECYCLE_FACTS)} {_DOCS}"
                raise SchemapressError(message, place=document.show(mark), hint=hint)
        yield owner, _read(mark, document)
    for endpoint in document.root.iter(_ENDPOINT):
        if any(endpoint.get(name) is not None for name in LIFECYCLE_FACTS):
            yield endpoint, _read(endpoint, document)


def _read(element: Element, document: SchemaDocument | EndpointFile) -> Lifecycle:
    """Return the mark in the attributes of an element.

    Raises:
        SchemapressError: a value is neither true nor false, or is no date.
    """
    truths = {}
    for name in ("experimental", "deprecated"):
        text = element.get(name, "false").strip()
        if text not in _TRUTHS:
            message = f"{name} is {text!r}; expected true or false."
            raise SchemapressError(message, place=document.show(element), hint=_DOCS)
        truths[name] = _TRUTHS[text]
    sunset = element.get("sunset")
    try:
        until = None if sunset is None else date.fromisoformat(sunset.strip())
    except ValueError:
        message = f"sunset is {sunset!r}; expected a date such as 2027-03-31."
        raise SchemapressError(message, place=document.show(element), hint=_DOCS) from None
    return Lifecycle(truths["experimental"], truths["deprecated"] or until is not None, until)
