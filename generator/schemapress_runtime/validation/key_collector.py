"""Identity constraints while a document is read: keys, uniqueness and references, with no tree (XSD 1.0 Part 1 §3.11).

An open element whose declaration has constraints is a `_Scope`. Its selectors are followed down to the elements that
they select, and from these their fields to the values that make a key sequence. What is kept is the key sequences
alone. Where an element ends, its references are looked up among its keys and those of the elements inside.

`identity.py` has the same rules over a tree, for reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from ..limits import MAX_SELECTED, MAX_SELECTED_EACH
from ..names import local_name
from ..report import wording
from ..report.wording import Wording
from ..verdict import GiveUp
from ..xml.document import Element
from ..xsd.components import ElementDeclaration, IdentityConstraint
from ..xsd.primitive import Value
from ..xsd.simple_type import Identifier
from .constraint_plan import ConstraintPlan, ConstraintPlans, FieldEnd, ScopePlan
from .identity import (
    NIL,
    NO_VALUE,
    FieldValue,
    KeySequence,
    absent_attributes,
    admits,
    attribute_value,
    element_value,
    key_member,
    name_field,
    name_fields,
    show_key,
)
from .noted_element import NotedElement
from .path_automaton import PathState

Tables = dict[str, dict[KeySequence, object]]
"""The node tables of one element: for each key or unique constraint, the key sequences that are there (§3.11.5).

