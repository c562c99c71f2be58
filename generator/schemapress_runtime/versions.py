"""The versions of xsdata and lxml that generated packages need, and the checks of them at import."""

from __future__ import annotations

import re

RUNTIME_VERSION = "0.1.0"
"""The version of this runtime, which is that of schemapress."""

XSDATA_VERSION = (26, 2)
"""xsdata 24.5 and older lack functions that the runtime calls; versions 24.7 to 26.1 lose `xsi:nil`."""

LXML_VERSION = (6, 0)
"""The libxml2 of an older lxml takes one level too many, and reports a text that is too long as XML that is not
well-formed."""


def require_xsdata() -> None:
    """Check the version of xsdata.

    Raises:
        ImportError: it is too old.
    """
    import xsdata

    if _numbers(xsdata.__version__)[:2] < XSDATA_VERSION:
        raise too_old("xsdata", XSDATA_VERSION, xsdata.__version__, xsdata.__file__)


def require_lxml() -> None:
    """Check the version of lxml.

    Raises:
        ImportError: it is too old.
    """
    from lxml import etree

    if etree.LXML_VERSION < LXML_VERSION:
        raise too_old("lxml", LXML_VERSION, etree.__version__, etree.__file__)


def require_runtime(version: str, package: str | None) -> str:
    """Return the version of this runtime, which a package that was generated for a version needs.

    A package works with the runtime of its own version and with later ones, as long as the first number is the same,
    and where that is 0 the second.

    Raises:
        ImportError: this one is older, or too new.
    """
    needed, installed = _numbers(version), _numbers(RUNTIME_VERSION)
    fixed = 1 if needed[0] else 2
    if needed[:fixed] != installed[:fixed] or needed > installed:
        needs = f"{package} needs schemapress-runtime {version}, and {RUNTIME_VERSION} is installed ({__file__})"
        hint = f'python -m pip install "schemapress-runtime~={version}", or build the package again'
        raise ImportError(f"{needs}. Install the one that it needs: {hint}.", name="schemapress_runtime")
    return RUNTIME_VERSION


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def too_old(name: str, needed: tuple[int, ...], installed: str, file: str | None) -> ImportError:
    """Return the error of a version that is too old: the required one, the installed one, and the fix."""
    version = ".".join(map(str, needed))
    needs = f"{__name__.partition('._runtime')[0]} needs {name} {version} or newer, and {name} {installed} is installed"
    return ImportError(f'{needs} ({file}). Upgrade it: python -m pip install "{name}>={version}"', name=name)
