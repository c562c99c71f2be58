"""The states of the tag reader: the meaning of each start tag in its context, computed once and cached.

The tag reader sees a start tag as the text between `<` and `>`, its *head*: `phone`, or `t:item id="7"/`. The meaning
of a head depends on three things alone:

- the state of the content model around it, which says what may come next;
- the namespaces in scope, which say what its prefixes stand for;
- the class whose object is being made, if any.

A `TagState` is one combination of the three, and a dictionary from heads to `Step`s. The first time that a head is
met in a state, `NamespaceScope.step` works out its meaning: it expands the name, asks the content model, validates the
attributes, and picks the field and what makes its value. The `Step` goes into the dictionary, and every later time the
tag costs one look-up. A message repeats few heads (`<phone>` is written in one way), so nearly all tags are look-ups;
one with an attribute that is new each time, such as an id, is worked out anew.

What is remembered is bounded, for a sender chooses the heads: see the constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from lxml import etree

from ..binding.class_binder import Binder
from ..binding.slot import Slot, Values
from ..limits import MAX_ATTRIBUTES, MAX_NAMESPACE_DECLARATIONS, MAX_NAMESPACE_LENGTH, DocumentLimits
from ..names import XML_NAMESPACE
from ..verdict import GiveUp, Unbindable
from ..xml.document import XSI_TAG, XSI_TYPE, Element, attributes_of
from ..xsd.components import ANY_TYPE, UNCHECKED, BasicTerm, ComplexType, Declarations, ElementDeclaration
from ..xsd.content_model import State
from ..xsd.model_tree import ModelNode, interleaved
from ..xsd.quick_checks import accept_any
from ..xsd.simple_type import Identifier
from ..xsd.wildcard import Wildcard
from .constraint_plan import ConstraintPlans
from .identity import admits
from .noted_element import NotedElement
from .opened_element import OpenedElement
from .problems import Problems
from .start_tag import StartTags
from .step import Step
from .tag_shape import TagShape, attribute_names, make_shape

if TYPE_CHECKING:
    from .step import StepParts

_KEPT_TAGS = 512
"""Heads that one state remembers; a state with more has attributes that are new each time."""

_LONGEST_KEPT = 300
"""Characters of a head that is remembered; longer ones have attributes that hardly come again."""

_KEPT_STATES = 4_096
"""States that one scope remembers before it begins anew; only content models with large counters reach so many."""

_KEPT_SCOPES = 64
"""Combinations of namespace declarations, and of constraints around, that are remembered before it begins anew.

