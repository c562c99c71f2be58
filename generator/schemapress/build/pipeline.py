"""From an API's folder to the files of its package, and those onto the disk, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from schemapress.errors import writing
from schemapress.load.loader import load
from schemapress.project import ApiFolder, Project
from schemapress.reserved import check_package_name
from schemapress.targets.bindings.xsdata_order import Lost
from schemapress.targets.target import SCANNER, Api, BindingsRun, File, load_targets
from schemapress_runtime.names import local_name

from . import manifest
from .formatting import format_files
from .heading import headed
from .package import package_files
from .templating import renderer
from .workspace import workspace


@dataclass(frozen=True, slots=True)
class Emission:
    """What one API becomes: the path of each file inside its package, with its bytes; and its manifest among them.

    `lost` has what objects lose because of the configuration.
    `passes` has the name of each root that is read, and why that is not by the scanner, or None where it is.
    `compound_fields` is how many fields of its classes hold elements of several names in the order in which they came.
    """

    api: ApiFolder
    files: dict[str, bytes]
    compound_fields: int
    lost: Lost = field(default_factory=Lost)
    passes: Sequence[tuple[str, str | None]] = ()

    @property
    def modules(self) -> list[str]:
        """The modules of the package itself, without those of its runtime."""
        return sorted(found[1] for path in self.files if (found := _MODULE.fullmatch(path)))


_STEPS = {"bindings": "xsdata"}
"""The steps that have another name than their target."""

_MODULE = re.compile(r"(?!_runtime)(\w+)(?:\.py|/__init__\.py)")


Told = Callable[[str], None]
"""Is told the step that begins."""


def emit(project: Project, folder: ApiFolder, bindings: BindingsRun, told: Told = lambda step: None) -> Emission:
    """Return all files of the package of an API; nothing is written outside of a temporary folder.

    Raises:
        SchemapressError: the source or the configuration is wrong.
    """
    targets = load_targets(project.settings.targets)
    made_from = manifest.origin(folder, project)
    told("reading")
    schema = load(folder.sources, roots=project.roots, limits=project.settings.limits)
    read = manifest.source_names((*schema.paths, *schema.catalogs), folder.folder)
    made_from = made_from.also_from(read, folder.folder)
    bindings.begin(schema)
    api = Api(
        folder.name,
        folder.package,
        schema,
        folder.sources,
        renderer(project.templates),
        bindings,
        project.settings.runtime,
        SCANNER if "scanner" in project.settings.targets else None,
    )
    files: list[File] = []
    for target in targets:
        told(_STEPS.get(target.name, target.name))
        files += target.emit(api)
    check_package_name(folder.package, folder.name, folder.folder)  # only now: a folder without messages makes none
    told("formatting")
    files += package_files(api, project.settings.targets, files)
    contents = _formatted(files, api.source)
    contents[manifest.NAME] = manifest.manifest(made_from, contents)
    passes = _passes(api) if "scanner" in project.settings.targets else ()
    return Emission(folder, contents, api.shapes.compound_fields, bindings.lost(), passes)


def _passes(api: Api) -> list[tuple[str, str | None]]:
    """Return the roots that the scanner reads, and then those that it does not, with why."""
    scanned = [(local_name(message.element), None) for message in api.scan_plan.messages]
    return [*scanned, *api.scan_plan.unscanned]


def _formatted(files: list[File], source: str) -> dict[str, bytes]:
    with workspace() as (folder, _), writing(folder):
        to_format = []
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.text.encode())
            if file.format and path.suffix == ".py":
                to_format.append(path)
        format_files(to_format)
        in_order = sorted(files, key=lambda file: file.path)
        return {file.path: headed(file, (folder / file.path).read_bytes(), source) for file in in_order}
