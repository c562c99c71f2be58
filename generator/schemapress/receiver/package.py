"""A generated package, as the receiver uses it.

A package has a copy of the runtime of its own, or the installed one; so its responses and errors are recognised by what
they have, and not by their class.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from schemapress.errors import SchemapressError
from schemapress.generated_package import check_folder, describe, describe_missing_facts, import_by_name, place_of
from schemapress.receiver.named_handlers import load_handlers
from schemapress_runtime.http.asgi import AsgiApplication, Intake
from schemapress_runtime.http.exchange import Exchange, TrailingSlash
from schemapress_runtime.http.reply import Refusal, Reply
from schemapress_runtime.http.response import Response
from schemapress_runtime.report.problem import InvalidDocument


@dataclass(frozen=True, slots=True)
class Package:
    """A generated package, and how its handlers are made (None: its messages are only stored)."""

    name: str
    module: ModuleType
    make_handlers: Callable[[], object] | None

    def exchange(
        self,
        max_body: int,
        *,
        with_handlers: bool = False,
        openapi: str | None = None,
        trailing_slash: TrailingSlash = "exact",
    ) -> Exchange:
        """Return its endpoints; their handlers are made if they are to be called in this process.

        The OpenAPI document of what is served is at the path `openapi`.

        Raises:
            SchemapressError: the handlers can't be made, or an endpoint is at the path of the document.
        """
        make: Callable[..., Exchange] = self.module.exchange
        named = {"max_body": max_body, "openapi": openapi, "trailing_slash": trailing_slash}
        if not with_handlers or self.make_handlers is None:
            return self._serve(make, _without_handlers(self.module), **named)
        try:
            handlers = self.make_handlers()
        except Exception as error:
            place = place_of(error)
            raise SchemapressError(f"The handlers can't be made: {describe(error)}.", place=place) from error
        return self._serve(make, handlers, **named)

    def _serve(self, make: Callable[..., Exchange], handlers: object, **named: object) -> Exchange:
        try:
            return make(handlers, **named)
        except ValueError as error:  # two things at one path, or a path that is none
            hint = "Choose another openapi-path."
            raise SchemapressError(f"The OpenAPI document can't be served: {error}", hint=hint) from None

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
    package = import_by_name(name, f"{path} is not a generated package", "Build it first: schemapress build")
    if path.is_dir() and Path(package.__file__ or "").parent != path.resolve():
        message = f"Python has another module {name}: {package.__file__}."
        hint = f'Give the package another name: packages = {{ "…" = "{name}_api" }} in [tool.schemapress].'
        raise SchemapressError(message, place=str(path), hint=hint)
    hint = describe_missing_facts(Path(package.__file__ or "").parent)
    module = import_by_name(f"{name}.handlers", f"{path} has no handlers", hint)
    return Package(name, module, None if handlers is None else load_handlers(handlers, module))


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
    if path.is_dir() or len(path.parts) > 1:
        check_folder(path)
        path = path.resolve()
        if str(path.parent) not in sys.path:
            sys.path.insert(0, str(path.parent))
        return path.name
    return str(path)


def _without_handlers(module: ModuleType) -> object:
    """Return handlers whose methods are never called."""
    base: Any = module.Handlers  # of the generated package
    return type("Stored", (base,), dict.fromkeys(base.__abstractmethods__, staticmethod(_refuse_call)))()


def _refuse_call(*_: object, **__: object) -> None:
    raise NotImplementedError("there are no handlers; messages are only stored")
