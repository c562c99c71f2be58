"""The versions of xsdata and lxml that generated packages need, and the checks of them at import."""

from __future__ import annotations

import re

XSDATA = (26, 2)
"""xsdata 24.5 and older lack what the runtime calls; those from 24.7 to 26.1 lose that an element is `xsi:nil`."""

LXML = (6, 0)
"""The libxml2 of an older lxml takes one level too many, and reports a text that is too long as XML that is not
well-formed."""


def require_xsdata() -> None:
    """Check the version of xsdata.

    Raises:
        ImportError: it is too old.
    """
    import xsdata

    installed = tuple(int(number) for number in re.findall(r"\d+", xsdata.__version__)[:2])
    if installed < XSDATA:
        raise too_old("xsdata", XSDATA, xsdata.__version__, xsdata.__file__)


def require_lxml() -> None:
    """Check the version of lxml.

    Raises:
        ImportError: it is too old.
    """
    from lxml import etree

    if etree.LXML_VERSION < LXML:
        raise too_old("lxml", LXML, etree.__version__, etree.__file__)


def too_old(name: str, needed: tuple[int, ...], installed: str, file: str | None) -> ImportError:
    """Return the error of a version that is too old: what needs which one, which one is there, and what to do."""
    version = ".".join(map(str, needed))
    needs = f"{__name__.partition('._runtime')[0]} needs {name} {version} or newer, and {name} {installed} is installed"
    return ImportError(f'{needs} ({file}). Upgrade it: python -m pip install "{name}>={version}"', name=name)
