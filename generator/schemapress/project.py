"""The configuration of a project: `[tool.schemapress]` in its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeGuard, get_args

from schemapress.errors import SchemapressError, nearest_of
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, limits_of
from schemapress.load.roots import Roots, find_endpoint_file, roots_of, xsds
from schemapress.reserved import check_identifier, package_name, packages_line

XSDATA_FILE = ".xsdata.xml"
"""The name of xsdata's configuration file, in the folder of an API or in the folder of all APIs."""

Placement = Literal["vendored", "installed"]
"""The runtime of a package: its own copy in `_runtime/`, or the distribution schemapress-runtime."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of `[tool.schemapress]`. All paths are relative to the project.

    - `spec` and `output` are the folders of specifications and of generated packages.
    - `targets` are emitted for every API; without them, the default ones.
    - `templates` is a folder whose templates replace the built-in ones of the same path.
    - `packages` maps a folder of `spec` to the name of its package.
    - `bindings` maps a folder of `spec` to a package with existing classes, which are then not generated.
    - `capture` answers questions about captured pages.
    - `severities` overrides the severity of rules of `diff`, `ignored_paths` are those whose findings it leaves out.
    - `entries` maps a folder of `spec` to its entry documents, which otherwise are found.
    - `roots` are further folders that schemas may be read from.
    - `locations` maps URLs and namespaces to files; `catalogs` are XML catalogs, asked after a catalog.xml beside a
      schema.
    - `limits` overrides limits, `xsdata` options of xsdata.
    - `runtime` is "vendored" or "installed".
    - `serve` has the settings of `schemapress serve`, which reads them itself.
    """

    spec: str = "spec"
    output: str = "generated"
    targets: tuple[str, ...] | None = None
    templates: str | None = None
    packages: Mapping[str, str] | None = None
    bindings: Mapping[str, str] | None = None
    capture: Mapping[str, str] | None = None
    severities: Mapping[str, str] | None = None
    ignored_paths: tuple[str, ...] = ()
    entries: Mapping[str, tuple[str, ...]] | None = None
    roots: tuple[str, ...] = ()
    locations: Mapping[str, str] | None = None
    catalogs: tuple[str, ...] = ()
    limits: SourceLimits = DEFAULT_LIMITS
    xsdata: Mapping[str, object] | None = None
    runtime: Placement = "vendored"
    serve: Mapping[str, object] | None = None


