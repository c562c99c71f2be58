"""Changes a document until it satisfies document-wide constraints: keys, references to keys, unique values, IDs.

A document built from small examples repeats their texts, but keys must differ and references must refer to something
(XSD 1.0 Part 1 §3.11.4, §3.15.4). Texts are replaced by others of their types, and what is referred to is added.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from schemapress.inclusion.document_growth import DocumentGrowth
from schemapress.inclusion.document_walk import RecordingWalk, is_about_whole_document, walk_element
from schemapress.inclusion.fresh_texts import FreshTexts
from schemapress.inclusion.pair import Pair, SchemaPair, text_type_of
from schemapress.inclusion.pair_graph import PairGraph, find_pairs, find_ways
from schemapress.inclusion.selected_paths import read_paths
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.validation.identity import NIL, admits, key_member, parse_value, select
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.xml.document import XSI, XSI_NIL
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ComplexType, IdentityConstraint
from schemapress_runtime.xsd.primitive import Value
from schemapress_runtime.xsd.simple_type import SimpleType

ROUNDS = 40
"""Most rounds of one repair; each changes what breaks a constraint."""

Node = tuple[etree._Element, str | None]
"""An element for its text, or one of its attributes by its name."""


class _Sides(NamedTuple):
    """The walks over one document under both schemas."""

    narrow: RecordingWalk
    wide: RecordingWalk


class _Type(NamedTuple):
    """The types of a node, and whether its text is fixed."""

    narrow: SimpleType
    wide: SimpleType
    is_fixed: bool
    is_optional: bool


class RepairedDocument(NamedTuple):
    """A repaired copy of a document, with the copies of the element in focus and of the texts that were kept."""

    root: etree._Element
    focus: etree._Element
    kept: tuple[Node, ...]


class DocumentRepair:
    """Repairs documents for the constraints of `narrow` and, as far as possible, for those of `wide`."""

    def __init__(self, schemas: SchemaPair) -> None:
        self._schemas = schemas
        self._growth = DocumentGrowth(schemas)
        self._texts = FreshTexts()
        self._graph = PairGraph(schemas, set())

    def repair(
        self,
        root: etree._Element,
        pair: Pair,
        kept: Collection[Node] = (),
        focus: etree._Element | None = None,
        *,
        tries_wide: bool = True,
    ) -> RepairedDocument | None:
        """Return a copy that `narrow` accepts; None if there is none.

        The texts in `kept` stay as they are. If `tries_wide`, the document also satisfies the document-wide
        constraints of `wide`, if that is possible.
        """
        for wide_too in (True, False) if tries_wide else (False,):
            copied = copy.deepcopy(root)
            copies = dict(zip(root.iter(), copied.iter(), strict=True))
            nodes = {(copies[element], name) for element, name in kept if element in copies}
            focused = copies[root if focus is None else focus]
            if self._repair(copied, pair, nodes, wide_too=wide_too):
                return RepairedDocument(copied, focused, tuple(nodes))
        return None

    def _repair(self, root: etree._Element, pair: Pair, kept: set[Node], *, wide_too: bool) -> bool:
        for _ in range(ROUNDS):
            sides = _Sides(
                walk_element(root, pair, self._schemas.narrow, of_wide=False),
                walk_element(root, pair, self._schemas.wide, of_wide=True),
            )
            problems = sides.narrow.problems.noted
            if not all(map(is_about_whole_document, problems)):
                return False
            walk = sides.narrow
            if not problems:
                walk, problems = sides.wide, [*filter(is_about_whole_document, sides.wide.problems.noted)]
                if not problems or not wide_too:
                    return True
            done: set[etree._Element] = set()
            changed = False
            for problem in problems:
                if problem.element not in done and self._fix(problem, walk, sides, root, pair, kept):
                    changed = True
                    done.add(problem.element)
                    if len(problems) > 1 and not problem.code.endswith((".4.1", ".4.2.2")):
                        break
            if not changed:
                return False
        return False

    def _fix(
        self,
        problem: UnlocatedProblem,
        walk: RecordingWalk,
        sides: _Sides,
        root: etree._Element,
        pair: Pair,
        kept: set[Node],
    ) -> bool:
        """Change what breaks one rule; return whether anything was changed."""
        element = problem.element
        if problem.code.startswith("cvc-id."):
            node = (element, problem.attribute)
            if problem.code == "cvc-id.2":
                return self._renew(node, {*walk.problems.identifiers}, sides, kept)
            return self._identify(node, walk, sides, root, pair, kept)
        kind = {"4.1": "unique", "4.2.2": "key", "4.2.1": "key", "4.3": "keyref"}.get(
            problem.code.rpartition("constraint.")[2]
        )
        for host, constraint in _find_constraints(walk, element):
            if constraint.kind != kind:
                continue
            if problem.code.endswith("4.3"):
                fixed = self._refer(host, constraint, element, walk, sides, kept)
            elif problem.code.endswith("4.2.1"):
                fixed = self._complete(constraint, element, walk, sides)
            else:
                fixed = self._separate(host, constraint, element, walk, sides, kept)
            if fixed:
                return True
        return False

    # Keys and unique values

    def _separate(
        self,
        host: etree._Element,
        constraint: IdentityConstraint,
        element: etree._Element,
        walk: RecordingWalk,
        sides: _Sides,
        kept: set[Node],
    ) -> bool:
        """Give an element another key than all others have."""
        targets = _list_targets(host, constraint, walk)
        key = _read_key(element, constraint, walk)
        if key is None:
            return False
        same = [target for target in targets if _read_key(target, constraint, walk) == key]
        if len(same) < 2:
            return False
        for target in (element, *(other for other in same if other is not element)):
            nodes = list_field_nodes(target, constraint, walk)
            for number in range(len(nodes) - 1, -1, -1):
                used = {
                    text
                    for other in targets
                    for node in list_field_nodes(other, constraint, walk)[number]
                    if (text := read_text(node, walk)) is not None
                }
                if any(self._renew(node, used, sides, kept) for node in nodes[number]):
                    return True
            for node in (node for selected in nodes for node in selected):
                if constraint.kind == "unique" and self._remove(node, sides, kept):
                    return True
        return False

    def _complete(
        self, constraint: IdentityConstraint, element: etree._Element, walk: RecordingWalk, sides: _Sides
    ) -> bool:
        """Add the fields of a key that are missing."""
        changed = False
        for field, nodes in zip(constraint.fields, list_field_nodes(element, constraint, walk), strict=True):
            if not nodes:
                pair = _find_pair(element, sides)
                changed = (pair is not None and self.add_field(element, pair, field) is not None) or changed
        return changed

    def add_field(self, element: etree._Element, pair: Pair, field: str, fork: int | None = None) -> Node | None:
        """Return the node that a field selects from an element, added if it is missing; None if it can't be added."""
        for tags, _, test in find_ways(self._graph, pair, read_paths(field)):
            if fork is not None and fork >= len(tags):
                continue
            there = self._growth.add_path(element, pair, tags, fork)
            if there is None:
                continue
            holder, holder_pair = there
            if test is None:
                if text_type_of(holder_pair.narrow_type) is not None:
                    return holder, None
                continue
            type_, wide = holder_pair.narrow_type, holder_pair.wide_type
            attributes = type_.attributes if isinstance(type_, ComplexType) else {}
            wide_attributes = wide.attributes if isinstance(wide, ComplexType) else {}
            names = sorted((name for name in attributes if admits(test, name)), key=lambda n: n not in wide_attributes)
            for name in names:
                if holder.get(name) is None:
                    holder.set(name, self._schemas.examples.make_attribute(attributes[name], wide_attributes.get(name)))
                return holder, name
        return None

    # References

    def _refer(
        self,
        host: etree._Element,
        constraint: IdentityConstraint,
        element: etree._Element,
        walk: RecordingWalk,
        sides: _Sides,
        kept: set[Node],
    ) -> bool:
        """Let an element refer to a key that is there, or add one."""
        selected = list_field_nodes(element, constraint, walk)
        if any(len(nodes) != 1 for nodes in selected):
            return False
        nodes = [node for (node,) in selected]
        texts = [read_text(node, walk) for node in nodes]
        if None in texts:
            return False
        keys = [
            (holder, key)
            for holder in host.iter("*")
            for key in _list_constraints(holder, walk)
            if key.name == constraint.refer
        ]
        if not any(node in kept for node in nodes):
            for holder, key in keys:
                for target in _list_targets(holder, key, walk):
                    values = [read_text(own[0], walk) if own else None for own in list_field_nodes(target, key, walk)]
                    if None not in values and self._set_all(nodes, [value or "" for value in values], sides, kept):
                        return True
            if any(self._remove(node, sides, kept) for node in nodes):
                return True
        wanted = [text or "" for text in texts]
        for holder, key in keys:
            own = _find_pair(holder, sides)
            if own is not None and self._add_key(holder, own, key, wanted, kept):
                return True
        own = _find_pair(host, sides)
        if own is None:
            return False

        def has_key(pair: Pair) -> bool:
            return any(key.name == constraint.refer for key in _list_own_constraints(pair))

        for tags, there in find_pairs(self._graph, own, has_key):
            for fork in (None, *range(len(tags) - 1, -1, -1)):
                added = self._growth.add_path(host, own, tags, fork)
                for key in _list_own_constraints(there) if added is not None else ():
                    if added is not None and key.name == constraint.refer and self._add_key(*added, key, wanted, kept):
                        return True
        return False

    def _add_key(
        self, host: etree._Element, pair: Pair, key: IdentityConstraint, texts: list[str], kept: set[Node]
    ) -> bool:
        """Add an element with a key to an element that has the constraint, or give one in it another key."""
        for tags, _, _ in find_ways(self._graph, pair, read_paths(key.selector)):
            for fork in (*range(len(tags) - 1, -1, -1), None):
                there = self._growth.add_path(host, pair, tags, fork)
                if there is None:
                    continue
                target, target_pair = there
                nodes = [self.add_field(target, target_pair, field) for field in key.fields]
                present = [node for node in nodes if node is not None]
                if len(present) == len(texts) and not any(node in kept for node in present):
                    for node, text in zip(present, texts, strict=True):
                        set_text(node, text)
                    return True
        return False

    def _identify(
        self, node: Node, walk: RecordingWalk, sides: _Sides, root: etree._Element, pair: Pair, kept: set[Node]
    ) -> bool:
        """Let a reference refer to an ID that is there, or add the ID."""
        text = (read_text(node, walk) or "").split()
        if node not in kept:
            for identifier in walk.problems.identifiers:
                if self._set_all([node], [identifier], sides, kept):
                    return True
        missing = next((name for name in text if name not in walk.problems.identifiers), None)
        if missing is None:
            return False
        for element in root.iter("*"):
            own = _find_pair(element, sides)
            if own is not None and isinstance(own.narrow_type, ComplexType):
                for name, use in own.narrow_type.attributes.items():
                    if use.type.identifier == "ID" and use.fixed is None and element.get(name) is None:
                        element.set(name, missing)
                        return True
        if self._remove(node, sides, kept):
            return True
        for tags, there in find_pairs(self._graph, pair, _has_identifier):
            for fork in range(len(tags) - 1, -1, -1):
                added = self._growth.add_path(root, pair, tags, fork)
                if added is None:
                    continue
                attribute = _name_identifier(added[1])
                if attribute is not None or not isinstance(there.narrow_type, ComplexType):
                    set_text((added[0], attribute), missing)
                    return True
        return False

    def find_types(self, node: Node, root: etree._Element, pair: Pair) -> tuple[SimpleType, SimpleType] | None:
        """Return the types of a node inside of an element, in `narrow` and in `wide`."""
        sides = _Sides(
            walk_element(root, pair, self._schemas.narrow, of_wide=False),
            walk_element(root, pair, self._schemas.wide, of_wide=True),
        )
        types = _find_types(node, sides)
        return None if types is None else (types.narrow, types.wide)

    # Texts

    def _renew(self, node: Node, used: Iterable[str], sides: _Sides, kept: set[Node]) -> bool:
        """Give a node a text whose value none of some texts has."""
        types = _find_types(node, sides)
        if node in kept or types is None or types.is_fixed:
            return False
        narrow, wide = types.narrow, types.wide
        values = {_value_of(text, narrow) for text in used} | {_value_of(text, wide) for text in used}
        for text in self._texts.list(narrow, wide):
            if _value_of(text, narrow) not in values and _value_of(text, wide) not in values:
                set_text(node, text)
                return True
        return False

    def list_texts(self, narrow: SimpleType, wide: SimpleType) -> tuple[str, ...]:
        """Return texts of a type, each with another value."""
        return self._texts.list(narrow, wide)

    def _set_all(self, nodes: list[Node], texts: list[str], sides: _Sides, kept: set[Node]) -> bool:
        """Give nodes these texts, if their types accept them; return whether that changed any."""
        types = [_find_types(node, sides) for node in nodes]
        if len(nodes) != len(texts) or all(
            read_text(node, sides.narrow) == text for node, text in zip(nodes, texts, strict=True)
        ):
            return False
        for node, type_, text in zip(nodes, types, texts, strict=True):
            if node in kept or type_ is None or type_.is_fixed or not accepts_text(type_.narrow, text):
                return False
        for node, text in zip(nodes, texts, strict=True):
            set_text(node, text)
        return True

    def _remove(self, node: Node, sides: _Sides, kept: set[Node]) -> bool:
        """Remove an optional attribute."""
        element, name = node
        types = _find_types(node, sides)
        if name is None or node in kept or element.get(name) is None or types is None or not types.is_optional:
            return False
        del element.attrib[name]
        return True


