"""The mapping between classes and JSON: the names of properties, and the class or the element of each object.

A property has the local name of its element or attribute, as in xsdata's own JSON. That loses what this one keeps: its
reader guesses the class of an object by the names of its properties. Where a class does not follow from the place of an
object, the JSON says which element or type it is; where an object remembers an order of its elements, or that its
element is nil, it says that. The names of such properties begin as no XML name does: `@element`, `@type`, `@value`,
`@order`, `@nil`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ..binding.class_kinds import is_object

ELEMENT = "@element"
"""The name of an element, with its namespace in braces."""
TYPE = "@type"
"""The name of a type, with its namespace in braces."""
VALUE = "@value"
"""The content of the element, or the value of the type."""
XSI_TYPE_PROPERTY = "@xsiType"
"""The type that an element of a wildcard named itself."""

ORDER = "@order"
"""The properties of an object, one for each element, in an order of elements that its fields do not keep."""

NIL = "@nil"
"""True of an object whose element is nil."""

PREFIXES = "@prefixes"
"""The namespaces of a message by the prefixes of names in its texts."""


class JsonClasses:
    """The classes of a package: xsdata's metadata, and the classes of messages by the names of their elements."""

    def __init__(self, context: Any, messages: Mapping[str, type]) -> None:  # xsdata's XmlContext
        self._context = context
        self._messages = messages
        self._properties: dict[type, Mapping[str, Any]] = {}

    def facets(self, class_: type) -> Mapping[str, Mapping[str, Any]]:  # as xsdata writes them
        """Return the metadata of the fields of a class, by the names of the fields."""
        return {field.name: field.metadata for field in self._context.class_type.get_fields(class_)}

    @property
    def any_element(self) -> type[Any]:
        """Xsdata's AnyElement for the kind of the classes."""
        class_: type[Any] = self._context.class_type.any_element
        return class_

    @property
    def derived_element(self) -> type[Any]:
        """Xsdata's DerivedElement for the kind of the classes."""
        class_: type[Any] = self._context.class_type.derived_element
        return class_

    def meta(self, class_: type, namespace: str | None) -> Any:  # xsdata's XmlMeta
        """Return xsdata's metadata of a class; one without a namespace of its own has that of the class around it."""
        return self._context.build(class_, namespace)

    def properties(self, meta: Any) -> Mapping[str, Any]:
        """Return the fields of a class, as xsdata's XmlVar, by the names of their properties.

        Where two have one local name, their properties have the names of the fields.
        """
        properties = self._properties.get(meta.clazz)
        if properties is None:
            properties = self._properties[meta.clazz] = _name_properties(meta.get_all_vars())
        return properties

    def type_name(self, class_: type, namespace: str | None) -> str:
        """Return the name of the type that a class was made of."""
        meta = self.meta(class_, namespace)
        return str(meta.target_qname or meta.qname)

    def of_type(self, name: object, declared: type | None, namespace: str | None) -> type | None:
        """Return the class of a type that can stand for the declared one; without one, any that xsi:type can name."""
        if declared is None:
            class_: type | None = self._context.find_type(name) if isinstance(name, str) else None
            return class_  # the same that the parser takes for an xsi:type
        fitting = [declared, *self.replacing(declared)]
        return next((class_ for class_ in fitting if self.type_name(class_, namespace) == name), None)

    def replacing(self, declared: type) -> list[type]:
        """Return the classes of the types that can stand for that of a class.

        xsdata derives the class of a global element from that of its type, and so that of a choice.
        """
        classes = self.derived(declared)
        is_of_choice = "." in declared.__qualname__ or not getattr(vars(declared).get("Meta"), "global_type", True)
        if is_of_choice or declared in self._messages.values():
            bases = filter(is_object, declared.__bases__)
            classes += [class_ for base in bases for class_ in self.derived(base)]
        return [class_ for class_ in dict.fromkeys(classes) if class_ is not declared]

    def derived(self, class_: type) -> list[type]:
        """Return the classes that are derived from a class, in an order that is always the same."""
        context = self._context
        classes = {derived for derived in context.get_subclasses(class_) if context.is_binding_model(derived)}
        return sorted(classes, key=lambda derived: (derived.__qualname__, derived.__module__))

    def is_message(self, class_: type) -> bool:
        """Whether a class is that of a global element."""
        return class_ in self._messages.values()

    def of_element(self, name: str) -> type | None:
        """Return the class of a global element."""
        return self._messages.get(name)


def _name_properties(variables: Iterable[Any]) -> Mapping[str, Any]:  # xsdata's XmlVar
    """Return fields by their local names, and those that share one by the names of the fields."""
    listed = list(variables)
    counts = Counter(variable.local_name for variable in listed)
    names = [field.local_name if counts[field.local_name] == 1 else field.name for field in listed]
    if len({*names}) < len(names):
        names = [field.name for field in listed]
    return dict(zip(names, listed, strict=True))


def choices_by_name(variable: Any) -> Mapping[str, Any]:  # xsdata's XmlVar
    """Return the choices of a compound field by the names of their elements, with the namespace where it tells them."""
    counts = Counter(choice.local_name for choice in variable.elements.values())
    return {
        choice.local_name if counts[choice.local_name] == 1 else choice.qname: choice
        for choice in variable.elements.values()
    }


def holds_anything(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether the elements of a field are told by their names alone."""
    return bool(variable.elements or variable.is_wildcard or variable.mixed)