@dataclass(frozen=True)
class ApiSource:
    """One folder of `spec/`: its name, its package, and its entry documents if the settings name them.

    `xsdata` has its options of xsdata from `settings_file`, and `xsdata_file` has more.
    """

    name: str
    package: str
    folder: Path
    roots: Roots
    named: tuple[Path, ...] | None = None
    bindings: str | None = None
    xsdata: Mapping[str, object] = field(default_factory=dict)
    xsdata_file: Path | None = None
    settings_file: str = "pyproject.toml"

    @property
    def endpoint_file(self) -> Path | None:
        """The file of the API's endpoint facts, if it has one."""
        return find_endpoint_file(self.folder)

    @cached_property
    def sources(self) -> tuple[Path, ...]:
        """The entry documents: the named ones, or else those that no other document of the folder refers to."""
        if self.named is not None:
            return self.named
        from schemapress.load.entries import find_entries

        return find_entries(xsds(self.folder), self.roots)


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk."""

    root: Path
    settings: Settings

    @property
    def _file(self) -> str:
        """The file of the settings."""
        return str(self.root / "pyproject.toml")

    def show(self, path: Path) -> str:
        """Return a path for messages: relative to the project if it lies inside."""
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

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
        """The files that schemas may be read from: in `spec` and the other roots, and those of locations."""
        folders = [self.root / self.settings.spec, *(self.root / folder for folder in self.settings.roots)]
        return roots_of(folders, self.locations, self.catalogs)

    @property
    def locations(self) -> dict[str, Path]:
        """The file for each URL and namespace in the settings."""
        return {uri: self.root / file for uri, file in (self.settings.locations or {}).items()}

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The XML catalogs that are asked after those beside a schema."""
        return tuple(self.root / file for file in self.settings.catalogs)

    def apis(self, names: tuple[str, ...] = ()) -> list[ApiSource]:
        """Return the APIs of the given names, or all of them. Hidden folders are ignored.

        Raises:
            SchemapressError: there is no such folder, or no folder has an XSD; two folders have one package; or a name
                or a path in the settings does not exist.
        """
        self.check_paths()
        spec = self.root / self.settings.spec
        if spec.exists() and not spec.is_dir():
            message = f"[tool.schemapress] spec is {self.settings.spec!r}, which is a file."
            raise SchemapressError(message, place=self._file, hint="Name a folder with one folder per API.")
        if not spec.is_dir():
            raise SchemapressError(
                "There is no such folder.", place=str(spec), hint="Create it, or set `spec` in [tool.schemapress]."
            )
        folders = (folder for folder in sorted(spec.iterdir()) if folder.is_dir() and folder.name[0] != ".")
        apis = {folder.name: folder for folder in folders if xsds(folder)}
        for name in names:
            if name not in apis:
                known = ", ".join(apis) or "none"
                raise SchemapressError(f"There is no API {name!r}.", place=str(spec), hint=f"Known are: {known}.")
        if not apis:
            raise SchemapressError(
                "No folder here has an XSD.", place=str(spec), hint=f"Put one into {spec / 'NAME'}: one folder per API."
            )
        self._check_names(apis)
        return [self._api(folder) for name, folder in apis.items() if not names or name in names]

    def check_paths(self) -> None:
        """Check that the paths in the settings exist, and that `output` is not in `spec`.

        Raises:
            SchemapressError: an entry of `roots` is not a folder, one of `catalogs` or `locations` is not a file, or
                `output` is a file or lies in `spec`.
        """
        settings = self.settings
        named = [("roots", path, Path.is_dir, "folder") for path in settings.roots]
        named += [("catalogs", path, Path.is_file, "file") for path in settings.catalogs]
        named += [("locations", path, Path.is_file, "file") for path in (settings.locations or {}).values()]
        for key, path, exists, kind in named:
            if not exists(self.root / path):
                message = f"[tool.schemapress] {key} names {path!r}, but there is no such {kind}."
                hint = f"Create {self.root / path}, or fix `{key}`."
                if (self.root / path).exists():
                    message = f"[tool.schemapress] {key} names {path!r}, which is not a {kind}."
                    hint = f"Fix `{key}`."
                raise SchemapressError(message, place=self._file, hint=hint)
        if self.output.exists() and not self.output.is_dir():
            message = f"[tool.schemapress] output is {settings.output!r}, which is a file."
            raise SchemapressError(message, place=self._file, hint="Name a folder; it need not exist.")
        spec = (self.root / settings.spec).resolve()
        if self.output.resolve().is_relative_to(spec):
            where = "`spec`" if self.output.resolve() == spec else f"inside `spec`, {settings.spec!r}"
            message = f"[tool.schemapress] output is {settings.output!r}, which is {where}."
            raise SchemapressError(message, place=self._file, hint="Name a separate folder for the packages.")

    def _check_names(self, apis: Mapping[str, Path]) -> None:
        """Check that the tables of the settings name existing APIs, and that no two APIs have one package.

        Raises:
            SchemapressError: a table names another API, or two APIs have one package.
        """
        tables = {key: getattr(self.settings, key) for key in ("packages", "bindings", "entries")}
        tables["xsdata.apis"] = (self.settings.xsdata or {}).get("apis")
        for key, table in tables.items():
            for name in table or {}:
                if name not in apis:
                    hint = f"Known are: {', '.join(apis)}."
                    message = f"[tool.schemapress.{key}] names {name!r}, which is not a folder with an XSD."
                    raise SchemapressError(message, place=self._file, hint=hint)
        packages: dict[str, Path] = {}
        for name, folder in apis.items():
            other = packages.setdefault(self._package(name), folder)
            if other is not folder:
                message = f"{other} and {folder} would both become the package {self._package(name)!r}."
                hint = f"Give one of them another name in [tool.schemapress], such as: {packages_line(name, name)}"
                raise SchemapressError(message, place=str(folder), hint=hint)

    def _package(self, name: str) -> str:
        own = name.replace("-", "_").replace(".", "_").lower()
        return package_name((self.settings.packages or {}).get(name, own))

    def entries(self, folder: Path) -> tuple[Path, ...] | None:
        """Return the entry documents in the settings for a folder of the specifications, or None.

        Raises:
            SchemapressError: no XSD of the folder has a name in the settings.
        """
        patterns = (self.settings.entries or {}).get(folder.name)
        if patterns is None:
            return None
        entries: dict[Path, None] = {}
        for pattern in patterns:
            matched = [path for path in xsds(folder) if path in _matching(folder, pattern)]
            if not matched:
                message = f"[tool.schemapress.entries] names {pattern!r}, but no XSD in {folder} has that name."
                raise SchemapressError(message, place=self._file, hint="Fix the name; it is relative to the folder.")
            entries.update(dict.fromkeys(matched))
        return tuple(entries)

    def _api(self, folder: Path) -> ApiSource:
        package = self._package(folder.name)
        check_identifier(package, folder.name, folder)
        bindings = (self.settings.bindings or {}).get(folder.name)
        return ApiSource(
            name=folder.name,
            package=package,
            folder=folder,
            roots=self.roots,
            named=self.entries(folder),
            bindings=bindings,
            xsdata=self._xsdata(folder.name),
            xsdata_file=next(
                (file for file in (folder / XSDATA_FILE, folder.parent / XSDATA_FILE) if file.is_file()), None
            ),
            settings_file=self._file,
        )

    def _xsdata(self, name: str) -> Mapping[str, object]:
        """Return xsdata's options for an API: its own override those for all APIs."""
        options = dict(self.settings.xsdata or {})
        own = options.pop("apis", {})
        return _merge(options, own.get(name, {})) if isinstance(own, dict) else options


