"""Target `pydantic`: the binding classes as models of pydantic, which xsdata writes by its plug-in xsdata-pydantic."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.project import ApiSource
from schemapress.targets.bindings.class_kind import ClassKind, list_imports
from schemapress.targets.bindings.target import start_xsdata
from schemapress.targets.target import ClassesRun, EmitContext, File

PYDANTIC = ClassKind(
    name="pydantic",
    generator="schemapress.targets.pydantic.generator:ModelGenerator",
    imports=list_imports({"pydantic": ("BaseModel", "ConfigDict"), "xsdata_pydantic.fields": ("field",)}),
    base="BaseModel",
    statement="model_config = ConfigDict(defer_build=True)",
    arguments=frozenset({"const", "exclude"}),
    unfit_options=("frozen", "slots", "order", "unsafe_hash"),
)

_PLUG_IN = "xsdata_pydantic"


class PydanticTarget:
    """Emits `bindings.py`, or the package `bindings`, with models."""

    name = "pydantic"
    requires: tuple[str, ...] = ()

    def start(self, source: ApiSource, limits: SourceLimits) -> ClassesRun:
        """Start xsdata, or take the models of the package that has them already.

        Raises:
            SchemapressError: xsdata-pydantic is not installed, or the configuration is wrong.
        """
        if find_spec(_PLUG_IN) is None:
            message = "The target 'pydantic' needs xsdata-pydantic, which is not installed."
            hint = "Install it: pip install 'schemapress[pydantic]'."
            raise SchemapressError(message, place="[tool.schemapress] targets", hint=hint)
        return start_xsdata(source, limits, PYDANTIC)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the modules as xsdata wrote them."""
        for path, text in context.classes.files().items():
            yield File(path, text, format=False)
