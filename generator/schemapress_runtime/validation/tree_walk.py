"""Validation of a parsed document: a walk over the tree that finds every problem (XSD 1.0 Part 1 §3.3.4, §3.4.4)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ..limits import DEFAULT_DOCUMENT_LIMITS, MAX_DIGITS, DocumentLimits
from ..report import wording
from ..xml.document import XML_SPACE, XSI_NIL, XSI_TYPE, Element, attributes_of
from ..xsd.components import ANY_TYPE, BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import ContentModel, TooManyConfigurations
from ..xsd.simple_type import SimpleType
from ..xsd.wildcard import Wildcard
from .identity import TooManySelected, TypedNodes, check_constraints
from .problems import Problems
from .recovery import PendingElement, recover
from .start_tag import StartTags


class Walk:
    """One walk over one document, which notes its problems in document order."""

    def __init__(
        self,
        declarations: Declarations,
        entities: AbstractSet[str] = frozenset(),
        limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS,
    ) -> None:
        """Take the declarations of the schema, the unparsed entities that the document declares, and the bounds."""
        self.declarations = declarations
        self.limits = limits
        self.problems = Problems(entities, limits)
        self.start_tags = StartTags(declarations, self.problems)
        self.nodes = TypedNodes(declarations) if declarations.has_constraints else None
        """The elements that were visited, with what governs them; None where no element has constraints."""
        self._visits_all = self.nodes is not None or limits.digits < MAX_DIGITS

    def validate_document(self, root: Element) -> None:
        """Validate a document: its root must be an element that the schema declares globally, or have xsi:type."""
        tag = str(root.tag)
        declaration = self.declarations.elements.get(tag)
        if declaration is not None:
            self.validate_element(root, declaration)
        elif root.get(XSI_TYPE) is not None:
            self.validate_element(root, ElementDeclaration(tag, ANY_TYPE, is_declared=False))
        else:
            self.problems.add(root, wording.unknown_root(root, list(self.declarations.elements)))
        self.finish()

    def validate_element(self, element: Element, declaration: BasicTerm) -> None:
        """Validate an element, and all inside of it, against its declaration or the wildcard that admits it.

        Each element is visited once, before its children, whatever is wrong with it; and the depth of a document
        costs no Python frames.
        """
        waiting: list[PendingElement] = [(element, declaration)]
        while waiting:
            current, governs = waiting.pop()
            if isinstance(governs, Wildcard):
                children = self._visit_wild(current, governs)
            elif isinstance(governs, ComplexType):
                children = self._visit_children(current, governs)
            else:
                children = self._visit(current, governs)
            children.reverse()
            waiting += children

    def finish(self) -> None:
        """Run the checks that need the whole document: identifiers and identity constraints."""
        self.problems.check_references()
        if self.nodes is not None:
            try:
                check_constraints(self.nodes, self.problems.add)
            except TooManySelected as stopped:
                self.problems.add(stopped.element, wording.too_often_selected())

    def _visit(self, element: Element, declaration: ElementDeclaration) -> list[PendingElement]:
        """Element Locally Valid (§3.3.4); return the children that are still to be visited."""
        type_, nil = self.start_tags.validate(element, declaration)
        if self.nodes is not None:
            self.nodes.record(element, declaration, type_)
        if nil:
            self._visit_nil(element, declaration)
        elif isinstance(type_, ComplexType):
            return self._visit_complex(element, type_, declaration)
        elif len(element):
            self._note_children(element, "cvc-type.3.1.2", f"text only: {type_.description}")
        else:
            self._visit_text(element, type_, declaration)
        return []

    # Content

    def _visit_nil(self, element: Element, declaration: ElementDeclaration) -> None:
        if len(element) or element.text:
            self.problems.add(element, wording.nil_with_content(element), element.text)
        if declaration.fixed is not None:
            self.problems.add(element, wording.nil_with_fixed_value(element), element.get(XSI_NIL), XSI_NIL)

    def _visit_complex(
        self, element: Element, type_: ComplexType, declaration: ElementDeclaration
    ) -> list[PendingElement]:
        if type_.simple is not None:
            if len(element):
                self._note_children(element, "cvc-complex-type.2.2", f"text only: {type_.simple.description}")
            else:
                self._visit_text(element, type_.simple, declaration)
        elif type_.model is not None:
            if declaration.fixed is not None:
                self._compare_mixed(element, declaration.fixed)
            return self._visit_children(element, type_)
        elif len(element):
            self._note_children(element, "cvc-complex-type.2.1", "no content" if not type_.mixed else "text only")
        elif element.text and not type_.mixed:
            self.problems.add(element, wording.not_empty(element), element.text)
        elif declaration.fixed is not None:
            self._compare_mixed(element, declaration.fixed)
        return []

    def _visit_children(self, element: Element, type_: ComplexType) -> list[PendingElement]:
        """Decide the content model by the tags alone; return the children that are still to be visited."""
        model = self.model(type_)
        if not type_.mixed:
            self._note_texts(element)
        state = model.start
        visits_all = self._visits_all
        pending: list[PendingElement] = []
        try:
            for child in element:
                step = state[child.tag]
                if step is None:
                    return recover(self.problems, element, model)
                state, declared = step
                if visits_all or isinstance(declared, Wildcard):
                    pending.append((child, declared))
                elif ((names := child.keys()) or declared.required) and not declared.admits(
                    attributes_of(child), names
                ):
                    pending.append((child, declared))
                elif declared.holder is not None:
                    pending.append((child, declared.holder))
                elif len(child) or not declared.quick(child.text or ""):
                    pending.append((child, declared))
            return pending if state.accepts else recover(self.problems, element, model)
        except TooManyConfigurations:
            self.note_too_complex(element)
            return []

    def model(self, type_: ComplexType) -> ContentModel[BasicTerm]:
        """Return the content model of a type that has one, with the bound on its counters."""
        assert type_.model is not None
        return type_.model.with_bound(self.limits.configurations)

    def _note_texts(self, element: Element) -> None:
        """Note each text among the children of an element, where only elements may stand."""
        text = element.text
        if text and text.strip(XML_SPACE):
            self.note_text(element, text)
        for child in element:
            text = child.tail
            if text and text.strip(XML_SPACE):
                self.note_text(element, text)

    def _visit_wild(self, element: Element, wildcard: Wildcard) -> list[PendingElement]:
        """Validate an element that a wildcard admits (§3.10.4, Item Valid)."""
        if wildcard.process == "skip":
            return []
        tag = str(element.tag)
        declaration = self.declarations.resolve_admitted(tag, wildcard, has_type=element.get(XSI_TYPE) is not None)
        if declaration is None:
            self.problems.add(element, wording.undeclared_element(element))
            return []
        return self._visit(element, declaration)

    def _visit_text(self, element: Element, type_: SimpleType, declaration: ElementDeclaration) -> None:
        text = element.text or ""
        fixed = declaration.fixed
        constraint = declaration.default if fixed is None else fixed
        if not text and constraint is not None:
            if type_ is declaration.type:
                self.problems.note_identifiers(element, None, constraint, type_)
                return
            text = constraint
        value = self.problems.parse(element, None, text, type_)
        if fixed is not None and self.problems.differs_from_fixed(element, value, fixed, type_):
            self.problems.add(element, wording.other_than_fixed(element, text, fixed), text)

    def _compare_mixed(self, element: Element, fixed: str) -> None:
        if len(element):
            self._note_children(element, "cvc-elt.5.2.2.1", f"the fixed text {fixed!r}")
        elif element.text and element.text != fixed:
            self.problems.add(element, wording.other_than_fixed(element, element.text, fixed, mixed=True), element.text)

    # Problems that others find, too

    def note_text(self, element: Element, text: str) -> None:
        """Note text where only elements may stand."""
        text = text.strip(XML_SPACE)
        self.problems.add(element, wording.stray_text(element, text), text)

    def note_too_complex(self, element: Element) -> None:
        """Note that the nested counters of an element's type can count its children in too many ways."""
        self.problems.add(element, wording.uncountable_children(element, self.limits.configurations))

    def _note_children(self, element: Element, code: str, expected: str) -> None:
        for child in element:
            self.problems.add(child, wording.child_of_text(child, element, code, expected))
