"""The shapes of binding classes, whoever makes them, and the information that their objects lose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field of a binding class that holds a child element; `type` is the Python type's name.

    Several of them are in a list, or in a tuple, as a frozen class has it.
    """

    name: str
    type: str
    is_list: bool
    enumeration: bool
    child: ClassShape | None
    is_tuple: bool = False


@dataclass(frozen=True)
class ClassShape:
    """A binding class: its name in code, its field for each child element and attribute, and that for its text.

    `bindable` says that there is nothing else to it. Compared by name.
    """

    name: str
    fields: Mapping[str, FieldShape] = field(compare=False)
    bindable: bool = field(compare=False, default=True)
    attributes: Mapping[str, FieldShape] = field(compare=False, default_factory=dict)
    text: FieldShape | None = field(compare=False, default=None)

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True)
class Shapes:
    """The shapes of the classes in one module of bindings, by the global element that each binds.

    `compound_fields` is how many fields hold elements of several names in the order in which they came. `enumerations`
    are the names of the enumerations that are not inside of a class.
    """

    roots: Mapping[str, ClassShape]
    compound_fields: int = 0
    enumerations: tuple[str, ...] = ()

    def of_root(self, element: str) -> ClassShape | None:
        """Return the shape of the class that binds a global element, or None where there is none."""
        return self.roots.get(element)

    def root_names(self, elements: Iterable[str]) -> list[str]:
        """Return the names of the classes that bind global elements."""
        shapes = (self.of_root(name) for name in elements)
        return list(dict.fromkeys(shape.name for shape in shapes if shape is not None))


@dataclass(frozen=True, slots=True)
class Lost:
    """The information that objects lose because of the configuration: pairs of a class and the names of elements.

    Plain fields lose the order of those in `unordered`. Objects with slots can't tell that those in `absent` were
    there, if they were nil or lists without items.
    """

    unordered: list[tuple[str, list[str]]] = field(default_factory=list)
    absent: list[tuple[str, list[str]]] = field(default_factory=list)
