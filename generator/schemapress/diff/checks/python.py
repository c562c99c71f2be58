"""The check of the generated classes: what the code of a consumer would notice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
    renamed = _find_renamed(before, after)
    for name, old in before.items():
        new = after.get(name)
        if name in renamed:
            message = f"Class {name} was renamed to {renamed[name]}, which is otherwise the same."
            yield _make_finding(CLASS_REMOVED, name, message, name, renamed[name])
        if new is None:
            continue
        if old.bases != new.bases:
            message = f"The bases of {name} changed from {old.bases or 'none'} to {new.bases or 'none'}."
            yield _make_finding(BASES, name, message, old.bases, new.bases)
        yield from _compare_fields(name, _rename_types(old.fields, renamed), new.fields)
        yield from _compare_members(name, old.members, new.members)
    yield from _find_classes(CLASS_REMOVED, before, before.keys() - after.keys() - renamed.keys())
    yield from _find_classes(CLASS_ADDED, after, after.keys() - before.keys() - set(renamed.values()))


def _find_classes(rule: Rule, classes: Mapping[str, _Class], names: AbstractSet[str]) -> Iterator[Finding]:
    """Yield a finding for each class that was added or removed, with what only it uses; one for all of many."""
    verb, is_removed = ("removed", True) if rule is CLASS_REMOVED else ("added", False)
    owned = _find_owned(classes, sorted(names))
    if len(owned) <= _MOST_CLASSES:
        for name, others in owned.items():
            also = f", and what only it uses: {', '.join(others)}" if others else ""
            message = f"Class {name} was {verb}{also}."
            yield _make_finding(rule, name, message, *((name, "") if is_removed else ("", name)))
        return
    listed = ", ".join(sorted(names))
    message = f"{len(names):,} classes were {verb}: {', '.join([*owned][:_MOST_CLASSES])} and others."
    yield _make_finding(rule, "bindings", message, *((listed, "") if is_removed else ("", listed)))


def _find_renamed(before: Mapping[str, _Class], after: Mapping[str, _Class]) -> dict[str, str]:
    """Return the new names of classes that lost, got or changed only the number at the end of their name.

    xsdata numbers classes of one name, so their names change with those of other classes.
    """
    free: dict[str, list[str]] = {}
    for name in after:
        if name not in before:
            free.setdefault(_strip_numbers(name), []).append(name)
    renamed: dict[str, str] = {}
    for name, old in before.items():
        others = free.get(_strip_numbers(name), []) if name not in after else []
        other = next((other for other in others if _is_alike(old, after[other])), None)
        if other is not None:
            renamed[name] = other
            others.remove(other)
    return renamed


def _strip_numbers(text: str) -> str:
    return re.sub(r"(?<=[A-Za-z_])\d+\b", "", text)


def _is_alike(old: _Class, new: _Class) -> bool:
    """Whether two classes are the same, but for the numbers at the end of the names in them."""
    return old.members == new.members and _strip_numbers(repr(old)) == _strip_numbers(repr(new))


def _rename_types(fields: Mapping[str, _Field], renamed: Mapping[str, str]) -> Mapping[str, _Field]:
    """Return fields whose types have the new names of classes."""
    if not renamed:
        return fields

    def rename(text: str) -> str:
        return re.sub(r"[A-Za-z_][\w.]*", lambda name: renamed.get(name[0], name[0]), text)

    return {
        name: _Field(rename(field.type), None if field.default is None else rename(field.default))
        for name, field in fields.items()
    }


def _find_owned(classes: Mapping[str, _Class], names: Sequence[str]) -> dict[str, list[str]]:
    """Return the classes to tell of some, each with the others of them that only it and those use.

    A class inside of another one belongs to it.
    """
    known = set(names)
    users: dict[str, set[str]] = {name: set() for name in names}
    for user, class_ in classes.items():
        for used in known & _list_used(class_) - {user}:
            users[used].add(user)
    parts = {name: name.rpartition(".")[0] for name in names}
    owned: dict[str, list[str]] = {name: [] for name in names if parts[name] not in known and not users[name] & known}
    told = set(owned)
    for owner, others in owned.items():
        waiting = [owner]
        for using in waiting:
            for name in names:
                is_part = parts[name] == using or (using in users[name] and users[name] <= told)
                if name not in told and is_part:
                    others.append(name)
                    told.add(name)
                    waiting.append(name)
    return {**owned, **{name: [] for name in names if name not in told}}


def _list_used(class_: _Class) -> set[str]:
    """Return the names in the bases and the types of the fields of a class."""
    texts = (class_.bases, *(field.type for field in class_.fields.values()))
    return {name for text in texts for name in re.findall(r"[A-Za-z_][\w.]*", text)}


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
