"""The pages of the documentation that errors name: they are installed with the package."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "pages"
_SOURCE = Path(__file__).parents[2] / "docs"

PAGES = ("configuration", "diff", "endpoint-facts")
"""The pages that a distribution has (`force-include` in pyproject.toml)."""


def find_page(name: str) -> Path:
    """Return the file of a page; in a clone, that of the documentation itself."""
    file = f"{name}.md"
    return _INSTALLED / file if (_INSTALLED / file).is_file() else _SOURCE / file