def load_project(start: Path) -> Project:
    """Return the project of a folder: the nearest folder, upwards, with a pyproject.toml.

    Raises:
        SchemapressError: there is none, or `[tool.schemapress]` has an unknown key or an invalid value.
    """
    project = project_here(start)
    if project is None:
        hint = "Run the command inside a project, or name one with --project."
        raise SchemapressError("There is no pyproject.toml here or above.", place=str(start), hint=hint)
    return project


def api_of(folder: Path) -> ApiSource | None:
    """Return the API of a folder in the specifications of a project; None for any other folder.

    Raises:
        SchemapressError: `[tool.schemapress]` of the project has an unknown key or an invalid value.
    """
    real = folder.resolve()
    for root in real.parents[1:]:
        if (root / "pyproject.toml").is_file():
            project = Project(root, _read_settings(root / "pyproject.toml"))
            if (root / project.settings.spec).resolve() != real.parent:
                return None
            return next((api for api in project.apis() if api.folder.resolve() == real), None)
    return None


def limits_here() -> SourceLimits:
    """Return the limits of the project of the current folder, or the defaults outside a project.

    Raises:
        SchemapressError: `[tool.schemapress]` has an unknown key or an invalid value.
    """
    project = project_here()
    return DEFAULT_LIMITS if project is None else project.settings.limits


def project_here(start: Path = Path()) -> Project | None:
    """Return the project of a folder, by default the current folder, or None outside a project.

    Raises:
        SchemapressError: `[tool.schemapress]` has an unknown key or an invalid value.
    """
    here = start.resolve()
    root = next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), None)
    return None if root is None else Project(root, _read_settings(root / "pyproject.toml"))


def _read_settings(file: Path) -> Settings:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This is not TOML: {error}.", place=str(file)) from None
    tool = document.get("tool", {})
    table = tool.get("schemapress", {}) if isinstance(tool, dict) else tool
    if not isinstance(table, dict):
        where = "[tool.schemapress]" if isinstance(tool, dict) else "[tool]"
        raise SchemapressError(f"{where} is {table!r}; expected a table.", place=str(file))
    known = {field.name for field in fields(Settings)}
    for key in table:
        if key not in known:
            raise _unknown_key(key, known, file)
    values = {key: _check_value(key, value, file) for key, value in table.items()}
    return Settings(**values)  # type: ignore[arg-type]  # _check_value has checked the type of each key


def _matching(folder: Path, pattern: str) -> set[Path]:
    """Return the files of a folder that a path or a pattern names; none for an absolute path."""
    try:
        return set(folder.glob(pattern))
    except (ValueError, NotImplementedError):  # so pathlib refuses an empty and an absolute pattern
        return set()


def _merge(table: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return a table in which the values of `over` override those of `table`; nested tables are merged."""
    values = dict(table)
    for key, value in over.items():
        own = values.get(key)
        values[key] = _merge(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return values


def _are_tables(value: object) -> bool:
    """Whether a value is a table of tables."""
    return isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())


def _are_strings(value: object) -> TypeGuard[list[str]]:
    """Whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unknown_key(key: str, known: set[str], file: Path) -> SchemapressError:
    return SchemapressError(f"[tool.schemapress] has no key {key!r}.", place=str(file), hint=nearest_of(key, known))


def _check_value(key: str, value: object, file: Path) -> object:
    """Return the value of a key as `Settings` takes it; raises SchemapressError for a value of another type."""
    if key == "limits" and isinstance(value, dict):
        return limits_of(value, str(file))
    if key in ("targets", "roots", "catalogs", "ignored_paths"):
        if _are_strings(value) and (value or key != "targets"):
            return tuple(value)
        expected = "a list of the names of targets" if key == "targets" else "a list of strings"
    elif key == "entries":
        if isinstance(value, dict) and all(_are_strings(item) and item for item in value.values()):
            return {name: tuple(items) for name, items in value.items()}
        expected = "a table of lists of strings, none empty"
    elif key in ("packages", "bindings", "capture", "severities", "locations"):
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return value
        expected = "a table of strings"
    elif key == "xsdata":
        if isinstance(value, dict) and _are_tables(value.get("apis", {})):
            return value
        expected = "a table of xsdata's options, with the options of one API in a table `apis.NAME`"
    elif key == "serve":
        if isinstance(value, dict):
            return value
        expected = "a table of settings"
    elif key == "runtime":
        if value in get_args(Placement):
            return value
        expected = " or ".join(map(repr, get_args(Placement)))
    elif key == "limits":
        expected = "a table of whole numbers"
    else:
        if isinstance(value, str) and value and "\0" not in value:
            return value
        expected = "a path"
    raise SchemapressError(f"[tool.schemapress] {key} is {value!r}; expected {expected}.", place=str(file))
