"""Checks the contents of the distributions: `python -m tools.wheels FOLDER` reads the wheels in a folder.

Each has the modules of its package, its marker of types, its templates and schemas, and nothing else. The version of
the runtime that schemapress needs is the one beside it.
"""

from __future__ import annotations

import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

PACKAGES = {
    "schemapress": {".py", ".jinja", ".xsd", ".md", ".typed", ".css", ".js", ".svg"},
    "schemapress_runtime": {".py", ".typed"},
}
"""The package of each distribution, and what ends the names of its files."""


def wrong_with(folder: Path) -> list[str]:
    """Return a line for each thing that is wrong with the wheels in a folder."""
    found: list[str] = []
    versions: dict[str, str] = {}
    needed: dict[str, str] = {}
    for package, endings in PACKAGES.items():
        wheels = list(folder.glob(f"{package}-*.whl"))
        if len(wheels) != 1:
            found.append(f"{package}: {len(wheels)} wheels; expected one")
            continue
        with zipfile.ZipFile(wheels[0]) as wheel:
            names = {name for name in wheel.namelist() if ".dist-info/" not in name}
            metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            header = HeaderParser().parsestr(wheel.read(metadata).decode())
        versions[package] = str(header["Version"])
        for line in header.get_all("Requires-Dist", []):
            if line.startswith("schemapress-runtime"):
                needed[package] = line.removeprefix("schemapress-runtime==")
        found += [
            f"{package}: {name} does not belong in it"
            for name in sorted(names)
            if not name.startswith(f"{package}/") or PurePosixPath(name).suffix not in endings
        ]
        source = Path(__file__).parent.parent / "generator"
        expected = {path.relative_to(source).as_posix() for path in (source / package).rglob("*.py")}
        found += [f"{package}: {name} is missing" for name in sorted((expected | {f"{package}/py.typed"}) - names)]
    if needed != {"schemapress": versions.get("schemapress_runtime")}:
        found.append(f"schemapress needs the runtime {needed}, and its versions are {versions}")
    return found


if __name__ == "__main__":
    wrong = wrong_with(Path(sys.argv[1]))
    print("\n".join(wrong) or "both wheels have what belongs in them, and nothing else")
    sys.exit(bool(wrong))
