"""The files generated for one API. Starts xsdata first, because it takes longest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemapress.project import ApiSource, Project
from schemapress.targets.registry import load_classes_target

if TYPE_CHECKING:
    from schemapress.targets.bindings.xsdata_order import Lost
    from schemapress.targets.target import ClassesRun

_MODULE = re.compile(r"(?!_runtime)(\w+)(?:\.py|/__init__\.py)")

ReportStep = Callable[[str], None]
"""Takes the name of the step that begins."""


@dataclass(frozen=True, slots=True)
class Emission:
    """The generated files of one API: their bytes by their paths inside the package, the manifest included.

    `lost` has what objects lose because of the configuration.
    `passes` has the name of each root that is read, and why that is not by the scanner, or None where it is.
    `compound_fields` is how many fields of its classes hold elements of several names in the order in which they came.
    `extension_modules` are the modules of the project that the package imports.
    """

    source: ApiSource
    files: dict[str, bytes]
    compound_fields: int
    lost: Lost
    passes: Sequence[tuple[str, str | None]] = ()
    extension_modules: frozenset[str] = frozenset()

    @property
    def modules(self) -> list[str]:
        """The modules of the package itself, without those of its runtime."""
        return sorted(match[1] for path in self.files if (match := _MODULE.fullmatch(path)))


def emit(project: Project, source: ApiSource, report_step: ReportStep = lambda step: None) -> Emission:
    """Return all files of the package of an API; nothing is written outside of a temporary folder.

    Raises:
        SchemapressError: the source or the configuration is wrong.
    """
    with start_classes(project, source) as classes:  # first, for a process makes them while we import and load
        from .pipeline import run

        return run(project, source, classes, report_step)


def start_classes(project: Project, source: ApiSource) -> ClassesRun:
    """Start to make the binding classes of an API, by the target that does.

    Raises:
        SchemapressError: the configuration is wrong, or what makes the classes is not installed.
    """
    target = load_classes_target(project.settings.targets)
    if target is None:
        from schemapress.targets.target import NoClasses

        return NoClasses()
    return target.start(source, project.settings.limits)
