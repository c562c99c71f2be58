"""The input of a target, for one XSD: the classes are made once, and cached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from schemapress.build.templating import renderer
from schemapress.load.loader import load
from schemapress.targets.bindings.class_kind import DATACLASSES, ClassKind
from schemapress.targets.bindings.target import Bindings
from schemapress.targets.class_shapes import Shapes
from schemapress.targets.code import Code, join_printed
from schemapress.targets.target import EmitContext, NoClasses


@dataclass
class KnownClasses(NoClasses):
    """Binding classes that are known: xsdata need not run."""

    known: Shapes
    texts: Mapping[str, str] = field(default_factory=dict)
    class_type: str = DATACLASSES.name

    def files(self) -> Mapping[str, str]:
        return self.texts

    def shapes(self) -> Shapes:
        return self.known


SHIPMENT = Path(__file__).parent.parent / "targets" / "shipment.xsd"
"""The schema that the plans of the targets are compared for."""


def code(source: str) -> Code:
    """Return a piece of Python source as a plan has it."""
    return join_printed([source])


@cache
def emit_context(source: Path = SHIPMENT, kind: ClassKind = DATACLASSES) -> EmitContext:
    """Return the input of the targets, with the classes that xsdata makes of an XSD."""
    schema = load((source,))
    with Bindings((source,), kind=kind) as classes:
        classes.begin(schema)
        known = KnownClasses(classes.shapes(), classes.files(), kind.name)
    return EmitContext("demo", "demo", schema, (source,), renderer(None), known)
