"""What is compared with what: the versions that the arguments of the command name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from schemapress.diff.versions.namespace import renamed
from schemapress.diff.versions.revision import checked_out, merge_base, top_of_repository
from schemapress.diff.versions.version import Reading, Version, version
from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.load.roots import roots_of, xsds
from schemapress.project import api_of, limits_here, load_project


@dataclass(frozen=True, slots=True)
class Selection:
    """One API to be compared; a version is None where the API is not there."""

    name: str
    old: Version | None
    new: Version | None


def two_versions(old: str, new: str, namespaces: Mapping[str, str], stack: ExitStack) -> list[Selection]:
    """Return what two names stand for: XSDs, folders of XSDs or of such folders, each perhaps in a revision of git.

    What has to be taken out of a repository is there until `stack` is closed.

    Raises:
        SchemapressError: there is no such path or revision, or no XSD.
    """
    before, after = (_versions(name, stack) for name in (old, new))
    if len(before) == len(after) == 1:
        (one,), ((name, other),) = before.values(), after.items()
        return [Selection(name, stack.enter_context(renamed(one, namespaces)), other)]
    return _paired(before, after, namespaces, stack)


def revisions(old: str, new: str | None, namespaces: Mapping[str, str], stack: ExitStack) -> list[Selection]:
    """Return the APIs of the project that are not the same in two revisions; without `new`, on disk.

    Raises:
        SchemapressError: there is no such revision, or the current folder is in no project.
    """
    project = load_project(Path())
    top = top_of_repository().resolve()
    spec = (project.root / project.settings.spec).resolve()
    if not spec.is_relative_to(top):
        raise SchemapressError("The folder of the specifications is not in the repository.", place=str(spec))
    inside = spec.relative_to(top).as_posix()
    limits = project.settings.limits
    before = _of_revision(old, inside, limits, stack)
    if new is None:
        after = _apis(spec, project.settings.spec, Reading(True, project.roots, limits))
    else:
        after = _of_revision(new, inside, limits, stack)
    if not before and not after:
        raise SchemapressError("There is no XSD in either version.", place=inside)
    return [one for one in _paired(before, after, namespaces, stack) if not _is_unchanged(one)]


def range_of(text: str) -> tuple[str, str] | None:
    """Return the two revisions of a range as git writes it, `A..B` or, from where they went apart, `A...B`.

    What is left out is HEAD. Returns None for a text that is no range.

    Raises:
        SchemapressError: there is no such revision.
    """
    for dots in ("...", ".."):
        one, found, other = text.partition(dots)
        if found and one:
            other = other or "HEAD"
            return (merge_base(one, other) if dots == "..." else one), other
    return None


def _paired(
    before: Mapping[str, Version], after: Mapping[str, Version], namespaces: Mapping[str, str], stack: ExitStack
) -> list[Selection]:
    selections = []
    for name in sorted({*before, *after}):
        old = before.get(name)
        if old is not None and namespaces and name in after:
            known = {document.namespace for document in old.documents}
            old = stack.enter_context(renamed(old, {one: to for one, to in namespaces.items() if one in known}))
        selections.append(Selection(name, old, after.get(name)))
    return selections


def _of_revision(revision: str, inside: str, limits: SourceLimits, stack: ExitStack) -> dict[str, Version]:
    """Return the versions in a folder of a revision; they may refer to whatever the revision has."""
    top = stack.enter_context(checked_out(revision))
    return _apis(top / inside, f"{revision}:{inside}", Reading(False, roots_of([top]), limits))


def _versions(name: str, stack: ExitStack) -> dict[str, Version]:
    """Return the versions that a name stands for, by the names of their APIs."""
    path = Path(name)
    revision, colon, inside = name.partition(":")
    reading = Reading(limits=limits_here())
    if colon and not path.exists():
        top = stack.enter_context(checked_out(revision))
        path, reading = top / inside, replace(reading, is_on_disk=False, roots=roots_of([top]))
    is_one = not path.is_dir() or any(path.glob("*.xsd")) or api_of(path) is not None
    apis = {} if is_one else _apis(path, name, reading)
    one = path.resolve().stem if path.is_file() else path.resolve().name
    return apis or {one: version(name, path, name, reading)}


def _apis(folder: Path, shown: str, reading: Reading) -> dict[str, Version]:
    """Return the versions in the folders of a folder."""
    found = {}
    for inner in sorted(folder.iterdir()) if folder.is_dir() else ():
        if inner.is_dir() and xsds(inner):
            name = f"{shown.rstrip('/')}/{inner.name}"
            found[inner.name] = version(name, inner, name, reading)
    return found


def _is_unchanged(selection: Selection) -> bool:
    """Whether both versions are made of the same documents, byte by byte."""
    if selection.old is None or selection.new is None:
        return False
    return selection.old.contents == selection.new.contents
