"""The check of the generated classes: what the code of a consumer would notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemapress.diff.checks.check import Check
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule
from schemapress.diff.similar_names import list_similar
from schemapress.errors import SchemapressError
from schemapress.targets.bindings.target import Bindings


def _make_rule(name: str, documentation: str, *, breaking: bool) -> Rule:
    return Rule(f"python-{name}", "python", "breaking" if breaking else "compatible", documentation)


CLASS_REMOVED = _make_rule("class-removed", "A class was removed or renamed.", breaking=True)
CLASS_ADDED = _make_rule("class-added", "A class was added.", breaking=False)
BASES = _make_rule("bases-changed", "The base classes of a class changed.", breaking=True)
FIELD_REMOVED = _make_rule("field-removed", "A field was removed or renamed.", breaking=True)
FIELD_RENAMED = _make_rule("field-renamed", "A field probably has another name.", breaking=True)
FIELD_ADDED = _make_rule("field-added", "A field with a default was added.", breaking=False)
FIELD_REQUIRED = _make_rule(
    "field-required", "A field without a default was added, or lost its default.", breaking=True
)
FIELD_OPTIONAL = _make_rule("field-optional", "A field got a default.", breaking=False)
FIELD_TYPE = _make_rule("type-changed", "The type of a field changed.", breaking=True)
FIELD_DEFAULT = _make_rule("default-changed", "The default of a field changed.", breaking=True)
MEMBER_REMOVED = _make_rule("member-removed", "A member of an enumeration was removed or renamed.", breaking=True)
MEMBER_ADDED = _make_rule("member-added", "A member of an enumeration was added.", breaking=False)
MEMBER_VALUE = _make_rule("member-changed", "The value of an enumeration member changed.", breaking=True)
UNKNOWN = Rule(
    "python-unknown",
    "python",
    "informative",
    "The classes were not compared: they could not be generated, or are too many.",
)
RULES = (
    CLASS_REMOVED, CLASS_ADDED, BASES, FIELD_REMOVED, FIELD_RENAMED, FIELD_ADDED, FIELD_REQUIRED, FIELD_OPTIONAL,
    FIELD_TYPE, FIELD_DEFAULT, MEMBER_REMOVED, MEMBER_ADDED, MEMBER_VALUE, UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a dataclass; `default` is None if a value is required."""

    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class _Class:
    """A class as its user sees it: the fields of a dataclass, or the members of an enumeration."""

    bases: str
    fields: Mapping[str, _Field]
    members: Mapping[str, str]


_MOST_CLASSES = 5
"""Classes added or removed that have a finding each."""

MOST_TYPES = 2_000
"""Types up to which the classes are compared by default: xsdata takes some milliseconds per type."""


def skip_many(old: Version, new: Version) -> Finding | None:
    """Return the finding that the classes were not compared, if there are too many."""
    types = max(len(old.schema.types), len(new.schema.types))
    if types <= MOST_TYPES or _is_same(old, new):
        return None
    message = f"The classes of {types:,} types were not compared. To compare them, pass --kind python."
    return Finding(UNKNOWN, UNKNOWN.severity, "bindings", message)


def find_changes(old: Version, new: Version) -> Iterator[Finding]:
    """Yield the changes of the classes that xsdata generates; none if both versions have the same files."""
    if _is_same(old, new):
        return
    with (
        Bindings(old.files, old.reading.limits) as old_bindings,
        Bindings(new.files, new.reading.limits) as new_bindings,
    ):
        try:
            old_bindings.begin(old.schema)
            new_bindings.begin(new.schema)
            before, after = (
                dict(_read_classes(ast.parse("".join(bindings.files().values())).body))
                for bindings in (old_bindings, new_bindings)
            )
        except SchemapressError as error:
            yield Finding(UNKNOWN, "informative", "bindings", error.message)
            return
    yield from _compare_classes(before, after)


def _is_same(old: Version, new: Version) -> bool:
    """Whether both versions consist of the same documents, byte by byte, whatever the names of their files."""
    return list(old.contents.values()) == list(new.contents.values())


def _read_classes(statements: list[ast.stmt], outer: str = "") -> Iterator[tuple[str, _Class]]:
    for statement in statements:
        if not isinstance(statement, ast.ClassDef):
            continue
        name = f"{outer}{statement.name}"
        if not (outer and statement.name == "Meta"):
            yield name, _read_class(statement)
            yield from _read_classes(statement.body, f"{name}.")


def _read_class(statement: ast.ClassDef) -> _Class:
    fields, members = {}, {}
    for inner in statement.body:
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            fields[inner.target.id] = _Field(ast.unparse(inner.annotation), _read_default(inner.value))
        elif isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
            members[inner.targets[0].id] = ast.unparse(inner.value)
    return _Class(", ".join(map(ast.unparse, statement.bases)), fields, members)


