"""The shape of binding classes: what xsdata's own runtime metadata says of them."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.models.elements import XmlMeta, XmlVar


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field of a binding class that holds a child element; `type` is the Python type's name."""

    name: str
    type: str
    is_list: bool
    enumeration: bool
    child: ClassShape | None


@dataclass(frozen=True)
class ClassShape:
    """A binding class: how code names it, its field for each child element and attribute, and that for its text.

    `bindable` says that there is nothing else to it. Compared by name.
    """

    name: str
    fields: Mapping[str, FieldShape] = dataclasses.field(compare=False)
    bindable: bool = dataclasses.field(compare=False, default=True)
    attributes: Mapping[str, FieldShape] = dataclasses.field(compare=False, default_factory=dict)
    text: FieldShape | None = dataclasses.field(compare=False, default=None)

    def __hash__(self) -> int:
        return hash(self.name)


class Shapes:
    """The shapes of the classes in one module of bindings."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._context = XmlContext()
        self._shapes: dict[type, ClassShape] = {}
        self._metas = {meta.target_qname or meta.qname: meta for meta in self._all_metas()}

    @property
    def class_names(self) -> list[str]:
        """The names of all classes and enumerations in the module."""
        return sorted(
            name for name, value in vars(self._module).items() if isinstance(value, type) and self._owns(value)
        )

    def of_root(self, element: str) -> ClassShape | None:
        """Return the shape of the class that binds a global element, or None where there is none."""
        meta = self._metas.get(element)
        return None if meta is None else self._shape(meta)

    def root_names(self, elements: Iterable[str]) -> list[str]:
        """Return the names of the classes that bind global elements."""
        shapes = (self.of_root(name) for name in elements)
        return list(dict.fromkeys(shape.name for shape in shapes if shape is not None))

    def _all_metas(self) -> Iterator[XmlMeta]:
        for value in vars(self._module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and self._owns(value):
                yield self._context.build(value)

    def _owns(self, value: type) -> bool:
        """Whether a class is of the module, or of the package that it stands for."""
        return value.__module__ == self._module.__name__ or value.__module__.startswith(f"{self._module.__name__}.")

    def _shape(self, meta: XmlMeta) -> ClassShape:
        clazz = meta.clazz
        known = self._shapes.get(clazz)
        if known is not None:
            return known
        fields: dict[str, FieldShape] = {}
        special = bool(meta.choices or meta.wildcards or meta.any_attributes or meta.mixed_content)
        attributes = {
            name: self._field(one) for name, one in meta.attributes.items() if one.default is None and one.init
        }
        text = None if meta.text is None or not meta.text.init else self._field(meta.text)
        shape = ClassShape(clazz.__qualname__, fields, not special, attributes, text)
        self._shapes[clazz] = shape
        for name, variables in meta.elements.items():
            if len(variables) == 1 and not variables[0].wrapper and variables[0].init:
                fields[name] = self._field(variables[0])
        return shape

    def _field(self, variable: XmlVar) -> FieldShape:
        child = None
        if variable.clazz is not None:
            child = self._shape(self._context.build(variable.clazz))
        (type_, *others) = variable.types
        return FieldShape(
            name=variable.name,
            type="" if others or variable.tokens_factory else type_.__qualname__,
            is_list=variable.list_element,
            enumeration=isinstance(type_, type) and issubclass(type_, enum.Enum),
            child=child,
        )
