"""The configuration of a project: `[tool.schemapress]` in its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, limits_of
from schemapress.schema.roots import Roots, roots_of

DEFAULT_TARGETS = ("bindings", "validators", "scanner", "codec", "handlers")


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of `[tool.schemapress]`.

    `spec` and `output` are folders, relative to the project; `targets` are emitted for every API;
    `templates` is a folder whose templates replace the built-in ones of the same path; `packages` gives
    the package name for a folder of `spec` whose own name does not suit; `bindings` the package that has the
    classes for a folder already, which are then not generated; `capture` answers questions of captured pages;
    `severities` gives rules of `diff` another severity than their own; `locations` are folders, relative to the
    project, that schemas may be read from beside `spec`; `limits` gives other bounds than the usual ones.
    """

    spec: str = "spec"
    output: str = "generated"
    targets: tuple[str, ...] = DEFAULT_TARGETS
    templates: str | None = None
    packages: Mapping[str, str] | None = None
    bindings: Mapping[str, str] | None = None
    capture: Mapping[str, str] | None = None
    severities: Mapping[str, str] | None = None
    locations: tuple[str, ...] = ()
    limits: SourceLimits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class ApiFolder:
    """One folder of `spec`: its name, the package it becomes, and its XSDs."""

    name: str
    package: str
    folder: Path
    sources: tuple[Path, ...]
    bindings: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk."""

    root: Path
    settings: Settings

    @property
    def output(self) -> Path:
        """The folder that generated packages are written to."""
        return self.root / self.settings.output

    @property
    def templates(self) -> Path | None:
        """The folder of the project's own templates, if it has any."""
        return None if self.settings.templates is None else self.root / self.settings.templates

    @property
    def roots(self) -> Roots:
        """The folders that schemas may be read from: `spec`, and the locations."""
        return roots_of([self.root / self.settings.spec, *(self.root / one for one in self.settings.locations)])

    def apis(self, names: tuple[str, ...] = ()) -> list[ApiFolder]:
        """Return the APIs of the given names; all of them without a name.

        Raises:
            SchemapressError: there is no such folder, or none with an XSD.
        """
        spec = self.root / self.settings.spec
        if not spec.is_dir():
            raise SchemapressError("There is no such folder.", place=str(spec), hint="Create it, or set `spec`.")
        found = {folder.name: folder for folder in sorted(spec.iterdir()) if any(folder.glob("*.xsd"))}
        for name in names:
            if name not in found:
                known = ", ".join(found) or "none"
                raise SchemapressError(f"There is no API {name!r}.", place=str(spec), hint=f"Known are: {known}.")
        if not found:
            raise SchemapressError(
                "No folder here has an XSD.", place=str(spec), hint=f"Put one into {spec / 'NAME'}, a folder an API."
            )
        return [self._api(folder) for name, folder in found.items() if not names or name in names]

    def _api(self, folder: Path) -> ApiFolder:
        packages = self.settings.packages or {}
        package = packages.get(folder.name, folder.name.replace("-", "_").replace(".", "_").lower())
        bindings = (self.settings.bindings or {}).get(folder.name)
        if not package.isidentifier():
            hint = f'Set its package: packages = {{"{folder.name}" = "…"}}.'
            raise SchemapressError(f"{package!r} can't be the name of a package.", place=str(folder), hint=hint)
        return ApiFolder(folder.name, package, folder, tuple(sorted(folder.glob("*.xsd"))), bindings)


def load_project(start: Path) -> Project:
    """Return the project that a folder belongs to: the nearest one upwards with a pyproject.toml.

    Raises:
        SchemapressError: there is none, or `[tool.schemapress]` has a key or a value that it can't have.
    """
    for root in (start.resolve(), *start.resolve().parents):
        file = root / "pyproject.toml"
        if file.is_file():
            return Project(root, _settings(file))
    raise SchemapressError(
        "There is no pyproject.toml here or above.", place=str(start), hint="Run the command inside a project."
    )


def limits_here() -> SourceLimits:
    """Return the bounds of the project that the current folder belongs to, or the usual ones where it is in none.

    Raises:
        SchemapressError: `[tool.schemapress]` has a key or a value that it can't have.
    """
    here = Path().resolve()
    file = next((one / "pyproject.toml" for one in (here, *here.parents) if (one / "pyproject.toml").is_file()), None)
    return DEFAULT_LIMITS if file is None else _settings(file).limits


def _settings(file: Path) -> Settings:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This is not TOML: {error}.", place=str(file)) from None
    table = document.get("tool", {}).get("schemapress", {})
    known = {field.name for field in fields(Settings)}
    for key in table:
        if key not in known:
            raise _unknown(key, known, file)
    values = {key: _value(key, value, file) for key, value in table.items()}
    return Settings(**values)  # type: ignore[arg-type]  # _value has checked the type of each key


def _unknown(key: str, known: set[str], file: Path) -> SchemapressError:
    from difflib import get_close_matches

    nearest = get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"Known are {', '.join(sorted(known))}."
    return SchemapressError(f"[tool.schemapress] has no key {key!r}.", place=str(file), hint=hint)


def _value(key: str, value: object, file: Path) -> object:
    if key == "limits" and isinstance(value, dict):
        return limits_of(value, str(file))
    if key in ("targets", "locations"):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        expected = "a list of strings"
    elif key in ("packages", "bindings", "capture", "severities"):
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return value
        expected = "a table of strings"
    elif key == "limits":
        expected = "a table of whole numbers"
    else:
        if isinstance(value, str):
            return value
        expected = "a string"
    raise SchemapressError(f"[tool.schemapress] {key} is {value!r}; expected {expected}.", place=str(file))
