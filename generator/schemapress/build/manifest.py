"""MANIFEST.json: the inputs of a generated package, and the digest of each of its files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from sysconfig import get_path

from schemapress import __version__
from schemapress.limits import DEFAULT_LIMITS
from schemapress.load import SHIPPED
from schemapress.load.roots import CATALOG, xsds
from schemapress.project import ApiSource, Project
from schemapress.targets.registry import BUILT_IN_TARGETS, choose_targets

from .own_templates import own_templates, report_names

MANIFEST = "MANIFEST.json"
_GENERATOR = "schemapress "
_SHIPPED_NAME = "schemapress:"
_TEMPLATE = "templates/"


def digest_text(data: bytes) -> str:
    """Return the digest of the text of a file, which is the same where git has made CRLF of line feeds."""
    return "sha256:" + hashlib.sha256(with_line_feeds(data)).hexdigest()


def with_line_feeds(data: bytes) -> bytes:
    """Return a text with LF for CRLF, as all sources and all generated files are compared."""
    return data.replace(b"\r\n", b"\n")


@dataclass(frozen=True, slots=True)
class Origin:
    """The inputs that determine the output: the generator, its tools and plug-ins, the settings, the sources."""

    generator: str
    tools: Mapping[str, str]
    targets: tuple[str, ...]
    settings: Mapping[str, object]
    sources: Mapping[str, str]

    def as_dict(self) -> dict[str, object]:
        """Return the origin as it stands in the manifest."""
        return {
            "generator": self.generator,
            "tools": dict(self.tools),
            "targets": list(self.targets),
            "settings": dict(self.settings),
            "sources": dict(self.sources),
        }

    def also_from(self, names: Iterable[str], folder: Path) -> Origin:
        """Return the origin with more files, as they are now; see `source_names`."""
        sources = dict(self.sources)
        for name in sorted({*names} - {*sources}):
            with suppress(OSError, ValueError):  # it was read once, and may be gone
                sources[name] = digest_text(_file(name, folder).read_bytes())
        return replace(self, sources=sources)


def find_origin(api: ApiSource, project: Project) -> Origin:
    """Return the origin of an API as it is now.

    Every file of its folder that a schema can refer to counts as a source, and so do templates of the project.

    Raises:
        SchemapressError: the folder of templates is not there, or has a template that nothing uses.
    """
    folder, templates = api.folder, project.templates
    files = [*xsds(folder), *sorted(folder.rglob(CATALOG))]
    if api.endpoint_file is not None:
        files.append(api.endpoint_file)
    sources = {path.relative_to(folder).as_posix(): digest_text(path.read_bytes()) for path in files}
    if api.xsdata_file is not None:
        sources |= {name: digest_text(api.xsdata_file.read_bytes()) for name in source_names([api.xsdata_file], folder)}
    if templates is not None:
        for name, path in own_templates(templates, project.root / "pyproject.toml").items():
            if name not in report_names():
                sources[f"{_TEMPLATE}{name}"] = digest_text(path.read_bytes())
    targets = choose_targets(project.settings.targets)
    # Others than these, such as ruff, show in the output or do not decide on it.
    built_in = [BUILT_IN_TARGETS[name] for name in targets if name in BUILT_IN_TARGETS]
    tools = {tool: installed_version(tool) for target in built_in for tool in target.tools}
    tools |= _find_plug_ins(set(targets) - BUILT_IN_TARGETS.keys())
    return Origin(f"{_GENERATOR}{__version__}", tools, targets, _settings(api, project), sources)


def _settings(api: ApiSource, project: Project) -> dict[str, object]:
    """Return the settings that decide on the output of an API; those that are not given are left out."""
    settings = project.settings
    named = None if api.named is None else [path.relative_to(api.folder).as_posix() for path in api.named]
    limits = {name: value for name, value in asdict(settings.limits).items() if value != getattr(DEFAULT_LIMITS, name)}
    all_settings = {
        "package": api.package,
        "entries": named,
        "locations": dict(settings.locations or {}),
        "catalogs": list(settings.catalogs),
        "limits": limits,
        "xsdata": dict(api.xsdata),
        "runtime": None if settings.runtime == "vendored" else settings.runtime,
        "bindings": None if api.bindings is None else f"{api.bindings} {_digest_of_package(api.bindings)}",
    }
    return {name: value for name, value in all_settings.items() if value}


def _digest_of_package(name: str) -> str:
    """Return the digest of the modules of a package; "?" where there is none."""
    files = modules_of(name)
    return digest_text(b"".join(path.read_bytes() for path in files)) if files else "?"


def modules_of(name: str) -> list[Path]:
    """Return the files of the modules of a package, which is not imported; none where there is no such package."""
    from importlib.util import find_spec

    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        return []
    file = Path(spec.origin)
    return sorted(file.parent.rglob("*.py")) if spec.submodule_search_locations else [file]


def _find_plug_ins(targets: Collection[str]) -> dict[str, str]:
    """Return the distributions of targets that are not built in, with their versions."""
    if not targets:
        return {}
    from importlib.metadata import entry_points

    distributions = [point.dist for point in entry_points(group="schemapress.targets") if point.name in targets]
    return {distribution.name: distribution.version for distribution in distributions if distribution is not None}


def source_names(paths: Iterable[Path], folder: Path) -> tuple[str, ...]:
    """Return the names that a manifest has for files: paths relative to the folder of the API.

    A schema that comes with this package has the name of the package before its own, whatever folder that is in.
    """
    return tuple(
        _SHIPPED_NAME + path.name
        if path.parent == SHIPPED
        else Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
        for path in paths
    )


def sources_of(package: Path) -> tuple[str, ...]:
    """Return the names of the sources of a package on disk, but for templates."""
    content = read(package)
    sources = None if content is None else content.get("sources")
    names = map(str, sources) if isinstance(sources, dict) else ()
    return tuple(name for name in names if not name.startswith(_TEMPLATE))


def files_of(package: Path, folder: Path) -> list[Path]:
    """Return the sources of a package on disk, but for templates; `folder` is that of its API."""
    return [_file(name, folder) for name in sources_of(package)]


def _file(name: str, folder: Path) -> Path:
    return SHIPPED / name.removeprefix(_SHIPPED_NAME) if name.startswith(_SHIPPED_NAME) else folder / name


def installed_version(name: str) -> str:
    """Return the version of an installed distribution.

    Its folder's name has it; importlib.metadata, which finds it anywhere, takes longer to import than all
    the rest of a build that has nothing to do.
    """
    folders = [path.name for path in Path(get_path("purelib")).glob(f"{name}-*.dist-info")]
    if len(folders) == 1:
        return folders[0].removeprefix(f"{name}-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version(name)


def render(origin: Origin, files: Mapping[str, bytes]) -> bytes:
    """Return the text of the manifest of a package."""
    content = {**origin.as_dict(), "files": {path: digest_text(data) for path, data in sorted(files.items())}}
    return (json.dumps(content, indent=2) + "\n").encode()


def read(package: Path) -> dict[str, object] | None:
    """Return the manifest of a package on disk, or None where it has none that can be read."""
    try:
        content = json.loads((package / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("files"), dict) else None


def find_orphans(output: Path, apis: Iterable[ApiSource]) -> list[Path]:
    """Return the packages in a folder that were generated, and that none of the APIs becomes."""
    packages = {api.package for api in apis}
    folders = sorted(output.iterdir()) if output.is_dir() else []
    others = [folder for folder in folders if folder.is_dir() and folder.name[0] != "." and folder.name not in packages]
    return [folder for folder in others if str((read(folder) or {}).get("generator", "")).startswith(_GENERATOR)]


def listed_files(content: Mapping[str, object] | None) -> dict[str, str]:
    """Return the paths and digests that a manifest lists."""
    files = {} if content is None else content["files"]
    return {str(path): str(value) for path, value in files.items()} if isinstance(files, dict) else {}


def is_current(package: Path, origin: Origin) -> bool:
    """Whether a package has this origin and no file of it was edited since."""
    content = read(package)
    if content is None or any(content.get(key) != value for key, value in origin.as_dict().items()):
        return False
    return not list(find_edited(package, listed_files(content)))


def find_edited(package: Path, files: Mapping[str, str]) -> Iterable[str]:
    """Yield the files of a package that are missing or not as the manifest has them."""
    for path, expected in files.items():
        try:
            data = (package / path).read_bytes()
        except OSError:
            yield path
            continue
        if digest_text(data) != expected:
            yield path
