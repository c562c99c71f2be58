"""Validation of a parsed document: a walk over the tree that finds every problem (XSD 1.0 Part 1 §3.3.4, §3.4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from .builtin import BUILTIN
from .declaration import Attribute, ComplexType, Declarations, ElementDeclaration
from .document import Element
from .primitive import Namespaces, NotInLexicalSpace, expanded_name
from .recovery import recover
from .simple_type import InvalidValue, SimpleType
from .wording import local_name, name_of, namespace_of, quoted, shown

XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
XSI_TYPE = XSI + "type"
XSI_NIL = XSI + "nil"
_LOCATIONS = {XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation"}

XML_SPACE = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that has no place in the text yet, only an element and perhaps one of its attributes."""

    element: Element
    attribute: str | None
    code: str
    value: str | None
    expected: str | None
    message: str
    place: Element


class Walk:
    """One walk over one document. `findings` fills up with what is wrong, in document order."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.findings: list[Finding] = []
        self._identifiers: set[str] = set()
        self._references: list[tuple[Element, str | None, str]] = []

    def document(self, root: Element) -> None:
        """Validate the document: its root must be an element that the schema declares globally."""
        tag = str(root.tag)
        declaration = self.declarations.elements.get(tag)
        if declaration is None:
            self._unknown_root(root, tag)
            return
        self.element(root, declaration)

    def element(self, element: Element, declaration: ElementDeclaration) -> None:
        """Validate an element against its declaration (§3.3.4, Element Locally Valid)."""
        type_ = declaration.type
        names = [str(name) for name in element.attrib]
        if names:
            type_ = self._instance_type(element, declaration)
            if XSI_NIL in names and self._nil(element, declaration, type_):
                return
        if isinstance(type_, ComplexType):
            self._complex(element, type_, names, declaration)
        else:
            for name in names:
                if not self._instance_attribute(name):
                    self._unexpected_attribute(element, name, "cvc-type.3.1.1")
            if len(element):
                self._no_children(element, "cvc-type.3.1.2", f"text only: {type_.description}")
                return
            self._text(element, type_, declaration)

    # Types and values

    def _complex(self, element: Element, type_: ComplexType, names: list[str], declaration: ElementDeclaration) -> None:
        if names or type_.required_attributes:
            self._attributes(element, type_, names)
        if type_.simple is not None:
            if len(element):
                self._no_children(element, "cvc-complex-type.2.2", f"text only: {type_.simple.description}")
            else:
                self._text(element, type_.simple, declaration)
            return
        model = type_.model
        if model is None:
            if len(element):
                self._no_children(element, "cvc-complex-type.2.1", "no content")
            elif element.text:
                message = f"{name_of(element)} must be empty, without even white space."
                self.add(element, "cvc-complex-type.2.1", element.text, "no content", message)
            return
        mark = len(self.findings)
        state = model.start
        text = element.text
        if text and text.strip(XML_SPACE):
            self._stray_text(element, text)
        for child in element:
            step = state[child.tag]
            if step is None:
                break
            state, declared = step
            if len(child) or child.keys() or not declared.quick(child.text or ""):
                self.element(child, declared)
            text = child.tail
            if text and text.strip(XML_SPACE):
                self._stray_text(element, text)
        else:
            if state.accepts:
                return
        del self.findings[mark:]
        for text in (element.text, *[child.tail for child in element]):
            if text and text.strip(XML_SPACE):
                self._stray_text(element, text)
        recover(self, element, model)

    def _text(self, element: Element, type_: SimpleType, declaration: ElementDeclaration) -> None:
        text = element.text or ""
        if not text and (declaration.fixed is not None or declaration.default is not None):
            return
        value = self._value(element, None, text, type_)
        if declaration.fixed is not None and value is not None and value != type_.parse(declaration.fixed, {}):
            message = f"{name_of(element)} must be {declaration.fixed!r}, not {shown(text)}."
            self.add(element, "cvc-elt.5.2.2.2.2", text, repr(declaration.fixed), message)

    def _value(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> object:
        """Return the value of a text, or None where it has none; what is wrong has been noted then."""
        namespaces: Namespaces = element.nsmap if type_.needs_namespaces else {}
        try:
            return type_.parse(text, namespaces)
        except InvalidValue as error:
            for violation in error.violations:
                what = (
                    name_of(element)
                    if attribute is None
                    else f"Attribute {local_name(attribute)} of {name_of(element)}"
                )
                message = f"{what} is {shown(text)}; expected {violation.expected}."
                self.add(element, violation.code, text, violation.expected, message, attribute)
        return None

    # Attributes

    def _attributes(self, element: Element, type_: ComplexType, names: list[str]) -> None:
        for name in names:
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._attribute(element, name, attribute)
            elif not self._instance_attribute(name):
                self._unexpected_attribute(element, name, "cvc-complex-type.3.2.2", type_.attributes)
        for name in type_.required_attributes:
            if name not in names:
                message = f"{name_of(element)} has no attribute {local_name(name)}, which is required."
                self.add(element, "cvc-complex-type.4", None, f"attribute {local_name(name)}", message)

    def _attribute(self, element: Element, name: str, attribute: Attribute) -> None:
        text = str(element.get(name))
        value = self._value(element, name, text, attribute.type)
        if attribute.fixed is not None and value is not None and value != attribute.type.parse(attribute.fixed, {}):
            message = (
                f"Attribute {local_name(name)} of {name_of(element)} must be {attribute.fixed!r}, not {shown(text)}."
            )
            self.add(element, "cvc-attribute.4", text, repr(attribute.fixed), message, name)

    def _instance_attribute(self, name: str) -> bool:
        """Whether the attribute belongs to every element (XSD 1.0 Part 1 §2.6)."""
        return name in (XSI_TYPE, XSI_NIL) or name in _LOCATIONS

    def _unexpected_attribute(self, element: Element, name: str, code: str, declared: object = ()) -> None:
        known = ", ".join(sorted(local_name(other) for other in declared)) if isinstance(declared, dict) else ""
        expected = f"only the attributes {known}" if known else "no attributes"
        message = f"{name_of(element)} has an attribute {local_name(name)}; expected {expected}."
        self.add(element, code, element.get(name), expected, message, name)

    def _instance_type(self, element: Element, declaration: ElementDeclaration) -> SimpleType | ComplexType:
        """Return the type that xsi:type names, or the declared one (§3.3.4 clause 4)."""
        text = element.get(XSI_TYPE)
        if text is None:
            return declaration.type
        try:
            namespace, local = expanded_name(text, element.nsmap)
        except NotInLexicalSpace:
            message = f"xsi:type of {name_of(element)} is {shown(text)}, which is not the name of a type."
            self.add(element, "cvc-elt.4.1", text, "the name of a type", message, XSI_TYPE)
            return declaration.type
        name = f"{{{namespace}}}{local}" if namespace else local
        type_ = self.declarations.types.get(name)
        if type_ is None and name.startswith(XML_SCHEMA):
            type_ = BUILTIN.get(local)
        if type_ is None:
            message = f"xsi:type of {name_of(element)} is {shown(text)}, which the schema does not define."
            self.add(element, "cvc-elt.4.2", text, "a type of the schema", message, XSI_TYPE)
            return declaration.type
        if not type_.derives_from(declaration.type):
            expected = f"{declaration.type.name}, or a type derived from it"
            message = f"xsi:type of {name_of(element)} is {shown(text)}; expected {expected}."
            self.add(element, "cvc-elt.4.3", text, expected, message, XSI_TYPE)
            return declaration.type
        return type_

    def _nil(self, element: Element, declaration: ElementDeclaration, type_: SimpleType | ComplexType) -> bool:
        """Deal with xsi:nil; say whether the element is nil, so that its content is done with (§3.3.4 clause 3)."""
        text = str(element.get(XSI_NIL))
        if not declaration.nillable:
            message = f"{name_of(element)} has xsi:nil, but is not nillable."
            self.add(element, "cvc-elt.3.1", text, "no xsi:nil", message, XSI_NIL)
            return False
        value = self._value(element, XSI_NIL, text, BUILTIN["boolean"])
        if value != ("boolean", True):
            return False
        if isinstance(type_, ComplexType):
            self._attributes(element, type_, [str(name) for name in element.attrib])
        if len(element) or element.text:
            message = f"{name_of(element)} is nil (xsi:nil), and so must be empty."
            self.add(element, "cvc-elt.3.2.1", element.text, "no content", message)
        if declaration.fixed is not None:
            message = f"{name_of(element)} has a fixed value, and so can't be nil."
            self.add(element, "cvc-elt.3.2.2", text, "no xsi:nil", message, XSI_NIL)
        return True

    # Content

    def _stray_text(self, element: Element, text: str) -> None:
        text = text.strip(XML_SPACE)
        message = f"{name_of(element)} contains the text {shown(text)}, where only elements may stand."
        self.add(element, "cvc-complex-type.2.3", text, "elements only", message)

    def _no_children(self, element: Element, code: str, expected: str) -> None:
        for child in element:
            message = f"{name_of(child)} stands inside {name_of(element)}; expected {expected}."
            self.add(child, code, None, expected, message)

    # Findings

    def add(
        self,
        element: Element,
        code: str,
        value: str | None,
        expected: str | None,
        message: str,
        attribute: str | None = None,
        place: Element | None = None,
    ) -> None:
        """Note a problem with an element or one of its attributes; `place` is where it shows, if elsewhere."""
        self.findings.append(
            Finding(element, attribute, code, value, expected, message, element if place is None else place)
        )

    def _unknown_root(self, root: Element, tag: str) -> None:
        known = list(self.declarations.elements)
        expected = " or ".join(map(quoted, known)) or "no element at all"
        alike = [other for other in known if local_name(other) == local_name(tag)]
        why = f" (the name is right, the namespace is not: {namespace_of(tag)})" if alike else ""
        message = f"The root element is {quoted(tag)}{why}; expected {expected}."
        self.add(root, "cvc-elt.1", None, expected, message)