False is one that several elements inside have: for the element around them it is there no longer.
"""


class BrokenConstraint(GiveUp):
    """A document breaks an identity constraint.

    `word` takes the element that breaks it, and returns the wording; `remembered` is what was remembered of that
    element, where it is not the one that is being read.
    """

    def __init__(self, word: Callable[[Element], Wording], value: str | None = None, remembered: object = None) -> None:
        super().__init__("the document breaks an identity constraint")
        self.word = word
        self.value = value
        self.remembered = remembered


_TOO_OFTEN = "the identity constraints select the elements too often"


class TooOftenSelected(GiveUp):
    """The identity constraints of a document select its elements too often."""


@dataclass(slots=True, eq=False)
class _Scope:
    """An open element that has constraints: its keys, and its references that are to be looked up at its end.

    `referred` are the names of the keys that it, or an element around it, looks up. `collected` has the key sequences
    of each constraint; with those of references, what is remembered of the first element.
    """

    plan: ScopePlan
    referred: frozenset[str]
    collected: dict[ConstraintPlan, dict[KeySequence, object]] = field(default_factory=dict)


class _Target:
    """A selected element whose fields are looked for inside of it."""

    __slots__ = ("plan", "remembered", "scope", "values")

    def __init__(self, scope: _Scope, plan: ConstraintPlan, remembered: object) -> None:
        self.scope = scope
        self.plan = plan
        self.remembered = remembered
        self.values: list[FieldValue | None] = [None] * len(plan.constraint.fields)


Selecting = list[tuple[_Scope, PathState[ConstraintPlan]]]
"""How far the selectors of open elements have come."""

Filling = list[tuple[_Target, PathState[FieldEnd]]]
"""How far the fields of selected elements have come."""


class _Frame:
    """An open element in which something is looked for: its depth, and how far the paths have come there.

    Inside of an element that no step admits, or that leaves the paths where they are, there is no frame; the paths are
    where the `deep` ones say. `targets` are the selections of the element itself, which are complete at its end.
    """

    __slots__ = (
        "conflicts",
        "deep_filling",
        "deep_selecting",
        "depth",
        "filling",
        "scope",
        "selecting",
        "tables",
        "targets",
    )

    def __init__(
        self,
        depth: int,
        selecting: Selecting,
        filling: Filling | None = None,
        targets: list[_Target] | None = None,
        scope: _Scope | None = None,
    ) -> None:
        self.depth = depth
        self.selecting = selecting
        self.filling = filling or []
        self.targets = targets
        self.scope = scope
        self.deep_selecting = [(around, state.deep) for around, state in selecting if state.deep is not None]
        self.deep_filling = [(target, state.deep) for target, state in filling or () if state.deep is not None]
        self.tables: Tables | None = None
        self.conflicts: list[tuple[str, KeySequence]] = []


class KeyCollector:
    """Checks the identity constraints of one document while its tags come by, and lists its identifiers.

    It need not be told of elements that no step admits; but of an element that `open` returns True for, the end.
    Where two elements inside have one key, it can't tell whether an element further out, which refers to it, has it:
    unless it `follows_all` elements, told of the end of each.
    """

    def __init__(
        self,
        plans: ConstraintPlans,
        *,
        follows_all: bool = False,
        remember: Callable[[Element | None], object] | None = None,
    ) -> None:
        """Take the plans of the schema, and what returns what a problem has to know of an element that was selected."""
        self.identified: list[tuple[Identifier, str]] = []
        """The identifiers and references of the document, each with its kind (§3.15.4)."""
        self._plans = plans
        self._follows_all = follows_all
        self._remember = remember
        self._frames: list[_Frame] = []
        self._scopes: list[_Scope] = []
        self._room = MAX_SELECTED  # for selections: it grows with each element, and is never more than that of a tree

    def open(
        self,
        noted: NotedElement,
        text: str | None,
        depth: int,
        element: Element | None = None,
    ) -> bool:
        """Take an element at its start tag: its text, or None if it has children; and the number of elements around.

        Returns:
            Whether `close` has to be called at the end of the element.

        Raises:
            BrokenConstraint: the document breaks a constraint.
            GiveUp: or only a tree can tell.
        """
        if noted.identify is not None:
            self.identified.extend(noted.identify(text or ""))
        frames = self._frames
        goes_on = noted.has_scope or self._follows_all
        if not frames and not goes_on:
            return False
        selected: list[tuple[_Scope, ConstraintPlan]] = []
        selecting: Selecting = []
        filling: Filling = []
        if frames:
            around = frames[-1]
            is_child = around.depth == depth - 1
            if not noted.is_skipped:
                known, plans = noted.outcomes, self._plans
                self._room += MAX_SELECTED_EACH
                for scope, state in around.selecting if is_child else around.deep_selecting:
                    additions, others, inside, leads_on = known.get(state) or noted.follow(state, plans)
                    if additions:
                        self._room -= len(additions)
                        collected = scope.collected
                        for plan, key in additions:
                            keys = collected.get(plan)
                            if keys is None:
                                keys = collected[plan] = {}
                            if plan.is_reference and self._remember is not None:
                                if key not in keys:
                                    keys[key] = self._remember(element)
                                continue
                            before = len(keys)
                            keys[key] = True
                            if len(keys) == before and not plan.is_reference:  # an attribute is never nil
                                raise _repeated(plan.constraint, key)
                    if others:
                        selected += [(scope, plan) for plan in others]
                    if inside is not None:
                        selecting.append((scope, inside))
                    if leads_on:
                        goes_on = True
                if self._room < 0:
                    raise TooOftenSelected(_TOO_OFTEN)
            if around.filling:
                goes_on = True
                filling = self._fill_around(around.filling if is_child else around.deep_filling, noted, text)
        if not goes_on and not selected:
            return False
        scope_here = None
        if noted.has_scope:
            scope_here = self._open_scope(noted.opened.declaration)
            selectors = scope_here.plan.selectors
            if selectors.start is not None:
                selecting.append((scope_here, selectors.start))
            selected += [(scope_here, plan) for plan in selectors.arrived]
        targets = self._select(selected, noted, text, element) if selected else []
        filling += [(target, start) for target in targets if (start := target.plan.fields.start) is not None]
        if text is None:
            if not goes_on and not targets:
                return False
            frames.append(_Frame(depth, selecting, filling, targets, scope_here))
            return True
        if scope_here is not None or targets:
            self._close(_Frame(depth, [], [], targets, scope_here))
        return False

    def _fill_around(self, around: Filling, noted: NotedElement, text: str | None) -> Filling:
        """Follow the fields of selected elements around to an element; return how far they have come inside of it."""
        filling: Filling = []
        for target, state in around:
            inside, ended = state.step(noted.opened.declaration.name)
            if ended:
                self._fill(target, ended, noted, text)
            if inside is not None:
                filling.append((target, inside))
        return filling

    def _select(
        self,
        selected: list[tuple[_Scope, ConstraintPlan]],
        noted: NotedElement,
        text: str | None,
        element: Element | None,
    ) -> list[_Target]:
        """Take an element that constraints select; return its selections whose fields may be inside of it."""
        self._room -= len(selected)
        if self._room < 0:
            raise TooOftenSelected(_TOO_OFTEN)
        targets: list[_Target] = []
        for scope, plan in selected:
            remembered = None if self._remember is None else self._remember(element)
            target = _Target(scope, plan, remembered)
            self._fill(target, plan.fields.arrived, noted, text)
            if plan.simple_fields is None:
                targets.append(target)
            else:
                self._complete(target)
        return targets

    def close(self) -> None:
        """Take the end of the innermost element that `open` returned True for.

        Raises:
            BrokenConstraint: the document breaks a constraint.
        """
        self._close(self._frames.pop())

    def _close(self, frame: _Frame) -> None:
        for target in frame.targets or ():
            self._complete(target)
        tables = frame.tables or {}
        if self._follows_all:
            for name, key in frame.conflicts:
                tables[name].pop(key, None)
        if frame.scope is not None:
            self._scopes.pop()
            tables = self._resolve(frame.scope, tables)
        if tables and self._frames:
            _unite(self._frames[-1], tables)

    def _open_scope(self, declaration: ElementDeclaration) -> _Scope:
        plan = self._plans.plan(declaration)
        referred = plan.referred | self._scopes[-1].referred if self._scopes else plan.referred
        scope = _Scope(plan, referred)
        self._scopes.append(scope)
        return scope

    def _resolve(self, scope: _Scope, inherited: Tables) -> Tables:
        """Look up the references of an element that ends; return the tables for those around that refer to them."""
        tables = {name: table for name, table in inherited.items() if name in scope.referred}
        references = []
        for plan, keys in scope.collected.items():
            if plan.is_reference:
                references.append((plan.constraint, keys))
            elif plan.name in scope.referred:
                tables[plan.name] = _override(tables[plan.name], keys) if plan.name in tables else keys
        for constraint, keys in references:
            known = tables.get(constraint.refer or "", {})
            for key, remembered in keys.items():
                if not known.get(key):
                    raise BrokenConstraint(partial(_word_unknown, constraint, key), show_key(key), remembered)
        around = self._scopes[-1].referred if self._scopes else frozenset()
        return {name: table for name, table in tables.items() if name in around}

    def _fill(self, target: _Target, ended: tuple[FieldEnd, ...], noted: NotedElement, text: str | None) -> None:
        """Take the values of the fields whose paths end at an element, or at its attributes."""
        nodes: set[tuple[int, str | None]] = set()
        for number, test in ended:
            if test is None:
                nodes.add((number, None))
            elif "*" not in test:
                nodes.add((number, test))
            else:
                names = (*noted.attributes, *absent_attributes(noted.opened.type, noted.attributes))
                nodes.update((number, name) for name in names if admits(test, name))
        for number, name in nodes:
            value = NO_VALUE if noted.is_skipped else self._value(name, noted, text)
            if value.value is None and name is not None and name not in noted.attributes:
                continue
            if target.values[number] is not None:
                said = partial(_word_ambiguous, name_field(target.plan.constraint.fields[number]))
                raise BrokenConstraint(said, None, target.remembered)
            target.values[number] = value

    def _value(self, name: str | None, noted: NotedElement, text: str | None) -> FieldValue:
        """Return the value of an element's text, or of one of its attributes."""
        opened, attributes = noted.opened, noted.attributes
        if name is not None:
            declarations = self._plans.declarations
            return FieldValue(attribute_value(attributes.get(name), name, opened.type, declarations, opened.scope))
        value = element_value(text, attributes, opened.declaration, opened.type, opened.scope)
        if value is None:
            raise BrokenConstraint(wording.complex_field)
        return value

    def _complete(self, target: _Target) -> None:
        """Add the key sequence of a selected element to those of its constraint, unless a field has no value."""
        plan, constraint = target.plan, target.plan.constraint
        values: list[Value] = []
        for number, found in enumerate(target.values):
            value, may_be_nil = found or NO_VALUE
            if plan.kind == "key" and (value is None or may_be_nil):
                word = wording.nillable_field if may_be_nil else wording.missing_field
                said = partial(_word_field, word, name_field(constraint.fields[number]))
                raise BrokenConstraint(said, None, target.remembered)
            if value is None:
                return
            values.append(key_member(value))
        key = tuple(values)
        keys = target.scope.collected.setdefault(plan, {})
        if plan.is_reference:
            keys.setdefault(key, target.remembered)
        elif key in keys and NIL not in key:
            raise _repeated(constraint, key)
        else:
            keys[key] = True


