"""Fields for elements that can occur several times, and compound fields where plain ones would lose the order.

xsdata gives each element a field of its own, and writes one field after another. That is the order of the document
where the content model fixes it. Where it does not, as in a choice or a sequence that repeats, the elements share one
field, in their order: xsdata's compound field, made for these elements alone.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product

from xsdata.codegen.handlers import (
    CalculateAttributePaths,
    CreateCompoundFields,
    DisambiguateChoices,
    MergeAttributes,
    ValidateAttributesOverrides,
)
from xsdata.codegen.mixins import ContainerInterface
from xsdata.codegen.models import Attr, AttrType, Class, Restrictions
from xsdata.models.enums import DataType, Tag

from schemapress.targets.bindings.xsdata_order import Compound
from schemapress.targets.class_shapes import Lost

_ALL, _SEQUENCE, _CHOICE = "a", "s", "c"
"""xsdata's names for the kinds of model groups in the path to an element."""

Group = tuple[str, int, int, int]
"""A model group: its kind, a number of its own, and its minimum and maximum occurrence."""


FieldKey = tuple[int, str]
"""A field, by its index and its name."""

Paths = dict[FieldKey, list[list[Group]]]
"""The paths to the particles that one field is for, where there are several."""


class CalculateAndKeepOptional(CalculateAttributePaths):
    """Calculates the occurrence of elements, and records those that may be absent from the group around them.

    In a group that need not be there itself, the numbers of all elements begin at 0.
    """

    __slots__ = ("optional",)

    def __init__(self, optional: set[FieldKey]) -> None:
        self.optional = optional

    def process(self, target: Class) -> None:  # type: ignore[override]  # it is a class method, called on an object
        """Calculate the numbers of a class."""
        self.optional |= {(attr.index, attr.key) for attr in target.attrs if attr.restrictions.min_occurs == 0}
        super().process(target)


class MergeAndKeepPaths(MergeAttributes):
    """Merges the fields of elements that have one name, and takes note of the path to each of those elements.

    Where two of those elements can both occur, their field is a list. xsdata takes them for branches of one choice
    whenever both are in choices.
    """

    __slots__ = ("paths",)

    def __init__(self, paths: Paths) -> None:
        self.paths = paths

    def process(self, target: Class) -> None:  # type: ignore[override]  # it is a class method, called on an object
        """Merge the fields of a class."""
        paths: dict[str, list[list[Group]]] = {}
        for attr in target.attrs:
            if attr.is_element:
                paths.setdefault(attr.key, []).append(list(attr.restrictions.path))
        super().process(target)
        for attr in target.attrs:
            if len(own_paths := paths.get(attr.key, [])) > 1:
                self.paths[attr.index, attr.key] = own_paths
                if not attr.is_list and any(_can_both_occur(*pair) for pair in combinations(own_paths, 2)):
                    attr.restrictions.max_occurs = len(own_paths)


class ChoicesOfDistinctClasses(DisambiguateChoices):
    """Gives each choice of a compound field a class of its own where several have one type.

    That of an untyped element holds all that such an element may have. xsdata's has one child of its own namespace.
    """

    __slots__ = ()

    @classmethod
    def add_simple_type_value(cls, reference: Class, choice: Attr) -> None:
        """Add a field for a text to a class, with the value that an empty element has."""
        super().add_simple_type_value(reference, choice)
        reference.attrs[-1].default = choice.default

    @classmethod
    def add_any_type_value(cls, reference: Class, choice: Attr) -> None:
        """Add fields for any content and for any attributes to a class."""
        for name, tag, most in (("content", Tag.ANY, sys.maxsize), ("any_attributes", Tag.ANY_ATTRIBUTE, 1)):
            restrictions = Restrictions(min_occurs=0, max_occurs=most, process_contents="lax")
            types = [AttrType(qname=str(DataType.ANY_TYPE), native=True)]
            field = Attr(name=name, types=types, tag=tag, namespace="##any", restrictions=restrictions)
            field.mixed = tag == Tag.ANY
            reference.attrs.append(field)


class CompoundFieldsForOrder(CreateCompoundFields):
    """Makes compound fields of the elements that can stand in more than one order, and of no others.

    So it is unless the configuration has xsdata make them, or wants none. What objects lose then is listed.
    """

    __slots__ = ("compound", "lost", "optional", "paths")

    def __init__(
        self,
        container: ContainerInterface,
        compound: Compound,
        lost: Lost,
        paths: Paths,
        optional: Collection[FieldKey],
    ) -> None:
        super().__init__(container)
        self.compound = compound
        self.lost = lost
        self.paths = paths
        self.optional = optional

    def process(self, target: Class) -> None:
        """Group the fields of a class."""
        in_all_groups = self.container.config.output.format.slots  # such an object has no place to remember it
        if self.compound != "all" or in_all_groups:
            groups = group_unordered(target.attrs, self.paths, self.optional, in_all_groups=in_all_groups)
            for number, fields in enumerate(groups, 1):
                if self.compound == "none":
                    self.lost.unordered.append((target.name, [field.local_name for field in fields]))
                    continue
                for field in fields:
                    field.restrictions.choice = -number
                self.group_fields(target, fields)
        super().process(target)
        if in_all_groups and (absent := [attr.local_name for attr in target.attrs if _may_seem_absent(attr)]):
            self.lost.absent.append((target.name, absent))

    @classmethod
    def build_attr_choice(cls, attr: Attr) -> Attr:
        """Return an element of a compound field, with its default value, in case that it gets a class of its own."""
        choice: Attr = super().build_attr_choice(attr)
        choice.default = attr.default
        return choice


