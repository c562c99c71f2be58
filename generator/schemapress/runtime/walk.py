"""Validation of a parsed document: a walk over the tree that finds every problem (XSD 1.0 Part 1 §3.3.4, §3.4.4)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .builtin import BUILTIN
from .declaration import ANY_TYPE, Attribute, ComplexType, Declarations, ElementDeclaration, derived_from
from .document import Element
from .identity import Tables, TypedNodes, check_constraints, parsed
from .primitive import Namespaces, NotInLexicalSpace, Value, expanded_name
from .recovery import recover
from .simple_type import InvalidValue, SimpleType
from .wildcard import Wildcard
from .wording import local_name, name_of, namespace_of, quoted, shown

XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
XSI_TYPE = XSI + "type"
XSI_NIL = XSI + "nil"
_INSTANCE = {XSI_TYPE, XSI_NIL, XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation"}

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

    def __init__(self, declarations: Declarations, entities: AbstractSet[str] = frozenset()) -> None:
        """Take what the schema declares, and the unparsed entities that the document declares."""
        self.declarations = declarations
        self.findings: list[Finding] = []
        self._entities = entities
        self._nodes = TypedNodes(declarations) if declarations.has_constraints else None
        self._tables: list[Tables] = [Tables()]
        self._identifiers: dict[str, Element] = {}
        self._references: list[tuple[Element, str | None, str]] = []

    def document(self, root: Element) -> None:
        """Validate the document: its root must be an element that the schema declares globally, or have xsi:type."""
        tag = str(root.tag)
        declaration = self.declarations.elements.get(tag)
        if declaration is not None:
            self.element(root, declaration)
        elif root.get(XSI_TYPE) is not None:
            self.element(root, ElementDeclaration(tag, ANY_TYPE, ""))
        else:
            self._unknown_root(root, tag)
        self.finish()

    def finish(self) -> None:
        """Check what only the whole document can tell: whether every reference has its identifier."""
        for element, attribute, name in self._references:
            if name not in self._identifiers:
                message = f"{name_of(element)} refers to the identifier {name!r}, which no element has."
                self.add(element, "cvc-id.1", name, "an identifier in the document", message, attribute)

    def element(self, element: Element, declaration: ElementDeclaration | Wildcard) -> None:
        """Validate an element against its declaration, or against the wildcard that admits it."""
        if isinstance(declaration, Wildcard):
            self._wild(element, declaration)
        elif self._nodes is not None:
            self._tables.append(Tables())
            self._element(element, declaration)
            tables = self._tables.pop()
            if declaration.constraints:
                check_constraints(element, declaration, tables, self._nodes, self._note)
            self._tables[-1].merge(tables)
        else:
            self._element(element, declaration)

    def _element(self, element: Element, declaration: ElementDeclaration) -> None:
        """Element Locally Valid (§3.3.4)."""
        type_ = declaration.type
        names = [str(name) for name in element.attrib]
        if declaration.abstract:
            message = f"{name_of(element)} is abstract: an element of its substitution group must stand in its place."
            self.add(element, "cvc-elt.2", None, f"a substitute for {name_of(element)}", message)
        if names:
            type_ = self._instance_type(element, declaration)
        if self._nodes is not None:
            self._nodes.record(element, declaration, type_)
        if XSI_NIL in names and self._nil(element, declaration, type_):
            return
        if isinstance(type_, ComplexType):
            self._complex(element, type_, names, declaration)
            return
        for name in names:
            if name not in _INSTANCE:
                self._unexpected_attribute(element, name, "cvc-type.3.1.1", ())
        if len(element):
            self._no_children(element, "cvc-type.3.1.2", f"text only: {type_.description}")
        else:
            self._text(element, type_, declaration)

    # Content

    def _complex(self, element: Element, type_: ComplexType, names: list[str], declaration: ElementDeclaration) -> None:
        if type_.abstract:
            message = (
                f"{name_of(element)} has the type {type_.name}, which is abstract: xsi:type must name another one."
            )
            self.add(element, "cvc-type.2", None, f"a type derived from {type_.name}", message)
        if names or type_.required_attributes or type_.constrained_attributes:
            self._attributes(element, type_, names)
        if type_.simple is not None:
            if len(element):
                self._no_children(element, "cvc-complex-type.2.2", f"text only: {type_.simple.description}")
            else:
                self._text(element, type_.simple, declaration)
        elif type_.model is not None:
            self._children(element, type_)
            if declaration.fixed is not None:
                self._fixed_mixed(element, declaration.fixed)
        elif len(element):
            self._no_children(element, "cvc-complex-type.2.1", "no content" if not type_.mixed else "text only")
        elif element.text and not type_.mixed:
            message = f"{name_of(element)} must be empty, without even white space."
            self.add(element, "cvc-complex-type.2.1", element.text, "no content", message)
        elif declaration.fixed is not None:
            self._fixed_mixed(element, declaration.fixed)

    def _children(self, element: Element, type_: ComplexType) -> None:
        model = type_.model
        assert model is not None
        mark = len(self.findings)
        state = model.start
        mixed, tracked = type_.mixed, self._nodes is not None
        text = element.text
        if text and not mixed and text.strip(XML_SPACE):
            self.stray_text(element, text)
        for child in element:
            step = state[child.tag]
            if step is None:
                break
            state, declared = step
            if tracked or isinstance(declared, Wildcard):
                self.element(child, declared)
            elif ((names := child.keys()) or declared.required) and not declared.admits(child, names):
                self.element(child, declared)
            elif declared.holder is not None:
                self._children(child, declared.holder)
            elif len(child) or not declared.quick(child.text or ""):
                self.element(child, declared)
            text = child.tail
            if text and not mixed and text.strip(XML_SPACE):
                self.stray_text(element, text)
        else:
            if state.accepts:
                return
        del self.findings[mark:]
        for text in (element.text, *[child.tail for child in element]):
            if text and not mixed and text.strip(XML_SPACE):
                self.stray_text(element, text)
        recover(self, element, model)

    def _wild(self, element: Element, wildcard: Wildcard) -> None:
        """Validate an element that a wildcard admits (§3.10.4, Item Valid)."""
        if wildcard.process == "skip":
            return
        declaration = self.declarations.elements.get(str(element.tag))
        if declaration is None:
            if wildcard.process == "strict" and element.get(XSI_TYPE) is None:
                message = f"{quoted(str(element.tag))} is not declared, and only declared elements may stand here."
                self.add(element, "cvc-complex-type.2.4", None, "a declared element", message)
                return
            declaration = ElementDeclaration(str(element.tag), ANY_TYPE, "")
        self.element(element, declaration)

    def _text(self, element: Element, type_: SimpleType, declaration: ElementDeclaration) -> None:
        text = element.text or ""
        constraint = declaration.default if declaration.fixed is None else declaration.fixed
        if not text and constraint is not None:
            if type_ is declaration.type:
                self._note_identifiers(element, None, constraint, type_)
                return
            text = constraint
        value = self._value(element, None, text, type_)
        if (
            declaration.fixed is not None
            and value is not None
            and value != self._constant(element, declaration.fixed, type_)
        ):
            message = f"{name_of(element)} must be {declaration.fixed!r}, not {shown(text)}."
            self.add(element, "cvc-elt.5.2.2.2.2", text, repr(declaration.fixed), message)

    def _fixed_mixed(self, element: Element, fixed: str) -> None:
        if len(element):
            self._no_children(element, "cvc-elt.5.2.2.1", f"the fixed text {fixed!r}")
        elif element.text and element.text != fixed:
            message = f"{name_of(element)} must be {fixed!r}, not {shown(element.text)}."
            self.add(element, "cvc-elt.5.2.2.2.1", element.text, repr(fixed), message)

    def _value(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> Value | None:
        """Return the value of a text, or None where it has none; what is wrong has been noted then."""
        namespaces: Namespaces = element.nsmap if type_.needs_namespaces else {}
        try:
            value = type_.parse(text, namespaces)
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
        self._note_identifiers(element, attribute, text, type_)
        return value

    def _constant(self, element: Element, text: str, type_: SimpleType) -> Value:
        """Return a value that the schema fixes; prefixes in it are taken as the document binds them."""
        return parsed(text, type_, element)

    def _note_identifiers(self, element: Element, attribute: str | None, text: str, type_: SimpleType) -> None:
        """Keep identifiers and references for the end of the document (§3.15.4)."""
        if not type_.has_identifiers:
            return
        for kind, name in type_.identifiers(text, element.nsmap if type_.needs_namespaces else {}):
            if kind == "IDREF":
                self._references.append((element, attribute, name))
            elif kind == "ENTITY":
                if name not in self._entities:
                    message = f"{name_of(element)} names the entity {name!r}, which the document does not declare."
                    self.add(element, "cvc-datatype-valid.1.2.1", name, "a declared entity", message, attribute)
            else:
                parent = element.getparent()
                owner = element if attribute is not None or parent is None else parent
                if self._identifiers.setdefault(name, owner) is not owner:
                    message = f"{name_of(element)} has the identifier {name!r}, which another element has too."
                    self.add(element, "cvc-id.2", name, "an identifier of its own", message, attribute)

    # Attributes

    def attributes(self, element: Element, type_: ComplexType) -> None:
        """Validate the attributes of an element of a complex type (§3.4.4 clauses 3 to 5)."""
        self._attributes(element, type_, [str(name) for name in element.attrib])

    def _attributes(self, element: Element, type_: ComplexType, names: list[str]) -> None:
        wild_identifiers = 0
        for name in names:
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._attribute(element, name, attribute)
            elif name in _INSTANCE:
                continue
            elif type_.wildcard is None or not type_.wildcard.admits(name):
                self._unexpected_attribute(element, name, "cvc-complex-type.3.2.2", tuple(type_.attributes))
            elif type_.wildcard.process != "skip":
                wild_identifiers += self._wild_attribute(element, name, type_.wildcard)
        if wild_identifiers > 1 or (
            wild_identifiers and any(one.type.identifier == "ID" for one in type_.attributes.values())
        ):
            message = f"{name_of(element)} has more than one attribute that is an identifier."
            self.add(element, "cvc-complex-type.5", None, "one identifier", message)
        for name in type_.required_attributes:
            if name not in names:
                message = f"{name_of(element)} has no attribute {local_name(name)}, which is required."
                self.add(element, "cvc-complex-type.4", None, f"attribute {local_name(name)}", message)
        for name, text in type_.constrained_attributes:
            if name not in names:
                self._note_identifiers(element, name, text, type_.attributes[name].type)

    def _attribute(self, element: Element, name: str, attribute: Attribute) -> None:
        text = str(element.get(name))
        value = self._value(element, name, text, attribute.type)
        if (
            attribute.fixed is not None
            and value is not None
            and value != self._constant(element, attribute.fixed, attribute.type)
        ):
            message = (
                f"Attribute {local_name(name)} of {name_of(element)} must be {attribute.fixed!r}, not {shown(text)}."
            )
            self.add(element, "cvc-attribute.4", text, repr(attribute.fixed), message, name)

    def _wild_attribute(self, element: Element, name: str, wildcard: Wildcard) -> bool:
        """Validate an attribute that a wildcard admits; say whether it is an identifier."""
        attribute = self.declarations.attributes.get(name)
        if attribute is not None:
            self._attribute(element, name, attribute)
            return attribute.type.identifier == "ID"
        if wildcard.process == "strict":
            message = f"{name_of(element)} has an attribute {local_name(name)}, which is not declared."
            self.add(element, "cvc-complex-type.3.2.2", element.get(name), "a declared attribute", message, name)
        return False

    def _unexpected_attribute(self, element: Element, name: str, code: str, declared: tuple[str, ...]) -> None:
        known = ", ".join(sorted(map(local_name, declared)))
        expected = f"only the attributes {known}" if known else "no attributes"
        message = f"{name_of(element)} has an attribute {local_name(name)}; expected {expected}."
        self.add(element, code, element.get(name), expected, message, name)

    def _instance_type(self, element: Element, declaration: ElementDeclaration) -> SimpleType | ComplexType:
        """Return the type that xsi:type names, or the declared one (§3.3.4 clause 4)."""
        text = element.get(XSI_TYPE)
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
        declared = declaration.type
        blocked = set(declaration.block) | (set(declared.block) if isinstance(declared, ComplexType) else set())
        if not derived_from(type_, declared, blocked):
            why = f", not by {' or '.join(sorted(blocked))}" if blocked else ""
            expected = f"{declared.name}, or a type derived from it{why}"
            message = f"xsi:type of {name_of(element)} is {shown(text)}; expected {expected}."
            self.add(element, "cvc-elt.4.3", text, expected, message, XSI_TYPE)
            return declared
        return type_

    def _nil(self, element: Element, declaration: ElementDeclaration, type_: SimpleType | ComplexType) -> bool:
        """Deal with xsi:nil; say whether the element is nil, so that its content is done with (§3.3.4 clause 3)."""
        text = str(element.get(XSI_NIL))
        if not declaration.nillable and declaration.source:
            message = f"{name_of(element)} has xsi:nil, but is not nillable."
            self.add(element, "cvc-elt.3.1", text, "no xsi:nil", message, XSI_NIL)
            return False
        if self._value(element, XSI_NIL, text, BUILTIN["boolean"]) != ("boolean", True):
            return False
        names = [str(name) for name in element.attrib]
        if isinstance(type_, ComplexType):
            self._attributes(element, type_, names)
        else:
            for name in names:
                if name not in _INSTANCE:
                    self._unexpected_attribute(element, name, "cvc-type.3.1.1", ())
        if len(element) or element.text:
            message = f"{name_of(element)} is nil (xsi:nil), and so must be empty."
            self.add(element, "cvc-elt.3.2.1", element.text, "no content", message)
        if declaration.fixed is not None:
            message = f"{name_of(element)} has a fixed value, and so can't be nil."
            self.add(element, "cvc-elt.3.2.2", text, "no xsi:nil", message, XSI_NIL)
        return True

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
        place = element if place is None else place
        self.findings.append(Finding(element, attribute, code, value, expected, message, place))

    def _note(self, element: Element, code: str, value: str | None, expected: str | None, message: str) -> None:
        self.add(element, code, value, expected, message)

    def stray_text(self, element: Element, text: str) -> None:
        """Note text where only elements may stand."""
        text = text.strip(XML_SPACE)
        message = f"{name_of(element)} contains the text {shown(text)}, where only elements may stand."
        self.add(element, "cvc-complex-type.2.3", text, "elements only", message)

    def _no_children(self, element: Element, code: str, expected: str) -> None:
        for child in element:
            message = f"{name_of(child)} stands inside {name_of(element)}; expected {expected}."
            self.add(child, code, None, expected, message)

    def _unknown_root(self, root: Element, tag: str) -> None:
        known = list(self.declarations.elements)
        expected = " or ".join(map(quoted, known[:12])) or "no element at all"
        alike = [other for other in known if local_name(other) == local_name(tag)]
        why = f" (the name is right, the namespace is not: {namespace_of(tag)})" if alike else ""
        message = f"The root element is {quoted(tag)}{why}; expected {expected}."
        self.add(root, "cvc-elt.1", None, expected, message)
