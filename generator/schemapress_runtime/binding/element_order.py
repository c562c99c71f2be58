"""The order of elements that the fields of a class do not keep, as that of an all-group.

What is decoded remembers it, beside the fields, where it is another one than that of the fields; so it does not count
when objects are compared, and is lost when one is copied field by field. What is encoded follows it as long as it
fits the object, and has the order of the fields otherwise, which is as valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from .remembered import ELEMENT_ORDER

_Item = TypeVar("_Item")


class _Named(Protocol):
    """A field."""

    @property
    def name(self) -> str:
        """The name of the field."""
        ...


Field = TypeVar("Field", bound=_Named)


def remember_order(value: object, names: Iterable[str]) -> None:
    """Let an object remember the order of its elements: the field of each."""
    ELEMENT_ORDER.keep(value, tuple(names))


def order_of(value: object) -> Sequence[str] | None:
    """Return the fields of an object's elements in the order that it remembers, or None where it remembers none."""
    return ELEMENT_ORDER.of(value)


def put_in_order(names: Sequence[str], items: Iterable[tuple[Field, _Item]]) -> Iterator[tuple[Field, _Item]]:
    """Yield fields with their values, one for each element, in the remembered order if it still fits."""
    listed = list(items)
    by_name: dict[str, list[tuple[Field, _Item]]] = {}
    for item in listed:
        by_name.setdefault(item[0].name, []).append(item)
    if sorted(names) != sorted(field.name for field, _ in listed):  # the object was changed since
        yield from listed
        return
    left = {name: iter(items_of_field) for name, items_of_field in by_name.items()}
    yield from (next(left[name]) for name in names)


def are_ordered(positions: Iterable[int]) -> bool:
    """Whether fields follow each other as their class has them."""
    last = -1
    for position in positions:
        if position < last:
            return False
        last = position
    return True


def rounds_of(meta: Any) -> Mapping[int, int]:  # xsdata's XmlMeta
    """Return the fields that xsdata's serializer writes in rounds, one value of each in a round, by their positions.

    Each has the number of its `sequence`. A field between two of one number belongs to them.
    """
    variables = meta.get_element_vars()
    rounds: dict[int, int] = {}
    for number in {variable.sequence for variable in variables} - {None}:
        places = [place for place, variable in enumerate(variables) if variable.sequence == number]
        rounds |= {variable.index: number for variable in variables[places[0] : places[-1] + 1]}
    return rounds


def are_in_rounds(positions: Iterable[int], rounds: Mapping[int, int]) -> bool:
    """Whether fields that follow each other as their class has them do so when they are written in rounds, too.

    They do unless a field that has several values comes before another one of the same rounds.
    """
    last, is_repeated = -1, False
    for position in positions:
        if position == last:
            is_repeated = True
        else:
            if is_repeated and last in rounds and rounds[last] == rounds.get(position):
                return False
            last, is_repeated = position, False
    return True