def set_text(node: Node, text: str) -> None:
    """Give an element or attribute a text."""
    element, name = node
    if name is None:
        element.text = text
        element.attrib.pop(XSI_NIL, "")
    else:
        element.set(name, text)


def read_text(node: Node, walk: RecordingWalk | None) -> str | None:
    """Return the text of a node; with a walk, a default stands for what is not there."""
    element, name = node
    governing = None if walk is None else walk.nodes.governing(element)
    if name is None:
        if governing is None or element.text:
            return element.text or ""
        declaration = governing[0]
        return (declaration.default if declaration.fixed is None else declaration.fixed) or ""
    text = element.get(name)
    if text is not None or governing is None or not isinstance(governing[1], ComplexType):
        return text
    use = governing[1].attributes.get(name)
    return None if use is None else use.default if use.fixed is None else use.fixed


def list_field_nodes(element: etree._Element, constraint: IdentityConstraint, walk: RecordingWalk) -> list[list[Node]]:
    """Return the nodes that each field selects from an element (§3.11.4)."""
    return [list(dict.fromkeys(_find_field_nodes(element, field, walk))) for field in constraint.fields]


def _find_field_nodes(element: etree._Element, field: str, walk: RecordingWalk) -> Iterator[Node]:
    for way in read_paths(field).ways:
        path = (".//" if way.is_deep else "") + ("/".join(way.steps) or ".")
        for holder in select(element, path):
            if walk.nodes.governing(holder) is None:
                continue
            if way.attribute is None:
                yield holder, None
                continue
            for name in walk.nodes.attribute_names(holder):
                if admits(way.attribute, name) and not name.startswith(f"{{{XSI}}}"):
                    yield holder, name


