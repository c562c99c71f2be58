"""MANIFEST.json: what a generated package was made from, and the digest of each of its files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from sysconfig import get_path

from schemapress import __version__
from schemapress.schema import SHIPPED

NAME = "MANIFEST.json"
_SHIPPED_NAME = "schemapress:"
_TOOLS = ("xsdata", "xmlschema", "jinja2", "ruff")


def digest(data: bytes) -> str:
    """Return the digest of a file's bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Origin:
    """What decides on the output: the generator, the tools it calls, the settings, the sources."""

    generator: str
    tools: Mapping[str, str]
    targets: tuple[str, ...]
    sources: Mapping[str, str]

    def as_dict(self) -> dict[str, object]:
        """Return the origin as it stands in the manifest."""
        return {
            "generator": self.generator,
            "tools": dict(self.tools),
            "targets": list(self.targets),
            "sources": dict(self.sources),
        }

    def also_from(self, names: Iterable[str], folder: Path) -> Origin:
        """Return the origin with files outside of the folder of the API, as they are now; see `outside_names`."""
        sources = dict(self.sources)
        for name in sorted(names):
            with suppress(OSError, ValueError):  # it was read once, and may be gone
                sources[name] = digest(_outside(name, folder).read_bytes())
        return replace(self, sources=sources)


def origin(folder: Path, targets: tuple[str, ...], templates: Path | None) -> Origin:
    """Return the origin of an API as it is now.

    Every file of its folder that a schema can refer to counts as a source, and so do templates of the project.
    """
    files = sorted(path for path in folder.rglob("*.xsd") if path.is_file())
    sources = {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in files}
    if templates is not None:
        for path in sorted(templates.rglob("*.jinja")):
            sources[f"templates/{path.relative_to(templates).as_posix()}"] = digest(path.read_bytes())
    tools = {name: installed_version(name) for name in _TOOLS}
    return Origin(f"schemapress {__version__}", tools, targets, sources)


def outside_names(paths: Iterable[Path], folder: Path) -> tuple[str, ...]:
    """Return the names that a manifest has for files outside of the folder of an API: paths relative to that.

    A schema that comes with this package has the name of the package before its own, whatever folder that is in.
    """
    shipped = (path for path in paths if path.parent == SHIPPED)
    relative = (Path(os.path.relpath(path, folder)).as_posix() for path in paths if path.parent != SHIPPED)
    return (*(_SHIPPED_NAME + path.name for path in shipped), *(name for name in relative if name.startswith("../")))


def outside_of(package: Path) -> tuple[str, ...]:
    """Return the names of the sources of a package on disk that lie outside of the folder of its API."""
    content = read(package)
    sources = None if content is None else content.get("sources")
    names = map(str, sources) if isinstance(sources, dict) else ()
    return tuple(name for name in names if name.startswith(("../", _SHIPPED_NAME)))


def _outside(name: str, folder: Path) -> Path:
    return SHIPPED / name.removeprefix(_SHIPPED_NAME) if name.startswith(_SHIPPED_NAME) else folder / name


def installed_version(name: str) -> str:
    """Return the version of an installed distribution.

    Its folder's name has it; importlib.metadata, which finds it anywhere, takes longer to import than all
    the rest of a build that has nothing to do.
    """
    found = [path.name for path in Path(get_path("purelib")).glob(f"{name}-*.dist-info")]
    if len(found) == 1:
        return found[0].removeprefix(f"{name}-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version(name)


def manifest(made_from: Origin, files: Mapping[str, bytes]) -> bytes:
    """Return the text of the manifest of a package."""
    content = {**made_from.as_dict(), "files": {path: digest(data) for path, data in sorted(files.items())}}
    return (json.dumps(content, indent=2) + "\n").encode()


def read(package: Path) -> dict[str, object] | None:
    """Return the manifest of a package on disk, or None where it has none that can be read."""
    try:
        content = json.loads((package / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("files"), dict) else None


def listed_files(content: Mapping[str, object] | None) -> dict[str, str]:
    """Return the paths and digests that a manifest lists."""
    files = {} if content is None else content["files"]
    return {str(path): str(value) for path, value in files.items()} if isinstance(files, dict) else {}


def is_current(package: Path, made_from: Origin) -> bool:
    """Whether a package was made from this origin and no file of it was edited since."""
    content = read(package)
    if content is None or any(content.get(key) != value for key, value in made_from.as_dict().items()):
        return False
    return not list(edited(package, listed_files(content)))


def edited(package: Path, files: Mapping[str, str]) -> Iterable[str]:
    """Yield the files of a package that are missing or not as the manifest has them."""
    for path, expected in files.items():
        try:
            data = (package / path).read_bytes()
        except OSError:
            yield path
            continue
        if digest(data) != expected:
            yield path