def _read_default(value: ast.expr | None) -> str | None:
    """Return the default of a field: the argument of `field`, or the value itself."""
    if not isinstance(value, ast.Call):
        return None if value is None else ast.unparse(value)
    arguments = {keyword.arg: ast.unparse(keyword.value) for keyword in value.keywords}
    default = arguments.get("default", arguments.get("default_factory"))
    return f"{default}, not to be given" if arguments.get("init") == "False" else default


def _compare_classes(before: Mapping[str, _Class], after: Mapping[str, _Class]) -> Iterator[Finding]:
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            continue
        if old.bases != new.bases:
            message = f"The bases of {name} changed from {old.bases or 'none'} to {new.bases or 'none'}."
            yield _make_finding(BASES, name, message, old.bases, new.bases)
        yield from _compare_fields(name, old.fields, new.fields)
        yield from _compare_members(name, old.members, new.members)
    for rule, names in ((CLASS_REMOVED, before.keys() - after.keys()), (CLASS_ADDED, after.keys() - before.keys())):
        yield from _find_classes(rule, sorted(names))


def _find_classes(rule: Rule, names: list[str]) -> Iterator[Finding]:
    """Yield a finding for each class that was added or removed; one for all of them where they are many."""
    verb, is_removed = ("removed", True) if rule is CLASS_REMOVED else ("added", False)
    if len(names) <= _MOST_CLASSES:
        for name in names:
            yield _make_finding(rule, name, f"Class {name} was {verb}.", *((name, "") if is_removed else ("", name)))
        return
    listed = ", ".join(names)
    message = f"{len(names):,} classes were {verb}: {', '.join(names[:_MOST_CLASSES])} and others."
    yield _make_finding(rule, "bindings", message, *((listed, "") if is_removed else ("", listed)))


def _compare_fields(owner: str, before: Mapping[str, _Field], after: Mapping[str, _Field]) -> Iterator[Finding]:
    renames = _find_renames(before, after)
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{owner}.{name}", before.get(name), after.get(name)
        if name in renames.values():
            continue
        if name in renames:
            message = f"Field {path} is probably {renames[name]} now."
            yield _make_finding(FIELD_RENAMED, path, message, name, renames[name])
        elif new is None:
            assert old is not None
            yield _make_finding(FIELD_REMOVED, path, f"Field {path} was removed.", old.type, "")
        elif old is None:
            rule = FIELD_REQUIRED if new.default is None else FIELD_ADDED
            required = ", and is required" if new.default is None else ""
            yield _make_finding(rule, path, f"Field {path} was added{required}.", "", new.type)
        else:
            if old.type != new.type:
                message = f"The type of {path} changed from {old.type} to {new.type}."
                yield _make_finding(FIELD_TYPE, path, message, old.type, new.type)
            if new.default is None and old.default is not None:
                message = f"{path} no longer has a default; it was {old.default}."
                yield _make_finding(FIELD_REQUIRED, path, message, old.default, "")
            elif old.default is None and new.default is not None:
                yield _make_finding(FIELD_OPTIONAL, path, f"{path} has the default {new.default}.", "", new.default)
            elif old.default is not None and new.default is not None and old.default != new.default:
                message = f"The default of {path} changed from {old.default} to {new.default}."
                yield _make_finding(FIELD_DEFAULT, path, message, old.default, new.default)


def _find_renames(before: Mapping[str, _Field], after: Mapping[str, _Field]) -> dict[str, str]:
    """Return the new names of fields by their old ones: a field of the same type and default took the place."""
    renames: dict[str, str] = {}
    lost = {name: field for name, field in before.items() if name not in after}
    for name, old in lost.items():
        rivals = sum(other == old for other in lost.values()) - 1
        same = [other for other, new in after.items() if other not in before and new == old]
        for other in list_similar(name, [other for other in same if other not in renames.values()], rivals)[:1]:
            renames[name] = other
    return renames


def _compare_members(owner: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Finding]:
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{owner}.{name}", before.get(name), after.get(name)
        if new is None:
            yield _make_finding(MEMBER_REMOVED, path, f"Member {path} was removed.", old or "", "")
        elif old is None:
            yield _make_finding(MEMBER_ADDED, path, f"Member {path} was added.", "", new)
        elif old != new:
            yield _make_finding(MEMBER_VALUE, path, f"Member {path} changed from {old} to {new}.", old, new)


def _make_finding(rule: Rule, path: str, message: str, before: str, after: str) -> Finding:
    return Finding(rule, rule.severity, path, message, before, after)


CHECK = Check(RULES, find_changes, skip_many)