def find_broken(root: etree._Element, constraint: IdentityConstraint, walk: RecordingWalk) -> bool:
    """Whether an element that has a constraint breaks it, by the letter and by how libxml2 and xmlschema read it.

    A key whose field may be nil breaks it by the letter alone (§3.11.4 clause 4.2.3), which neither of them checks.
    """
    targets = _list_targets(root, constraint, walk)
    codes = [problem.code for problem in walk.problems.noted if problem.element in targets]
    if constraint.kind == "keyref":
        return any(code.endswith(("constraint.4.3", "constraint.3")) for code in codes)
    keys = [key for target in targets if (key := _read_key(target, constraint, walk)) is not None and NIL not in key]
    if len(set(keys)) < len(keys):
        return True
    return any(code.endswith("constraint.3") or (constraint.kind == "key" and code.endswith("4.2.1")) for code in codes)


def _list_own_constraints(pair: Pair) -> tuple[IdentityConstraint, ...]:
    """Return the constraints of a declaration in both schemas."""
    return (*pair.narrow.constraints, *pair.wide.constraints)


def _list_constraints(element: etree._Element, walk: RecordingWalk) -> tuple[IdentityConstraint, ...]:
    governing = walk.nodes.governing(element)
    return () if governing is None else tuple(governing[0].constraints)


