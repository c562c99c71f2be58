"""Names that files and packages can't have on some system, or that would hide an imported module."""

from __future__ import annotations

import json
import keyword
import re
import sys
import unicodedata
from pathlib import Path

from schemapress.errors import SchemapressError

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *", re.IGNORECASE)
"""The names of devices, which Windows reserves in every folder and with any extension."""

_IMPORTED = frozenset({*sys.stdlib_module_names, "lxml", "schemapress", "xsdata"})
"""The modules that a generated package and its dependencies import."""


def is_device(file: str) -> bool:
    """Whether Windows takes a file name for a device: `con`, `aux.xsd`, `COM1.tar.gz`."""
    return _DEVICE.fullmatch(file.partition(".")[0]) is not None


def check_file_name(file: str, place: str) -> None:
    """Check that a file of this name can be written on every system; `place` is for the error.

    Raises:
        SchemapressError: Windows reserves the name.
    """
    if is_device(file):
        message = f"{file!r} can't be a file name: Windows has a device of that name."
        raise SchemapressError(message, place=place, hint="Rename the file.")


def package_name(text: str) -> str:
    """Return a name in the form in which Python imports it: Normalization Form KC (PEP 3131)."""
    return unicodedata.normalize("NFKC", text)


def check_identifier(package: str, api: str, folder: Path) -> None:
    """Check that Python can import a package of this name; `api` is the name of its folder in the specifications.

    Raises:
        SchemapressError: it can't.
    """
    if keyword.iskeyword(package):
        raise _name_error(package, api, folder, "it is a Python keyword.")
    if not package.isidentifier():
        raise _name_error(package, api, folder, "Python can't import a module of that name.")


def check_package_name(package: str, api: str, folder: Path) -> None:
    """Check that a package of this name can be written on every system and hides no module; arguments as above.

    Raises:
        SchemapressError: Windows reserves the name, or the package would hide an imported module.
    """
    if is_device(package):
        raise _name_error(package, api, folder, "Windows has a device of that name.")
    if package in _IMPORTED:
        raise _name_error(package, api, folder, "it would hide the module of that name, which generated code imports.")


def packages_line(api: str, package: str) -> str:
    """Return the line of settings that gives the package of a folder a valid name, made from its own name."""
    words = re.sub(r"\W+", "_", package).strip("_")
    name = f"{words}_api" if words[:1].isalpha() else f"api_{words}".rstrip("_")
    return f"packages = {{{json.dumps(api, ensure_ascii=False)} = {json.dumps(name, ensure_ascii=False)}}}"


def _name_error(package: str, api: str, folder: Path, why: str) -> SchemapressError:
    hint = f"Give the package another name in [tool.schemapress], such as: {packages_line(api, package)}"
    return SchemapressError(f"{package!r} can't be a package name: {why}", place=str(folder), hint=hint)
