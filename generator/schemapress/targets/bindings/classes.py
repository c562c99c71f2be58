"""Binding classes as written in their module: their fields, the node that each binds, and the resulting shapes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schemapress.targets.class_shapes import ClassShape, FieldShape, Shapes

_SORTED = ("int", "bool", "float", "Decimal", "XmlTime", "XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "QName")
"""The order in which xsdata tries the types of a union; classes come before, and str after (`sort_types`)."""


@dataclass(eq=False, slots=True)
class BindingField:
    """A field of a class: its annotation, and its arguments of `field()`."""

    name: str
    annotation: ast.expr
    owner: BindingClass
    has_default: bool = False
    init: bool = True
    metadata: dict[str, object] = field(default_factory=dict)
    _types: list[str] | None = field(default=None, init=False)

    @property
    def types(self) -> list[str]:
        """The types in the annotation, classes by the names that they have outside of their module."""
        if self._types is None:  # asked for by each class that inherits the field, more than once
            self._types = list(dict.fromkeys(map(self.owner.module.name_outside, _leaves(self.annotation))))
        return self._types


@dataclass(frozen=True, slots=True)
class ModuleScope:
    """Facts of a module of bindings that hold for all its classes: their namespace, and the imported names."""

    namespace: str | None = None
    outside: Mapping[str, str] = field(default_factory=dict)

    def name_outside(self, name: str) -> str:
        """Return the name outside of the module of a class, which may be inside of another one, or any other name."""
        first, dot, rest = name.partition(".")
        return f"{self.outside.get(first, first)}{dot}{rest}"


@dataclass(eq=False, slots=True)
class BindingClass:
    """A class: its name with those of the classes around it, its own fields, and the entries of its `Meta`."""

    name: str
    bases: tuple[BindingClass, ...]
    outer: BindingClass | None
    is_enumeration: bool
    module: ModuleScope
    fields: dict[str, BindingField] = field(default_factory=dict)
    meta: dict[str, object] | None = None

    @property
    def namespace(self) -> str | None:
        """The namespace of elements that name none; an inner class has that of the class around it."""
        if self.meta is not None and "namespace" in self.meta:
            return str(self.meta["namespace"])
        return None if self.outer is None else self.outer.namespace

    @property
    def root_name(self) -> str:
        """The name of the element that the class binds, in Clark notation."""
        meta, of_module = self.meta or {}, self.module.namespace
        namespace = meta.get("namespace")
        if meta.get("global_type", True):
            namespace = meta.get("target_namespace", namespace if of_module is None else of_module)
        local = meta.get("name") or self.name
        return f"{{{namespace}}}{local}" if namespace else str(local)

    def all_bases(self) -> Iterator[BindingClass]:
        """Yield the classes that the class is derived from, through others too."""
        for base in self.bases:
            yield base
            yield from base.all_bases()

    def all_fields(self) -> list[BindingField]:
        """Return the fields as a dataclass has them: those of its bases first, each as written last."""
        fields: dict[str, BindingField] = {}
        for base in reversed(self.bases):
            fields |= {inherited.name: inherited for inherited in base.all_fields()}
        return list((fields | self.fields).values())


class ShapesOfClasses:
    """Makes the shapes of classes.

    They are what xsdata's XmlContext makes of the imported module; an inner class has the namespace that xsdata's
    parser hands down to it.
    """

    def __init__(self, classes: Mapping[str, BindingClass]) -> None:
        """Take all classes, by their names."""
        self._classes = classes

    def shapes(self) -> Shapes:
        """Return the shapes."""
        made = {name: self._shape(class_) for name, class_ in self._classes.items() if not class_.is_enumeration}
        for name, shape in made.items():
            assert isinstance(shape.fields, dict)
            elements: dict[str, list[BindingField]] = {}
            class_ = self._classes[name]
            for field_ in class_.all_fields():
                if self._kind(field_, class_) == "Element":
                    elements.setdefault(self._bound_name(field_, class_), []).append(field_)
            for element, fields in elements.items():
                if len(fields) == 1 and "wrapper" not in fields[0].metadata and fields[0].init:
                    shape.fields[element] = self._field_shape(fields[0], made)
        all_fields = [field_ for class_ in self._classes.values() for field_ in class_.fields.values()]
        compound = sum(field_.metadata.get("type") == "Elements" for field_ in all_fields)
        enumerations = [name for name, class_ in self._classes.items() if class_.is_enumeration and not class_.outer]
        roots = {element: made[class_.name] for element, class_ in self._roots().items()}
        return Shapes(roots, compound, tuple(enumerations))

    def _roots(self) -> dict[str, BindingClass]:
        """Return the classes that are not inside of others, by the elements that they bind.

        A type may have the name of an element that has another type. The class of the element says its namespace;
        where there is none, xsdata adds to the name of the class of the type.
        """
        roots: dict[str, BindingClass] = {}
        for class_ in self._classes.values():
            if class_.outer is None and not class_.is_enumeration:
                first = roots.setdefault(class_.root_name, class_)
                roots[class_.root_name] = max(class_, first, key=_element_first)
        return roots

    def _shape(self, class_: BindingClass) -> ClassShape:
        """Return the shape of a class, without its fields for elements."""
        by_kind: dict[str, list[BindingField]] = {}
        for field_ in class_.all_fields():
            by_kind.setdefault(self._kind(field_, class_), []).append(field_)
        attributes = {
            self._bound_name(attribute, class_): self._field_shape(attribute, {})
            for attribute in by_kind.get("Attribute", ())
            if attribute.init and not attribute.has_default
        }
        texts = [text for text in by_kind.get("Text", ()) if text.init]
        text = self._field_shape(texts[-1], {}) if texts else None
        bindable = not {"Elements", "Attributes", "Wildcard"} & by_kind.keys()
        return ClassShape(class_.name, {}, bindable, attributes, text)

    def _kind(self, field_: BindingField, owner: BindingClass) -> str:
        """Return the kind of node that a field binds (`XmlType`); Ignore if none."""
        kind = field_.metadata.get("type")
        if kind is None:
            all_kinds = [other.metadata.get("type") for other in owner.all_fields()]
            kind = "Text" if all_kinds.count(None) == 1 and "Text" not in all_kinds else "Element"
        is_class = any(name in self._classes and not self._classes[name].is_enumeration for name in field_.types)
        return "Element" if is_class and kind in ("Attribute", "Attributes", "Wildcard", "Text") else str(kind)

    def _bound_name(self, field_: BindingField, owner: BindingClass) -> str:
        """Return the name of the element or attribute that a field binds, in Clark notation."""
        local = field_.metadata.get("name") or field_.name
        namespace = field_.metadata.get("namespace")
        if namespace is None and field_.metadata.get("type") != "Attribute":
            namespace = owner.namespace
            if field_.owner is not owner and field_.owner.meta is not None:
                namespace = field_.owner.meta.get("namespace", namespace)
        return f"{{{namespace}}}{local}" if namespace else str(local)

    def _field_shape(self, field_: BindingField, shapes: Mapping[str, ClassShape]) -> FieldShape:
        types = sorted(field_.types, key=self._rank)
        first = self._classes.get(types[0])
        children = [shapes[name] for name in types if name in shapes]
        levels = _depth(field_.annotation)
        depth = levels - bool(field_.metadata.get("tokens"))
        return FieldShape(
            name=field_.name,
            type="" if len(types) > 1 or field_.metadata.get("tokens") else types[0],
            is_list=depth > 0,
            enumeration=first is not None and first.is_enumeration,
            child=children[0] if children else None,
            is_tuple=levels > 0
            and any(isinstance(node, ast.Name) and node.id == "tuple" for node in ast.walk(field_.annotation)),
        )

    def _rank(self, name: str) -> int:
        if name in self._classes or name == "object":
            return 0
        return _SORTED.index(name) + 1 if name in _SORTED else len(_SORTED) + 1


def _element_first(class_: BindingClass) -> tuple[bool, bool, int]:
    """Return a sort key that is greater for the class of an element than for that of a type, even an anonymous one."""
    meta = class_.meta or {}
    return bool(meta.get("global_type", True)), "namespace" in meta, -len(class_.name)


def dotted_name(node: ast.expr) -> str:
    """Return a name, or names with dots between, as a text.

    Raises:
        ValueError: the expression is another one.
    """
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(owner, name):
            return f"{dotted_name(owner)}.{name}"
    raise ValueError(ast.dump(node))


def operands(union: ast.expr) -> list[ast.expr]:
    """Return the operands of `A | B | C`, however many there are; they nest on the left side alone."""
    from_the_right: list[ast.expr] = []
    while isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        from_the_right.append(union.right)
        union = union.left
    return [union, *reversed(from_the_right)]


def _leaves(annotation: ast.expr) -> Iterator[str]:
    """Yield the names of the types in an annotation."""
    match annotation:
        case ast.Constant(value=str(text)):
            yield from _leaves(ast.parse(text, mode="eval").body)
        case ast.Subscript(_, item):
            yield from _leaves(item)
        case ast.Tuple(items):
            for item in items:
                yield from _leaves(item)
        case ast.BinOp():
            for operand in operands(annotation):
                yield from _leaves(operand)
        case ast.Name() | ast.Attribute():
            yield dotted_name(annotation)


def _depth(annotation: ast.expr) -> int:
    """Return the number of lists around the types of an annotation."""
    match annotation:
        case ast.Subscript(_, item):
            return 1 + _depth(item)
        case ast.BinOp():
            return max(map(_depth, operands(annotation)))
    return 0
