"""The package around the targets' modules: its `__init__`, its runtime, the check of its files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from schemapress.targets.code import Code, fill, identifier, module
from schemapress.targets.target import EmitContext, File

from . import runtime


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """Everything that the template of `__init__` prints: its docstring, its imports by modules, its exports."""

    documentation: str
    imports: tuple[tuple[Code, tuple[Code, ...]], ...]
    exports: tuple[str, ...]


def plan_package(context: EmitContext, targets: Collection[str]) -> PackagePlan:
    """Return the plan of a package with the modules of some targets."""
    names: dict[Code, tuple[str, ...]] = {}
    if "validators" in targets:
        names[fill("{}.limits", context.runtime)] = ("DocumentLimits",)
        names[fill("{}.report.problem", context.runtime)] = ("InvalidDocument", "Problem", "Report")
    if "codec" in targets:
        codec = ("Message", "XmlParser", "XmlSerializer", "decode", "encode", "from_json", "iter_decode", "to_json")
        names[module(".codec")] = codec
    if "validators" in targets:
        names[module(".validators")] = ("NAMESPACES", "validate")
    imports = tuple((source, tuple(map(identifier, imported))) for source, imported in names.items())
    if context.placement == "installed":
        imports = ((module("._runtime"), (fill("RUNTIME as RUNTIME"),)), *imports)
    exports = sorted(
        (name for imported in names.values() for name in imported), key=lambda name: (not name.isupper(), name)
    )
    return PackagePlan(_document(context, targets), imports, tuple(exports))


def _document(context: EmitContext, targets: Collection[str]) -> str:
    """Return the docstring of a package: its messages and its functions."""
    title = " ".join((context.schema.documentation or f"Messages of {context.source}.").split())
    if "codec" in targets:
        functions = (
            "`decode` turns a document into an object, `encode` an object into a document.\n"
            "`validate` reports every problem of a document."
        )
    elif "validators" in targets:
        functions = "`validate` reports every problem of a document."
    else:
        return title
    return f"{title}\n\n{functions}\n"


def package_files(context: EmitContext, targets: Collection[str], modules: Sequence[File]) -> Iterator[File]:
    """Yield the files that every generated package has, beside the modules of its targets."""
    init = File("__init__.py", context.render("package.py.jinja", plan_package(context, targets)))
    yield init
    yield File("py.typed", "", format=False)
    yield runtime.make_verification()
    if context.placement == "installed":
        yield runtime.make_requirement()
    else:
        yield from runtime.copy_modules([init, *modules])
