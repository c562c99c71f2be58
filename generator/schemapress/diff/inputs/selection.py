"""The selection of versions by the arguments of the command."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from schemapress.diff.inputs.resources import NO_RESOURCES, Resources
from schemapress.diff.inputs.revision import (
    check_out,
    find_commit,
    find_merge_base,
    find_repository,
    list_changing_commits,
    name_commit,
    shorten_revision,
)
from schemapress.diff.inputs.version import Reading, Version, find_version, is_api
from schemapress.errors import SchemapressError
from schemapress.load.roots import xsds
from schemapress.project import Project, limits_here, load_project


@dataclass(frozen=True, slots=True)
class InputOptions:
    """How to read the two versions: what resolves the imports of each, the namespaces of the old one to rename.

    If `is_strict`, an old version that breaks a rule of XSD is refused as a new one is.
    """

    old: Resources = NO_RESOURCES
    new: Resources = NO_RESOURCES
    renaming: Mapping[str, str] = field(default_factory=dict)
    is_strict: bool = False

    def read_old(self) -> Reading:
        """Return the settings for reading an old version on disk."""
        return Reading(resources=self.old, limits=limits_here(), is_lenient=not self.is_strict)

    def read_new(self) -> Reading:
        """Return the settings for reading a new version on disk."""
        return Reading(resources=self.new, limits=limits_here())


DEFAULT_OPTIONS = InputOptions()


@dataclass(frozen=True, slots=True)
class Selection:
    """One API to compare; a version is None if the API does not exist there.

    `revision` is the name of the old revision, if it is one of several that the new version is compared with.
    """

    name: str
    old: Version | None
    new: Version | None
    revision: str | None = None


def select_versions(old: str, new: str, options: InputOptions, stack: ExitStack) -> list[Selection]:
    """Return the APIs of two names: XSDs, folders of XSDs, or folders of such folders, on disk or in a revision.

    Folders that are checked out exist until `stack` is closed.

    Raises:
        SchemapressError: a path or revision does not exist, or has no XSD.
    """
    before = _find_versions(old, options.read_old(), stack)
    after = _find_versions(new, options.read_new(), stack)
    if len(before) == len(after) == 1:
        (old_version,), ((name, new_version),) = before.values(), after.items()
        return [Selection(name, old_version.with_renaming(options.renaming), new_version)]
    return _pair(before, after, options.renaming)


def select_changed(old: str, new: str | None, options: InputOptions, stack: ExitStack) -> list[Selection]:
    """Return the APIs of the project that differ between two revisions; without `new`, between a revision and the disk.

    Raises:
        SchemapressError: a revision does not exist, or the current folder is in no project.
    """
    project, inside = _find_specifications()
    before = _find_in_revision(old, inside, options.read_old(), stack)
    after = _find_newest(new, project, inside, options, stack)
    if not before and not after:
        raise SchemapressError("Neither version has an XSD.", place=inside, hint="Name a revision that has XSDs.")
    pairs = _pair(before, after, options.renaming)
    return [selection for selection in pairs if not _is_unchanged(selection)]


def select_all(revisions: list[str], new: str | None, options: InputOptions, stack: ExitStack) -> list[Selection]:
    """Return the APIs of the project in each of several revisions, to compare with one; without `new`, with the disk.

    An API that is the same in two revisions in a row is compared once, by the first of them. An API that a revision
    does not have is left out, and so is one that never changed.

    Raises:
        SchemapressError: a revision does not exist, or the current folder is in no project.
    """
    project, inside = _find_specifications()
    after = _find_newest(new, project, inside, options, stack)
    selections: list[Selection] = []
    last: dict[str, Mapping[str, bytes] | None] = {}
    for revision in revisions:
        before = _find_in_revision(revision, inside, options.read_old(), stack)
        for selection in _pair(before, after, options.renaming):
            old = selection.old
            contents = None if old is None else _read_contents(old)
            if old is not None and (contents is None or last.get(selection.name) != contents):
                last[selection.name] = contents
                selections.append(replace(selection, revision=shorten_revision(revision)))
    if not selections:
        raise SchemapressError("No revision has an XSD.", place=inside, hint="Name a revision that has XSDs.")
    changed = {selection.name for selection in selections if not _is_unchanged(selection)}
    return [selection for selection in selections if selection.name in changed]


def list_range(text: str) -> tuple[list[str], str | None] | None:
    """Return the revisions of a range in which the specifications changed, and its end; None if the text is no range.

    The first is where the range begins. The end is None if the range has none, as `v1..`: then it is the disk.

    Raises:
        SchemapressError: a revision does not exist, or the current folder is in no project.
    """
    revisions = parse_range(text)
    if revisions is None:
        return None
    old, new = revisions
    commits = list_changing_commits(old, new, _find_specifications()[1])
    has_end = not text.endswith("..")
    names = {
        find_commit(revision): revision for revision in (revisions if has_end else (old,))
    }  # as the user knows them
    named = [shorten_revision(names[commit]) if commit in names else name_commit(commit) for commit in commits]
    if not has_end:
        return named, None
    return [name for name, commit in zip(named, commits, strict=True) if commit != find_commit(new)] or named, new


def _find_specifications() -> tuple[Project, str]:
    """Return the project of the current folder, and the path of its specifications from the top of the repository.

    Raises:
        SchemapressError: the current folder is in no project, or its specifications are not in the repository.
    """
    project = load_project(Path())
    top = find_repository().resolve()
    spec = (project.root / project.settings.spec).resolve()
    if not spec.is_relative_to(top):
        hint = "Run the command in the repository that has the specifications."
        raise SchemapressError("The specification folder is not in the repository.", place=str(spec), hint=hint)
    return project, spec.relative_to(top).as_posix()


def _find_newest(
    revision: str | None, project: Project, inside: str, options: InputOptions, stack: ExitStack
) -> dict[str, Version]:
    """Return the new versions: those on disk, or those of a revision."""
    if revision is not None:
        return _find_in_revision(revision, inside, options.read_new(), stack)
    spec = (project.root / project.settings.spec).resolve()
    return _find_apis(spec, project.settings.spec, options.read_new())


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
            return (name_commit(find_merge_base(old, new)) if dots == "..." else old), new
    return None


def _pair(before: Mapping[str, Version], after: Mapping[str, Version], renaming: Mapping[str, str]) -> list[Selection]:
    selections = []
    for name in sorted({*before, *after}):
        old = before.get(name)
        if old is not None and renaming and name in after and _read_contents(old) is not None:
            known = {document.namespace for document in old.documents}
            old = old.with_renaming({namespace: to for namespace, to in renaming.items() if namespace in known})
        selections.append(Selection(name, old, after.get(name)))
    return selections


def _read_contents(version: Version) -> Mapping[str, bytes] | None:
    """Return the bytes of each file of a version; None if one can't be read, which its comparison reports."""
    try:
        return version.contents
    except SchemapressError:
        return None


