"""What the start tag of an element decides: its type, whether it is nil, its attributes (XSD 1.0 Part 1 §3.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from ..limits import DEFAULT, DocumentLimits
from ..report.amount import plural
from ..report.problem import cut
from ..report.wording import local_name, name_of, shown
from ..xml.document import XML_SPACE, XSI, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.builtin import BUILTIN
from ..xsd.components import ANY_TYPE, AttributeUse, ComplexType, Declarations, ElementDeclaration, derived_from
from ..xsd.primitive import NotInLexicalSpace, expanded_name
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .findings import Findings

XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_INSTANCE = {XSI_TYPE, XSI_NIL, f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"}

_MOST_NAMED = 20
"""Attributes that a message names where another one is not expected."""


class StartTags(Findings):
    """Validates start tags against the declarations of a schema."""

    def __init__(
        self, declarations: Declarations, entities: AbstractSet[str] = frozenset(), limits: DocumentLimits = DEFAULT
    ) -> None:
        """Take what the schema declares, the unparsed entities that the document declares, and the bounds."""
        super().__init__(entities, limits)
        self.declarations = declarations

    def start_tag(self, element: Element, declaration: ElementDeclaration) -> tuple[SimpleType | ComplexType, bool]:
        """Validate the start tag of an element; return the type that governs it, and whether it is nil (§3.3.4)."""
        type_, nil = declaration.type, False
        attributes = attributes_of(element)
        if declaration.abstract:
            message = f"{name_of(element)} is abstract: an element of its substitution group must stand in its place."
            self.add(element, "cvc-elt.2", None, f"a substitute for {name_of(element)}", message)
        if attributes:
            type_ = self._instance_type(element, declaration, attributes.get(XSI_TYPE))
            nil = XSI_NIL in attributes and self._nil(element, declaration)
        if isinstance(type_, ComplexType):
            if type_.abstract:
                message = (
                    f"{name_of(element)} has the type {type_.label}, which is abstract: xsi:type must name another one."
                )
                self.add(element, "cvc-type.2", None, f"a type derived from {type_.label}", message)
            if attributes or type_.required_attributes or type_.constrained_attributes:
                self.attributes(element, type_, attributes)
        else:
            for name, text in attributes.items():
                if name not in _INSTANCE:
                    self._unexpected_attribute(element, name, text, "cvc-type.3.1.1", ())
        return type_, nil

    # Attributes

    def attributes(self, element: Element, type_: ComplexType, attributes: Mapping[str, str]) -> None:
        """Validate the attributes of an element of a complex type (§3.4.4 clauses 3 to 5)."""
        wild_identifiers = 0
        for name, text in attributes.items():
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._attribute(element, name, text, attribute)
            elif name in _INSTANCE:
                continue
            elif type_.wildcard is None or not type_.wildcard.admits(name):
                self._unexpected_attribute(element, name, text, "cvc-complex-type.3.2.2", tuple(type_.attributes))
            elif type_.wildcard.process != "skip":
                wild_identifiers += self._wild_attribute(element, name, text, type_.wildcard)
        if wild_identifiers > 1 or (
            wild_identifiers and any(one.type.identifier == "ID" for one in type_.attributes.values())
        ):
            message = f"{name_of(element)} has more than one attribute that is an identifier."
            self.add(element, "cvc-complex-type.5", None, "one identifier", message)
        for name in type_.required_attributes:
            if name not in attributes:
                message = f"{name_of(element)} has no attribute {local_name(name)}, which is required."
                self.add(element, "cvc-complex-type.4", None, f"attribute {local_name(name)}", message)
        for name, text in type_.constrained_attributes:
            if name not in attributes:
                self.note_identifiers(element, name, text, type_.attributes[name].type)

    def _attribute(self, element: Element, name: str, text: str, attribute: AttributeUse) -> None:
        value = self.value(element, name, text, attribute.type)
        if (
            attribute.fixed is not None
            and value is not None
            and value != self.constant(element, attribute.fixed, attribute.type)
        ):
            message = (
                f"Attribute {local_name(name)} of {name_of(element)} must be {attribute.fixed!r}, not {shown(text)}."
            )
            self.add(element, "cvc-attribute.4", text, repr(attribute.fixed), message, name)

    def _wild_attribute(self, element: Element, name: str, text: str, wildcard: Wildcard) -> bool:
        """Validate an attribute that a wildcard admits; say whether it is an identifier."""
        attribute = self.declarations.attributes.get(name)
        if attribute is not None:
            self._attribute(element, name, text, attribute)
            return attribute.type.identifier == "ID"
        if wildcard.process == "strict":
            message = f"{name_of(element)} has an attribute {cut(local_name(name))}, which is not declared."
            self.add(element, "cvc-complex-type.3.2.2", text, "a declared attribute", message, name)
        return False

    def _unexpected_attribute(
        self, element: Element, name: str, text: str, code: str, declared: tuple[str, ...]
    ) -> None:
        known = ", ".join(
            [*sorted(map(local_name, declared[:_MOST_NAMED])), *(["…"] if declared[_MOST_NAMED:] else [])]
        )
        expected = f"only the {plural('attribute', len(declared))} {known}" if known else "no attributes"
        message = f"{name_of(element)} has an attribute {cut(local_name(name))}; expected {expected}."
        self.add(element, code, text, expected, message, name)

    def _instance_type(
        self, element: Element, declaration: ElementDeclaration, text: str | None
    ) -> SimpleType | ComplexType:
        """Return the type that xsi:type names, or the declared one (§3.3.4 clause 4)."""
        if text is None:
            return declaration.type
        try:
            namespace, local = expanded_name(text.strip(XML_SPACE), element.nsmap)
        except NotInLexicalSpace:
            message = f"xsi:type of {name_of(element)} is {shown(text)}, which is not the name of a type."
            self.add(element, "cvc-elt.4.1", text, "the name of a type", message, XSI_TYPE)
            return declaration.type
        name = f"{{{namespace}}}{local}" if namespace else local
        type_ = self.declarations.types.get(name)
        if type_ is None and name.startswith(XML_SCHEMA):
            type_ = ANY_TYPE if local == "anyType" else BUILTIN.get(local)
        if type_ is None:
            message = f"xsi:type of {name_of(element)} is {shown(text)}, which the schema does not define."
            self.add(element, "cvc-elt.4.2", text, "a type of the schema", message, XSI_TYPE)
            return declaration.type
        declared, blocked = declaration.type, declaration.blocked
        if not derived_from(type_, declared, blocked):
            why = f", not by {' or '.join(sorted(blocked))}" if blocked else ""
            expected = f"{declared.label}, or a type derived from it{why}"
            message = f"xsi:type of {name_of(element)} is {shown(text)}; expected {expected}."
            self.add(element, "cvc-elt.4.3", text, expected, message, XSI_TYPE)
            return declared
        return type_

    def _nil(self, element: Element, declaration: ElementDeclaration) -> bool:
        """Validate xsi:nil; say whether the element is nil, which only a declaration lets it be (§3.3.4 clause 3)."""
        text = str(element.get(XSI_NIL))
        if not declaration.nillable and declaration.is_declared:
            message = f"{name_of(element)} has xsi:nil, but is not nillable."
            self.add(element, "cvc-elt.3.1", text, "no xsi:nil", message, XSI_NIL)
            return False
        is_true = self.value(element, XSI_NIL, text, BUILTIN["boolean"]) == ("boolean", True)
        return is_true and declaration.nillable
