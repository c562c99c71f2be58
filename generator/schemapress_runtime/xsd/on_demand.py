"""Components of a generated package, each made when it is first asked for, and once.

A process that reads one kind of message makes the components of that message alone. Threads that ask for a component at
once get the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import RLock
from typing import Generic, TypedDict, TypeVar, Unpack, overload

from .components import ComplexType, ElementDeclaration, IdentityConstraint, Type
from .simple_type import SimpleType

Made = TypeVar("Made")
Other = TypeVar("Other")

_MAKING = RLock()
"""Held while a component is made; one for all, for components make others on the way."""


class Once(Generic[Made]):
    """A function without parameters that is called once; it is a decorator, too."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make: Callable[[], Made] | None = make
        self._made: Made

    def __call__(self) -> Made:
        """Return what the function returned when it was first called."""
        try:
            return self._made
        except AttributeError:
            with _MAKING:
                if self._make is not None:
                    self._made = self._make()
                    self._make = None  # only now: one that raised is called again
        return self._made


class OnDemand(Mapping[str, Made]):
    """Global components by their names; the names are known, and each component is made when it is first looked up."""

    def __init__(self, makers: Mapping[str, Callable[[], Made]] | None = None) -> None:
        """Take the function that makes each component; `named` adds others."""
        self._makers: dict[str, Callable[[], Made]] = {name: Once(make) for name, make in (makers or {}).items()}
        self._made: dict[str, Made] = {}

    def named(self, name: str) -> Callable[[Callable[[], Other]], Once[Other]]:
        """Return the decorator of the function that makes the component of a name."""

        def add(make: Callable[[], Other]) -> Once[Other]:
            once = Once(make)
            self._makers[name] = once  # type: ignore[assignment]  # a subtype of what is made here
            return once

        return add

    def __getitem__(self, name: str) -> Made:
        try:
            return self._made[name]
        except KeyError:
            made = self._made[name] = self._makers[name]()
            return made

    @overload
    def get(self, name: str, /) -> Made | None: ...

    @overload
    def get(self, name: str, /, default: Made | Other) -> Made | Other: ...

    def get(self, name: str, /, default: Other | None = None) -> Made | Other | None:
        """Return the component of a name, or the default where there is none."""
        return self[name] if name in self._makers else default

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class ElementOptions(TypedDict, total=False):
    """The properties of a global element declaration, but its name, its type and its constraints."""

    nillable: bool
    fixed: str
    default: str
    abstract: bool
    block: tuple[str, ...]
    substitution_group: str


class GlobalElement:
    """A global element declaration before it is made."""

    __slots__ = ("constraints", "options", "type")

    def __init__(
        self,
        type_: Type | Once[ComplexType] | Once[SimpleType],
        constraints: Callable[[], tuple[IdentityConstraint, ...]] = tuple,
        **options: Unpack[ElementOptions],
    ) -> None:
        """Take the type, what makes the identity constraints, and the properties that are not the usual ones."""
        self.type = type_
        self.constraints = constraints
        self.options = options

    def make(self, name: str) -> ElementDeclaration:
        """Return the declaration of a name."""
        type_ = self.type() if isinstance(self.type, Once) else self.type
        return ElementDeclaration(name, type_, constraints=self.constraints(), **self.options)


class GlobalElements(OnDemand[ElementDeclaration]):
    """The global elements of a schema. `heads` has the head of each element that is in a substitution group."""

    def __init__(self, elements: Mapping[str, GlobalElement]) -> None:
        super().__init__({name: partial(element.make, name) for name, element in elements.items()})
        self.heads = {
            name: element.options["substitution_group"]
            for name, element in elements.items()
            if "substitution_group" in element.options
        }
