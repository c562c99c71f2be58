"""Validators in memory, made of an XSD at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.loader import load
from schemapress.load.roots import Roots, roots_around, roots_of
from schemapress.load.schema import Schema
from schemapress_runtime.limits import DEFAULT, DocumentLimits
from schemapress_runtime.report.problem import Report
from schemapress_runtime.validation import validator
from schemapress_runtime.xsd.components import Declarations

_MOST_KEPT = 64
"""Validators that are kept, for schemas that are compiled again."""

StrPath = str | os.PathLike[str]


class Validator:
    """Validates documents against one schema."""

    def __init__(self, validator: validator.Validator, *, doctype: bool = False) -> None:
        """Take what the emitted code validates with; `doctype` allows documents to have a document type declaration."""
        self._validator = validator
        self._doctype = doctype

    @property
    def declarations(self) -> Declarations:
        """What the schema declares, as the walk reads it: the automaton of each content model, each value space."""
        return self._validator.declarations

    def validate(self, document: bytes | StrPath) -> Report:
        """Return the report of a document, given as bytes or as the path of a file.

        Raises:
            OSError: the file can't be read.
        """
        data = document if isinstance(document, bytes) else Path(document).read_bytes()
        return self._validator.validate(data, doctype=self._doctype)

    def walk(self, document: bytes) -> Report:
        """Return the same report, by the walk over the parsed document alone, without the quicker passes."""
        return self._validator.walk(document, doctype=self._doctype)


def compile(  # noqa: A001  # as re.compile
    paths: StrPath | Iterable[StrPath],
    *,
    doctype: bool = False,
    roots: Iterable[StrPath] | None = None,
    locations: Mapping[str, StrPath] | None = None,
    catalogs: Iterable[StrPath] = (),
    lax: bool = False,
    limits: SourceLimits = DEFAULT_LIMITS,
    document_limits: DocumentLimits = DEFAULT,
) -> Validator:
    """Return a validator for an XSD, or for several that make one schema; the same one for unchanged files.

    `doctype` allows documents to have a document type declaration, whose external part is never read.
    What a schema refers to has to be there; `lax` passes over what is missing, which then constrains nothing (XSD 1.0
    Part 1 §5.3). Nothing is ever fetched: `locations` has the file for a URL or a namespace, and so has a catalog.xml
    beside the schema, or one of `catalogs`. Files are read from the folders `roots` alone; without them, for each path,
    from the folder that its own folder lies in, and from the folders of `catalogs`. `limits` bounds what a schema may
    ask for, `document_limits` what a document may.

    Raises:
        SchemapressError: a file is missing, may not be read or is not an XSD, the schema is invalid, or it goes
            beyond a limit.
    """
    listed = tuple(map(Path, [paths] if isinstance(paths, str | os.PathLike) else paths))
    named = {uri: Path(file) for uri, file in (locations or {}).items()}
    asked = [Path(catalog) for catalog in catalogs]
    if roots is None:
        readable = roots_around([path.absolute() for path in listed], named, asked)
    else:
        readable = roots_of(map(Path, roots), named, asked)
    return compile_within(listed, readable, doctype=doctype, lax=lax, limits=limits, document_limits=document_limits)


def compile_within(
    paths: tuple[Path, ...],
    roots: Roots,
    *,
    doctype: bool = False,
    lax: bool = False,
    limits: SourceLimits = DEFAULT_LIMITS,
    document_limits: DocumentLimits = DEFAULT,
) -> Validator:
    """Return a validator as `compile` does, for XSDs that are read from `roots`."""
    key = (tuple(path.absolute() for path in paths), roots, lax, limits)
    kept = _KEPT.get(key)
    if kept is None or kept.stamps != _stamps(kept.stamps):
        schema, made = _made(paths, roots, limits, lax=lax)
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        kept = _KEPT[key] = _Kept(made, _stamps((*schema.paths, *schema.catalogs)))
    return Validator(kept.validator.with_limits(document_limits), doctype=doctype)


def _made(
    paths: tuple[Path, ...], roots: Roots, limits: SourceLimits, *, lax: bool
) -> tuple[Schema, validator.Validator]:
    """Return the schema of files, and what validates with it."""
    try:
        schema = load(paths, strict=not lax, roots=roots, limits=limits)
        return schema, validator_of(schema)
    except SchemapressError:
        raise
    except Exception as error:  # where something is missing, no judge has looked at all of the rest
        if not lax:
            raise
        message = f"The schema refers to what is missing, and is invalid as well: {type(error).__name__}."
        raise SchemapressError(message, place=str(paths[0]), hint="Add what is missing to see the fault.") from error


@dataclass(frozen=True, slots=True)
class _Kept:
    """A validator, and when each file that its schema was read from was changed last."""

    validator: validator.Validator
    stamps: Mapping[Path, int]


_KEPT: dict[tuple[tuple[Path, ...], Roots, bool, SourceLimits], _Kept] = {}


def _stamps(paths: Iterable[Path]) -> dict[Path, int]:
    """Return when each file was changed last, in nanoseconds; 0 where it is not there."""
    return {path: path.stat().st_mtime_ns if path.is_file() else 0 for path in paths}


def validator_of(schema: Schema) -> validator.Validator:
    """Return what validates documents against a schema."""
    return validator.Validator(schema.declarations)
