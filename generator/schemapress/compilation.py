"""Validators in memory, made directly from an XSD."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemapress.cache.entry import key_of, read_entry, write_entry
from schemapress.cache.folder import CacheFolder, default_folder
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.loader import load
from schemapress.load.roots import Roots, roots_around, roots_of
from schemapress.load.schema import Schema
from schemapress_runtime.limits import DEFAULT_DOCUMENT_LIMITS, DocumentLimits
from schemapress_runtime.report.problem import Report
from schemapress_runtime.validation import validator
from schemapress_runtime.xml.file_source import FileSource
from schemapress_runtime.xsd.components import Declarations

_MOST_CACHED = 64
"""Validators in the cache, for schemas that are compiled again."""

_LOG = logging.getLogger(__name__)

StrPath = str | os.PathLike[str]


class Validator:
    """Validates documents against one schema."""

    def __init__(self, validator: validator.Validator, *, doctype: bool = False) -> None:
        """Take the validator of the runtime; with `doctype`, documents may have a document type declaration."""
        self._validator = validator
        self._doctype = doctype

    @property
    def declarations(self) -> Declarations:
        """The declarations of the schema, with the automaton of each content model and each value space."""
        return self._validator.declarations

    def validate(self, document: bytes | FileSource) -> Report:
        """Return the report of a document, given as bytes, as the path of a file, or as a file that is open for bytes.

        A file of more than 10 MB is read in parts, so that it takes no more memory than a small one.

        Raises:
            OSError: the file can't be read.
        """
        if isinstance(document, bytes):
            return self._validator.validate(document, doctype=self._doctype)
        return self._validator.validate_file(document, doctype=self._doctype)

    def walk(self, document: bytes) -> Report:
        """Return the same report from the walk over the parsed document alone, without the faster passes."""
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
    document_limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS,
    cache: bool | StrPath = False,
) -> Validator:
    """Return a validator for an XSD, or for several XSDs that make one schema; unchanged files are compiled once.

    - `doctype`: documents may have a document type declaration. Its external part is never read.
    - `lax`: a missing file or component is no error, and constrains nothing (XSD 1.0 Part 1 §5.3).
    - `locations` maps URLs and namespaces to files, and so do a catalog.xml beside the schema and the `catalogs`.
      Nothing is ever fetched.
    - `roots`: only files in these folders are read. Default: the parent of the folder of each path, and the folders of
      `catalogs`.
    - `limits` bounds schemas, `document_limits` documents.
    - `cache`: keep the loaded schema on disk for later processes: if True in the user's folder for caches, or in the
      folder that is named. It counts as long as every file that was read, or looked for in vain, is as it was. Nothing
      is kept in a folder that others can write to, or the user can't. Default: nothing is written.

    Raises:
        SchemapressError: a file is missing, may not be read or is not an XSD, or the schema is invalid or
            goes beyond a limit.
    """
    listed = tuple(map(Path, [paths] if isinstance(paths, str | os.PathLike) else paths))
    named = {uri: Path(file) for uri, file in (locations or {}).items()}
    catalog_paths = [Path(catalog) for catalog in catalogs]
    if roots is None:
        readable = roots_around([path.absolute() for path in listed], named, catalog_paths)
    else:
        readable = roots_of(map(Path, roots), named, catalog_paths)
    return compile_within(
        listed,
        readable,
        doctype=doctype,
        lax=lax,
        limits=limits,
        document_limits=document_limits,
        cache=_find_cache(cache),
    )


def _find_cache(cache: bool | StrPath) -> CacheFolder | None:
    """Return the cache that `compile` is asked to use; None without one. Logs a warning of one that is not used."""
    if cache is False:
        return None
    folder = default_cache() if cache is True else CacheFolder(Path(cache).absolute())
    fault = None if folder is None else folder.find_fault()
    if fault is not None:
        _LOG.warning(fault)
    return folder if fault is None else None


def default_cache() -> CacheFolder | None:
    """Return the cache in the user's folder for caches; None where the user has none."""
    folder = default_folder()
    return None if folder is None else CacheFolder(folder)


def compile_within(
    paths: tuple[Path, ...],
    roots: Roots,
    *,
    doctype: bool = False,
    lax: bool = False,
    limits: SourceLimits = DEFAULT_LIMITS,
    document_limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS,
    cache: CacheFolder | None = None,
) -> Validator:
    """Return a validator as `compile` does, for XSDs that are read from `roots`."""
    key = (tuple(path.absolute() for path in paths), roots, lax, limits)
    entry = _CACHE.get(key)
    if entry is None or entry.stamps != _stamps(entry.stamps):
        validator_, files = _restore_or_load(paths, roots, limits, cache, lax=lax)
        if len(_CACHE) >= _MOST_CACHED:
            _CACHE.clear()
        entry = _CACHE[key] = _CacheEntry(validator_, _stamps(files))
    return Validator(entry.validator.with_limits(document_limits), doctype=doctype)


def _restore_or_load(
    paths: tuple[Path, ...], roots: Roots, limits: SourceLimits, folder: CacheFolder | None, *, lax: bool
) -> tuple[validator.Validator, tuple[Path, ...]]:
    """Return the validator of files, and all files of its schema: from a folder, or loaded and put there."""
    if folder is None:
        schema, validator_ = _load(paths, roots, limits, lax=lax)
        return validator_, (*schema.paths, *schema.catalogs)
    key = key_of(paths, roots, limits, lax=lax)
    entry = folder.read(key)
    restored = None if entry is None else read_entry(key, entry)
    if restored is not None:
        declarations, files = restored
        return validator.Validator(declarations), files
    schema, validator_ = _load(paths, roots, limits, lax=lax)
    written = write_entry(key, schema)
    if written is not None:
        folder.write(key, written)
    return validator_, (*schema.paths, *schema.catalogs)


def _load(
    paths: tuple[Path, ...], roots: Roots, limits: SourceLimits, *, lax: bool
) -> tuple[Schema, validator.Validator]:
    """Return the schema of files, and its validator."""
    try:
        schema = load(paths, strict=not lax, roots=roots, limits=limits)
        return schema, validator_of(schema)
    except SchemapressError:
        raise
    except Exception as error:  # if something is missing, the judges have not checked the rest
        if not lax:
            raise
        message = f"The schema is invalid; it also refers to missing files or components: {type(error).__name__}."
        raise SchemapressError(message, place=str(paths[0]), hint="Add what is missing to see the error.") from error


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    """A validator, and the time of the last change of each file of its schema."""

    validator: validator.Validator
    stamps: Mapping[Path, int]


_CACHE: dict[tuple[tuple[Path, ...], Roots, bool, SourceLimits], _CacheEntry] = {}


def _stamps(paths: Iterable[Path]) -> dict[Path, int]:
    """Return the time of the last change of each file, in nanoseconds; 0 for a missing file."""
    return {path: path.stat().st_mtime_ns if path.is_file() else 0 for path in paths}


def validator_of(schema: Schema) -> validator.Validator:
    """Return the validator of a schema."""
    return validator.Validator(schema.declarations)
