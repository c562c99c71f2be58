"""The selection of versions by the arguments of the command."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from schemapress.diff.inputs.namespace_renaming import rename_namespaces
from schemapress.diff.inputs.revision import check_out, find_merge_base, find_repository
from schemapress.diff.inputs.version import Reading, Version, find_version
from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.load.roots import roots_of, xsds
from schemapress.project import api_of, limits_here, load_project


@dataclass(frozen=True, slots=True)
class Selection:
    """One API to compare; a version is None if the API does not exist there."""

    name: str
    old: Version | None
    new: Version | None


def select_versions(old: str, new: str, namespaces: Mapping[str, str], stack: ExitStack) -> list[Selection]:
    """Return the APIs of two names: XSDs, folders of XSDs, or folders of such folders, on disk or in a revision.

    Folders that are checked out exist until `stack` is closed.

    Raises:
        SchemapressError: a path or revision does not exist, or has no XSD.
    """
    before, after = (_find_versions(name, stack) for name in (old, new))
    if len(before) == len(after) == 1:
        (old_version,), ((name, new_version),) = before.values(), after.items()
        return [Selection(name, stack.enter_context(rename_namespaces(old_version, namespaces)), new_version)]
    return _pair(before, after, namespaces, stack)


def select_changed(old: str, new: str | None, namespaces: Mapping[str, str], stack: ExitStack) -> list[Selection]:
    """Return the APIs of the project that differ between two revisions; without `new`, between a revision and the disk.

    Raises:
        SchemapressError: a revision does not exist, or the current folder is in no project.
    """
    project = load_project(Path())
    top = find_repository().resolve()
    spec = (project.root / project.settings.spec).resolve()
    if not spec.is_relative_to(top):
        hint = "Run the command in the repository that has the specifications."
        raise SchemapressError("The specification folder is not in the repository.", place=str(spec), hint=hint)
    inside = spec.relative_to(top).as_posix()
    limits = project.settings.limits
    before = _find_in_revision(old, inside, limits, stack)
    if new is None:
        after = _find_apis(spec, project.settings.spec, Reading(True, project.roots, limits))
    else:
        after = _find_in_revision(new, inside, limits, stack)
    if not before and not after:
        raise SchemapressError("Neither version has an XSD.", place=inside, hint="Name a revision that has XSDs.")
    pairs = _pair(before, after, namespaces, stack)
    return [selection for selection in pairs if not _is_unchanged(selection)]


def parse_range(text: str) -> tuple[str, str] | None:
    """Return the two revisions of a range in git's notation: `A..B`, or `A...B` from where they diverged.

    An omitted B is HEAD. Returns None if the text is no range.

    Raises:
        SchemapressError: a revision does not exist.
    """
    for dots in ("...", ".."):
        old, separator, new = text.partition(dots)
        if separator and old:
            new = new or "HEAD"
            return (find_merge_base(old, new) if dots == "..." else old), new
    return None


def _pair(
    before: Mapping[str, Version], after: Mapping[str, Version], namespaces: Mapping[str, str], stack: ExitStack
) -> list[Selection]:
    selections = []
    for name in sorted({*before, *after}):
        old = before.get(name)
        if old is not None and namespaces and name in after:
            known = {document.namespace for document in old.documents}
            mapped = {namespace: to for namespace, to in namespaces.items() if namespace in known}
            old = stack.enter_context(rename_namespaces(old, mapped))
        selections.append(Selection(name, old, after.get(name)))
    return selections


def _find_in_revision(revision: str, inside: str, limits: SourceLimits, stack: ExitStack) -> dict[str, Version]:
    """Return the versions in a folder of a revision; they may include any file of the revision."""
    top = stack.enter_context(check_out(revision))
    return _find_apis(top / inside, f"{revision}:{inside}", Reading(False, roots_of([top]), limits))


def _find_versions(name: str, stack: ExitStack) -> dict[str, Version]:
    """Return the versions at a path, by the names of their APIs."""
    path = Path(name)
    revision, colon, inside = name.partition(":")
    reading = Reading(limits=limits_here())
    if colon and not path.exists():
        top = stack.enter_context(check_out(revision))
        path, reading = top / inside, replace(reading, is_on_disk=False, roots=roots_of([top]))
    is_single = not path.is_dir() or any(path.glob("*.xsd")) or api_of(path) is not None
    apis = {} if is_single else _find_apis(path, name, reading)
    api = path.resolve().stem if path.is_file() else path.resolve().name
    return apis or {api: find_version(name, path, name, reading)}


def _find_apis(folder: Path, folder_name: str, reading: Reading) -> dict[str, Version]:
    """Return the versions in the subfolders of a folder."""
    versions = {}
    for inner in sorted(folder.iterdir()) if folder.is_dir() else ():
        if inner.is_dir() and xsds(inner):
            name = f"{folder_name.rstrip('/')}/{inner.name}"
            versions[inner.name] = find_version(name, inner, name, reading)
    return versions


def _is_unchanged(selection: Selection) -> bool:
    """Whether both versions consist of the same documents, byte by byte."""
    if selection.old is None or selection.new is None:
        return False
    return selection.old.contents == selection.new.contents