def _find_constraints(
    walk: RecordingWalk, element: etree._Element
) -> Iterator[tuple[etree._Element, IdentityConstraint]]:
    """Yield each constraint that selects an element, with the element that has the constraint."""
    for host in (element, *element.iterancestors()):
        for constraint in _list_constraints(host, walk):
            if element in _list_targets(host, constraint, walk):
                yield host, constraint


def _list_targets(host: etree._Element, constraint: IdentityConstraint, walk: RecordingWalk) -> list[etree._Element]:
    return [target for target in select(host, constraint.selector) if walk.nodes.governing(target) is not None]


def _read_key(element: etree._Element, constraint: IdentityConstraint, walk: RecordingWalk) -> tuple[Value, ...] | None:
    values: list[Value] = []
    for nodes in list_field_nodes(element, constraint, walk):
        if len(nodes) != 1:
            return None
        value = walk.nodes.value(nodes[0], lambda *_: None).value
        if value is None:
            return None
        values.append(key_member(value))
    return tuple(values)


def _find_pair(element: etree._Element, sides: _Sides) -> Pair | None:
    """Return the declarations and types that govern an element; where `wide` has none, those of `narrow`."""
    own = sides.narrow.nodes.governing(element)
    other = sides.wide.nodes.governing(element)
    own = own or other
    if own is None:
        return None
    other = other or own
    return Pair(own[0], own[1], other[0], other[1])


