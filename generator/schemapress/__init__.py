"""One XSD is the source; bindings, validators, codecs and handlers are pressed out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemapress.errors import SchemapressError

if TYPE_CHECKING:
    from schemapress.compilation import Validator, compile  # noqa: A004  # as re.compile

__version__ = "0.1.0"
__all__ = ["SchemapressError", "Validator", "__version__", "compile"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: the command line starts without it."""
    if name in ("Validator", "compile"):
        from schemapress import compilation

        return getattr(compilation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
