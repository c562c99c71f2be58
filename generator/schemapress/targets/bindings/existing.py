"""Bindings that exist already: classes that xsdata generated earlier, in a package that can be imported."""

from __future__ import annotations

import enum
import importlib
from collections.abc import Mapping
from types import ModuleType

from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.models.elements import XmlMeta, XmlVar

from schemapress.errors import SchemapressError
from schemapress.load.schema import Schema
from schemapress.targets.class_shapes import ClassShape, FieldShape, Lost, Shapes
from schemapress.targets.code import docstring, fill, identifier, join, literal, module
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType


class ExistingBindings:
    """The classes of a package, taken as they are.

    The package is the user's own code, which the configuration names: it is imported, unlike what is generated.
    """

    def __init__(self, package: str, class_type: str = "dataclasses") -> None:
        """Import the package, whose classes are of the kind that has a name in xsdata.

        Raises:
            SchemapressError: it can't be imported.
        """
        self._package = package
        self.class_type = class_type
        try:
            self._module = importlib.import_module(package)
        except ImportError as error:
            hint = "Install it, or put its folder on PYTHONPATH."
            raise SchemapressError(f"The bindings {package!r} can't be imported: {error}.", hint=hint) from None
        self._shapes = read_shapes(self._module, class_type)

    def __enter__(self) -> ExistingBindings:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def files(self) -> Mapping[str, str]:
        """Return a module that has the classes under the name that emitted modules import them from."""
        names = sorted(
            name
            for name, value in vars(self._module).items()
            if isinstance(value, type) and value.__module__.partition(".")[0] == self._package.partition(".")[0]
        )
        listed = join("", [fill("    {},\n", literal(name)) for name in names])
        imported = join("", [fill("    {},\n", identifier(name)) for name in names])
        text = fill(
            "{}\n\nfrom {} import (\n{})\n\n__all__ = [\n{}]\n",
            docstring("The classes of {package}, which were there before.", package=self._package),
            module(self._package),
            imported,
            listed,
        )
        return {"bindings.py": text}

    def lost(self) -> Lost:
        """Return nothing: these classes were there before."""
        return Lost()

    def extension_modules(self) -> set[str]:
        """Return no module, for the classes are as they are."""
        return set()

    def shapes(self) -> Shapes:
        """Return the shapes of the classes."""
        return self._shapes

    def begin(self, schema: Schema) -> None:
        """Check that the classes are those of a schema.

        Raises:
            SchemapressError: one is missing, or has no field for an element; with its name.
        """
        for name, element in schema.elements.items():
            shape = self._shapes.of_root(name)
            type_ = element.type
            if not isinstance(type_, ComplexType) or type_ is ANY_TYPE:
                continue
            if shape is None:
                message = f"{self._package} has no class for the element {local_name(name)}."
                raise SchemapressError(message, place=str(element.place), hint="Generate the bindings anew.")
            self._check(type_, shape, set())

    def _check(self, type_: ComplexType, shape: ClassShape, seen: set[tuple[ComplexType, str]]) -> None:
        if (type_, shape.name) in seen or type_.particle is None or not shape.bindable:
            return
        seen.add((type_, shape.name))
        declared = {element.name: element for element in type_.particle.elements()}
        for name, element in declared.items():
            field = shape.fields.get(name)
            if field is None:
                message = f"The class {shape.name} of {self._package} has no field for the element {local_name(name)}."
                raise SchemapressError(message, place=str(element.place), hint="Generate the bindings anew.")
            if isinstance(element.type, ComplexType) and element.type is not ANY_TYPE and field.child is not None:
                self._check(element.type, field.child, seen)
        for name in shape.fields:
            if name not in declared:
                message = f"The class {shape.name} of {self._package} has a field for {local_name(name)}."
                hint = "The schema has no such element there: generate the bindings anew."
                raise SchemapressError(message, place=str(type_.source.place), hint=hint)


def read_shapes(module: ModuleType, class_type: str = "dataclasses") -> Shapes:
    """Return the shapes of the classes of an imported module, as xsdata's own runtime metadata have them."""
    return _ImportedShapes(module, class_type).shapes()


class _ImportedShapes:
    def __init__(self, module: ModuleType, class_type: str) -> None:
        self._module = module
        self._context = XmlContext(class_type=class_type)
        self._found: dict[type, ClassShape] = {}

    def shapes(self) -> Shapes:
        classes = [value for value in vars(self._module).values() if isinstance(value, type) and self._owns(value)]
        metas = [self._context.build(value) for value in classes if self._context.class_type.is_model(value)]
        enumerations = tuple(value.__name__ for value in classes if issubclass(value, enum.Enum))
        roots = {meta.target_qname or meta.qname: self._shape(meta) for meta in metas}
        return Shapes(roots, enumerations=enumerations)

    def _owns(self, value: type) -> bool:
        """Whether a class is of the module, or of the package that it stands for."""
        return value.__module__ == self._module.__name__ or value.__module__.startswith(f"{self._module.__name__}.")

    def _shape(self, meta: XmlMeta) -> ClassShape:
        clazz = meta.clazz
        known = self._found.get(clazz)
        if known is not None:
            return known
        fields: dict[str, FieldShape] = {}
        special = bool(meta.choices or meta.wildcards or meta.any_attributes or meta.mixed_content)
        attributes = {
            name: self._field(variable, meta)
            for name, variable in meta.attributes.items()
            if variable.default is None and variable.init
        }
        text = None if meta.text is None or not meta.text.init else self._field(meta.text, meta)
        shape = ClassShape(clazz.__qualname__, fields, not special, attributes, text)
        self._found[clazz] = shape
        for name, variables in meta.elements.items():
            if len(variables) == 1 and not variables[0].wrapper and variables[0].init:
                fields[name] = self._field(variables[0], meta)
        return shape

    def _field(self, variable: XmlVar, owner: XmlMeta) -> FieldShape:
        child = None
        if variable.clazz is not None:
            inner = "." in variable.clazz.__qualname__
            child = self._shape(self._context.build(variable.clazz, owner.namespace if inner else None))
        (type_, *others) = variable.types
        return FieldShape(
            name=variable.name,
            type="" if others or variable.tokens_factory else type_.__qualname__,
            is_list=variable.list_element,
            enumeration=isinstance(type_, type) and issubclass(type_, enum.Enum),
            child=child,
            is_tuple=variable.list_element and variable.factory is tuple,
        )