def _find_types(node: Node, sides: _Sides) -> _Type | None:
    """Return the types of a node; None if it has none."""
    element, name = node
    pair = _find_pair(element, sides)
    if pair is None:
        return None
    if name is None:
        narrow, wide = text_type_of(pair.narrow_type), text_type_of(pair.wide_type)
        if narrow is None:
            return None
        is_fixed = pair.narrow.fixed is not None or element.get(XSI_NIL) is not None
        return _Type(narrow, wide or narrow, is_fixed, is_optional=False)
    own = pair.narrow_type.attributes.get(name) if isinstance(pair.narrow_type, ComplexType) else None
    if own is None:
        return _Type(BUILTIN["string"], BUILTIN["string"], is_fixed=False, is_optional=True)
    other = pair.wide_type.attributes.get(name) if isinstance(pair.wide_type, ComplexType) else None
    is_fixed = own.fixed is not None
    return _Type(own.type, own.type if other is None else other.type, is_fixed, is_optional=not own.required)


def _value_of(text: str, type_: SimpleType) -> Value | None:
    value = parse_value(text, type_, None) if not type_.needs_namespaces else None
    return None if value is None else key_member(value)


def _has_identifier(pair: Pair) -> bool:
    return _name_identifier(pair) is not None or (
        isinstance(pair.narrow_type, SimpleType) and pair.narrow_type.identifier == "ID"
    )


def _name_identifier(pair: Pair) -> str | None:
    if not isinstance(pair.narrow_type, ComplexType):
        return None
    uses = pair.narrow_type.attributes.items()
    return next((name for name, use in uses if use.type.identifier == "ID" and use.fixed is None), None)
