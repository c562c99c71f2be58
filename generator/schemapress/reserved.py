"""Names that files and packages can't have on some system, or that would hide what a package imports."""

from __future__ import annotations

import json
import keyword
import re
import sys
import unicodedata
from pathlib import Path

from schemapress.errors import SchemapressError

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *", re.IGNORECASE)
"""The names of devices, which every folder of Windows has, with any extension."""

_IMPORTED = frozenset({*sys.stdlib_module_names, "lxml", "schemapress", "xsdata"})
"""What a generated package, or what it is made of, imports by these names."""


def is_device(file: str) -> bool:
    """Whether Windows takes the name of a file for that of a device: `con`, `aux.xsd`, `COM1.tar.gz`."""
    return _DEVICE.fullmatch(file.partition(".")[0]) is not None


def check_file_name(file: str, place: str) -> None:
    """Check that a file of a name can be written everywhere; `place` is what has the name.

    Raises:
        SchemapressError: Windows reserves it.
    """
    if is_device(file):
        message = f"{file!r} can't be the name of a file: Windows has a device of that name."
        raise SchemapressError(message, place=place, hint="Rename it.")


def package_name(text: str) -> str:
    """Return a name as Python reads it in an import: in Normalization Form KC (PEP 3131)."""
    return unicodedata.normalize("NFKC", text)


def check_identifier(package: str, api: str, folder: Path) -> None:
    """Check that Python can have a package of a name; `api` is the name of its folder in the specifications.

    Raises:
        SchemapressError: it can't.
    """
    if keyword.iskeyword(package):
        raise _refused(package, api, folder, "it is a keyword of Python.")
    if not package.isidentifier():
        raise _refused(package, api, folder, "it is no name that Python can import.")


def check_package_name(package: str, api: str, folder: Path) -> None:
    """Check that a package of a name can be written everywhere, and hides no other one; arguments as above.

    Raises:
        SchemapressError: Windows reserves the name, or the package would hide one that is imported.
    """
    if is_device(package):
        raise _refused(package, api, folder, "Windows has a device of that name.")
    if package in _IMPORTED:
        raise _refused(package, api, folder, "it would hide the module of that name, which other modules import.")


def packages_line(api: str, package: str) -> str:
    """Return the setting that gives the package of a folder of the specifications another name, made from its own."""
    words = re.sub(r"\W+", "_", package).strip("_")
    name = f"{words}_api" if words[:1].isalpha() else f"api_{words}".rstrip("_")
    return f"packages = {{{json.dumps(api, ensure_ascii=False)} = {json.dumps(name, ensure_ascii=False)}}}"


def _refused(package: str, api: str, folder: Path, why: str) -> SchemapressError:
    hint = f"Give it another name in [tool.schemapress], such as: {packages_line(api, package)}"
    return SchemapressError(f"{package!r} can't be the name of a package: {why}", place=str(folder), hint=hint)
