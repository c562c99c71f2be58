"""Bindings that exist already: classes that xsdata generated earlier, in a package that can be imported."""

from __future__ import annotations

import importlib
from types import ModuleType

from schemapress.errors import SchemapressError
from schemapress.schema.model import ComplexType, Schema, local_name

from .shape import ClassShape, Shapes


class ExistingBindings:
    """The classes of a package, taken as they are."""

    def __init__(self, package: str) -> None:
        """Import the package.

        Raises:
            SchemapressError: it can't be imported.
        """
        self._package = package
        try:
            self._module = importlib.import_module(package)
        except ImportError as error:
            hint = "Install it, or put its folder on PYTHONPATH."
            raise SchemapressError(f"The bindings {package!r} can't be imported: {error}.", hint=hint) from None

    def __enter__(self) -> ExistingBindings:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def text(self) -> str:
        """Return a module that has the classes under the name that emitted modules import them from."""
        names = sorted(
            name
            for name, value in vars(self._module).items()
            if isinstance(value, type) and value.__module__.partition(".")[0] == self._package.partition(".")[0]
        )
        imports = "".join(f"    {name},\n" for name in names)
        listed = "".join(f'    "{name}",\n' for name in names)
        return (
            f'"""The classes of {self._package}, which were there before."""\n\n'
            f"from {self._package} import (\n{imports})\n\n__all__ = [\n{listed}]\n"
        )

    def module(self) -> ModuleType:
        """Return the package."""
        return self._module

    def check(self, schema: Schema) -> None:
        """Check that the classes are those of a schema.

        Raises:
            SchemapressError: one is missing, or has no field for an element; with its name.
        """
        shapes = Shapes(self._module)
        for name, element in schema.elements.items():
            shape = shapes.of_root(name)
            type_ = schema.types.get(element.type)
            if not isinstance(type_, ComplexType):
                continue
            if shape is None:
                message = f"{self._package} has no class for the element {local_name(name)}."
                raise SchemapressError(message, place=str(element.place), hint="Generate the bindings anew.")
            self._check(schema, type_, shape, set())

    def _check(self, schema: Schema, type_: ComplexType, shape: ClassShape, seen: set[tuple[str, str]]) -> None:
        if (type_.key, shape.name) in seen or type_.particle is None or not shape.bindable:
            return
        seen.add((type_.key, shape.name))
        declared = {element.name: element for element in type_.particle.elements()}
        for name, element in declared.items():
            field = shape.fields.get(name)
            if field is None:
                message = f"The class {shape.name} of {self._package} has no field for the element {local_name(name)}."
                raise SchemapressError(message, place=str(element.place), hint="Generate the bindings anew.")
            child = schema.types.get(element.type)
            if isinstance(child, ComplexType) and field.child is not None:
                self._check(schema, child, field.child, seen)
        for name in shape.fields:
            if name not in declared:
                message = f"The class {shape.name} of {self._package} has a field for {local_name(name)}."
                hint = "The schema has no such element there: generate the bindings anew."
                raise SchemapressError(message, place=str(type_.place), hint=hint)
