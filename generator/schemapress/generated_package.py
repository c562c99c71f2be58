"""The modules of generated packages, as commands import them: `serve` by their names, `send` apart from each other."""

from __future__ import annotations

import importlib
import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType

from schemapress.errors import SchemapressError

_NUMBERS = count(1)


def check_folder(folder: Path) -> None:
    """Check that a folder has a generated package.

    Raises:
        SchemapressError: it is not there, or has something else, such as a specification; with the way to a package.
    """
    if (folder / "__init__.py").is_file():
        return
    if not folder.is_dir():
        raise SchemapressError("There is no such folder.", place=str(folder), hint=_name_packages())
    api = _find_api(folder)
    if api is not None:
        name, package = api
        is_built = (package / "__init__.py").is_file()
        hint = f"Name {package}." if is_built else f"Build it with `schemapress build {name}`, and name {package}."
        message = "This is a specification, and not a generated package."
        raise SchemapressError(message, place=str(folder), hint=hint)
    raise SchemapressError("This is not a generated package.", place=str(folder), hint=_name_packages())


def import_by_name(name: str, message: str, hint: str) -> ModuleType:
    """Return a module. SchemapressError: it is not there, for which `message` and `hint` are, or it fails."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
            place = place_of(missing)  # a module of the user's own imports one that is missing
            raise SchemapressError(f"{name} can't be imported: {missing}.", place=place) from missing
        raise SchemapressError(f"{message}.", hint=hint) from None
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}"
        raise SchemapressError(f"{name} can't be imported: {error.msg}.", place=place) from error
    except SystemExit as exit_:
        hint = 'Put what is only for running the module below if __name__ == "__main__".'
        raise SchemapressError(
            f"{name} can't be imported: it ends the program.", place=place_of(exit_), hint=hint
        ) from exit_
    except Exception as error:  # a module of the user's may raise anything
        raise SchemapressError(f"{name} can't be imported: {describe(error)}.", place=place_of(error)) from error


def import_apart(folder: Path) -> ModuleType:
    """Return the package of a folder under a name that nothing else has, so that two of one name don't meet.

    Raises:
        SchemapressError: the folder has no package, or it can't be imported.
    """
    check_folder(folder)
    name = f"schemapress_package_{next(_NUMBERS)}"
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None
    assert spec.loader is not None
    package = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
    except Exception as error:  # a package that was edited, or built by another version, may raise anything
        message = f"This package can't be imported: {describe(error)}."
        place = place_of(error) or str(folder)
        raise SchemapressError(message, place=place, hint="Run `schemapress build`.") from error
    return package


def describe_missing_facts(folder: Path) -> str:
    """Return the hint for a package without endpoints, with the name of its API where the current project has it."""
    names = [name for name, package, _ in _list_apis() if package.resolve() == folder.resolve()]
    command = f"`schemapress endpoints {names[0] if names else 'NAME'}`"
    return f"Its API has no endpoint facts. {command} writes a first file of them; then build again."


def describe(error: Exception) -> str:
    """Return the class and the text of an error, without a full stop."""
    return f"{type(error).__name__}: {error}".rstrip(".")


def place_of(error: BaseException) -> str:
    """Return the file and the line where an error was raised."""
    calls = traceback.extract_tb(error.__traceback__)
    places = [f"{call.filename}:{call.lineno}" for call in calls if not call.filename.startswith("<frozen ")]
    return places[-1] if places else ""


def _find_api(folder: Path) -> tuple[str, Path] | None:
    """Return the name of the specification in a folder of the current project, and the folder of its package."""
    return next((each[:2] for each in _list_apis() if each[2].resolve() == folder.resolve()), None)


def _name_packages() -> str:
    """Return the hint that names the packages of the current project, if it has any."""
    built = [str(package) for _, package, _ in _list_apis() if (package / "__init__.py").is_file()]
    if built:
        return f"Name the folder of a generated package: {', '.join(built)}."
    return "Name the folder of a generated package, or run `schemapress build`."


def _list_apis() -> list[tuple[str, Path, Path]]:
    """Return the APIs of the current project: their names, and the folders of their packages and specifications."""
    from schemapress.project import load_project  # only an error needs it

    try:
        project = load_project(Path())
        return [(api.name, Path(project.show(project.output / api.package)), api.folder) for api in project.apis()]
    except SchemapressError:  # there is no project
        return []
