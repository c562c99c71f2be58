"""The pipeline from an API's folder to the installed files of its package, whole or not at all."""

from __future__ import annotations

from schemapress.errors import writing
from schemapress.load.loader import load
from schemapress.project import ApiSource, Project
from schemapress.reserved import check_package_name
from schemapress.targets.registry import choose_targets, find_makers_of_classes, find_quick_check, load_targets
from schemapress.targets.target import ClassesRun, EmitContext, File, Target
from schemapress.workspace import workspace

from . import manifest
from .emission import Emission, ReportStep
from .formatting import format_files
from .heading import add_heading
from .package import package_files
from .templating import renderer

_OF_ENDPOINTS = ("handlers", "client")
"""The targets that make nothing for an API without endpoints."""


def run(project: Project, source: ApiSource, classes: ClassesRun, report_step: ReportStep) -> Emission:
    """Return all files of the package of an API, whose binding classes are being made.

    Raises:
        SchemapressError: the source or the configuration is wrong.
    """
    targets = load_targets(choose_targets(project.settings.targets))
    origin = manifest.find_origin(source, project)
    report_step("reading")
    schema = load(
        source.sources, roots=project.roots, limits=project.settings.limits, endpoint_file=source.endpoint_file
    )
    read = manifest.source_names((*schema.paths, *schema.catalogs), source.folder)
    origin = origin.also_from(read, source.folder)
    classes.begin(schema)
    context = EmitContext(
        source.name,
        source.package,
        schema,
        source.sources,
        renderer(project.templates),
        classes,
        project.settings.runtime,
        find_quick_check(targets),
    )
    files: list[File] = []
    for target in _sort_independent_first(targets):
        report_step(target.name)
        files += target.emit(context)
    check_package_name(source.package, source.name, source.folder)  # only now: a folder without messages makes none
    report_step("formatting")
    files += package_files(context, files)
    contents = _format(files, context.source)
    contents[manifest.MANIFEST] = manifest.render(origin, contents)
    return Emission(
        source,
        contents,
        context.shapes.compound_fields,
        classes.lost(),
        [root for file in files for root in file.roots],
        frozenset(classes.extension_modules()),
        lacks_endpoints=not schema.endpoints and any(target.name in _OF_ENDPOINTS for target in targets),
    )


def _sort_independent_first(targets: list[Target]) -> list[Target]:
    """Return the targets that need no binding classes before the others, for the classes are still being made."""
    return sorted(targets, key=lambda target: bool(target.requires or find_makers_of_classes([target.name])))


def _format(files: list[File], source: str) -> dict[str, bytes]:
    with workspace() as (folder, _), writing(folder):
        to_format = {file.path: folder / file.path for file in files if file.format and file.path.endswith(".py")}
        for file in files:
            if file.path in to_format:
                to_format[file.path].parent.mkdir(parents=True, exist_ok=True)
                to_format[file.path].write_bytes(file.text.encode())
        format_files([*to_format.values()])
        formatted = {path: written.read_bytes() for path, written in to_format.items()}
        in_order = sorted(files, key=lambda file: file.path)
        return {
            file.path: add_heading(file, formatted[file.path] if file.path in formatted else file.text.encode(), source)
            for file in in_order
        }
