"""The kind of the binding classes that xsdata writes: what writes them, and what their modules consist of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_IMPORTS: Mapping[str, frozenset[str]] = {
    "__future__": frozenset({"annotations"}),
    "collections.abc": frozenset({"Mapping", "Sequence"}),
    "decimal": frozenset({"Decimal"}),
    "enum": frozenset({"Enum"}),
    "typing": frozenset({"Any", "ForwardRef"}),
    "xml.etree.ElementTree": frozenset({"QName"}),
    "xsdata.models.datatype": frozenset({"XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime"}),
}


@dataclass(frozen=True, slots=True)
class ClassKind:
    """A kind of classes.

    `name` is xsdata's name for it, `generator` the class that writes them, as `module:class`. `imports` are the names
    that modules import, by their modules. A class has the base class `base`, or a decorator where that is None.
    `statement` is one that stands in every class, `arguments` are those of fields that say nothing of what they bind.
    `unfit_options` are options of xsdata's format that these classes can't have.
    """

    name: str
    generator: str
    imports: Mapping[str, frozenset[str]]
    base: str | None = None
    statement: str | None = None
    arguments: frozenset[str] = frozenset()
    unfit_options: tuple[str, ...] = ()

    @property
    def imported(self) -> frozenset[str]:
        """All names that modules import."""
        return frozenset().union(*self.imports.values())


def with_imports(imports: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Return what modules of all kinds import, and what those of one kind import beside."""
    return {**_IMPORTS, **imports}


DATACLASSES = ClassKind(
    name="dataclasses",
    generator="schemapress.targets.bindings.generator:Generator",
    imports=with_imports({"dataclasses": frozenset({"dataclass", "field"})}),
)
