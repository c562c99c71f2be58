"""What resolves the imports of a version, besides a catalog.xml beside its files: locations and catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.load.roots import Roots, roots_around, roots_of
from schemapress.project import Project, project_here


@dataclass(frozen=True, slots=True)
class Resources:
    """Files for URLs and namespaces, and catalogs, as `--location` and `--catalog` name them."""

    locations: Mapping[str, Path] = field(default_factory=dict)
    catalogs: tuple[Path, ...] = ()

    def over(self, other: Resources) -> Resources:
        """Return both, where these are asked before the others."""
        return Resources({**other.locations, **self.locations}, (*self.catalogs, *other.catalogs))


NO_RESOURCES = Resources()


def make_roots(files: Path, resources: Resources, top: Path | None) -> Roots:
    """Return the roots of a version, whose `files` are a file or a pattern, with what resolves its imports.

    A version on disk may read the folder above its own, and the roots of the project around it, if there is one. A
    version in the check-out `top` may read all of that. The settings of its own project come before those of the
    project of the current folder.
    """
    project = find_project(files.parent, top)
    known = resources if project is None else resources.over(_read_resources(project))
    if top is None:
        around = roots_around([files], known.locations, known.catalogs)
        folders = around.folders if project is None else (*around.folders, *project.roots.folders)
        return roots_of(folders, known.locations, known.catalogs)
    here = project_here()
    known = known if here is None else known.over(_read_resources(here))
    return roots_of([top], known.locations, known.catalogs)


def find_project(folder: Path, top: Path | None) -> Project | None:
    """Return the project around a folder; in the check-out `top`, None if the project's settings can't be read.

    Raises:
        SchemapressError: the settings of a project on disk are invalid.
    """
    if top is None:
        return project_here(folder)
    try:
        project = project_here(folder)
    except SchemapressError:  # an earlier version of schemapress could read them
        return None
    return project if project is not None and project.root.is_relative_to(top) else None


def _read_resources(project: Project) -> Resources:
    """Return the locations and catalogs of a project, without those whose file is missing."""
    locations = {uri: file for uri, file in project.locations.items() if file.is_file()}
    return Resources(locations, tuple(file for file in project.catalogs if file.is_file()))
