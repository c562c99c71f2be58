"""The package around the targets' modules: its `__init__`, its runtime, the check of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemapress.targets.code import Code, fill, identifier, module
from schemapress.targets.target import EmitContext, File

from . import runtime


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """Everything that the template of `__init__` prints: its docstring, its imports by modules, its exports.

    What is in `first` is imported with the package; what is in `imports`, when it is first used. `first_use` is the
    module that does so, and `modules` are those of the package.
    """

    documentation: str
    first_use: Code
    first: tuple[tuple[Code, tuple[Code, ...]], ...]
    imports: tuple[tuple[Code, tuple[Code, ...]], ...]
    modules: tuple[str, ...]
    exports: tuple[str, ...]


def plan_package(context: EmitContext, modules: Sequence[File]) -> PackagePlan:
    """Return the plan of a package with the modules of its targets."""
    exported = sorted(
        (export for file in modules for export in file.exports),
        key=lambda export: (not export.module.startswith(context.runtime), export.module),
    )
    imports = tuple((export.module, tuple(map(identifier, export.names))) for export in exported)
    first = ((module("._runtime"), (fill("RUNTIME as RUNTIME"),)),) if context.placement == "installed" else ()
    exports = sorted(
        (name for export in exported for name in export.names), key=lambda name: (not name.isupper(), name)
    )
    return PackagePlan(
        documentation=_document(context, modules),
        first_use=fill("{}.first_use", context.runtime),
        first=first,
        imports=imports,
        modules=tuple(sorted({re.split(r"[./]", file.path)[0] for file in modules})),
        exports=tuple(exports),
    )


def _document(context: EmitContext, modules: Sequence[File]) -> str:
    """Return the docstring of a package: its messages and its functions."""
    title = " ".join((context.schema.documentation or f"Messages of {context.source}.").split())
    functions = "\n".join(sorted(file.documentation for file in modules if file.documentation))
    return f"{title}\n\n{functions}\n" if functions else title


def package_files(context: EmitContext, modules: Sequence[File]) -> Iterator[File]:
    """Yield the files that every generated package has, beside the modules of its targets."""
    init = File("__init__.py", context.render("package.py.jinja", plan_package(context, modules)))
    yield init
    yield File("py.typed", "", format=False)
    yield runtime.make_verification()
    if context.placement == "installed":
        yield runtime.make_requirement()
    else:
        yield from runtime.copy_modules([init, *modules])
