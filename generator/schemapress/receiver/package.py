"""A generated package, as the receiver uses it.

A package has a copy of the runtime of its own, or the installed one; so its responses and errors are recognised by what
they have, and not by their class.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from schemapress.errors import SchemapressError
from schemapress_runtime.http.asgi import AsgiApplication, Intake
from schemapress_runtime.http.exchange import Exchange, Response
from schemapress_runtime.http.reply import Refusal, Reply
from schemapress_runtime.report.problem import InvalidDocument


@dataclass(frozen=True, slots=True)
class Package:
    """A generated package, and how its handlers are made (None: its messages are only stored)."""

    name: str
    module: ModuleType
    make_handlers: Callable[[], object] | None

    def exchange(self, max_body: int, *, with_handlers: bool = False) -> Exchange:
        """Return its endpoints; their handlers are made if they are to be called in this process.

        Raises:
            SchemapressError: the handlers can't be made.
        """
        make: Callable[..., Exchange] = self.module.exchange
        if not with_handlers or self.make_handlers is None:
            return make(_without_handlers(self.module), max_body=max_body)
        try:
            handlers = self.make_handlers()
        except Exception as error:
            place = _place_of(error)
            raise SchemapressError(f"The handlers can't be made: {_word(error)}.", place=place) from error
        return make(handlers, max_body=max_body)

    def application(self, exchange: Exchange, intake: Intake) -> AsgiApplication:
        """Return the ASGI application of its endpoints, which hands each request to the intake."""
        module = sys.modules[self.module.AsgiApplication.__module__]
        application: AsgiApplication = module.AsgiApplication(exchange, intake)
        return application


def load_package(path: Path, handlers: str | None = None) -> Package:
    """Return the package in a folder, or with a name that Python can import.

    `handlers` names a subclass of its `Handlers` or an object of that, as `module:name`. Modules are looked for in the
    current folder too.

    Raises:
        SchemapressError: there is no such package, it has no handlers, or `handlers` can't be loaded.
    """
    name = _make_importable(path)
    package = _import(name, f"{path} is not a generated package", "Build it first: schemapress build")
    if path.is_dir() and Path(package.__file__ or "").parent != path.resolve():
        message = f"Python has another module {name}: {package.__file__}."
        raise SchemapressError(message, place=str(path), hint="Give the package another name: docs/configuration.md.")
    module = _import(
        f"{name}.handlers",
        f"{path} has no handlers",
        "Its API has no endpoint facts: docs/endpoint-facts.md says how to add them.",
    )
    return Package(name, module, None if handlers is None else _load_handlers(handlers, module))


def is_response(value: object) -> TypeGuard[Response]:
    """Whether a value is a response, of whichever copy of the runtime."""
    return _is_of("Response", value)


def is_invalid_document(value: object) -> TypeGuard[InvalidDocument]:
    """Whether a value is the error of an invalid document, of whichever copy of the runtime."""
    return _is_of("InvalidDocument", value)


def is_refusal(value: object) -> TypeGuard[Refusal]:
    """Whether a value is the error by which a handler refuses a message, of whichever copy of the runtime."""
    return _is_of("Refusal", value)


def is_reply(value: object) -> TypeGuard[Reply[Any]]:
    """Whether a value is what a handler returns with a status, of whichever copy of the runtime."""
    return _is_of("Reply", value)


def _is_of(name: str, value: object) -> bool:
    """Whether a value is of a class of the runtime; a class of the user's own may have its name."""
    runtimes = (class_ for class_ in type(value).__mro__ if class_.__name__ == name)
    return any("_runtime." in class_.__module__ for class_ in runtimes)


def _make_importable(path: Path) -> str:
    """Return the name of a package, and let Python find it."""
    if path.is_dir():
        path = path.resolve()
        if str(path.parent) not in sys.path:
            sys.path.insert(0, str(path.parent))
        return path.name
    if path.parent != Path():
        raise SchemapressError(f"There is no folder {path}.", hint="Build the package first: schemapress build")
    return str(path)


def _import(name: str, message: str, hint: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
            place = _place_of(missing)  # a module of the user's own imports one that is missing
            raise SchemapressError(f"{name} can't be imported: {missing}.", place=place) from missing
        raise SchemapressError(f"{message}.", hint=hint) from None
    except SyntaxError as error:
        raise SchemapressError(
            f"{name} can't be imported: {error.msg}.", place=f"{error.filename}:{error.lineno}"
        ) from error
    except Exception as error:
        raise SchemapressError(f"{name} can't be imported: {_word(error)}.", place=_place_of(error)) from error


def _word(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(".")


def _place_of(error: Exception) -> str:
    """Return the file and the line where an error was raised."""
    calls = traceback.extract_tb(error.__traceback__)
    places = [f"{call.filename}:{call.lineno}" for call in calls if not call.filename.startswith("<frozen ")]
    return places[-1] if places else ""


def _load_handlers(name: str, package: ModuleType) -> Callable[[], object]:
    """Return how the handlers are made."""
    module_name, colon, attribute = name.partition(":")
    if not colon or not attribute:
        raise SchemapressError(f"The handlers are {name!r}; expected module:name.", hint="Example: tickets:Tickets.")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    module = _import(module_name, f"There is no module {module_name}", "Give its name as Python imports it.")
    value = getattr(module, attribute, None)
    if isinstance(value, package.Handlers):
        return lambda: value
    if not isinstance(value, type) or not issubclass(value, package.Handlers):
        what = f"{module_name} has no {attribute}" if value is None else f"{name} is no subclass of Handlers"
        raise SchemapressError(f"{what}.", hint=f"Subclass {package.__name__}.Handlers, and name the class.")
    missing = sorted(getattr(value, "__abstractmethods__", ()))
    if missing:
        raise SchemapressError(f"{name} has no {' and no '.join(missing)}.", hint="Write a method for each endpoint.")
    return value


def _without_handlers(module: ModuleType) -> object:
    """Return handlers whose methods are never called."""
    base: Any = module.Handlers  # of the generated package
    return type("Stored", (base,), dict.fromkeys(base.__abstractmethods__, staticmethod(_refuse_call)))()


def _refuse_call(*_: object, **__: object) -> None:
    raise NotImplementedError("there are no handlers; messages are only stored")
