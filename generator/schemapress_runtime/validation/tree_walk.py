"""Validation of a parsed document: a walk over the tree that finds every problem (XSD 1.0 Part 1 §3.3.4, §3.4.4)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ..limits import DEFAULT, MAX_DIGITS, DocumentLimits
from ..report.wording import local_name, name_of, namespace_of, quoted, shown
from ..xml.document import XML_SPACE, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.components import ANY_TYPE, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import ContentModel, TooManyConfigurations
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .identity import TooManySelected, TypedNodes, check_constraints
from .recovery import Placed, recover
from .start_tag import StartTags


class Walk(StartTags):
    """One walk over one document. `findings` fills up with what is wrong, in document order."""

    def __init__(
        self, declarations: Declarations, entities: AbstractSet[str] = frozenset(), limits: DocumentLimits = DEFAULT
    ) -> None:
        """Take what the schema declares, the unparsed entities that the document declares, and the bounds."""
        super().__init__(declarations, entities, limits)
        self._nodes = TypedNodes(declarations) if declarations.has_constraints else None
        self._visits_all = self._nodes is not None or limits.digits < MAX_DIGITS

    def document(self, root: Element) -> None:
        """Validate the document: its root must be an element that the schema declares globally, or have xsi:type.

        Raises:
            TooManyProblems: the document has more than the report lists; `findings` has those that it does.
        """
        tag = str(root.tag)
        declaration = self.declarations.elements.get(tag)
        if declaration is not None:
            self.element(root, declaration)
        elif root.get(XSI_TYPE) is not None:
            self.element(root, ElementDeclaration(tag, ANY_TYPE, is_declared=False))
        else:
            self._unknown_root(root, tag)
        self.finish()

    def element(self, element: Element, declaration: ElementDeclaration | Wildcard) -> None:
        """Validate an element, and all inside of it, against its declaration or the wildcard that admits it.

        Each element is visited once, before its children, whatever is wrong with it; and the depth of a document
        costs no Python frames.
        """
        waiting: list[Placed] = [(element, declaration)]
        while waiting:
            current, governs = waiting.pop()
            if isinstance(governs, Wildcard):
                children = self._wild(current, governs)
            elif isinstance(governs, ComplexType):
                children = self._children(current, governs)
            else:
                children = self._element(current, governs)
            children.reverse()
            waiting += children

    def finish(self) -> None:
        """Check what only the whole document can tell: its identifiers and its identity constraints."""
        super().finish()
        if self._nodes is not None:
            try:
                check_constraints(self._nodes, self._note)
            except TooManySelected as stopped:
                message = "The identity constraints select the elements of this document too often to be checked."
                self.add(stopped.element, "xml-too-complex", None, "a document that is less deep, or smaller", message)

    def _element(self, element: Element, declaration: ElementDeclaration) -> list[Placed]:
        """Element Locally Valid (§3.3.4); return the children that are still to be visited."""
        type_, nil = self.start_tag(element, declaration)
        if self._nodes is not None:
            self._nodes.record(element, declaration, type_)
        if nil:
            self._nil_content(element, declaration)
        elif isinstance(type_, ComplexType):
            return self._complex(element, type_, declaration)
        elif len(element):
            self._no_children(element, "cvc-type.3.1.2", f"text only: {type_.description}")
        else:
            self._text(element, type_, declaration)
        return []

    # Content

    def _nil_content(self, element: Element, declaration: ElementDeclaration) -> None:
        if len(element) or element.text:
            message = f"{name_of(element)} is nil (xsi:nil), and so must be empty."
            self.add(element, "cvc-elt.3.2.1", element.text, "no content", message)
        if declaration.fixed is not None:
            message = f"{name_of(element)} has a fixed value, and so can't be nil."
            self.add(element, "cvc-elt.3.2.2", element.get(XSI_NIL), "no xsi:nil", message, XSI_NIL)

    def _complex(self, element: Element, type_: ComplexType, declaration: ElementDeclaration) -> list[Placed]:
        if type_.simple is not None:
            if len(element):
                self._no_children(element, "cvc-complex-type.2.2", f"text only: {type_.simple.description}")
            else:
                self._text(element, type_.simple, declaration)
        elif type_.model is not None:
            if declaration.fixed is not None:
                self._fixed_mixed(element, declaration.fixed)
            return self._children(element, type_)
        elif len(element):
            self._no_children(element, "cvc-complex-type.2.1", "no content" if not type_.mixed else "text only")
        elif element.text and not type_.mixed:
            message = f"{name_of(element)} must be empty, without even white space."
            self.add(element, "cvc-complex-type.2.1", element.text, "no content", message)
        elif declaration.fixed is not None:
            self._fixed_mixed(element, declaration.fixed)
        return []

    def _children(self, element: Element, type_: ComplexType) -> list[Placed]:
        """Decide the content model by the tags alone; return the children that are still to be visited."""
        model = self.model(type_)
        if not type_.mixed:
            self._only_elements(element)
        state = model.start
        visits_all = self._visits_all
        found: list[Placed] = []
        try:
            for child in element:
                step = state[child.tag]
                if step is None:
                    return recover(self, element, model)
                state, declared = step
                if visits_all or isinstance(declared, Wildcard):
                    found.append((child, declared))
                elif ((names := child.keys()) or declared.required) and not declared.admits(
                    attributes_of(child), names
                ):
                    found.append((child, declared))
                elif declared.holder is not None:
                    found.append((child, declared.holder))
                elif len(child) or not declared.quick(child.text or ""):
                    found.append((child, declared))
            return found if state.accepts else recover(self, element, model)
        except TooManyConfigurations:
            self.too_complex(element)
            return []

    def model(self, type_: ComplexType) -> ContentModel[ElementDeclaration | Wildcard]:
        """Return the content model of a type that has one, with the bound on its counters."""
        assert type_.model is not None
        return type_.model.bounded(self.limits.configurations)

    def _only_elements(self, element: Element) -> None:
        """Note each text among the children of an element, where only elements may stand."""
        text = element.text
        if text and text.strip(XML_SPACE):
            self.stray_text(element, text)
        for child in element:
            text = child.tail
            if text and text.strip(XML_SPACE):
                self.stray_text(element, text)

    def _wild(self, element: Element, wildcard: Wildcard) -> list[Placed]:
        """Validate an element that a wildcard admits (§3.10.4, Item Valid)."""
        if wildcard.process == "skip":
            return []
        tag = str(element.tag)
        declaration = self.declarations.admitted(tag, wildcard, has_type=element.get(XSI_TYPE) is not None)
        if declaration is None:
            message = f"{quoted(tag)} is not declared, and only declared elements may stand here."
            self.add(element, "cvc-complex-type.2.4", None, "a declared element", message)
            return []
        return self._element(element, declaration)

    def _text(self, element: Element, type_: SimpleType, declaration: ElementDeclaration) -> None:
        text = element.text or ""
        constraint = declaration.default if declaration.fixed is None else declaration.fixed
        if not text and constraint is not None:
            if type_ is declaration.type:
                self.note_identifiers(element, None, constraint, type_)
                return
            text = constraint
        value = self.value(element, None, text, type_)
        if (
            declaration.fixed is not None
            and value is not None
            and value != self.constant(element, declaration.fixed, type_)
        ):
            message = f"{name_of(element)} must be {declaration.fixed!r}, not {shown(text)}."
            self.add(element, "cvc-elt.5.2.2.2.2", text, repr(declaration.fixed), message)

    def _fixed_mixed(self, element: Element, fixed: str) -> None:
        if len(element):
            self._no_children(element, "cvc-elt.5.2.2.1", f"the fixed text {fixed!r}")
        elif element.text and element.text != fixed:
            message = f"{name_of(element)} must be {fixed!r}, not {shown(element.text)}."
            self.add(element, "cvc-elt.5.2.2.2.1", element.text, repr(fixed), message)

    # Findings

    def _note(self, element: Element, code: str, value: str | None, expected: str | None, message: str) -> None:
        self.add(element, code, value, expected, message)

    def stray_text(self, element: Element, text: str) -> None:
        """Note text where only elements may stand."""
        text = text.strip(XML_SPACE)
        message = f"{name_of(element)} contains the text {shown(text)}, where only elements may stand."
        self.add(element, "cvc-complex-type.2.3", text, "elements only", message)

    def too_complex(self, element: Element) -> None:
        """Note that the nested counters of an element's type can count its children in too many ways."""
        message = f"The children of {name_of(element)} can be counted in more than {self.limits.configurations:,} ways."
        self.add(element, "xml-too-complex", None, "fewer children of this element", message)

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
