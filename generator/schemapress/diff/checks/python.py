"""The classes that are generated: what the code of a consumer would notice of a change."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemapress.diff.finding import Finding
from schemapress.diff.rule import Rule
from schemapress.diff.versions.version import Version
from schemapress.errors import SchemapressError
from schemapress.targets.bindings.target import Bindings


def _rule(name: str, documentation: str, *, breaking: bool) -> Rule:
    return Rule(f"python-{name}", "python", "breaking" if breaking else "compatible", documentation)


CLASS_REMOVED = _rule("class-removed", "A class is gone, or has another name.", breaking=True)
CLASS_ADDED = _rule("class-added", "There is a class that was not there.", breaking=False)
BASES = _rule("bases-changed", "A class is derived from other classes.", breaking=True)
FIELD_REMOVED = _rule("field-removed", "A field of a class is gone, or has another name.", breaking=True)
FIELD_ADDED = _rule("field-added", "A class has a field with a default that it did not have.", breaking=False)
FIELD_REQUIRED = _rule("field-required", "A field has to be given that had a default, or did not exist.", breaking=True)
FIELD_OPTIONAL = _rule("field-optional", "A field has a default that had none.", breaking=False)
TYPE = _rule("type-changed", "A field has another type.", breaking=True)
DEFAULT = _rule("default-changed", "A field has another default.", breaking=True)
MEMBER_REMOVED = _rule("member-removed", "A member of an enumeration is gone, or has another name.", breaking=True)
MEMBER_ADDED = _rule("member-added", "An enumeration has a member that it did not have.", breaking=False)
MEMBER = _rule("member-changed", "A member of an enumeration has another value.", breaking=True)
UNKNOWN = Rule(
    "python-unknown",
    "python",
    "informative",
    "The classes could not be generated, or are too many, so they were not compared.",
)
RULES = (
    CLASS_REMOVED, CLASS_ADDED, BASES, FIELD_REMOVED, FIELD_ADDED, FIELD_REQUIRED, FIELD_OPTIONAL, TYPE, DEFAULT,
    MEMBER_REMOVED, MEMBER_ADDED, MEMBER, UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a dataclass; `default` is None where a value has to be given."""

    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class _Class:
    """A class as its user sees it: the fields of a dataclass, or the members of an enumeration with their values."""

    bases: str
    fields: Mapping[str, _Field]
    members: Mapping[str, str]


MOST_TYPES = 2_000
"""Types up to which the classes are generated without being asked for: xsdata takes some milliseconds for each."""


def instead(old: Version, new: Version) -> Finding | None:
    """Return the finding that the classes were not compared, where there would be very many."""
    types = max(len(old.schema.types), len(new.schema.types))
    if types <= MOST_TYPES or _is_same(old, new):
        return None
    message = f"The classes of {types:,} types were not compared; --kind python does."
    return Finding(UNKNOWN, UNKNOWN.severity, "bindings", message)


def find(old: Version, new: Version) -> Iterator[Finding]:
    """Yield what changed of the classes that xsdata generates; nothing where the files of both are the same."""
    if _is_same(old, new):
        return
    with (
        Bindings(old.files, old.reading.limits) as one,
        Bindings(new.files, new.reading.limits) as other,
    ):
        try:
            one.begin(old.schema)
            other.begin(new.schema)
            before, after = (
                dict(_classes(ast.parse("".join(bindings.files().values())).body)) for bindings in (one, other)
            )
        except SchemapressError as error:
            yield Finding(UNKNOWN, "informative", "bindings", error.message)
            return
    yield from _changes(before, after)


def _is_same(old: Version, new: Version) -> bool:
    """Whether both versions are made of the same documents, byte by byte, whatever their files are called."""
    return list(old.contents.values()) == list(new.contents.values())


def _classes(statements: list[ast.stmt], outer: str = "") -> Iterator[tuple[str, _Class]]:
    for statement in statements:
        if not isinstance(statement, ast.ClassDef):
            continue
        name = f"{outer}{statement.name}"
        if not (outer and statement.name == "Meta"):
            yield name, _class(statement)
            yield from _classes(statement.body, f"{name}.")


def _class(statement: ast.ClassDef) -> _Class:
    fields, members = {}, {}
    for inner in statement.body:
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            fields[inner.target.id] = _Field(ast.unparse(inner.annotation), _default(inner.value))
        elif isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
            members[inner.targets[0].id] = ast.unparse(inner.value)
    return _Class(", ".join(map(ast.unparse, statement.bases)), fields, members)


def _default(value: ast.expr | None) -> str | None:
    """Return the default of a field: what `field` is called with, or the value itself."""
    if not isinstance(value, ast.Call):
        return None if value is None else ast.unparse(value)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in value.keywords}
    default = given.get("default", given.get("default_factory"))
    return f"{default}, not to be given" if given.get("init") == "False" else default


def _changes(before: Mapping[str, _Class], after: Mapping[str, _Class]) -> Iterator[Finding]:
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            yield _finding(CLASS_REMOVED, name, f"The class {name} is gone.", name, "")
            continue
        if old.bases != new.bases:
            yield _finding(
                BASES,
                name,
                f"The bases of {name} were {old.bases or 'none'}, and are {new.bases or 'none'}.",
                old.bases,
                new.bases,
            )
        yield from _fields(name, old.fields, new.fields)
        yield from _members(name, old.members, new.members)
    for name in after:
        if name not in before:
            yield _finding(CLASS_ADDED, name, f"The class {name} is new.", "", name)


def _fields(owner: str, before: Mapping[str, _Field], after: Mapping[str, _Field]) -> Iterator[Finding]:
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{owner}.{name}", before.get(name), after.get(name)
        if new is None:
            assert old is not None
            yield _finding(FIELD_REMOVED, path, f"The field {path} is gone.", old.type, "")
        elif old is None:
            rule = FIELD_REQUIRED if new.default is None else FIELD_ADDED
            required = ", and has to be given" if new.default is None else ""
            yield _finding(rule, path, f"The field {path} is new{required}.", "", new.type)
        else:
            if old.type != new.type:
                yield _finding(TYPE, path, f"The type of {path} was {old.type}, and is {new.type}.", old.type, new.type)
            if old.default != new.default:
                rule = FIELD_REQUIRED if new.default is None else FIELD_OPTIONAL if old.default is None else DEFAULT
                said = f"The default of {path} was {old.default or 'none'}, and is {new.default or 'none'}."
                yield _finding(rule, path, said, old.default or "", new.default or "")


def _members(owner: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Finding]:
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{owner}.{name}", before.get(name), after.get(name)
        if new is None:
            yield _finding(MEMBER_REMOVED, path, f"The member {path} is gone.", old or "", "")
        elif old is None:
            yield _finding(MEMBER_ADDED, path, f"The member {path} is new.", "", new)
        elif old != new:
            yield _finding(MEMBER, path, f"The member {path} was {old}, and is {new}.", old, new)


def _finding(rule: Rule, path: str, message: str, before: str, after: str) -> Finding:
    return Finding(rule, rule.severity, path, message, before, after)