A sender has one or two of the former.
"""

_ATTRIBUTE = re.compile(r"[ \t\n]++([^ \t\n<>/=\"'&]++)[ \t\n]*+=[ \t\n]*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_NORMALIZED = frozenset("&\t\n")
"""The characters that attribute-value normalization changes (XML 1.0 §3.3.3)."""

_NAME = r"[^ \t\n<>/=\"'&:?!]++"
_HEAD = re.compile(rf"({_NAME}(?::{_NAME})?)" r"((?:[ \t\n](?:[^<>\"'&/]|\"[^\"<]*+\"|'[^'<]*+')*+)?)(/?)")
"""A head: its name, its attributes as they are written, and the slash of an empty-element tag."""

_NO_PROBLEM = DocumentLimits(problems=0)
"""Bounds under which the first problem ends the validation of a start tag."""


class TagState(dict[str, "StepParts"]):
    """A state of a content model, with the namespaces in scope and the class that is bound: heads to steps."""

    __slots__ = ("_selected", "_shapes", "accepts", "binder", "mixed", "model", "put_text", "scope")

    def __init__(self, scope: NamespaceScope, model: State[BasicTerm], binder: Binder | None, *, mixed: bool) -> None:
        self.scope = scope
        self.model = model
        self.accepts = model.accepts
        self.binder = binder
        self.mixed = mixed
        self._selected: dict[str, tuple[int, ...] | None] = {}
        self._shapes: dict[tuple[str, ...], TagShape | None] = {}
        self.put_text: Callable[[Values, str], None] | None = (
            binder.put_text if mixed and binder is not None and binder.keeps_text else None
        )

    def __missing__(self, head: str) -> StepParts:
        step = self._step_by_shape(head) if '"' in head else self.scope.step(self, head)[0]
        parts = cast("StepParts", tuple(step))  # which Python unpacks faster
        if len(head) <= _LONGEST_KEPT and len(self) < _KEPT_TAGS:
            self[head] = parts
        return parts

    def _step_by_shape(self, head: str) -> Step:
        """Return the step of a tag with attributes, by that of the tags that differ in the values of these alone."""
        parts = head.split('"')
        if len(parts) % 2 == 0:  # a quote is left over
            return self.scope.step(self, head)[0]
        written, texts = '"'.join(parts[::2]), parts[1::2]
        if written not in self._selected and len(self._selected) < _KEPT_TAGS:
            self._selected[written] = self.scope.select(parts[::2])
        selected = self._selected.get(written)
        if selected is None:
            return self.scope.step(self, head)[0]
        key = (written, *[texts[index] for index in selected])
        shape = self._shapes.get(key)
        if shape is None:
            step, opened = self.scope.step(self, head)
            if key not in self._shapes and len(self._shapes) < _KEPT_TAGS:
                names = [str(self.scope.expand_attribute(name)) for name in attribute_names(parts[::2]) or ()]
                self._shapes[key] = self.scope.shape(opened, step, names, selected)
            return step
        return shape.step(texts) or self.scope.step(self, head)[0]


def _tags_in_order(root: ModelNode[BasicTerm]) -> Iterator[str]:
    """Yield the tags of a content model, each as often as it is there; those of an all-group in both directions."""
    leaves = list(root.leaves())
    for leaf in (*leaves, *reversed(leaves)) if root.kind == "all" else leaves:
        yield from leaf.declarations


class CutTag(GiveUp):
    """The text of a tag ends at a `>` that is inside of an attribute value."""


_TAG = re.compile(r"""(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+(?=>)""")


def cut_behind_tag(piece: str) -> tuple[str, str]:
    """Return the text of a tag, and what is behind it; attribute values may have a `>`.

    Raises:
        GiveUp: the tag has no end.
    """
    match = _TAG.match(piece)
    if match is None:
        raise GiveUp("a tag has no end")
    return match[0], piece[match.end() + 1 :]


class NamespaceScope:
    """The namespaces in scope, by their prefixes, and the states that were met with them."""

    def __init__(
        self,
        nsmap: Mapping[str | None, str],
        scopes: NamespaceScopes,
        watched: frozenset[str] = frozenset(),
        declared: int = 0,
    ) -> None:
        """Take the namespaces, and the steps of the identity constraints that the elements around have.

        `declared` is the most namespace declarations that may be in scope, those of one prefix each counted.
        """
        self.nsmap = nsmap
        self._declared = declared
        self._watched = watched
        self._scopes = scopes
        self._declarations = scopes.declarations
        self._states: dict[tuple[int, int], TagState] = {}
        written = (f'xmlns:{prefix}="{uri}"' if prefix else f'xmlns="{uri}"' for prefix, uri in nsmap.items())
        self._around = f"<_ {' '.join(written)}>"

    def state(self, model: State[BasicTerm], binder: Binder | None = None, *, mixed: bool = False) -> TagState:
        """Return a state of a content model, the same one for the same while it is remembered."""
        key = (id(model), id(binder))
        known = self._states.get(key)
        if known is None:
            if len(self._states) >= _KEPT_STATES:
                self._states.clear()
            known = self._states[key] = TagState(self, model, binder, mixed=mixed)
        return known

    def select(self, parts: Sequence[str]) -> tuple[int, ...] | None:
        """Return the attributes whose values the meaning of a tag depends on, by their numbers.

        `parts` are those of the tag between the values. None where each tag has to be looked at by itself.
        """
        names = attribute_names(parts)
        if names is None or len(names) > MAX_ATTRIBUTES:
            return None
        if any(name == "xmlns" or name.startswith("xmlns:") for name in names):
            return None
        expanded = [self.expand_attribute(name) for name in names]
        return tuple(number for number, name in enumerate(expanded) if name is None or name.startswith(XSI_TAG))

    def shape(
        self, opened: OpenedElement, step: Step, names: Sequence[str], selected: Sequence[int]
    ) -> TagShape | None:
        """Return the shape of the tags that differ from one in the values of attributes alone, if they have one."""
        is_watched = self.watches(opened.declaration)
        return make_shape(opened, step, names, selected, self._declarations, self.note, is_watched=is_watched)

    def expand_attribute(self, name: str) -> str | None:
        """Return the name of an attribute with its namespace; None where its prefix is not declared."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        namespace = XML_NAMESPACE if prefix == "xml" else self.nsmap.get(prefix)
        return None if namespace is None else f"{{{namespace}}}{local}"

    def step(self, state: TagState, head: str) -> tuple[Step, OpenedElement]:
        """Return the outcome of a start tag, and the element.

        A tag without prefixed attributes is understood from its text. One that has them, or that a wildcard admits, or
        that is not certainly valid, is parsed by itself, and validated as the walk does.

        Raises:
            GiveUp: the element is not valid, or only the walk can tell.
            Unbindable: only xsdata itself can bind it.
        """
        match = _HEAD.fullmatch(head)
        if match is None:
            if head.count('"') % 2 or head.count("'") % 2:
                raise CutTag("a tag may go on behind a `>` in an attribute")
            raise GiveUp("a tag is not in the usual form")
        name, written, slash = match.groups()
        if written.count("=") > MAX_ATTRIBUTES:
            raise GiveUp("an element has more attributes than the bound")
        attributes = self._plain_attributes(written)
        element = self._parse(name, written) if attributes is None else None
        tag = self._expand(name) if element is None else str(element.tag)
        reached = state.model[tag]
        if reached is None:
            raise GiveUp("an element may not stand where it does")
        model, declared = reached
        if element is None and (isinstance(declared, Wildcard) or not _surely_admits(declared, attributes or {})):
            element = self._parse(name, written)
        scope = self
        if element is None and not isinstance(declared, Wildcard):
            opened = OpenedElement(self, declared.type, attributes or {}, declared)
        else:
            assert element is not None
            in_scope = self._declared + written.count("xmlns")
            scope = self._scopes.of(element.nsmap, self._watched, in_scope)
            opened = self._open(element, declared, scope)
        after = self.state(model, state.binder, mixed=state.mixed)
        slot = None if state.binder is None else opened.slot(state.binder, tag)
        return scope.inside(opened.declaration)._follow(opened, after, f"/{name}", slot, is_empty=bool(slash)), opened

    def _follow(self, opened: OpenedElement, after: TagState, end: str, slot: Slot | None, *, is_empty: bool) -> Step:
        """Return the outcome of the start tag of an element, inside of which this is the scope."""
        model, noted = opened.model, self.note(opened, opened.attributes)
        name = slot.name if slot is not None and slot.is_direct else None
        if model is None:
            check, make, rare = opened.text_rules(slot)
            if is_empty and not check(""):
                if rare is None or not rare.accepts(""):
                    raise GiveUp("an element is empty, and may not be")
                make = rare.make or make
            usual = None if check is accept_any else check
            return Step(None, is_empty, usual, after, end, slot, name, make, rare, noted)
        if opened.declaration.fixed is not None or (is_empty and not model.start.accepts):
            raise GiveUp("an element with children is empty or has a fixed value")
        assert isinstance(opened.type, ComplexType)
        inside = (
            None
            if is_empty
            else self.state(model.start, None if slot is None else slot.binder, mixed=opened.type.mixed)
        )
        if slot is None:
            return Step(inside, is_empty, None, after, end, slot, name, lambda _: None, None, noted)
        if slot.binder is None:
            raise Unbindable("an element with children whose field has no class")
        binder = slot.binder
        if opened.type is ANY_TYPE or opened.type is UNCHECKED:  # whose model says nothing of the class
            binder.record_order()
        else:
            binder.learn_order(_tags_in_order(model.root), interleaved(model.root))
        values, make_object = opened.attribute_values(binder), binder.make
        make = (lambda _: make_object(**values())) if is_empty else lambda _: values()
        return Step(inside, is_empty, None, after, end, slot, name, make, None, noted)

    def note(self, opened: OpenedElement, attributes: Mapping[str, str]) -> NotedElement | None:
        """Return an element with these attributes as the whole document has to know of it, if it has to."""
        identify = opened.identify()
        if identify is None and not self.watches(opened.declaration):
            return None
        return NotedElement(opened, attributes, identify)

    def watches(self, declaration: ElementDeclaration) -> bool:
        """Whether an element of a declaration has identity constraints, or may be on the way to what some select."""
        if declaration.constraints:
            return True
        name, watched = declaration.name, self._watched
        return bool(watched) and (name in watched or any(admits(test, name) for test in watched if test.endswith("*")))

    def inside(self, declaration: ElementDeclaration) -> NamespaceScope:
        """Return the scope inside of an element: it knows the steps of the constraints of all that are around."""
        if not declaration.constraints:
            return self
        watched = self._watched | self._scopes.plans.plan(declaration).tests
        return self._scopes.of(self.nsmap, watched, self._declared)

    def _open(self, element: Element, declared: BasicTerm, scope: NamespaceScope) -> OpenedElement:
        """Validate a start tag as the walk does."""
        attributes = attributes_of(element)
        if isinstance(declared, Wildcard):
            admitted = self._declarations.resolve_admitted(str(element.tag), declared, has_type=XSI_TYPE in attributes)
            if admitted is None:
                raise GiveUp("an element under a wildcard is not declared")
            declared = admitted
        if declared.type is UNCHECKED:
            return OpenedElement(scope, UNCHECKED, attributes, declared)
        problems = Problems(limits=_NO_PROBLEM)
        type_, nil = StartTags(self._declarations, problems).validate(element, declared)
        if problems.total:
            raise GiveUp("a start tag is not valid")
        identifiers: tuple[tuple[Identifier, str], ...] = tuple(("ID", name) for name in problems.identifiers)
        references: tuple[tuple[Identifier, str], ...] = tuple(("IDREF", name) for *_, name in problems.references)
        return OpenedElement(scope, type_, attributes, declared, nil, identifiers + references)

    def _plain_attributes(self, written: str) -> dict[str, str] | None:
        """Return attributes without prefixes by their names, or None where there are others."""
        if not written.strip(" \t\n"):
            return {}
        attributes: dict[str, str] = {}
        position = 0
        while (match := _ATTRIBUTE.match(written, position)) is not None:
            name, double, single = match.groups()
            value = double or single or ""
            if ":" in name or name == "xmlns" or name in attributes or not _NORMALIZED.isdisjoint(value):
                return None
            attributes[name] = value
            position = match.end()
        if written[position:].strip(" \t\n"):
            raise GiveUp("the attributes of a tag are not in the usual form")
        return attributes

    def _expand(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        namespace = self.nsmap.get(prefix or None)
        if namespace is None and prefix:
            raise GiveUp("a prefix is not declared")
        return f"{{{namespace}}}{local}" if namespace else local

    def _parse(self, name: str, written: str) -> Element:
        """Return an element without content, its attributes as a parser has them."""
        try:
            return etree.fromstring(f"{self._around}<{name}{written}/></_>", self._scopes.parser)[0]
        except (etree.XMLSyntaxError, ValueError):
            raise GiveUp("a start tag is not well-formed") from None


class NamespaceScopes:
    """The scopes of the documents that were read against one schema."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.plans = ConstraintPlans(declarations)
        self.outermost = NamespaceScope({}, self)
        self._known: dict[tuple[tuple[tuple[str | None, str], ...], frozenset[str], int], NamespaceScope] = {}

    def of(self, nsmap: Mapping[str | None, str], watched: frozenset[str], declared: int) -> NamespaceScope:
        """Return the scope for namespaces and steps of constraints, the same one for the same while it is remembered.

        `declared` is the most declarations of namespaces that may be in scope.

        Raises:
            GiveUp: there are more, or longer ones, than the bounds allow; or one can't be written down as it is.
        """
        if declared > MAX_NAMESPACE_DECLARATIONS or any(len(uri) > MAX_NAMESPACE_LENGTH for uri in nsmap.values()):
            raise GiveUp("namespace declarations are over a bound")
        key = (tuple(sorted(nsmap.items(), key=lambda item: item[0] or "")), watched, declared)
        known = self._known.get(key)
        if known is None:
            if any(uri is None or '"' in uri or "&" in uri or "<" in uri for uri in nsmap.values()):
                raise GiveUp("a namespace has a character that is written as a reference")
            if len(self._known) >= _KEPT_SCOPES:
                self._known.clear()
            known = self._known[key] = NamespaceScope(dict(nsmap), self, watched, declared)
        return known


def _surely_admits(declaration: ElementDeclaration, attributes: Mapping[str, str]) -> bool:
    """Whether a start tag is certainly valid, and says nothing beyond its attributes."""
    if declaration.abstract or (isinstance(declaration.type, ComplexType) and not declaration.type.is_plain):
        return False
    return declaration.admits(attributes, tuple(attributes))