def _repeated(constraint: IdentityConstraint, key: KeySequence) -> BrokenConstraint:
    return BrokenConstraint(partial(_word_repeated, constraint, key), show_key(key))


def _unite(frame: _Frame, tables: Tables) -> None:
    """Add the tables of an element inside to those of an open one; a key of both is no longer there (§3.11.5)."""
    united = frame.tables
    if united is None:
        frame.tables = tables
        return
    for name, table in tables.items():
        known = united.setdefault(name, table)
        if known is table:
            continue
        less, more = (known, table) if len(known) < len(table) else (table, known)
        for key in less:
            if key in more:
                more[key] = False
                frame.conflicts.append((name, key))
            else:
                more[key] = less[key]
        united[name] = more


def _override(inherited: dict[KeySequence, object], own: dict[KeySequence, object]) -> dict[KeySequence, object]:
    """Return the keys of an element itself with those that it has from inside, which its own take the place of."""
    if len(inherited) >= len(own):
        inherited.update(own)
        return inherited
    for key, is_known in inherited.items():
        own.setdefault(key, is_known)
    return own


def _word_unknown(constraint: IdentityConstraint, key: KeySequence, element: Element) -> Wording:
    return wording.unknown_key(element, name_fields(constraint), show_key(key), local_name(constraint.refer or ""))


def _word_repeated(constraint: IdentityConstraint, key: KeySequence, element: Element) -> Wording:
    return wording.repeated_key(element, constraint.kind, name_fields(constraint), show_key(key))


def _word_ambiguous(field_name: str, element: Element) -> Wording:
    return wording.ambiguous_field(element, field_name)


def _word_field(word: Callable[[Element, str], Wording], field_name: str, element: Element) -> Wording:
    return word(element, field_name)
