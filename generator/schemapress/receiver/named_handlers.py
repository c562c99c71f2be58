"""The handlers that a setting names: they are imported, and looked at before a message comes."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType

from schemapress.errors import SchemapressError, nearest_of
from schemapress.generated_package import import_by_name


def load_handlers(name: str, package: ModuleType) -> Callable[[], object]:
    """Return how the handlers are made that a name means, such as `tickets:Tickets`. `package` has their base class.

    Raises:
        SchemapressError: they can't be imported, or one of their methods is missing or can't be called.
    """
    module_name, colon, attribute = name.partition(":")
    if not colon or not attribute:
        raise SchemapressError(f"The handlers are {name!r}; expected module:name.", hint="Example: tickets:Tickets.")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    known_modules = sorted(path.stem for path in Path.cwd().glob("*.py"))
    nearest = nearest_of(module_name, known_modules) if known_modules else "Give its name as Python imports it."
    module = import_by_name(module_name, f"There is no module {module_name}", nearest)
    value = getattr(module, attribute, None)
    class_ = value if isinstance(value, type) else type(value)
    if not issubclass(class_, package.Handlers):
        if value is None:
            known = [each for each, other in vars(module).items() if _is_handlers(other, package)]
            message, hint = f"{module_name} has no {attribute}.", nearest_of(attribute, known) if known else None
        else:
            message, hint = f"{name} is no subclass of Handlers.", None
        hint = hint or f"Subclass {package.__name__}.Handlers, and name the class."
        raise SchemapressError(message, place=module.__file__, hint=hint)
    missing = sorted(getattr(class_, "__abstractmethods__", ()))
    if missing:
        first = _show_signature(missing[0], getattr(package.Handlers, missing[0]))
        message = f"{name} has no {' and no '.join(missing)}."
        raise SchemapressError(
            message, place=_place_of_class(class_), hint=f"Write a method for each endpoint: {first}"
        )
    for method in sorted(package.Handlers.__abstractmethods__):
        _check_signature(name, value, method, getattr(package.Handlers, method))
    if not isinstance(value, type):
        return lambda: value
    _check_construction(name, value)
    return value


def _check_construction(name: str, class_: type[object]) -> None:
    """Check that a class can be called without arguments, as the server does. SchemapressError: it can't."""
    try:
        inspect.signature(class_).bind()
    except ValueError:  # a class in C need not have a signature
        return
    except TypeError as error:
        module, _, attribute = name.partition(":")
        variable = "handlers" if attribute != "handlers" else "made_handlers"
        raise SchemapressError(
            f"{name} can't be made without arguments: {error}.",
            place=_place_of_function(inspect.getattr_static(class_, "__init__")) or _place_of_class(class_),
            hint=f"Make the object in the module, and name it: {variable} = {attribute}(…), and {module}:{variable}",
        ) from None


def _is_handlers(value: object, package: ModuleType) -> bool:
    return isinstance(value, type) and issubclass(value, package.Handlers) and value is not package.Handlers


def _check_signature(name: str, handlers: object, method: str, base: Callable[..., object]) -> None:
    """Check that a method takes what the server calls it with. SchemapressError: it does not."""
    given = inspect.getattr_static(handlers, method)
    function = getattr(handlers, method)
    shown = _show_signature(method, base)
    if isinstance(given, property | cached_property):  # what it returns is known when the object is made
        return
    if not callable(function):
        raise SchemapressError(f"{name}.{method} is {function!r}, and no method.", hint=f"Write it as {shown}")
    place = _place_of_function(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        message = f"{name}.{method} has a yield, so that a call of it runs nothing."
        raise SchemapressError(message, place=place, hint="Write it without yield.")
    try:
        signature = inspect.signature(function, follow_wrapped=False)  # what is called is the wrapper
    except ValueError:  # a function in C need not have one
        return
    expected = [each for each in inspect.signature(base).parameters.values() if each.name != "self"]
    values: list[object] = [None for each in expected if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    if isinstance(handlers, type) and hasattr(given, "__get__") and not isinstance(given, staticmethod | classmethod):
        values.append(None)  # the object itself
    names = {each.name: None for each in expected if each.kind is inspect.Parameter.KEYWORD_ONLY}
    try:
        signature.bind(*values, **names)
    except TypeError as error:
        message = f"{name}.{method} can't be called as the server does: {error}."
        raise SchemapressError(message, place=place, hint=f"Write it as {shown}") from None


def _show_signature(method: str, base: Callable[..., object]) -> str:
    """Return the first line of a method, without types."""
    parameters = inspect.signature(base).parameters.values()
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
    return f"def {method}{inspect.Signature(bare)}: …"


def _place_of_function(function: Callable[..., object]) -> str | None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return None if code is None else f"{code.co_filename}:{code.co_firstlineno}"


def _place_of_class(class_: type) -> str | None:
    try:
        return f"{inspect.getsourcefile(class_)}:{inspect.getsourcelines(class_)[1]}"
    except (OSError, TypeError):
        return None
