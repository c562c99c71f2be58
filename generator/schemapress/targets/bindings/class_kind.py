"""The kind of binding classes that xsdata writes: their generator, and the contents of their modules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

_IMPORTS: Mapping[str, Collection[str]] = {
    "__future__": ("annotations",),
    "collections.abc": ("Mapping", "Sequence"),
    "decimal": ("Decimal",),
    "enum": ("Enum",),
    "typing": ("Any", "ForwardRef"),
    "xml.etree.ElementTree": ("QName",),
    "xsdata.models.datatype": ("XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime"),
}


@dataclass(frozen=True, slots=True)
class ClassKind:
    """A kind of classes.

    `name` is xsdata's name for it, `generator` the class that writes them, as `module:class`. `imports` are what
    modules import: modules and names. A class has the base class `base`, or a decorator where that is None.
    `statement` is one that stands in every class, `arguments` are those of fields that say nothing of what they bind.
    `unfit_options` are options of xsdata's format that these classes can't have.
    """

    name: str
    generator: str
    imports: frozenset[tuple[str, str]]
    base: str | None = None
    statement: str | None = None
    arguments: frozenset[str] = frozenset()
    unfit_options: tuple[str, ...] = ()

    @property
    def imported(self) -> frozenset[str]:
        """The names that modules import."""
        return frozenset(name for _, name in self.imports)


def list_imports(own: Mapping[str, Collection[str]]) -> frozenset[tuple[str, str]]:
    """Return the imports of modules of all kinds, and those of one kind: names by their modules."""
    return frozenset((module, name) for module, names in {**_IMPORTS, **own}.items() for name in names)


DATACLASSES = ClassKind(
    name="dataclasses",
    generator="schemapress.targets.bindings.generator:Generator",
    imports=list_imports({"dataclasses": ("dataclass", "field")}),
)
