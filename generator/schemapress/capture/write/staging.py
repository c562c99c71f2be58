"""The roots that a copy of a specification folder is loaded from, before it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.load.roots import Roots, roots_of


def roots_of_copy(copy: Path, folder: Path, known: Roots, urls: Mapping[str, str]) -> Roots:
    """Return the roots for the schemas in a copy of a folder; `urls` maps URLs to files of the folder."""
    locations = {**dict(known.locations), **{url: folder / file for url, file in urls.items()}}
    return roots_of([copy, *known.folders], locations_in_copy(locations, folder, copy), known.catalogs)


def locations_in_copy(locations: dict[str, Path], folder: Path, copy: Path) -> dict[str, Path]:
    """Return locations in which files of the folder are replaced by those of its copy."""
    real = folder.resolve()
    files = {uri: file.resolve() for uri, file in locations.items()}
    return {uri: copy / file.relative_to(real) if file.is_relative_to(real) else file for uri, file in files.items()}


def add_folder(roots: Roots, folder: Path) -> Roots:
    """Return roots with one more folder."""
    return replace(roots, folders=(folder.resolve(), *roots.folders))
