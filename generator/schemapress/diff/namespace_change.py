"""The change of a target namespace: found by the local names of messages, or named by `--map-namespace`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemapress.diff.confirmation import Confirmation
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import document_rule
from schemapress.inclusion.example import Examples, serialize
from schemapress.inclusion.result import NoExample
from schemapress_runtime.names import clark, local_name, namespace_of
from schemapress_runtime.verdict import GiveUp

NAMESPACE_CHANGED = document_rule(
    "namespace-changed",
    "A target namespace has another name, so no document of one version is valid in the other. Everything else is "
    "compared as if the namespace had its new name.",
    "Keep the namespace: put a version number into the document, or into the name of the file.",
)


@dataclass(frozen=True, slots=True)
class NamespaceChange:
    """A namespace with its name in each version, "" being none, and its name in the comparison."""

    before: str
    after: str

    @property
    def compared(self) -> str:
        """The new name; the old one if the new version has no namespace, which can't take the place of a name."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class AlignedVersions:
    """Two versions with the same names for their namespaces, and the changes that this took."""

    old: Version
    new: Version
    changes: tuple[NamespaceChange, ...]


def align_namespaces(old: Version, new: Version) -> AlignedVersions:
    """Return two versions as if each namespace had its new name.

    Besides the namespaces that are renamed already, this renames those of the old version's messages that no message of
    the new version has, each to a new namespace that has messages of the same local names.

    Raises:
        SchemapressError: a version does not load.
    """
    _ = old.as_published.schema  # a fault of its own is not one of the renaming
    gone: list[NamespaceChange] = []
    for change in list(_find_changes(old.schema.documents, new.schema.documents)):
        if change.after:
            old = old.with_renaming({change.before: change.after})
        else:
            new = new.with_renaming({"": change.before})
            gone.append(change)
    changes = [NamespaceChange(before, after) for before, after in old.reading.renaming.items()]
    return AlignedVersions(old, new, (*changes, *gone))


def _find_changes(before: Iterable[str], after: Iterable[str]) -> Iterator[NamespaceChange]:
    """Yield the changes of namespaces, from the names of the messages of both versions."""
    old, new = _group_by_namespace(before), _group_by_namespace(after)
    free = {namespace: names for namespace, names in new.items() if namespace not in old}
    for namespace, names in old.items():
        if namespace in new or not free:
            continue
        common = Counter({other: len(names & others) for other, others in free.items()})
        ((best, count),) = common.most_common(1)
        if count:
            del free[best]
            yield NamespaceChange(namespace, best)


def _group_by_namespace(names: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for name in names:
        grouped.setdefault(namespace_of(name), set()).add(local_name(name))
    return grouped


class NamespaceFindings:
    """The findings that namespaces changed."""

    def __init__(self, versions: AlignedVersions) -> None:
        self._versions = versions
        self._old, self._new = versions.old.as_published, versions.new.as_published
        self._confirmation = Confirmation(self._old, self._new)

    def find_of_message(self, name: str) -> Iterator[Finding]:
        """Yield the finding that the namespace of a message changed, if it did; `name` is the one it is compared by."""
        change = self._find_change(name)
        if change is None:
            return
        before, after = (clark(namespace, local_name(name)) for namespace in (change.before, change.after))
        witness = self._make_witness(before)
        message = f"The namespace of {local_name(name)} changed from {_show(change.before)} to {_show(change.after)}."
        yield Finding(
            NAMESPACE_CHANGED,
            NAMESPACE_CHANGED.severity,
            f"/{local_name(name)}",
            message if witness is None else witness.problem.message,
            _show(change.before),
            _show(change.after),
            old_place=self._old.place(self._old.schema.elements[before].place),
            new_place=self._new.place(self._new.schema.elements[after].place),
            witness=witness,
        )

    def find_others(self) -> Iterator[Finding]:
        """Yield a finding for each change of a namespace that no message of both versions is in."""
        documents = {*self._versions.old.schema.documents, *self._versions.new.schema.documents}
        known = set(map(self._find_change, documents))
        for change in self._versions.changes:
            if change not in known:
                before, after = _show(change.before), _show(change.after)
                message = f"The namespace {before} was renamed to {after}."
                yield Finding(NAMESPACE_CHANGED, NAMESPACE_CHANGED.severity, before, message, before, after)

    def _find_change(self, name: str) -> NamespaceChange | None:
        """Return the change of the namespace of a message that both versions have."""
        for change in self._versions.changes:
            before, after = (clark(namespace, local_name(name)) for namespace in (change.before, change.after))
            is_compared = change.compared == namespace_of(name)
            if is_compared and before in self._old.schema.elements and after in self._new.schema.elements:
                return change
        return None

    def _make_witness(self, name: str) -> Witness | None:
        """Return a document of the old version that the new one refuses; None if none can be made."""
        declarations = self._old.validator.declarations
        declaration = declarations.elements[name]
        examples = Examples(declarations, declarations)
        try:
            if not examples.may_have(name, declaration):
                return None
            document = serialize(examples.make_element(declaration))
        except (NoExample, GiveUp):
            return None
        report = self._new.validator.validate(document)
        if report.valid or not self._old.validator.validate(document).valid:
            return None
        confirmed = self._confirmation.confirm(document)
        return Witness(document.decode(), report.problems[0], confirmed.by, confirmed.denied_by)


def _show(namespace: str) -> str:
    return namespace or "no namespace"
