"""Where the package of one API starts to be made: with its classes, which take longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemapress.project import ApiSource, Project
from schemapress.targets.registry import choose_targets, load_classes_target

from .emission import Emission, ReportStep

if TYPE_CHECKING:
    from schemapress.targets.target import ClassesRun


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
    target = load_classes_target(choose_targets(project.settings.targets))
    if target is None:
        from schemapress.targets.target import NoClasses

        return NoClasses()
    return target.start(source, project.settings.limits)
