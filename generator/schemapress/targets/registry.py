"""The available targets: the built-in ones, and those of installed packages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemapress.errors import SchemapressError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from .target import ClassesTarget, Import, Target

CLASSES = "bindings"
"""The requirement of targets that need binding classes, whichever target makes them; also the module of the classes."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in target: its class, which is not loaded before it is needed.

    `tools` are the distributions that determine its output, beside the generator itself. It `makes_classes` where it
    is a `ClassesTarget`. A project that names no targets has those that are not `optional`.
    """

    reference: str
    tools: tuple[str, ...] = ()
    makes_classes: bool = False
    optional: bool = False


BUILT_IN_TARGETS: Mapping[str, BuiltIn] = {
    "bindings": BuiltIn("schemapress.targets.bindings.target:BindingsTarget", ("xsdata",), makes_classes=True),
    "pydantic": BuiltIn(
        "schemapress.targets.pydantic.target:PydanticTarget",
        ("xsdata", "xsdata_pydantic"),
        makes_classes=True,
        optional=True,
    ),
    "validators": BuiltIn("schemapress.targets.validators.target:ValidatorsTarget"),
    "scanner": BuiltIn("schemapress.targets.scanner.target:ScannerTarget"),
    "codec": BuiltIn("schemapress.targets.codec.target:CodecTarget"),
    "handlers": BuiltIn("schemapress.targets.handlers.target:HandlersTarget"),
    "client": BuiltIn("schemapress.targets.client.target:ClientTarget"),
    "testing": BuiltIn("schemapress.targets.testing.target:TestingTarget"),
}
"""All built-in targets by their names, in the order in which they are emitted by default."""

BUILT_IN_CLASSES = tuple(name for name, target in BUILT_IN_TARGETS.items() if target.makes_classes)
"""The built-in targets that make the binding classes."""

DEFAULT_TARGETS = tuple(name for name, target in BUILT_IN_TARGETS.items() if not target.optional)
"""The targets of a project that names none."""

_GROUP = "schemapress.targets"
_GROUP_OF_CLASSES = "schemapress.classes"
"""The entry point groups of installed targets; those of the second one make classes, and are in both."""

_PLACE = "[tool.schemapress] targets"


def choose_targets(names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the targets that a project names, or the default ones if it names none."""
    return DEFAULT_TARGETS if names is None else tuple(names)


def load_targets(names: Collection[str]) -> list[Target]:
    """Return the targets of the given names, in this order.

    Raises:
        SchemapressError: there is no target of a name, or a target needs another one.
    """
    added = {} if set(names) <= BUILT_IN_TARGETS.keys() else _find_entry_points(_GROUP)
    targets: list[Target] = []
    for name in names:
        if name not in BUILT_IN_TARGETS and name not in added:
            hint = f"Known are {', '.join(sorted({*BUILT_IN_TARGETS, *added}))}."
            raise SchemapressError(f"There is no target {name!r}.", place=_PLACE, hint=hint)
        built_in = BUILT_IN_TARGETS.get(name)
        targets.append(added[name].load()() if built_in is None else _load_class(built_in.reference)())
    present = {*names, *([CLASSES] if find_makers_of_classes(names) else [])}
    for target in targets:
        missing = [other for other in target.requires if other not in present]
        if missing:
            makers = " or ".join(BUILT_IN_CLASSES)
            hint = f"Add {', '.join(makers if other == CLASSES else other for other in missing)} to the targets."
            needed = ", ".join(target.requires[:-1])
            needed = f"targets {needed} and {target.requires[-1]}" if needed else f"target {target.requires[-1]}"
            raise SchemapressError(f"The target {target.name!r} needs the {needed}.", place=_PLACE, hint=hint)
    return targets


def load_classes_target(names: Collection[str]) -> ClassesTarget | None:
    """Return the target among the given names that makes the binding classes; None where there is none.

    Raises:
        SchemapressError: there are several.
    """
    makers = find_makers_of_classes(names)
    if len(makers) > 1:
        message = f"The targets {' and '.join(map(repr, makers))} both make the binding classes."
        raise SchemapressError(message, place=_PLACE, hint="Name one of them.")
    for name in makers:
        made: ClassesTarget = (
            _load_class(BUILT_IN_TARGETS[name].reference)()
            if name in BUILT_IN_TARGETS
            else _find_entry_points(_GROUP_OF_CLASSES)[name].load()()
        )
        return made
    return None


def find_makers_of_classes(names: Iterable[str]) -> list[str]:
    """Return those of the given names whose targets make the binding classes."""
    names = list(names)
    added = () if set(names) <= BUILT_IN_TARGETS.keys() else _find_entry_points(_GROUP_OF_CLASSES)
    return [name for name in names if name in BUILT_IN_CLASSES or name in added]


def find_quick_check(targets: Iterable[Target]) -> Import | None:
    """Return the function that the validators ask first: that of the first target which has one."""
    checks: Iterator[Import | None] = (getattr(target, "quick_check", None) for target in targets)
    return next((check for check in checks if check is not None), None)


def find_folders() -> list[Path]:
    """Return the folders of the built-in targets, which have their templates."""
    modules = (target.reference.partition(":")[0] for target in BUILT_IN_TARGETS.values())
    return [Path(__file__).with_name(module.split(".")[-2]) for module in modules]


def _find_entry_points(group: str) -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # which takes long, and is seldom needed

    return {point.name: point for point in entry_points(group=group)}


def _load_class(reference: str) -> Any:  # the class of a target, as an entry point gives it
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
