"""The available targets: the built-in ones, and those of installed packages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemapress.errors import SchemapressError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from .target import ClassesTarget, Target

CLASSES = "bindings"
"""The requirement of targets that need binding classes, whichever target makes them; also the module of the classes."""

BUILT_IN_CLASSES: Mapping[str, str] = {
    "bindings": "schemapress.targets.bindings.target:BindingsTarget",
    "pydantic": "schemapress.targets.pydantic.target:PydanticTarget",
}
"""The targets that make the binding classes, each with the class that does so (`ClassesTarget`)."""

BUILT_IN_TARGETS: Mapping[str, str] = {
    **BUILT_IN_CLASSES,
    "validators": "schemapress.targets.validators.target:ValidatorsTarget",
    "scanner": "schemapress.targets.scanner.target:ScannerTarget",
    "codec": "schemapress.targets.codec.target:CodecTarget",
    "handlers": "schemapress.targets.handlers.target:HandlersTarget",
}
"""All built-in targets, each with its class (`Target`)."""

TOOLS: Mapping[str, tuple[str, ...]] = {"bindings": ("xsdata",), "pydantic": ("xsdata", "xsdata_pydantic")}
"""The distributions that determine the output of a built-in target, beside the generator itself."""

_GROUP = "schemapress.targets"
_GROUP_OF_CLASSES = "schemapress.classes"
"""The entry point groups of installed targets; those of the second one make classes, and are in both."""

_PLACE = "[tool.schemapress] targets"


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
        targets.append(_load_class(BUILT_IN_TARGETS[name])() if name in BUILT_IN_TARGETS else added[name].load()())
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
            _load_class(BUILT_IN_CLASSES[name])()
            if name in BUILT_IN_CLASSES
            else _find_entry_points(_GROUP_OF_CLASSES)[name].load()()
        )
        return made
    return None


def find_makers_of_classes(names: Iterable[str]) -> list[str]:
    """Return those of the given names whose targets make the binding classes."""
    names = list(names)
    added = () if set(names) <= BUILT_IN_TARGETS.keys() else _find_entry_points(_GROUP_OF_CLASSES)
    return [name for name in names if name in BUILT_IN_CLASSES or name in added]


def find_folders() -> list[Path]:
    """Return the folders of the built-in targets, which have their templates."""
    modules = (reference.partition(":")[0] for reference in BUILT_IN_TARGETS.values())
    return [Path(__file__).with_name(module.split(".")[-2]) for module in modules]


def _find_entry_points(group: str) -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # which takes long, and is seldom needed

    return {point.name: point for point in entry_points(group=group)}


def _load_class(reference: str) -> Any:  # the class of a target, as an entry point gives it
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