def group_unordered(
    attrs: list[Attr], paths: Paths, optional: Collection[FieldKey], *, in_all_groups: bool = False
) -> Iterator[list[Attr]]:
    """Yield the groups of fields whose elements can stand in more than one order, in the order of the class.

    The order of an all-group, which an object remembers beside its fields, counts only where that is asked.
    """
    elements = [attr for attr in attrs if (attr.is_element or attr.is_wildcard) and not attr.mixed]
    groups: list[list[Attr]] = []
    for attr in elements:
        met = [
            group
            for group in groups
            if any(_can_swap(member, attr, paths, in_all_groups=in_all_groups) for member in group)
        ]
        groups = [group for group in groups if group not in met]
        groups.append([*(member for group in met for member in group), attr])
    positions = {id(attr): position for position, attr in enumerate(attrs)}
    for group in groups:
        if len(group) > 1 and not _is_paired(group, paths, optional):
            yield sorted(group, key=lambda attr: positions[id(attr)])


def _may_seem_absent(attr: Attr) -> bool:
    """Whether a field is for one optional element that may be nil, or a list without items."""
    restrictions = attr.restrictions
    is_one = attr.is_element and restrictions.min_occurs == 0 and not attr.is_list
    return is_one and bool(restrictions.nillable or restrictions.tokens)


def _can_swap(attr: Attr, other: Attr, paths: Paths, *, in_all_groups: bool) -> bool:
    """Whether each of two elements can stand before the other one."""
    first, second = attr.restrictions, other.restrictions
    if first.choice == second.choice and first.choice is not None and first.choice < 0:
        return True  # one of them stands at two places, with the other between
    if attr.substitution and other.substitution and first.choice == second.choice:  # of one substitution group
        return (first.max_occurs or 1) > 1
    pairs = product(_paths(attr, paths), _paths(other, paths))
    return any(_repeats(_find_shared(mine, its), in_all_groups=in_all_groups) for mine, its in pairs)


def _paths(attr: Attr, paths: Paths) -> list[list[Group]]:
    return paths.get((attr.index, attr.key)) or [attr.restrictions.path]


def _repeats(shared: list[Group], *, in_all_groups: bool) -> bool:
    """Whether the groups that two elements are both in let each stand before the other one."""
    if any(kind == _ALL for kind, *_ in shared):
        return in_all_groups
    return any(most > 1 for *_, most in shared)


def _can_both_occur(path: list[Group], other_path: list[Group]) -> bool:
    """Whether two elements can both occur: they are not in different branches of a choice, or that repeats.

    Two with the same path are those of a group that is used twice.
    """
    shared = _find_shared(path, other_path)
    return path == other_path or not shared or shared[-1][0] != _CHOICE or any(most > 1 for *_, most in shared)


def share_fields_with_bases(container: ContainerInterface, classes: Iterable[Class]) -> None:
    """Let the elements of an extension that have the names of elements of its base have the fields of these, as lists.

    Both occur, and xsdata would take the field of the extension for a narrower one of the base.
    """
    for class_ in classes:
        share_fields_with_bases(container, class_.inner)
        if class_.is_restricted or class_.is_enumeration:
            continue
        for attr in [attr for attr in class_.attrs if attr.is_element]:
            for base in _bases(container, class_):
                same = next((its for its in base.attrs if its.is_element and its.key == attr.key), None)
                if same is not None:
                    same.restrictions.max_occurs = sys.maxsize
                    same.restrictions.nillable = same.restrictions.nillable or attr.restrictions.nillable
                    same.default, same.fixed = None, False
                    ValidateAttributesOverrides.remove_attribute(class_, attr)
                    break


def _bases(container: ContainerInterface, target: Class) -> Iterator[Class]:
    """Yield the classes that one is derived from, the nearest first."""
    for extension in target.extensions:
        base = container.find(extension.type.qname)
        if base is not None:
            yield base
            yield from _bases(container, base)


def _find_shared(path: list[Group], other_path: list[Group]) -> list[Group]:
    """Return the model groups that two elements are both in."""
    shared = []
    for mine, its in zip(path, other_path, strict=False):
        if mine[:2] != its[:2]:
            break
        shared.append(mine)
    return shared


def _is_paired(group: list[Attr], paths: Paths, optional: Collection[FieldKey]) -> bool:
    """Whether each round of one repeated sequence has each element once, so that plain fields are written in rounds."""
    (first, *_) = group
    path = first.restrictions.path
    repeated = [number for number, (*_, most) in enumerate(path) if most > 1]
    if len(repeated) != 1 or path[repeated[0]][0] != _SEQUENCE or len({attr.key for attr in group}) != len(group):
        return False
    (at,) = repeated
    return all(
        attr.restrictions.path[: at + 1] == path[: at + 1]
        and all(kind == _SEQUENCE and (low, high) == (1, 1) for kind, _, low, high in attr.restrictions.path[at + 1 :])
        and _occurs_once(attr, path[at])
        and (attr.index, attr.key) not in optional
        and not attr.is_wildcard
        and attr.substitution is None
        and (attr.index, attr.key) not in paths
        for attr in group
    )


def _occurs_once(attr: Attr, group: Group) -> bool:
    """Whether an element occurs once in each round of a group: its numbers are those of the groups around it."""
    _, _, low, high = group
    return (attr.restrictions.min_occurs, attr.restrictions.max_occurs) == (low, high)
