"""Validation of start tags: type, nil and attributes of an element (XSD 1.0 Part 1 §3.3.4)."""

from __future__ import annotations

from collections.abc import Mapping

from ..report import wording
from ..xml.document import XML_SPACE, XSI_LOCATIONS, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.builtin import BUILTIN
from ..xsd.components import ANY_TYPE, AttributeUse, ComplexType, Declarations, ElementDeclaration, is_derived_from
from ..xsd.primitive import NotInLexicalSpace, expand_name
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .problems import Problems

XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_INSTANCE = {XSI_TYPE, XSI_NIL, *XSI_LOCATIONS}
"""The attributes that every element may have (§2.6)."""


class StartTags:
    """Validates the start tags of one document against the declarations of a schema."""

    def __init__(self, declarations: Declarations, problems: Problems) -> None:
        """Take the declarations of the schema, and the collector of the document's problems."""
        self.declarations = declarations
        self.problems = problems

    def validate(self, element: Element, declaration: ElementDeclaration) -> tuple[SimpleType | ComplexType, bool]:
        """Validate a start tag; return the type that governs the element, and whether it is nil (§3.3.4)."""
        type_, nil = declaration.type, False
        attributes = attributes_of(element)
        if declaration.abstract:
            self.problems.add(element, wording.abstract_element(element))
        if attributes:
            type_ = self._instance_type(element, declaration, attributes.get(XSI_TYPE))
            nil = XSI_NIL in attributes and self._is_nil(element, declaration)
        if isinstance(type_, ComplexType):
            if type_.abstract:
                self.problems.add(element, wording.abstract_type(element, type_.label))
            if attributes or type_.required_attributes or type_.constrained_attributes:
                self.validate_attributes(element, type_, attributes)
        else:
            for name, text in attributes.items():
                if name not in _INSTANCE:
                    said = wording.unexpected_attribute(element, name, "cvc-type.3.1.1", ())
                    self.problems.add(element, said, text, name)
        return type_, nil

    # Attributes

    def validate_attributes(self, element: Element, type_: ComplexType, attributes: Mapping[str, str]) -> None:
        """Validate the attributes of an element of a complex type (§3.4.4 clauses 3 to 5)."""
        problems = self.problems
        wild_identifiers = 0
        for name, text in attributes.items():
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._validate_attribute(element, name, text, attribute)
            elif name in _INSTANCE:
                continue
            elif type_.wildcard is None or not type_.wildcard.admits(name):
                said = wording.unexpected_attribute(element, name, "cvc-complex-type.3.2.2", tuple(type_.attributes))
                problems.add(element, said, text, name)
            elif type_.wildcard.process != "skip":
                wild_identifiers += self._validate_wild_attribute(element, name, text, type_.wildcard)
        if wild_identifiers > 1 or (
            wild_identifiers and any(declared.type.identifier == "ID" for declared in type_.attributes.values())
        ):
            problems.add(element, wording.several_identifiers(element))
        for name in type_.required_attributes:
            if name not in attributes:
                problems.add(element, wording.missing_attribute(element, name))
        for name, text in type_.constrained_attributes:
            if name not in attributes:
                problems.note_identifiers(element, name, text, type_.attributes[name].type)

    def _validate_attribute(self, element: Element, name: str, text: str, attribute: AttributeUse) -> None:
        problems, fixed = self.problems, attribute.fixed
        value = problems.parse(element, name, text, attribute.type)
        if fixed is not None and problems.differs_from_fixed(element, value, fixed, attribute.type):
            problems.add(element, wording.attribute_other_than_fixed(element, name, text, fixed), text, name)

    def _validate_wild_attribute(self, element: Element, name: str, text: str, wildcard: Wildcard) -> bool:
        """Validate an attribute that a wildcard admits; say whether it is an identifier."""
        attribute = self.declarations.attributes.get(name)
        if attribute is not None:
            self._validate_attribute(element, name, text, attribute)
            return attribute.type.identifier == "ID"
        if wildcard.process == "strict":
            self.problems.add(element, wording.undeclared_attribute(element, name), text, name)
        return False

    def _instance_type(
        self, element: Element, declaration: ElementDeclaration, text: str | None
    ) -> SimpleType | ComplexType:
        """Return the type that xsi:type names, or the declared one (§3.3.4 clause 4)."""
        declared = declaration.type
        if text is None:
            return declared
        try:
            namespace, local = expand_name(text.strip(XML_SPACE), element.nsmap)
        except NotInLexicalSpace:
            self.problems.add(element, wording.no_type_name(element, text), text, XSI_TYPE)
            return declared
        name = f"{{{namespace}}}{local}" if namespace else local
        type_ = self.declarations.types.get(name)
        if type_ is None and name.startswith(XML_SCHEMA):
            type_ = ANY_TYPE if local == "anyType" else BUILTIN.get(local)
        if type_ is None:
            self.problems.add(element, wording.undefined_type(element, text), text, XSI_TYPE)
            return declared
        blocked = declaration.blocked
        if not is_derived_from(type_, declared, blocked):
            said = wording.underived_type(element, text, declared.label, blocked)
            self.problems.add(element, said, text, XSI_TYPE)
            return declared
        return type_

    def _is_nil(self, element: Element, declaration: ElementDeclaration) -> bool:
        """Validate xsi:nil; say whether the element is nil, which only a declaration lets it be (§3.3.4 clause 3)."""
        text = str(element.get(XSI_NIL))
        if not declaration.nillable and declaration.is_declared:
            self.problems.add(element, wording.not_nillable(element), text, XSI_NIL)
            return False
        is_true = self.problems.parse(element, XSI_NIL, text, BUILTIN["boolean"]) == ("boolean", True)
        return is_true and declaration.nillable