def _find_in_revision(revision: str, inside: str, reading: Reading, stack: ExitStack) -> dict[str, Version]:
    """Return the versions in a folder of a revision; they may include any file of the revision."""
    top = stack.enter_context(check_out(revision))
    return _find_apis(top / inside, f"{shorten_revision(revision)}:{inside}", replace(reading, top=top))


def _find_versions(name: str, reading: Reading, stack: ExitStack) -> dict[str, Version]:
    """Return the versions at a path, by the names of their APIs."""
    path = Path(name)
    revision, colon, inside = name.partition(":")
    if colon and not path.exists():
        top = stack.enter_context(check_out(revision))
        name = f"{shorten_revision(revision)}:{inside}"
        path, reading = top / inside, replace(reading, top=top)
    is_single = not path.is_dir() or any(path.glob("*.xsd")) or is_api(path, reading.top)
    apis = {} if is_single else _find_apis(path, name, reading)
    api = path.resolve().stem if path.is_file() else path.resolve().name
    return apis or {api: find_version(name, path, name, reading)}


def _find_apis(folder: Path, folder_name: str, reading: Reading) -> dict[str, Version]:
    """Return the versions in the subfolders of a folder."""
    versions = {}
    for inner in sorted(folder.iterdir()) if folder.is_dir() else ():
        if inner.is_dir() and inner.name[0] != "." and xsds(inner):
            name = f"{folder_name.rstrip('/')}/{inner.name}"
            versions[inner.name] = find_version(name, inner, name, reading)
    return versions


def _is_unchanged(selection: Selection) -> bool:
    """Whether both versions consist of the same documents, byte by byte."""
    if selection.old is None or selection.new is None:
        return False
    contents = _read_contents(selection.old)
    return contents is not None and contents == selection.new.contents
