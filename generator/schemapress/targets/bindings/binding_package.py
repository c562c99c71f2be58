"""The package of binding modules: names and imports of the modules, and qualified names of their classes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from schemapress.errors import SchemapressError
from schemapress.targets.code import Code, docstring, fill, identifier, join, literal, module

_OTHER_STRUCTURE = (
    'Choose another structure: structure_style = "clusters" or "single-package" in [tool.schemapress.xsdata].'
)


@dataclass(frozen=True, slots=True)
class Exported:
    """A class that is not inside of another one: its module, its name in there, and the name that others have for it.

    The names differ where two modules have classes of one name.
    """

    module: str
    name: str
    outside: str


def check_module_names(modules: Collection[str]) -> None:
    """Check that no module has the name of another one, or of a package, on a disk that knows no case.

    Raises:
        SchemapressError: one has.
    """
    taken: dict[str, str] = {}
    packages = {".".join(name.split(".")[:depth]) for name in modules for depth in range(1, name.count(".") + 1)}
    for name in (*modules, *packages):
        other = taken.setdefault(name.casefold(), name)
        if other != name or (name in packages and name in modules):
            message = f"xsdata generated a module and a package with the same name: {other} and {name}."
            raise SchemapressError(message, hint=_OTHER_STRUCTURE)


def resolve_import(name: str, statement: ast.ImportFrom) -> str:
    """Return the module that a relative import in the module of a name is from, named from their package on."""
    package = name.split(".")[: -statement.level]
    return ".".join((*package, statement.module or ""))


def sort_by_imports(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return the names of the modules, each after those that it imports.

    Raises:
        SchemapressError: they import each other in a circle.
    """
    needed = {
        name: {
            resolve_import(name, statement)
            for statement in tree.body
            if isinstance(statement, ast.ImportFrom) and statement.level
        }
        for name, tree in trees.items()
    }
    try:
        return [name for name in TopologicalSorter(needed).static_order() if name in trees]
    except CycleError as cycle:
        raise circle(" imports ".join(reversed(cycle.args[1]))) from None


def circle(what: str) -> SchemapressError:
    """Return the error of modules that need each other; `what` says which do."""
    message = f"xsdata made modules that need each other in a circle: {what}."
    return SchemapressError(message, hint=_OTHER_STRUCTURE)


def name_exports(trees: Mapping[str, ast.Module]) -> list[Exported]:
    """Return the classes of modules.

    Where two modules have a class of one name, the last parts of the modules' names stand before it for others. A name
    that is taken, by a module too, gets a number.
    """
    classes = [
        (where, statement.name)
        for where, tree in trees.items()
        for statement in tree.body
        if isinstance(statement, ast.ClassDef)
    ]
    names = list(dict.fromkeys(classes))
    often = Counter(name for _, name in names)
    modules = {where.partition(".")[0] for where in trees} if len(trees) > 1 else set()
    taken = {name for _, name in names if often[name] == 1} | modules
    exported = []
    for where, name in names:
        wanted = name if often[name] == 1 else f"{''.join(map(str.capitalize, where.split('.')[-1].split('_')))}{name}"
        outside = _free(wanted, taken) if often[name] > 1 or name in modules else name
        taken.add(outside)
        exported.append(Exported(where, name, outside))
    return exported


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name, with the first number from 2 on that is free, if it is taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def package_text(classes: Sequence[Exported]) -> str:
    """Return the text of a package that has classes of its modules, each by the name that others have for it."""
    imports = [
        fill("from .{} import {} as {}\n", module(class_.module), identifier(class_.name), identifier(class_.outside))
        if class_.name != class_.outside
        else fill("from .{} import {}\n", module(class_.module), identifier(class_.name))
        for class_ in classes
    ]
    listed = [fill("    {},\n", literal(name)) for name in sorted(class_.outside for class_ in classes)]
    text: Code = fill("{}\n\n{}\n__all__ = [\n{}]\n", docstring("All classes."), join("", imports), join("", listed))
    return text
